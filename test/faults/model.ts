// A provider that says back what it was sent, and keeps account of what it must never see.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openaiChat, openaiChatEvents } from '../support/upstream/openai.ts';

/** Every planted address is in it; none may reach the provider. */
export const MAIL_DOMAIN = 'planted.example';
/** What prompt-guard denies. */
export const DENIED = 'the launch codes of the moon';

/** How a question names itself, its budget and the address in it; a redacted one has a placeholder there. */
export const question = (token: string, mail: string, extra = ''): string =>
  `Say back ${token} and write to ${mail} please. ${extra}`;

/** The answer to it: long enough to be torn in many places. */
export const answer = (token: string, mail: string): string =>
  `This is for ${token}: a letter went to ${mail}, and a copy to ${mail}. End of ${token}.`;

const QUESTION = /Say back (\S+) and write to (.+?) please\./;

export interface Model {
  port: number;
  /** Questions answered. */
  count(): number;
  /** Prompts that held what no prompt may hold. */
  leaks: string[];
  close(): Promise<void>;
}

/** @param latencyMs of an answer; a stream takes as long, spread over its events. */
export async function startModel(latencyMs: number): Promise<Model> {
  let count = 0;
  const leaks: string[] = [];
  const server = createServer((request, response) => {
    response.on('error', () => {});
    void serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    count += 1;
    if (text.includes(MAIL_DOMAIN) || text.includes(DENIED)) leaks.push(text);
    const { messages, stream } = JSON.parse(text) as { messages: { content: string }[]; stream?: boolean };
    const said = messages.at(-1)!.content;
    const [, token = '?', mail = '?'] = QUESTION.exec(said) ?? [];
    const full = answer(token, mail);
    if (stream) return streamed(response, full);
    await sleep(latencyMs);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(openaiChat({ text: full })));
  }

  async function streamed(response: ServerResponse, full: string): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = openaiChatEvents({ text: full.match(/.{1,7}/gs)! }, { includeUsage: true });
    const rounds = 4;
    const each = Math.ceil(events.length / rounds);
    for (let at = 0; at < events.length && !response.destroyed; at += each) {
      response.write(events.slice(at, at + each).join(''));
      await sleep(latencyMs / rounds);
    }
    response.end();
  }

  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    count: () => count,
    leaks,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
