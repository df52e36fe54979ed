// What a run of the bench found, as it is kept in bench/results.json.
import { cpus, release } from 'node:os';
import type { BigPromptRow } from './big-prompt.ts';
import type { EventRow } from './events.ts';
import type { OpenStreamsRow } from './open-streams.ts';
import type { Effort, RequestRow } from './requests.ts';
import type { StreamRow } from './streams.ts';

export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  kernel: string;
  node: string;
}

export interface Results {
  machine: Machine;
  effort: Effort;
  requests: RequestRow[];
  streams: StreamRow[];
  events: EventRow[];
  openStreams: OpenStreamsRow[];
  bigPrompts: BigPromptRow[];
  skipped: { name: string; reason: string }[];
}

export function thisMachine(): Machine {
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    kernel: release(),
    node: process.version,
  };
}
