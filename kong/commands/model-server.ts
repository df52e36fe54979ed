// Which model answers under `kong-ai dev`: a real provider when its key is at hand, else the demo on loopback.
// The choice reaches the decK file as DECK_* variables, which a user's own environment overrides.
import { startDemoModel } from '../gateway/demo-model.ts';

export interface ModelServer {
  env: Record<string, string>;
  notice: string;
  close(): Promise<void>;
}

const nothing = async (): Promise<void> => {};

export async function chooseModelServer(env: NodeJS.ProcessEnv): Promise<ModelServer> {
  if (env.OPENAI_API_KEY) {
    const base = env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1';
    return real('OpenAI', 'openai', base, 'gpt-4o-mini', 'authorization', `Bearer ${env.OPENAI_API_KEY}`);
  }
  if (env.ANTHROPIC_API_KEY) {
    const base = env.ANTHROPIC_BASE_URL ?? 'https://api.anthropic.com/v1';
    return real('Anthropic', 'anthropic', base, 'claude-haiku-4-5', 'x-api-key', env.ANTHROPIC_API_KEY);
  }
  if (env.OLLAMA_HOST) {
    const host = /^https?:\/\//.test(env.OLLAMA_HOST) ? env.OLLAMA_HOST : `http://${env.OLLAMA_HOST}`;
    const url = new URL(host);
    if (url.port === '') url.port = '11434';
    const base = `${url.origin}/v1`;
    return real(
      'Ollama',
      'openai-compatible',
      base,
      env.OLLAMA_MODEL ?? 'llama3.2',
      'authorization',
      'Bearer ollama',
    );
  }
  const demo = await startDemoModel({});
  return {
    env: deckVariables('openai-compatible', demo.url, 'demo-model', 'authorization', 'Bearer demo'),
    notice:
      'No OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_HOST is set: a built-in DEMO model answers. It knows nothing;\n' +
      'its answers only show what the gateway does.',
    close: () => demo.close(),
  };
}

function real(
  name: string,
  provider: string,
  base: string,
  model: string,
  header: string,
  value: string,
): ModelServer {
  const env = deckVariables(provider, base, model, header, value);
  return { env, notice: `Requests go to ${name} (${base}, model ${model}).`, close: nothing };
}

function deckVariables(provider: string, base: string, model: string, header: string, value: string) {
  return {
    DECK_AI_PROVIDER: provider,
    DECK_AI_BASE_URL: base,
    DECK_AI_MODEL: model,
    DECK_AI_AUTH_HEADER: header,
    DECK_AI_AUTH_VALUE: value,
  };
}
