// An exchange without a relay around it: of an OpenAI chat completion, unless told otherwise.
import { openaiChat } from '../../kong/llm/formats/openai-chat/format.ts';
import { Cancellation } from '../../kong/relay/cancellation.ts';
import { Exchange } from '../../kong/relay/exchange.ts';
import { createLog } from '../../kong/relay/log.ts';
import { InboundRequest } from '../../kong/relay/request.ts';

type Parts = ConstructorParameters<typeof Exchange>[0];

/** @param body as the client sent it */
export function makeExchange(body: string, parts: Partial<Parts> = {}): Exchange {
  return new Exchange({
    id: 'r1',
    identity: {},
    request: new InboundRequest({
      method: 'POST',
      path: '/',
      originalPath: '/',
      query: new URLSearchParams(),
      headers: {},
      bytes: Buffer.from(body),
    }),
    format: openaiChat,
    cancellation: new Cancellation(),
    log: createLog('silent'),
    received: 0,
    ...parts,
  });
}
