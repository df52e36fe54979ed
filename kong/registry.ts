// The plugins of the suite. Besides the command line, the only file that knows them all.
import { aiProxy } from '../plugins/ai-proxy/index.ts';
import { semanticCache } from '../plugins/semantic-cache/index.ts';
import type { AiPlugin } from './relay/plugin.ts';

export const PLUGINS: readonly AiPlugin[] = [semanticCache, aiProxy];
