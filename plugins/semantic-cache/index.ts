// semantic-cache: answers served again when the question is the same, and only then. Inside pii-redact, so that it sees
// and keeps redacted text; outside ai-proxy-ts, so that a hit calls nobody.
import { definePlugin } from '../../kong/relay/plugin.ts';
import { semanticCacheConfig } from './config.ts';
import { cacheNode } from './node.ts';
import { cacheStage } from './stage.ts';

export const semanticCache = definePlugin({
  name: 'semantic-cache',
  version: '0.1.0',
  priority: 795,
  config: semanticCacheConfig,
  stage: cacheStage,
  node: cacheNode,
});
