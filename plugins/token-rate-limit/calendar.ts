// Calendar windows: which minute, hour, day, week or month of a time zone an instant falls into, and when that ends.

export type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month';

export const WEEKDAYS = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

export interface Calendar {
  unit: CalendarUnit;
  /** IANA name. */
  timezone: string;
  /** Index into WEEKDAYS. */
  weekStart: number;
  /** 1 to 31; in shorter months their last day. */
  monthDay: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** 1970-01-01 was a Thursday. */
const EPOCH_WEEKDAY = 4;

/** No window of the unit is longer: an extra day for what time zones do to days. */
const LONGEST = {
  minute: MINUTE,
  hour: HOUR,
  day: 2 * DAY,
  week: 8 * DAY,
  month: 32 * DAY,
} as const satisfies Record<CalendarUnit, number>;

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Windows by number, in order; the next window has the next number, but for days that a zone skipped. */
export class CalendarWindows {
  private readonly calendar: Calendar;
  private readonly format: Intl.DateTimeFormat;
  /** The window last asked for: instants of it that are known. */
  private known = { from: 0, until: 0, id: 0 };

  constructor(calendar: Calendar) {
    this.calendar = calendar;
    this.format = new Intl.DateTimeFormat('en', {
      timeZone: calendar.timezone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  get longest(): number {
    return LONGEST[this.calendar.unit];
  }

  at(now: number): number {
    return this.window(now).id;
  }

  /** ms since the epoch of the first instant after the window of `now`. */
  end(now: number): number {
    return this.window(now).until;
  }

  private window(now: number): { id: number; until: number } {
    const { from, until } = this.known;
    if (now < from || now >= until) {
      const id = this.idOf(now);
      this.known = { from: now, until: this.firstAfter(id, now), id };
    }
    return this.known;
  }

  private idOf(now: number): number {
    const { unit, weekStart, monthDay } = this.calendar;
    const { year, month, day, offset } = this.local(now);
    if (unit === 'minute' || unit === 'hour') {
      // Hours of a zone that is half an hour off begin at half past; hours that the clock repeats are two.
      const size = unit === 'minute' ? MINUTE : HOUR;
      return Math.floor((now + (((offset % size) + size) % size)) / size);
    }
    if (unit === 'month') {
      const begins = Math.min(monthDay, new Date(Date.UTC(year, month, 0)).getUTCDate());
      return year * 12 + month - (day < begins ? 1 : 0);
    }
    const days = Date.UTC(year, month - 1, day) / DAY;
    return unit === 'day' ? days : Math.floor((days + EPOCH_WEEKDAY - weekStart) / 7);
  }

  /** Numbers never fall as time goes on, so that halving finds the first of the next window. */
  private firstAfter(id: number, now: number): number {
    let [inside, after] = [now, now + this.longest];
    while (after - inside > 1) {
      const middle = Math.floor((inside + after) / 2);
      if (this.idOf(middle) > id) after = middle;
      else inside = middle;
    }
    return after;
  }

  private local(now: number): { year: number; month: number; day: number; offset: number } {
    const fields: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(now)) fields[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = fields;
    const wall = Date.UTC(year, month - 1, day, hour, minute, second);
    return { year, month, day, offset: wall - Math.floor(now / 1000) * 1000 };
  }
}
