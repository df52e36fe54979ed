// Any tearing of an upstream stream gives the client the same events: every provider's format and framing, every
// client's format, through the readers of the real stage.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChatRequest } from '../../../kong/llm/chat.ts';
import type { Format } from '../../../kong/llm/format.ts';
import { ENDPOINTS } from '../../../kong/llm/formats/index.ts';
import { EventStream } from '../../../kong/llm/stream.ts';
import type { Usage } from '../../../kong/llm/usage.ts';
import { ProviderStream } from '../../../plugins/ai-proxy/provider-stream.ts';
import { PassingReader, TranslatingReader } from '../../../plugins/ai-proxy/readers.ts';
import { PROVIDERS, type ProviderSide } from '../../llm/formats/matrix/providers.ts';
import { tear } from '../../support/upstream/behaviour.ts';
import type { Said } from '../../support/upstream/said.ts';

const SAID: Said = {
  reasoning: ['Let me ', 'think – ', '🤔'],
  text: ['Grüße ', '🌍', ' \n\n data: [DONE] \r\n'],
  tools: [
    { id: 'call_a', name: 'f', arguments: ['{"a":', '"ü"}'] },
    { id: 'call_b', name: 'g', arguments: ['{}'] },
  ],
};
const REQUEST = { model: 'm', messages: [], stream: true } as ChatRequest;

interface Seen {
  text: string;
  usage: Usage[];
  ended: boolean;
  failed: Error | undefined;
}

function through({ chat, ...format }: Format, side: ProviderSide, pieces: Buffer[]): Seen {
  const seen: Seen = { text: '', usage: [], ended: false, failed: undefined };
  const onUsage = (usage: Usage): void => void seen.usage.push(usage);
  const reader =
    format.name === side.outbound.name
      ? new PassingReader(format, false, onUsage)
      : new TranslatingReader(chat!, side.outbound.toChunks(REQUEST), REQUEST, onUsage);
  const flow = { pause() {}, resume() {}, abort() {} };
  const watch = { begun() {}, over() {}, cancelled() {} };
  const source = new ProviderStream(flow, reader, side.outbound.framing, watch);
  new EventStream(source).start({
    event: (event) => {
      seen.text += event.toBytes().toString();
    },
    end: () => {
      seen.ended = true;
    },
    fail: (error) => {
      seen.failed = error;
    },
  });
  for (const piece of pieces) source.data(piece);
  source.end();
  return seen;
}

/** Made up here, not said by the provider; also where it is sealed into a token (seal.ts). */
const withoutMadeUp = ({ text, ...seen }: Seen): unknown => ({
  ...seen,
  text: text
    .replace(/a29uZy1haTo6[\w+/=]+/g, (sealed) => Buffer.from(sealed, 'base64').toString())
    .replace(/(chatcmpl-|call_|toolu_|msg_|resp_|rs_|fc_)[0-9a-f]{20,}/g, 'made-up')
    .replace(/"(created|created_at|completed_at)":\d+/g, '"created":0'),
});

const clients = ENDPOINTS.flatMap(({ format }) => (format.chat ? [format] : []));
const cells = Object.entries(PROVIDERS).flatMap(([provider, side]) =>
  clients.map((client) => ({ provider, side, client, name: client.name })),
);

describe.each(cells)('$provider to a client of $name', ({ side, client }) => {
  const bytes = Buffer.concat(side.events(SAID).map((event) => Buffer.from(event as string)));
  const whole = through(client, side, [bytes]);

  test('torn anywhere', () => {
    expect([whole.ended, whole.failed, whole.usage.length > 0]).toEqual([true, undefined, true]);
    const positions = fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 30 });
    fc.assert(
      fc.property(positions, (at) => {
        expect(withoutMadeUp(through(client, side, tear(bytes, at)))).toEqual(withoutMadeUp(whole));
      }),
      { numRuns: 25 },
    );
    expect(withoutMadeUp(through(client, side, tear(bytes, 'every-byte')))).toEqual(withoutMadeUp(whole));
  });

  test('cut anywhere it never looks finished', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (at) => {
        const cut = through(client, side, [bytes.subarray(0, at)]);
        // Gemini has no last event, and Bedrock only counts in its last one: all was said with the finish reason.
        if (!cut.ended) expect(cut.failed).toBeInstanceOf(Error);
        else expect(['gemini', 'bedrock-converse']).toContain(side.outbound.name);
      }),
      { numRuns: 25 },
    );
  });
});
