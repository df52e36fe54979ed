import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Accumulator } from '../../kong/llm/accumulator.ts';

it('gives back what was appended, however it is taken', () => {
  const piece = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.nat(30))), (steps) => {
      const pending = new Accumulator();
      const taken: Buffer[] = [];
      for (const [chunk, count] of steps) {
        pending.append(chunk);
        taken.push(pending.take(Math.min(count, pending.bytes.length)));
      }
      // What was taken long ago is still what it was.
      expect(Buffer.concat([...taken, pending.bytes])).toEqual(Buffer.concat(steps.map(([chunk]) => chunk)));
    }),
  );
});
