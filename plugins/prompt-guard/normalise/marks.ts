// A set of ASCII characters as bits, to ask in one step whether a text holds one or all of some.

/** 32 characters each. */
export type Marks = [number, number, number, number];

export const noMarks = (): Marks => [0, 0, 0, 0];

export function addMark(marks: Marks, code: number): void {
  marks[code >> 5]! |= 1 << (code & 31);
}

/** @param text ASCII */
export function marksOf(text: string): Marks {
  const marks = noMarks();
  for (const char of text) addMark(marks, char.charCodeAt(0));
  return marks;
}

export const hasAny = (marks: Marks, wanted: Marks): boolean =>
  ((marks[0] & wanted[0]) | (marks[1] & wanted[1]) | (marks[2] & wanted[2]) | (marks[3] & wanted[3])) !== 0;

export const hasAll = (marks: Marks, wanted: Marks): boolean =>
  ((~marks[0] & wanted[0]) | (~marks[1] & wanted[1]) | (~marks[2] & wanted[2]) | (~marks[3] & wanted[3])) ===
  0;
