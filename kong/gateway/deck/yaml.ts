// decK's YAML: one document, with merge keys (`<<: *base`).
import { type Document, LineCounter, parseDocument } from 'yaml';
import { DeckFileError } from './errors.ts';

export interface Yaml {
  doc: Document;
  lines: LineCounter;
}

const MULTIPLE = 'decK reads only the first document of a file: put the others into files of their own';

/** @throws DeckFileError with every mistake in the syntax */
export function parseYaml(text: string): Yaml {
  const lines = new LineCounter();
  const doc = parseDocument(text, { lineCounter: lines, merge: true });
  if (doc.errors.length > 0) {
    throw new DeckFileError(
      doc.errors.map(({ code, message, pos }) => ({
        path: '',
        line: lines.linePos(pos[0]).line,
        message: code === 'MULTIPLE_DOCS' ? MULTIPLE : (message.split('\n')[0] ?? 'is not YAML'),
      })),
    );
  }
  return { doc, lines };
}

/** @throws DeckFileError for aliases that would multiply without end, or that name nothing */
export function plainYaml({ doc }: Yaml): unknown {
  try {
    return doc.toJS();
  } catch (error) {
    throw new DeckFileError([{ path: '', message: (error as Error).message }]);
  }
}
