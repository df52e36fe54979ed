// What an assistant said before, for formats that know texts only: a refusal is one of them.
import type { AssistantMessage, ChatMessage, TextPart } from '../chat.ts';
import { cannotSay, type Saying } from '../format.ts';

/** None of them is empty: several providers refuse such. @throws TranslationError for what is no text */
export function assistantTexts(
  { content, refusal }: AssistantMessage,
  turn: number,
  saying: Saying | undefined,
): TextPart[] {
  if (!Array.isArray(content)) {
    const text = content || refusal;
    return text ? [{ type: 'text', text }] : [];
  }
  return content.flatMap((part, i): TextPart[] => {
    const { type }: { type: string } = part;
    if (part.type === 'text') return part.text === '' ? [] : [part];
    if (part.type === 'refusal') return part.refusal === '' ? [] : [{ type: 'text', text: part.refusal }];
    const param = `messages[${turn}].content[${i}]`;
    cannotSay(saying, `The model takes no parts of type ${type} that an assistant said.`, param);
    return [];
  });
}

type SystemMessage = Extract<ChatMessage, { role: 'system' | 'developer' }>;

export const isSystem = (message: ChatMessage): message is SystemMessage =>
  message.role === 'system' || message.role === 'developer';
