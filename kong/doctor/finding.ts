// What one check of `kong-ai doctor` found.

export interface Finding {
  status: 'ok' | 'warn' | 'fail' | 'skip';
  /** What was looked at. */
  check: string;
  message: string;
  /** What to do about it. */
  advice?: string;
}

export const ok = (check: string, message: string): Finding => ({ status: 'ok', check, message });
export const skip = (check: string, message: string): Finding => ({ status: 'skip', check, message });

export function warn(check: string, message: string, advice: string): Finding {
  return { status: 'warn', check, message, advice };
}

export function fail(check: string, message: string, advice: string): Finding {
  return { status: 'fail', check, message, advice };
}

/** Why a call did not come through: the code of the system or of undici, where there is one. */
export function reason(error: unknown): string {
  const { cause, code, message } = error as { cause?: { code?: string }; code?: string; message: string };
  return cause?.code ?? code ?? message;
}
