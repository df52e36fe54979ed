// One answer, in words that every provider's builder understands.

export interface Said {
  /** Streamed piece by piece. */
  text?: string[];
  reasoning?: string[];
  /** `arguments`: JSON text, torn where it is streamed. */
  tools?: { id: string; name: string; arguments: string[] }[];
  finish?: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  usage?: SaidUsage;
}

/** `input` includes `cached`, `output` includes `reasoning`. */
export interface SaidUsage {
  input: number;
  output: number;
  cached?: number;
  reasoning?: number;
}

export const finishOf = ({ finish, tools }: Said): NonNullable<Said['finish']> =>
  finish ?? (tools ? 'tool_calls' : 'stop');

export const USAGE: SaidUsage = { input: 100, output: 30, cached: 40, reasoning: 10 };
