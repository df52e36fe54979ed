// What support.ts declares is what the translators do: refused, dropped, adapted or simply said.
import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../kong/llm/chat.ts';
import { TranslationError } from '../../../kong/llm/format.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import {
  FEATURES,
  INBOUND_SUPPORT,
  OUTBOUND_SUPPORT,
  supportTables,
} from '../../../kong/llm/formats/support.ts';
import { PROVIDERS } from './matrix/providers.ts';
import { PROBES } from './probes.ts';

const MODELS: Record<string, string> = {
  'openai-chat': 'gpt-5.1',
  anthropic: 'claude-sonnet-4-5',
  gemini: 'gemini-2.5-pro',
  'bedrock-converse': 'eu.anthropic.claude-sonnet-4-5',
  cohere: 'command-a',
};

describe.each(Object.values(PROVIDERS).map(({ outbound }) => outbound))('$name', (outbound) => {
  const { lacks } = OUTBOUND_SUPPORT[outbound.name]!;
  const say = (probe: Partial<ChatRequest>, dropUnsupported: boolean) => {
    const dropped: string[] = [];
    const asked = {
      model: MODELS[outbound.name]!,
      messages: [{ role: 'user' as const, content: 'x' }],
      ...probe,
    };
    outbound.fromCommon(asked, { dropUnsupported, onDrop: (param) => dropped.push(param) });
    return dropped;
  };

  test.each(FEATURES)('%s', (feature) => {
    const probe = PROBES[feature];
    const treatment = lacks[feature]?.treatment;
    if (treatment === 'refused') {
      expect(() => say(probe, false)).toThrow(TranslationError);
      expect(() => say(probe, false)).toThrow(expect.objectContaining({ param: expect.any(String) }));
      expect(say(probe, true)).toHaveLength(1);
    } else expect(say(probe, false)).toHaveLength(treatment === 'dropped' ? 1 : 0);
  });
});

test('every chat format is declared, and in the table', () => {
  const chats = ENDPOINTS.flatMap(({ format }) => (format.chat ? [format.name] : []));
  expect(Object.keys(INBOUND_SUPPORT).sort()).toEqual(chats.sort());
  const names = Object.values(PROVIDERS).map(({ outbound }) => outbound.name);
  expect(Object.keys(OUTBOUND_SUPPORT).sort()).toEqual(names.sort());
  const text = supportTables();
  for (const { title } of Object.values(OUTBOUND_SUPPORT)) expect(text).toContain(title);
  expect(text.split('\n').filter((line) => line.startsWith('|')).length).toBe(2 * (2 + chats.length));
});
