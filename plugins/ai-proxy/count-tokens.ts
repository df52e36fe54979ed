// Counting a prompt's tokens where the provider does not: with the tokenizer of the model that would be asked.
import { countRequestAsync } from '../../kong/llm/chat-tokens.ts';
import { countedTokens } from '../../kong/llm/formats/anthropic/format.ts';
import { WholeAnswer } from '../../kong/relay/answer.ts';
import type { Exchange } from '../../kong/relay/exchange.ts';

export async function countHere(
  { format, request, model }: Exchange,
  asked: string | undefined,
): Promise<WholeAnswer> {
  const { tokens } = await countRequestAsync(format, asked ?? model.requested, request.body);
  return WholeAnswer.ofJson(200, countedTokens(tokens));
}
