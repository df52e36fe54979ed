// Labels of a request that the operator chose: fixed ones, header values, tags of the consumer.
import type { Exchange } from '../../../kong/relay/exchange.ts';
import { clip } from './clip.ts';

export interface TagRules {
  values?: Readonly<Record<string, string>> | undefined;
  /** Tag name to header name. */
  headers?: Readonly<Record<string, string>> | undefined;
  consumer: boolean;
}

/** A client writes headers: what is longer is no label. */
const MAX_CHARS = 128;

/** A later source wins over an earlier one: what the operator fixed wins over what the client sent. */
export function tagsOf({ identity, request }: Exchange, rules: TagRules): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [name, header] of Object.entries(rules.headers ?? {})) {
    const value = request.headers[header.toLowerCase()];
    if (typeof value === 'string' && value !== '') tags[name] = clip(value, MAX_CHARS);
  }
  if (rules.consumer) for (const tag of identity.consumer?.tags ?? []) Object.assign(tags, consumerTag(tag));
  return Object.assign(tags, rules.values);
}

/** Kong's tags are plain words; `team:search` and `team=search` have a name. */
function consumerTag(tag: string): Record<string, string> {
  const at = tag.search(/[:=]/);
  return at > 0 ? { [tag.slice(0, at)]: tag.slice(at + 1) } : { [tag]: 'true' };
}
