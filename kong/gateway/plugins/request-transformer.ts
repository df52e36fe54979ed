// request-transformer: headers and the query string on their way to the upstream (kong/plugins/request-transformer).
import { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { toWire } from '../headers.ts';
import { formatQuery, parseQuery, type QueryArgs } from '../query.ts';
import { headerName, onlyInKong } from './config.ts';
import { nativePluginOf } from './native.ts';

type Pair = [name: string, value: string];

const plain = z.string().min(1);
/** `name:value`. A template (`$(…)`) is Lua code, which only Kong runs. */
const pair = plain
  .refine((entry) => /^[^:]+:+./.test(entry), 'must be name:value')
  .refine((entry) => !entry.includes('$('), 'the embedded gateway does not run templates; use Kong')
  .transform((entry): Pair => {
    const [, name = '', value = ''] = /^([^:]+):*(.*)$/s.exec(entry) ?? [];
    return [name, value];
  });
const headerPair = pair.refine(([name]) => headerName.safeParse(name).success, 'is not a valid header name');
const headerRename = headerPair.refine(
  ([, name]) => headerName.safeParse(name).success,
  'is not a valid header name',
);

const body = z
  .array(z.unknown())
  .max(0, 'the embedded gateway does not transform bodies; use Kong')
  .optional();

const list = <T extends z.ZodType>(item: T) => z.array(item).default([]);
const operation = <H extends z.ZodType, Q extends z.ZodType>(header: H, arg: Q) =>
  z.strictObject({ headers: list(header), querystring: list(arg), body }).prefault({});

const schema = z.strictObject({
  http_method: onlyInKong('http_method').optional(),
  remove: operation(headerName, plain),
  rename: operation(headerRename, pair),
  replace: z
    .strictObject({
      headers: list(headerPair),
      querystring: list(pair),
      body,
      uri: onlyInKong('uri').optional(),
    })
    .prefault({}),
  add: operation(headerPair, pair),
  append: operation(headerPair, pair),
});
type Config = z.output<typeof schema>;

export const requestTransformer = nativePluginOf<Config>({
  name: 'request-transformer',
  priority: 801,
  allowsConsumer: true,
  schema,

  create(config) {
    const touchesQuery = Object.values(config).some((step) => (step?.querystring.length ?? 0) > 0);
    return {
      access(context) {
        transformHeaders(config, context);
        if (touchesQuery) context.query = formatQuery(transformQuery(config, parseQuery(context.query)));
      },
    };
  },
});

function transformHeaders({ remove, rename, replace, add, append }: Config, context: RequestContext): void {
  const { headers } = context;
  const isHost = (name: string) => name.toLowerCase() === 'host';
  for (const name of remove.headers) if (!isHost(name)) headers.remove(name);
  for (const [from, to] of rename.headers) {
    const values = headers.getAll(from);
    if (values.length === 0 || isHost(from)) continue;
    headers.remove(from);
    headers.set(to, values);
  }
  for (const [name, value] of replace.headers) {
    if (isHost(name)) context.upstream.hostHeader = toWire(value);
    else if (headers.has(name)) headers.set(name, toWire(value));
  }
  for (const [name, value] of add.headers) {
    if (!headers.has(name) && !isHost(name)) headers.set(name, toWire(value));
  }
  for (const [name, value] of append.headers) if (!isHost(name)) headers.add(name, toWire(value));
}

function transformQuery({ remove, rename, replace, add, append }: Config, args: QueryArgs): QueryArgs {
  let out = args.filter(([name]) => !remove.querystring.includes(name));
  for (const [from, to] of rename.querystring) {
    if (from === to || !out.some(([name]) => name === from)) continue;
    out = out.filter(([name]) => name !== to).map(([name, value]) => [name === from ? to : name, value]);
  }
  for (const [name, value] of replace.querystring) {
    const at = out.findIndex(([arg]) => arg === name);
    if (at >= 0)
      out = out
        .map((arg, i): QueryArgs[0] => (i === at ? [name, value] : arg))
        .filter(([arg], i) => arg !== name || i === at);
  }
  for (const [name, value] of add.querystring) {
    if (!out.some(([arg]) => arg === name)) out.push([name, value]);
  }
  return [...out, ...append.querystring];
}
