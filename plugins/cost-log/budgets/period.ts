// Calendar periods in UTC.
export type Period = 'hour' | 'day' | 'week' | 'month' | 'year';

/** The beginning of the period as text, for example `2025-11` or `2025-11-17`; a week is named by its Monday. */
export function periodOf(period: Period, ms: number): string {
  const date = new Date(ms);
  const iso = date.toISOString();
  if (period === 'hour') return iso.slice(0, 13);
  if (period === 'day') return iso.slice(0, 10);
  if (period === 'month') return iso.slice(0, 7);
  if (period === 'year') return iso.slice(0, 4);
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return new Date(ms - sinceMonday * 24 * 3600_000).toISOString().slice(0, 10);
}

const DAYS: Record<Period, number> = { hour: 1, day: 3, week: 21, month: 93, year: 800 };

/** How long the sums of a period are of use to anybody, in seconds: late records, and a look back. */
export const keptSeconds = (period: Period): number => DAYS[period] * 24 * 3600;
