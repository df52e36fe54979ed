// What `kong-ai validate` has to say about a place in a decK file.

export interface Issue {
  file: string;
  /** Counts from 1. */
  line?: number;
  /** `services[0].routes[1].plugins[0].config.targets` */
  path: string;
  /** An error is a mistake; a warning is what may be meant. */
  severity: 'error' | 'warning';
  message: string;
  /** What to do about it. */
  hint?: string;
}

/** An issue without its place. */
export type Finding = Pick<Issue, 'severity' | 'message' | 'hint'>;

export const error = (message: string, hint?: string): Finding => finding('error', message, hint);
export const warning = (message: string, hint?: string): Finding => finding('warning', message, hint);

function finding(severity: Issue['severity'], message: string, hint: string | undefined): Finding {
  return { severity, message, ...(hint === undefined ? {} : { hint }) };
}
