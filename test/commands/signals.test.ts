// How a command that runs until it is told ends.
import { expect, onTestFinished, test, vi } from 'vitest';
import { demoModelCommand } from '../../kong/commands/demo-model.ts';
import { stopOnSignal } from '../../kong/commands/signals.ts';
import { exitCodes, runCommand, signalHandlerOf } from '../support/command.ts';
import { deferred } from '../support/deferred.ts';

test('the first signal closes and then ends with 0', async () => {
  const codes = exitCodes();
  const closed = deferred<void>();
  const { stop } = await signalHandlerOf(() => stopOnSignal(() => closed.promise));
  stop();
  await new Promise(setImmediate);
  expect(codes).toEqual([]);
  closed.resolve();
  await expect.poll(() => codes).toEqual([0]);
});

test('the second signal ends at once, with 1', async () => {
  const codes = exitCodes();
  const { stop } = await signalHandlerOf(() => stopOnSignal(() => new Promise(() => {})));
  stop();
  expect(codes).toEqual([]);
  stop();
  expect(codes).toEqual([1]);
});

test('what cannot be closed is said, and ends with 1', async () => {
  const codes = exitCodes();
  const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => stderr.mockRestore());
  const { stop } = await signalHandlerOf(() => stopOnSignal(() => Promise.reject(new Error('stuck'))));
  stop();
  await expect.poll(() => codes).toEqual([1]);
  expect(stderr).toHaveBeenCalledWith('kong-ai: stuck\n');
});

test('kong-ai demo-model ends on a signal', async () => {
  const codes = exitCodes();
  const { stop, result } = await signalHandlerOf(() => runCommand(demoModelCommand(), '--port', '0'));
  const url = /http:\S+/.exec(result.stdout)![0];
  expect((await fetch(`${url}/models`)).status).toBe(200);
  stop();
  await expect.poll(() => codes).toEqual([0]);
  await expect(fetch(`${url}/models`)).rejects.toThrow();
});
