// Which model answers under `kong-ai dev`.
import { expect, onTestFinished, test } from 'vitest';
import { chooseModelServer } from '../../kong/commands/model-server.ts';

test.each<[env: NodeJS.ProcessEnv, notice: RegExp, chosen: object]>([
  [
    { OPENAI_API_KEY: 'k1', ANTHROPIC_API_KEY: 'k2' },
    /OpenAI \(https:\/\/api\.openai\.com\/v1,/,
    { DECK_AI_PROVIDER: 'openai', DECK_AI_AUTH_HEADER: 'authorization', DECK_AI_AUTH_VALUE: 'Bearer k1' },
  ],
  [
    { OPENAI_API_KEY: 'k1', OPENAI_BASE_URL: 'https://eu.example/v1' },
    /https:\/\/eu\.example\/v1/,
    { DECK_AI_BASE_URL: 'https://eu.example/v1' },
  ],
  [
    { ANTHROPIC_API_KEY: 'k2', OLLAMA_HOST: 'localhost' },
    /Anthropic \(https:\/\/api\.anthropic\.com\/v1,/,
    { DECK_AI_PROVIDER: 'anthropic', DECK_AI_AUTH_HEADER: 'x-api-key', DECK_AI_AUTH_VALUE: 'k2' },
  ],
  [
    { ANTHROPIC_API_KEY: 'k2', ANTHROPIC_BASE_URL: 'https://a.example' },
    /https:\/\/a\.example/,
    { DECK_AI_BASE_URL: 'https://a.example' },
  ],
  [
    { OLLAMA_HOST: '127.0.0.1' },
    /model llama3\.2/,
    { DECK_AI_PROVIDER: 'openai-compatible', DECK_AI_BASE_URL: 'http://127.0.0.1:11434/v1' },
  ],
  [
    { OLLAMA_HOST: 'https://ollama.example:8443', OLLAMA_MODEL: 'qwen3' },
    /model qwen3/,
    { DECK_AI_BASE_URL: 'https://ollama.example:8443/v1', DECK_AI_MODEL: 'qwen3' },
  ],
])('with %j', async (env, notice, chosen) => {
  const server = await chooseModelServer(env);
  expect(server.notice).toMatch(notice);
  expect(server.env).toMatchObject(chosen);
  // A notice is printed, so it names no key.
  for (const key of ['k1', 'k2']) expect(server.notice).not.toContain(key);
  await server.close();
});

test('without any, or with empty variables, the demo model answers until it is closed', async () => {
  const server = await chooseModelServer({ OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '', OLLAMA_HOST: '' });
  onTestFinished(server.close);
  expect(server.notice).toContain('DEMO');
  const url = `${server.env.DECK_AI_BASE_URL}/models`;
  expect((await fetch(url)).status).toBe(200);
  await server.close();
  await expect(fetch(url)).rejects.toThrow();
});
