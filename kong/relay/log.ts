// The logger. Secrets and prompts are not logged in the first place; the redaction by path is the second line.
import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

const SECRET_KEYS = [
  'authorization',
  'apikey',
  'api_key',
  'password',
  'secret',
  'header_value',
  'param_value',
  'messages',
  'prompt',
  'body',
];

/** @param level pino's levels, or `silent`. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { name: 'kong-ai' },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Message, code and stack; not an error's own fields, which may hold a request or a config. */
function describeError(error: Error & { code?: unknown }): object {
  const { name, message, stack, code } = error;
  const cause = error.cause instanceof Error ? describeError(error.cause) : undefined;
  return {
    type: name,
    message,
    stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(cause ? { cause } : {}),
  };
}
