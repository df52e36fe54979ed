// The records of a batch, one after the other, with requests getting their turns in between: the process that reads the
// spool is also one that relays, and a thousand records in one go hold it up for longer than a request takes.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type CostRecord, parseRecord } from './schema.ts';

/** What is taken of the event loop in one go, ms; one record more at most. */
const TURN_MS = 1;

/** Passes over what this version cannot read. @param batch JSON texts */
export async function eachRecord(
  batch: readonly string[],
  take: (record: CostRecord, json: string) => void,
): Promise<void> {
  let until = performance.now() + TURN_MS;
  for (const json of batch) {
    if (performance.now() >= until) {
      await nextTurn();
      until = performance.now() + TURN_MS;
    }
    const record = parseRecord(json);
    if (record) take(record, json);
  }
}
