// ai-sanitizer: pii-redact, in process.
import type { Migration } from '../migration.ts';
import { defined, type Json, type Reader, records } from '../reader.ts';

/** Kong's kinds as our groups. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  phone: ['contact'],
  email: ['contact'],
  creditcard: ['financial'],
  bank: ['financial'],
  crypto: ['financial'],
  ssn: ['national_id'],
  nationalid: ['national_id'],
  passport: ['document'],
  driverlicense: ['document'],
  medical: ['medical'],
  ip: ['network'],
  url: ['network'],
  domain: ['network'],
  nrp: ['person'],
  general: ['person', 'place'],
  date: ['person'],
  credentials: ['secret'],
  custom: [],
};
const ALL = [...new Set(Object.values(GROUPS).flat()), 'device'];
const SERVICE = 'there is no service to call: it runs in the relay';

export const aiSanitizer: Migration = {
  from: 'ai-sanitizer',
  convert(reader) {
    const block = reader.take('block_if_detected') === true;
    const action = block ? 'block' : String(reader.take('redact_type') ?? 'placeholder');
    reader.take('redact_type');
    if (action === 'synthetic')
      reader.note('todo', 'redact_type', 'synthetic values are made with a key: set `secret`');
    reader.drop(
      {
        host: SERVICE,
        port: SERVICE,
        scheme: SERVICE,
        timeout: SERVICE,
        keepalive_timeout: SERVICE,
        skip_logging_sanitized_items: 'values are never logged',
        allow_all_conversation_history: 'the whole conversation is always looked at',
        stop_on_error: 'an error always refuses the request',
      },
      [false, true],
    );
    return [
      {
        name: 'pii-redact',
        config: defined({
          action,
          direction: { INPUT: 'request', OUTPUT: 'response', BOTH: 'both' }[
            String(reader.take('sanitization_mode') ?? 'INPUT')
          ],
          restore: reader.take('recover_redacted'),
          entities: entities(reader),
          patterns: patterns(reader),
        }),
      },
    ];
  },
};

/** What was not asked for is allowed. */
function entities(reader: Reader): Json[] | undefined {
  const wanted = reader.list('anonymize').map(String);
  if (wanted.length === 0 || wanted.includes('all_and_credentials')) return undefined;
  const kept = new Set(
    wanted.flatMap((kind) =>
      kind === 'all' ? ALL.filter((group) => group !== 'secret') : (GROUPS[kind] ?? []),
    ),
  );
  if (!wanted.includes('all'))
    reader.note(
      'todo',
      'anonymize',
      `kinds are groups here (${[...kept].join(', ')}): narrow them by entity if they take too much`,
    );
  return ALL.filter((group) => !kept.has(group)).map((entity) => ({ entity, action: 'allow' }));
}

function patterns(reader: Reader): Json[] | undefined {
  const given = records(reader.take('custom_patterns'));
  if (given.length === 0) return undefined;
  return given.map(({ name, regex, score }) => defined({ entity: name, regex, score: score ?? undefined }));
}
