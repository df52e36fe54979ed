// Issues as lines: for people, for programs, and for GitHub's annotations.
import type { Issue } from './issue.ts';

export const FORMATS = ['text', 'json', 'github'] as const;
export type Format = (typeof FORMATS)[number];

export function print(issues: readonly Issue[], format: Format): string {
  if (format === 'json') return JSON.stringify(issues, null, 2);
  return issues.map(format === 'github' ? annotation : line).join('\n');
}

function line({ file, line: at, path, severity, message, hint }: Issue): string {
  const place = [file, at].filter((part) => part !== undefined).join(':');
  return `${place}: ${severity}: ${where(path)}${message}${hint === undefined ? '' : `\n    ${hint}`}`;
}

/** What is wrong with the file as a whole has no path. */
const where = (path: string): string => (path === '' ? '' : `${path}: `);

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
function annotation({ file, line: at, path, severity, message, hint }: Issue): string {
  const text = [`${where(path)}${message}`, hint].filter((part) => part !== undefined).join(' ');
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${severity} file=${file}${at === undefined ? '' : `,line=${at}`}::${escaped}`;
}
