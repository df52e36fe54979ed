// ai-prompt-guard, ai-semantic-prompt-guard and ai-semantic-response-guard: all are prompt-guard here.
import type { Migration } from '../migration.ts';
import { defined, type Json, type Reader } from '../reader.ts';
import { BODY_SIZE, embeddings, llmFormat, vectordb } from './common.ts';

const TO = 'prompt-guard';
const ALL_ROLES = ['system', 'developer', 'user', 'assistant', 'tool'];

export const aiPromptGuard: Migration = {
  from: 'ai-prompt-guard',
  convert(reader) {
    const onlyLast = reader.take('allow_all_conversation_history') === true;
    const config = {
      deny: rules(reader.list('deny_patterns'), 'deny', 'pattern', 'prompt'),
      allow: rules(reader.list('allow_patterns'), 'allow', 'pattern', 'prompt'),
      ...roles(reader.take('match_all_roles')),
      history: onlyLast ? 'last' : 'all',
    };
    reader.note(
      'changed',
      '',
      'patterns are RE2: look-around and back-references are refused; `kong-ai validate` tells',
    );
    return [{ name: TO, config: withDetectorOff(config, reader) }];
  },
};

export const aiSemanticPromptGuard: Migration = semanticGuard(
  'ai-semantic-prompt-guard',
  'prompt',
  'prompts',
);
export const aiSemanticResponseGuard: Migration = semanticGuard(
  'ai-semantic-response-guard',
  'response',
  'responses',
);

function semanticGuard(from: string, target: 'prompt' | 'response', plural: string): Migration {
  return {
    from,
    convert(reader) {
      const threshold = reader.take('search.threshold');
      if (threshold !== undefined)
        reader.note(
          'todo',
          'search.threshold',
          'is semantic.similarity, where 1 is the same: try it on your own phrases',
        );
      vectordb(reader);
      reader.drop({
        'rules.max_request_body_size': BODY_SIZE,
        'rules.max_response_body_size': 'answers are checked whole, streams in a window (stream_window)',
      });
      const config = defined({
        deny: rules(reader.list(`rules.deny_${plural}`), `deny-${target}`, 'semantic', target),
        allow: rules(reader.list(`rules.allow_${plural}`), `allow-${target}`, 'semantic', target),
        ...(target === 'prompt' ? roles(reader.take('rules.match_all_roles')) : {}),
        ...(target === 'prompt' ? history(reader) : {}),
        semantic: defined({ embeddings: embeddings(reader), similarity: threshold }),
      });
      return [{ name: TO, config: withDetectorOff(config, reader) }];
    },
  };
}

function history(reader: Reader): Json {
  return reader.take('rules.match_all_conversation_history') === true
    ? { history: 'all' }
    : { history: 'last' };
}

/** A rule for each text; ids are made. */
function rules(
  texts: unknown[],
  id: string,
  kind: 'pattern' | 'semantic',
  target: string,
): Json[] | undefined {
  if (texts.length === 0) return undefined;
  return texts.map((text, i) => ({
    id: `${id}-${i + 1}`,
    [kind]: text,
    ...(target === 'prompt' ? {} : { target }),
  }));
}

function roles(matchAll: unknown): Json {
  return matchAll === true ? { roles: ALL_ROLES } : { roles: ['user'] };
}

/** Kong's guards have no detector of injections, so that what passed goes on passing. */
function withDetectorOff(config: Json, reader: Reader): Json {
  llmFormat(reader);
  reader.take('genai_category');
  reader.drop({ max_request_body_size: BODY_SIZE });
  reader.note(
    'todo',
    '',
    'the detector of injections is off, as Kong has none: remove `injection` to have it',
  );
  return defined({ ...config, injection: { enabled: false } });
}
