// The plugins of the suite. Besides the command line, the only file that knows them all.
import { aiProxy } from '../plugins/ai-proxy/index.ts';
import { costLog } from '../plugins/cost-log/index.ts';
import { piiRedact, redactText } from '../plugins/pii-redact/index.ts';
import { promptGuard } from '../plugins/prompt-guard/index.ts';
import { semanticCache } from '../plugins/semantic-cache/index.ts';
import { tokenRateLimit } from '../plugins/token-rate-limit/index.ts';
import type { AiPlugin } from './relay/plugin.ts';

export const PLUGINS: readonly AiPlugin[] = [
  costLog,
  tokenRateLimit,
  promptGuard,
  piiRedact,
  semanticCache,
  aiProxy,
];

/** What cost-log's payload logging goes through. */
export const REDACT_TEXT: ((text: string) => string) | undefined = redactText;
