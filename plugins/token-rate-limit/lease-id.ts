// Names for leases that no two processes and no two runs of one ever share.
import { randomBytes } from 'node:crypto';

const run = randomBytes(9).toString('base64url');
let count = 0;

export function newLeaseId(): string {
  count += 1;
  return `${run}${count.toString(36)}`;
}
