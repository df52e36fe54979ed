// Counting a prompt's tokens where the provider does not: with the tokenizer of the model that would be asked. The answer
// is marked, as its format has no word for it.
import { countRequestAsync } from '../../kong/llm/chat-tokens.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';

/** Who has counted: absent when the provider has. */
const COUNT_HEADER = 'x-ai-token-count';

export async function countHere(
  { format, request, model, responseHeaders }: Exchange,
  asked: string | undefined,
): Promise<WholeAnswer> {
  const { tokens, estimated } = await countRequestAsync(format, asked ?? model.requested, request.body);
  responseHeaders[COUNT_HEADER] = estimated ? 'gateway; estimated' : 'gateway';
  return WholeAnswer.ofJson(200, format.counted!(tokens));
}
