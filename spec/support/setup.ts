// vitest's global setup for spec/: the fake upstream, Redis, and a gateway: the embedded one, a Kong that it starts
// (SPEC_KONG names the command), or one that runs already (SPEC_GATEWAY_URL).
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { parse } from 'yaml';
import { redisAvailable, startRedis } from '../../test/support/redis.ts';
import { deckEnv, FIXED_PORTS } from './env.ts';
import { startKong } from './kong.ts';
import { deckFiles, render } from './render.ts';
import { startStack } from './stack.ts';
import { startSpecUpstream } from './upstream.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    gatewayUrl: string;
    /** False when the suite runs against a gateway that was given by its address. */
    gatewayEmbedded: boolean;
    /** The declarative file that the gateway has. */
    gatewayFile: string;
    upstreamControl: string;
  }
}

type Undo = () => unknown;

export default async function setup(project: TestProject): Promise<Undo> {
  const undo: Undo[] = [];
  const teardown = async () => {
    for (const step of undo.reverse()) await step();
  };
  try {
    const url = process.env.SPEC_GATEWAY_URL;
    await (url ? useGateway(project, url.replace(/\/$/, ''), undo) : useOwn(project, undo));
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

async function useOwn(project: TestProject, undo: Undo[]): Promise<void> {
  const upstream = await startSpecUpstream();
  undo.push(upstream.close);
  const redis = redisAvailable ? await startRedis() : undefined;
  if (redis) undo.push(redis.stop);

  const dir = await mkdtemp(join(tmpdir(), 'kong-ai-spec-'));
  undo.push(() => rm(dir, { recursive: true, force: true }));
  const file = join(dir, 'kong.yaml');
  // Without Redis the port is one where nobody listens; the tests that need it say so.
  const env = deckEnv({ upstreamPort: upstream.port, redisPort: redis?.port ?? 1 });
  const command = process.env.SPEC_KONG;
  await writeFile(file, render(deckFiles(undefined, { embedded: !command }), env));

  const gateway = command ? await startKong(command, file) : await startStack(file);
  undo.push(gateway.close);
  provide(project, { url: gateway.url, embedded: !command, file, control: upstream.controlUrl });
}

async function useGateway(project: TestProject, url: string, undo: Undo[]): Promise<void> {
  const file = process.env.SPEC_GATEWAY_FILE;
  if (!file) throw new Error('SPEC_GATEWAY_URL needs SPEC_GATEWAY_FILE, the file that the gateway was given');
  const wanted = render(deckFiles(), deckEnv(FIXED_PORTS));
  if (JSON.stringify(parse(wanted)) !== JSON.stringify(parse(await readFile(file, 'utf8')))) {
    throw new Error(
      `${file} is not what spec/deck and these ports give; render it again: npm run spec:render`,
    );
  }
  const host = process.env.SPEC_UPSTREAM_HOST ?? '127.0.0.1';
  const upstream = await startSpecUpstream({ port: FIXED_PORTS.upstreamPort, host });
  undo.push(upstream.close);
  provide(project, { url, embedded: false, file, control: upstream.controlUrl });
}

function provide(
  project: TestProject,
  given: { url: string; embedded: boolean; file: string; control: string },
): void {
  project.provide('gatewayUrl', given.url);
  project.provide('gatewayEmbedded', given.embedded);
  project.provide('gatewayFile', given.file);
  project.provide('upstreamControl', given.control);
}
