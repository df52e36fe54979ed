// Valid inputs made invalid: JSON by its structure, text and bytes by where they are cut, doubled and changed.
import fc from 'fast-check';

/** JSON text nested so deeply; JSON.stringify could not write it. */
const deep = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** Values as JSON text, since some of them are no JavaScript values that JSON.stringify would write so. */
export const nastyJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'null',
    'true',
    '""',
    '0',
    '-1',
    '1e400',
    '-1e400',
    '1e-400',
    '9007199254740993',
    '123456789012345678901234567890',
    '[]',
    '{}',
    '[null]',
    '[[]]',
    '[{}]',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"a\\r\\nx-injected: 1"',
    '"../../admin?x=#%2e%2e"',
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    '{"toString":1,"hasOwnProperty":null,"length":-1}',
    '{"type":"text","text":null}',
    '{"type":"image_url","image_url":{"url":"data:,"}}',
    '{"type":"__proto__"}',
    '"constructor"',
    '"__proto__"',
  ),
  fc.constant(deep(10_000, '[', ']')),
  fc.constant(deep(10_000, '{"content":', '}')),
  fc.constant(JSON.stringify(deep(10_000, '{"a":[', ']}'))),
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => JSON.stringify(text)),
);

const nastyKey = fc.constantFrom(
  '__proto__',
  'constructor',
  'toString',
  'content',
  'type',
  'role',
  'id',
  '',
  'x\n',
);

type Edit =
  | { kind: 'replace'; at: number; json: string }
  | { kind: 'remove'; at: number }
  | { kind: 'add'; at: number; key: string; json: string }
  | { kind: 'wrap'; at: number };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('replace' as const), at: fc.nat(), json: nastyJson }),
  },
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('add' as const), at: fc.nat(), key: nastyKey, json: nastyJson }),
  fc.record({ kind: fc.constant('wrap' as const), at: fc.nat() }),
);

/** The JSON text of `value` after one to three changes, each at any place of it. */
export function mutatedJson(value: unknown): fc.Arbitrary<string> {
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => apply(value, edits));
}

/** Stands for raw JSON text until the rest is written. */
const MARK = '\u{e000}raw-';

function apply(value: unknown, edits: readonly Edit[]): string {
  const root = { value: structuredClone(value) };
  const raw: string[] = [];
  const mark = (json: string): string => `${MARK}${raw.push(json) - 1}`;
  for (const one of edits) {
    const places = placesOf(root).filter(({ holder, key }) => !isMark(holder[key]));
    const place = places[one.at % Math.max(1, places.length)];
    if (!place) continue;
    const { holder, key } = place;
    if (one.kind === 'replace') holder[key] = mark(one.json);
    else if (one.kind === 'wrap') holder[key] = [holder[key]];
    else if (one.kind === 'remove') {
      if (Array.isArray(holder)) {
        // Not splice, which asks for a `constructor` that an edit before may have put there.
        holder.copyWithin(Number(key), Number(key) + 1);
        holder.length -= 1;
      } else if (holder !== (root as object)) delete holder[key];
    } else if (holder[key] !== null && typeof holder[key] === 'object') {
      // An own key, also when it is __proto__.
      const inside = holder[key] as object;
      Object.defineProperty(inside, one.key, {
        value: mark(one.json),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  return JSON.stringify(root.value).replace(
    new RegExp(`"${MARK}(\\d+)"`, 'g'),
    (_text, index: string) => raw[Number(index)]!,
  );
}

const isMark = (value: unknown): boolean => typeof value === 'string' && value.startsWith(MARK);

type Holder = Record<string, unknown>;

function placesOf(value: unknown): { holder: Holder; key: string }[] {
  if (value === null || typeof value !== 'object') return [];
  const holder = value as Holder;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesOf(holder[key])]);
}

/** Bytes cut short, with some of them changed, doubled or put in. */
export function mutatedBytes(valid: Buffer): fc.Arbitrary<Buffer> {
  const change = fc.record({
    at: fc.nat(valid.length),
    kind: fc.constantFrom('cut', 'set', 'insert', 'double', 'drop'),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    length: fc.nat(64),
  });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    let out = valid;
    for (const { at, kind, bytes, length } of changes) {
      const place = at % (out.length + 1);
      const [before, after] = [out.subarray(0, place), out.subarray(place)];
      if (kind === 'cut') out = before;
      else if (kind === 'set') out = Buffer.concat([before, bytes, after.subarray(bytes.length)]);
      else if (kind === 'insert') out = Buffer.concat([before, bytes, after]);
      else if (kind === 'double') out = Buffer.concat([before, after.subarray(0, length), after]);
      else out = Buffer.concat([before, after.subarray(length)]);
    }
    return out;
  });
}
