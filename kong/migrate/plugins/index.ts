// Every plugin of Kong's that has a migration, and what is known of those that have none.
import type { Migration } from '../migration.ts';
import { aiProxy } from './ai-proxy.ts';
import { aiProxyAdvanced } from './ai-proxy-advanced.ts';
import { aiRateLimiting } from './ai-rate-limiting-advanced.ts';
import { aiSanitizer } from './ai-sanitizer.ts';
import { aiSemanticCache } from './ai-semantic-cache.ts';
import { aiPromptGuard, aiSemanticPromptGuard, aiSemanticResponseGuard } from './guards.ts';

export const MIGRATIONS: readonly Migration[] = [
  aiProxy,
  aiProxyAdvanced,
  aiRateLimiting,
  aiPromptGuard,
  aiSemanticPromptGuard,
  aiSemanticResponseGuard,
  aiSanitizer,
  aiSemanticCache,
];

const GUARD = 'write it as a check of prompt-guard (type http, moderation or classifier)';

/** Left as they are, with what to do. */
export const WITHOUT: Readonly<Record<string, string>> = {
  'ai-prompt-decorator': 'stays: it rewrites the request before ai-proxy-ts reads it',
  'ai-prompt-template': 'stays: it rewrites the request before ai-proxy-ts reads it',
  'ai-request-transformer': 'stays: it calls a model of its own, which nothing here limits or logs',
  'ai-response-transformer':
    'buffers whole answers, so nothing streams: remove it, or keep it off these routes',
  'ai-azure-content-safety': GUARD,
  'ai-aws-guardrails': GUARD,
  'ai-gcp-model-armor': GUARD,
  'ai-lakera-guard': GUARD,
  'ai-custom-guardrail': GUARD,
  'ai-llm-as-judge': 'has no equivalent',
  'ai-prompt-compressor': 'has no equivalent',
  'ai-rag-injector': 'has no equivalent',
  'ai-mcp-proxy': 'has no equivalent',
  'ai-mcp-oauth2': 'has no equivalent',
  'ai-a2a-proxy': 'has no equivalent',
};
