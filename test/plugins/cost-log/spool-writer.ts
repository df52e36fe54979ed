// A spool's writer in a test, and what it reports.
import { onTestFinished } from 'vitest';
import { type LossReason, type SpoolSettings, SpoolWriter } from '../../../plugins/cost-log/spool/writer.ts';

export const LIMITS = { maxRecords: 10_000, maxBytes: 64 * 1024 * 1024 };
const SETTINGS: SpoolSettings = { maxBytes: 1e9, segmentBytes: 1e6, flushMs: 1, whenFull: 'drop_oldest' };

export function writerIn(folder: string, settings: Partial<SpoolSettings> = {}) {
  const lost: [number, LossReason][] = [];
  const failures: string[] = [];
  const writer = new SpoolWriter(
    folder,
    { ...SETTINGS, ...settings },
    {
      lost: (records, reason) => lost.push([records, reason]),
      failed: (error) => failures.push(error.message),
    },
  );
  onTestFinished(() => writer.rest());
  return { writer, lost, failures, lostRecords: () => lost.reduce((sum, [count]) => sum + count, 0) };
}
