// What the stages tell each other and the log about a request: decisions and counts, never texts or values.
import type { Usage } from '../llm/usage.ts';

export interface CacheNote {
  status: 'Hit' | 'Miss' | 'Bypass' | 'Refresh';
  tier?: 'exact' | 'semantic';
  /** 1 = same. */
  similarity?: number;
  reason?: string;
}

export interface GuardNote {
  verdict: 'allowed' | 'flagged' | 'blocked';
  /** Ids of the rules and detectors that matched, with their score in 0..1. */
  matches: { rule: string; score?: number; direction: 'request' | 'response' }[];
}

export interface PiiNote {
  /** Found values by entity type. */
  request: Record<string, number>;
  response: Record<string, number>;
  blocked: boolean;
}

export interface LimitNote {
  policy: string;
  unit: string;
  limit: number;
  remaining: number;
  /** Past a soft threshold, or refused. */
  state: 'ok' | 'soft' | 'limited';
}

export interface Notes {
  cache?: CacheNote;
  guard?: GuardNote;
  pii?: PiiNote;
  limits?: LimitNote[];
}

/** A model call beside the answer itself. It is priced like any other. */
export interface SideCall {
  purpose: 'embedding' | 'judge' | 'hedge' | 'discarded';
  provider: string;
  model: string;
  usage?: Usage;
  /** How long it took, ms. */
  ms?: number;
}
