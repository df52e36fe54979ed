// `npm run spec:docker`: builds the images, brings docker-compose.yml up, asks the gateway as a client would, and takes
// everything down again. Needs a Docker engine.
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { downAll, upAll } from 'docker-compose';

const cwd = join(process.cwd(), 'docker');
const envFile = join(cwd, '.env');
const URL = 'http://127.0.0.1:8000/ai/v1/chat/completions';
const PATIENCE_MS = 120_000;

const project = `kong-ai-spec-${randomUUID().slice(0, 8)}`;
const options = { cwd, log: true, composeOptions: ['--project-name', project] };

async function ask(headers: Record<string, string>, body: object): Promise<Response> {
  return fetch(URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
}

const question = {
  model: 'demo-model',
  messages: [{ role: 'user', content: 'What does an AI gateway do?' }],
};
const key = { apikey: 'demo-key' };

async function untilReady(): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const status = await ask(key, question).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    if (Date.now() > deadline) throw new Error(`the gateway does not answer (last status ${status})`);
    await sleep(2000);
  }
}

function expect(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
  process.stdout.write(`ok  ${what}\n`);
}

async function behaviours(): Promise<void> {
  expect((await ask({}, question)).status === 401, 'a request without a key is refused by Kong');
  const whole = await ask(key, question);
  const { choices } = (await whole.json()) as { choices: { message: { content: string } }[] };
  expect(choices[0]!.message.content.length > 0, 'a question is answered');
  const stream = await ask(key, { ...question, stream: true });
  expect((await stream.text()).includes('data: [DONE]'), 'an answer is streamed to its end');
  const forged = await ask({ ...key, 'x-ai-identity': 'v1.x.y' }, question);
  expect(forged.status === 400, 'forged gateway headers are refused');
  const ready = await fetch('http://127.0.0.1:8901/readyz');
  expect(ready.ok, 'the admin listener says ready');
}

const ownEnv = !existsSync(envFile);
if (ownEnv) copyFileSync(join(cwd, '.env.example'), envFile);
try {
  await upAll({ ...options, commandOptions: ['--build'] });
  await untilReady();
  await behaviours();
} finally {
  await downAll({ ...options, commandOptions: ['--volumes'] });
  if (ownEnv) rmSync(envFile);
}
