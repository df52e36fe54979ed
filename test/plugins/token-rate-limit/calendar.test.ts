import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Calendar,
  type CalendarUnit,
  CalendarWindows,
} from '../../../plugins/token-rate-limit/calendar.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  // Midnight is skipped when the clocks go forward.
  'Africa/Cairo',
  'America/Santiago',
  // Midnight comes twice when they go back.
  'America/Havana',
  'Asia/Kathmandu',
  // Half an hour of summer time.
  'Australia/Lord_Howe',
  // Left out 30 December 2011.
  'Pacific/Apia',
];

const windows = (calendar: Partial<Calendar> & { unit: CalendarUnit }) =>
  new CalendarWindows({ timezone: 'UTC', weekStart: 1, monthDay: 1, ...calendar });

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().replace(':00.000Z', 'Z');

/** Wall-clock date as a clerk would read it off: `2026-03-29 00:30:00`. */
const wall = (ms: number, timezone: string): string =>
  new Date(ms).toLocaleString('sv-SE', { timeZone: timezone });

/** The window by its name, by counting days on paper. */
function nameOf(ms: number, { unit, timezone, weekStart, monthDay }: Calendar): string {
  const date = wall(ms, timezone).slice(0, 10);
  if (unit === 'day') return date;
  const walk = new Date(`${date}T00:00:00Z`);
  const begins = (): boolean => {
    if (unit === 'week') return walk.getUTCDay() === weekStart;
    const tomorrow = new Date(walk.getTime() + 86_400_000);
    const isLast = tomorrow.getUTCMonth() !== walk.getUTCMonth();
    return walk.getUTCDate() === monthDay || (isLast && walk.getUTCDate() < monthDay);
  };
  while (!begins()) walk.setUTCDate(walk.getUTCDate() - 1);
  return walk.toISOString().slice(0, 10);
}

const instants = fc.integer({ min: at('2009-01-01T00:00:00Z'), max: at('2031-01-01T00:00:00Z') });

describe.each(ZONES)('%s', (timezone) => {
  test('any instant is in the window that its date says, and the window ends when the date says', () => {
    fc.assert(
      fc.property(
        instants,
        fc.constantFrom('day' as const, 'week' as const, 'month' as const),
        fc.nat(6),
        fc.integer({ min: 1, max: 31 }),
        (now, unit, weekStart, monthDay) => {
          const calendar = { unit, timezone, weekStart, monthDay };
          const made = new CalendarWindows(calendar);
          const end = made.end(now);
          const name = nameOf(now, calendar);
          expect(end).toBeGreaterThan(now);
          expect(nameOf(end - 1, calendar)).toBe(name);
          expect(nameOf(end, calendar)).not.toBe(name);
          expect(made.at(end - 1)).toBe(made.at(now));
          expect(made.at(end)).toBeGreaterThan(made.at(now));
        },
      ),
      { numRuns: 60 },
    );
  });
});

test.each([
  // Clocks go forward on 29 March 2026 (a day of 23 hours) and back on 25 October (25 hours).
  ['Europe/Berlin', '2026-03-28T23:00Z', '2026-03-29T22:00Z'],
  ['Europe/Berlin', '2026-10-24T22:00Z', '2026-10-25T23:00Z'],
  // Midnight of 6 September 2026 does not exist in Santiago: the day begins at 01:00.
  ['America/Santiago', '2026-09-06T04:00Z', '2026-09-07T03:00Z'],
  // In Havana 00:00 to 01:00 of 1 November 2026 comes twice.
  ['America/Havana', '2026-11-01T04:00Z', '2026-11-02T05:00Z'],
])('the day of %s that begins at %s ends at %s', (timezone, begins, ends) => {
  const day = windows({ unit: 'day', timezone });
  expect(iso(day.end(at(begins)))).toBe(ends);
  expect(day.at(at(begins) - 1)).toBeLessThan(day.at(at(begins)));
});

test('a day that a zone leaves out has no window', () => {
  const day = windows({ unit: 'day', timezone: 'Pacific/Apia' });
  const last = at('2011-12-30T09:59:59Z');
  expect(day.at(last + 1000) - day.at(last)).toBe(2);
});

test.each([
  [31, '2026-01-31T12:00Z', '2026-02-28T00:00Z'],
  [31, '2026-02-28T12:00Z', '2026-03-31T00:00Z'],
  [31, '2028-02-01T12:00Z', '2028-02-29T00:00Z'],
  [30, '2026-02-28T12:00Z', '2026-03-30T00:00Z'],
  [1, '2026-12-31T23:59Z', '2027-01-01T00:00Z'],
  [15, '2026-12-20T00:00Z', '2027-01-15T00:00Z'],
])('a month that begins on day %i: the one of %s ends at %s', (monthDay, now, ends) => {
  expect(iso(windows({ unit: 'month', monthDay }).end(at(now)))).toBe(ends);
});

test('weeks begin on the configured day', () => {
  expect(iso(windows({ unit: 'week', weekStart: 1 }).end(at('2026-11-20T12:00Z')))).toBe('2026-11-23T00:00Z');
  expect(iso(windows({ unit: 'week', weekStart: 0 }).end(at('2026-11-20T12:00Z')))).toBe('2026-11-22T00:00Z');
});

test('an hour that the clock repeats is two windows, and hours follow a zone’s half hour', () => {
  const berlin = windows({ unit: 'hour', timezone: 'Europe/Berlin' });
  expect(berlin.at(at('2026-10-25T01:30Z'))).toBe(berlin.at(at('2026-10-25T00:30Z')) + 1);
  const kathmandu = windows({ unit: 'hour', timezone: 'Asia/Kathmandu' });
  expect(iso(kathmandu.end(at('2026-11-20T12:00Z')))).toBe('2026-11-20T12:15Z');
});
