// What the primary process and its relay workers say to each other.
import type { ConfigRecord } from '../plan/config-store.ts';
import type { ServeOptions } from './options.ts';

export type ToWorker =
  | { type: 'start'; options: ServeOptions; secret: string; configs: [string, ConfigRecord][] }
  | { type: 'config'; hash: string; record: ConfigRecord }
  | { type: 'publish'; topic: string; payload: unknown }
  | { type: 'result'; id: number; value?: unknown; error?: string }
  | { type: 'metrics'; id: number }
  | { type: 'close' };

export type ToPrimary =
  /** It listens to messages now: what was sent before may be lost. */
  | { type: 'up' }
  | { type: 'listening'; port: number }
  | { type: 'failed'; reason: string }
  | { type: 'call'; id: number; plugin: string; method: string; args: unknown }
  | { type: 'config'; id: number; hash: string }
  | { type: 'metrics'; id: number; metrics: unknown };
