// Which texts of a request are checked.
import type { Role, TextSlot } from '../../kong/llm/format.ts';

export interface Scoped {
  slot: TextSlot;
  /** Part of the slot's text that is checked, in UTF-16 units. */
  start: number;
  end: number;
}

/** @param roles of which some rule or the detector wants to see texts. */
export function inScope(
  slots: readonly TextSlot[],
  history: 'last' | 'all',
  roles: ReadonlySet<Role>,
): TextSlot[] {
  const from = history === 'all' ? -Infinity : lastUserTurn(slots);
  // A system prompt belongs to every turn.
  return slots.filter(
    ({ role, turn, text }) =>
      roles.has(role) && text !== '' && (turn >= from || role === 'system' || role === 'developer'),
  );
}

/** The turn of the last user message; of the last text when there is none. */
export function lastUserTurn(slots: readonly TextSlot[]): number {
  return slots.findLast(({ role }) => role === 'user')?.turn ?? slots.at(-1)?.turn ?? 0;
}

/** The first and the last characters of all texts together. */
export function headAndTail(slots: readonly TextSlot[], maxChars: number): Scoped[] {
  const ends = slots.map(({ text }) => text.length);
  const total = ends.reduce((sum, length) => sum + length, 0);
  if (total <= maxChars) return slots.map((slot) => ({ slot, start: 0, end: slot.text.length }));
  const headEnd = Math.ceil(maxChars / 2);
  const tailStart = total - Math.floor(maxChars / 2);
  const parts: Scoped[] = [];
  let at = 0;
  for (const slot of slots) {
    const { length } = slot.text;
    for (const [from, to] of [
      [0, headEnd],
      [tailStart, total],
    ] as const) {
      const start = Math.max(0, from - at);
      const end = Math.min(length, to - at);
      if (start < end) parts.push({ slot, start, end });
    }
    at += length;
  }
  return parts;
}
