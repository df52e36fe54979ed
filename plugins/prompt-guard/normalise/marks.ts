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

export function hasAny(marks: Marks, wanted: Marks): boolean {
  const [a, b, c, d] = wanted;
  return ((marks[0] & a) | (marks[1] & b) | (marks[2] & c) | (marks[3] & d)) !== 0;
}

export function hasAll(marks: Marks, wanted: Marks): boolean {
  const [a, b, c, d] = wanted;
  return (marks[0] & a) === a && (marks[1] & b) === b && (marks[2] & c) === c && (marks[3] & d) === d;
}
