import { describe, expect, it } from 'vitest';
import { Breaker, type BreakerOptions, type BreakerState } from '../../kong/relay/breaker.ts';

const OPTIONS: BreakerOptions = {
  failures: 3,
  errorRate: 0.5,
  minCalls: 10,
  windowMs: 10_000,
  openMs: 5000,
  probes: 1,
};

function setup(options: Partial<BreakerOptions> = {}) {
  const clock = { ms: 1_000_000 };
  const changes: BreakerState[] = [];
  const breaker = new Breaker({
    ...OPTIONS,
    now: () => clock.ms,
    onChange: (state) => changes.push(state),
    ...options,
  });
  const call = (...outcomes: ('success' | 'failure' | 'ignore')[]): void => {
    for (const outcome of outcomes) breaker.admit()![outcome]();
  };
  return { breaker, clock, changes, call };
}

describe('Breaker', () => {
  it('opens after failures in a row, not after as many with a success between', () => {
    const { breaker, call } = setup();
    call('failure', 'failure', 'success', 'failure', 'failure');
    expect(breaker.state).toBe('closed');
    call('failure');
    expect(breaker.state).toBe('open');
    expect(breaker.admit()).toBeUndefined();
    expect(breaker.retryInMs).toBe(5000);
  });

  it('opens at an error rate, once there are calls enough', () => {
    const { breaker, call } = setup({ failures: 0 });
    call(...Array(5).fill('failure'), ...Array(4).fill('success'));
    expect(breaker.state).toBe('closed');
    call('failure');
    expect(breaker.state).toBe('open');
  });

  it('forgets what is older than its window', () => {
    const { breaker, clock, call } = setup({ failures: 0 });
    call(...Array(9).fill('failure'));
    clock.ms += 10_000;
    call('failure', ...Array(9).fill('success'), 'failure');
    expect(breaker.state).toBe('closed');
  });

  it('knows the rate of the window alone, however long it has counted', () => {
    const { breaker, clock, call } = setup({ failures: 0, minCalls: 4 });
    // Long ago all failed, then for many windows none did.
    call('failure', 'failure', 'failure');
    for (let i = 0; i < 40; i += 1) {
      clock.ms += 1_000;
      call('success');
    }
    call(...Array(9).fill('failure'));
    expect(breaker.state).toBe('closed');
    // Ten of twenty.
    call('failure');
    expect(breaker.state).toBe('open');
  });

  it('says until when it is open, and nothing when it is not', () => {
    const { breaker, clock, changes, call } = setup();
    expect(breaker.openUntil).toBeUndefined();
    breaker.toldClosed();
    expect(changes).toEqual([]);
    call('failure', 'failure', 'failure');
    expect(breaker.openUntil).toBe(clock.ms + 5_000);
    breaker.toldClosed();
    expect([breaker.openUntil, changes]).toEqual([undefined, ['open', 'closed']]);
  });

  it('lets one probe through when its time is over, and closes when that goes well', () => {
    const { breaker, clock, changes, call } = setup();
    call('failure', 'failure', 'failure');
    clock.ms += 4999;
    expect(breaker.admits).toBe(false);
    clock.ms += 1;
    const probe = breaker.admit()!;
    expect(breaker.state).toBe('half_open');
    expect(breaker.admit()).toBeUndefined();
    probe.success();
    expect(breaker.admits).toBe(true);
    expect(changes).toEqual(['open', 'half_open', 'closed']);
    call('failure', 'failure');
    expect(breaker.state).toBe('closed');
  });

  it('opens again for its full time when a probe fails', () => {
    const { breaker, clock, call } = setup();
    call('failure', 'failure', 'failure');
    clock.ms += 6000;
    call('failure');
    expect(breaker.state).toBe('open');
    expect(breaker.retryInMs).toBe(5000);
  });

  it('wants as many successes as probes', () => {
    const { breaker, clock, call } = setup({ probes: 2 });
    call('failure', 'failure', 'failure');
    clock.ms += 5000;
    const [one, two] = [breaker.admit()!, breaker.admit()!];
    expect(breaker.admit()).toBeUndefined();
    one.success();
    expect(breaker.state).toBe('half_open');
    two.success();
    expect(breaker.state).toBe('closed');
  });

  it('gives the place of an abandoned probe to the next', () => {
    const { breaker, clock, call } = setup();
    call('failure', 'failure', 'failure');
    clock.ms += 5000;
    breaker.admit()!.ignore();
    expect(breaker.state).toBe('half_open');
    expect(breaker.admits).toBe(true);
  });

  it('lets another probe through when one does not come back', () => {
    const { breaker, clock, call } = setup();
    call('failure', 'failure', 'failure');
    clock.ms += 5000;
    breaker.admit();
    clock.ms += 4999;
    expect(breaker.admits).toBe(false);
    clock.ms += 1;
    breaker.admit()!.success();
    expect(breaker.state).toBe('closed');
  });

  it('does not count the same call twice', () => {
    const { breaker } = setup();
    const pass = breaker.admit()!;
    for (let i = 0; i < 5; i += 1) pass.failure();
    expect(breaker.state).toBe('closed');
  });

  it('does not take a call that began before it opened for a probe', () => {
    const { breaker, clock, call } = setup();
    const slow = breaker.admit()!;
    const slowToo = breaker.admit()!;
    call('failure', 'failure', 'failure');
    clock.ms += 5000;
    expect(breaker.state).toBe('half_open');
    slow.failure();
    slowToo.success();
    expect(breaker.state).toBe('half_open');
  });

  it('ignores what says nothing of the other side', () => {
    const { breaker, call } = setup();
    call('failure', 'failure', 'ignore', 'ignore');
    expect(breaker.state).toBe('closed');
  });

  it('told by another process: is open until that one has probed, and half as long again', () => {
    const { breaker, clock, changes } = setup();
    breaker.toldOpen(clock.ms + 5000);
    expect([breaker.admits, breaker.retryInMs]).toEqual([false, 7500]);
    clock.ms += 7499;
    expect(breaker.admits).toBe(false);
    clock.ms += 1;
    expect(breaker.admits).toBe(true);
    expect(changes).toEqual(['open', 'half_open']);
  });

  it('told of another failed probe: waits on; told that it works: closes', () => {
    const { breaker, clock } = setup();
    breaker.toldOpen(clock.ms + 5000);
    clock.ms += 5000;
    breaker.toldOpen(clock.ms + 5000);
    clock.ms += 7000;
    expect(breaker.admits).toBe(false);
    breaker.toldClosed();
    expect(breaker.state).toBe('closed');
  });

  it('does not wait longer for another process when it was the first to know', () => {
    const { breaker, clock, call } = setup();
    call('failure', 'failure', 'failure');
    breaker.toldOpen(clock.ms + 5000);
    expect(breaker.retryInMs).toBe(5000);
  });

  it('that never opens is not opened by others either, nor by old news', () => {
    const { breaker: never, clock } = setup({ failures: 0, errorRate: 0 });
    never.toldOpen(clock.ms + 5000);
    const { breaker } = setup();
    breaker.toldOpen(clock.ms);
    expect([never.state, breaker.state]).toEqual(['closed', 'closed']);
  });
});
