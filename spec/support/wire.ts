// How behaviours and recorded requests travel between the tests and the process that runs the upstream: JSON.
import type { Behaviour, RecordedRequest } from '../../test/support/upstream/index.ts';

/** A recorded request as plain data. */
export type SeenRequest = Omit<RecordedRequest, 'over'>;

export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    item?.type === 'Buffer' ? { base64: Buffer.from(item.data).toString('base64') } : item,
  );
}

export function decodeBehaviours(text: string): Behaviour[] {
  return JSON.parse(text, (_key, item) =>
    typeof item?.base64 === 'string' ? Buffer.from(item.base64, 'base64') : item,
  );
}
