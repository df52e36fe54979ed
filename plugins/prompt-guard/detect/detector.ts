// The injection detector: a text of any length, in pieces that the event loop does not notice, to the most suspicious
// place in it.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Reading } from '../normalise/views.ts';
import type { Family } from './families.ts';
import { defaultModel, type Model } from './model.ts';
import { SIGNALS } from './rules.ts';
import { type Scored, scoreText } from './score.ts';

export interface Finding {
  /** 0..1; 0.5 is the point that the default threshold was chosen at. */
  score: number;
  family: Family;
  /** Ids of the signals that contributed, and `encoded.<layer>` for each layer of disguise. */
  signals: string[];
  /** Where in the text, in UTF-16 units. Of something encoded: the piece of text that holds it. */
  start: number;
  end: number;
}

/** Scored in one go: about 1 ms. */
export const PIECE_CHARS = 8000;
/** Pieces overlap, so that what stands across a border is seen whole. */
const OVERLAP_CHARS = 900;

/** A long text has more places in which chance may find an attack: log-odds asked for per doubling beyond this. */
const LONG_CHARS = 1200;
const PER_DOUBLING = 0.45;

/** Whoever encodes an attack means it. Escapes alone are ordinary. */
const DISGUISED = 1;

export class Detector {
  private readonly model: Model;
  private readonly muted: ReadonlySet<number>;
  private readonly families: ReadonlySet<Family>;

  /** @param families what is looked for. */
  constructor(families: Iterable<Family>, model: Model = defaultModel()) {
    this.families = new Set(families);
    this.model = model;
    this.muted = new Set(
      SIGNALS.flatMap(({ family }, i) => (family === 'harmless' || this.families.has(family) ? [] : [i])),
    );
  }

  /**
   * The most suspicious place of the text, or undefined when there is no word in it.
   * @param yielded called each time that the event loop had its turn.
   */
  async find(text: string, yielded: () => void = () => {}): Promise<Finding | undefined> {
    let best: Finding | undefined;
    for (const [start, end] of piecesOf(text)) {
      if (start > 0) {
        await nextTurn();
        yielded();
      }
      best = worse(best, this.findInPiece(text.slice(start, end), text.length, start));
    }
    return best;
  }

  /** In one go, for texts of up to PIECE_CHARS. @param whole length of the text that the piece is of. */
  findInPiece(
    piece: string,
    whole = piece.length,
    offset = 0,
    { normalised, views } = new Reading(piece),
  ): Finding | undefined {
    const long = PER_DOUBLING * Math.log2(Math.max(1, whole / LONG_CHARS));
    let best: Finding | undefined;
    for (const view of views) {
      const { layers } = view;
      const scored = scoreText(view, this.model, this.muted);
      if (!scored) continue;
      const disguised = layers.some((layer) => layer !== 'escapes');
      const family = disguised ? 'encoded' : scored.family;
      if (!this.families.has(family)) continue;
      const score = this.score(scored.z - long + (disguised ? DISGUISED : 0));
      const [start, end] =
        layers.length > 0 ? [0, piece.length] : normalised.original(scored.start, scored.end);
      best = worse(best, {
        score,
        family,
        signals: [...namesOf(scored), ...layers.map((layer) => `encoded.${layer}`)],
        start: start + offset,
        end: end + offset,
      });
    }
    return best;
  }

  private score(z: number): number {
    return 1 / (1 + Math.exp(-this.model.slope * (z - this.model.middle)));
  }
}

function namesOf({ signals }: Scored): string[] {
  return signals.map((signal) => SIGNALS[signal]!.id).filter((id) => !id.startsWith('harmless.'));
}

export function worse<F extends { score: number }>(a: F | undefined, b: F | undefined): F | undefined {
  return !a || (b && b.score > a.score) ? b : a;
}

export function* piecesOf(text: string): Generator<[start: number, end: number]> {
  for (
    let start = 0;
    start === 0 || start + OVERLAP_CHARS < text.length;
    start += PIECE_CHARS - OVERLAP_CHARS
  ) {
    yield [start, Math.min(text.length, start + PIECE_CHARS)];
  }
}
