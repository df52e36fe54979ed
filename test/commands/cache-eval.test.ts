// `kong-ai cache-eval`: the measures that it prints of judged pairs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { cacheEvalCommand } from '../../kong/commands/cache-eval.ts';
import { runCommand } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'kong-ai-eval-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const PAIRS = [
  { a: 'How do I reset my password?', b: 'How do I reset my password ?', duplicate: true, kind: 'spelling' },
  { a: 'How do I reset my password?', b: 'Why is the sky blue today?', duplicate: false },
  {
    a: 'What is the capital of Spain?',
    b: 'What is the capital of Spain?',
    duplicate: false,
    kind: 'judged wrong',
  },
];

function pairs(name: string, text = PAIRS.map((pair) => JSON.stringify(pair)).join('\n')): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const run = (...args: string[]) => runCommand(cacheEvalCommand(), ...args);

describe('with the built-in embedder', () => {
  it('prints precision, recall and false hits by kind', async () => {
    expect((await run(pairs('pairs.jsonl'))).stdout.split('\n')).toEqual([
      'pairs      3 (1 duplicates)',
      'hits       2 (1 false)',
      'precision  50.0 %',
      'recall     100.0 %',
      '',
      'kind                  pairs   hits  false hits',
      'spelling                  1      1           0',
      '-                         1      0           0',
      'judged wrong              1      1           1',
      '',
    ]);
  });

  it('writes a verdict per pair, with the check that refused a similar one', async () => {
    const out = join(folder, 'verdicts.jsonl');
    const opposite = { a: 'How do I enable logging?', b: 'How do I disable logging?', duplicate: false };
    await run(pairs('opposite.jsonl', JSON.stringify(opposite)), '--verdicts', out, '--threshold', '0.1');
    const [verdict, ...more] = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(more).toEqual([]);
    expect(JSON.parse(verdict!)).toEqual({
      line: 1,
      hit: false,
      similarity: expect.any(Number),
      veto: expect.stringMatching(/./),
    });
  });

  it('hits nothing that is less similar than --threshold says', async () => {
    const near = { a: 'How do I reset my password?', b: 'How do I reset my pasword?', duplicate: true };
    const path = pairs('near.jsonl', JSON.stringify(near));
    expect((await run(path, '--threshold', '0.1')).stdout).toContain('hits       1');
    expect((await run(path, '--threshold', '1')).stdout).toContain('hits       0');
  });
});

describe('with an embeddings endpoint', () => {
  async function endpoint(): Promise<{ url: string; asked: { authorization?: string; model: string }[] }> {
    const asked: { authorization?: string; model: string }[] = [];
    const server = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const { model, input } = JSON.parse(text) as { model: string; input: string | string[] };
      const { authorization } = request.headers;
      asked.push({ model, ...(authorization && { authorization }) });
      const vector = [input].flat().join().toLowerCase().includes('sky') ? [0, 1] : [1, 0];
      const data = [{ object: 'embedding', index: 0, embedding: vector }];
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: 1, total_tokens: 1 } }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/embeddings`, asked };
  }

  it('asks it for the model, with the key of EMBEDDINGS_API_KEY', async () => {
    vi.stubEnv('EMBEDDINGS_API_KEY', 'k');
    const { url, asked } = await endpoint();
    const { status, stdout } = await run(pairs('e.jsonl'), '--embedder', url, '--model', 'm1');
    expect([status, stdout]).toEqual([0, expect.stringContaining('hits       2')]);
    expect(asked[0]).toEqual({ model: 'm1', authorization: 'Bearer k' });
  });

  it('sends no key when there is none', async () => {
    vi.stubEnv('EMBEDDINGS_API_KEY', '');
    const { url, asked } = await endpoint();
    await run(pairs('e.jsonl'), '--embedder', url);
    expect(asked[0]).toEqual({ model: 'text-embedding-3-small' });
  });
});

it.each([
  [['--embedder', 'mine'], '--embedder is lexical or a URL'],
  [['--threshold', '1.1'], '--threshold is a number in 0..1'],
  [['--threshold', 'high'], '--threshold is a number in 0..1'],
])('%j is refused', async (args, message) => {
  expect(await run(pairs('ok.jsonl'), ...args)).toMatchObject({ status: 1, stderr: `kong-ai: ${message}\n` });
});

it('names the line that it cannot read', async () => {
  const text = `${JSON.stringify(PAIRS[0])}\n\n{"a": "x"}`;
  expect((await run(pairs('bad.jsonl', text))).stderr).toMatch(/^kong-ai: line 3 is not /);
});
