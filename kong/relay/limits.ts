// Limits of one request that hold for every format and provider. Settings: KONG_AI_MAX_… in kong/serve/options.ts.
import { GatewayError } from './errors.ts';

export interface RequestLimits {
  /** Most entries of any list that a body has at its top: messages, input, contents, tools, documents, … */
  maxItems: number;
  /** Of an answer, streamed or whole, as the client gets it. */
  maxAnswerBytes: number;
  /** From the request's first byte to the answer's last. */
  maxRequestMs: number;
}

export const DEFAULT_LIMITS: RequestLimits = {
  // Far more than conversations have; each costs the stages work of its own.
  maxItems: 10_000,
  // What ai-proxy takes of a whole answer, and base64 of an image or two more.
  maxAnswerBytes: 128 * 1024 * 1024,
  // Longer than any `timeouts.total` that makes sense: it ends what nothing else does.
  maxRequestMs: 3_600_000,
};

/** @throws GatewayError too_many_items */
export function checkItems(
  body: Record<string, unknown>,
  { maxItems }: Pick<RequestLimits, 'maxItems'>,
): void {
  for (const param in body) {
    const value = body[param];
    if (!Array.isArray(value) || value.length <= maxItems) continue;
    const message = `${param} may have ${maxItems} entries at most.`;
    throw new GatewayError('too_many_items', { message, param });
  }
}
