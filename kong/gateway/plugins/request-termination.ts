// request-termination: a fixed answer instead of the upstream's (kong/plugins/request-termination).
import { z } from 'zod';
import { type Exit, emptyExit, jsonExit } from '../exit.ts';
import { toWire } from '../headers.ts';
import { parseQuery } from '../query.ts';
import { headerName, mustBeOff } from './config.ts';
import { nativePluginOf } from './native.ts';

const MESSAGES: Record<number, string> = {
  401: 'Unauthorized',
  404: 'Not found',
  405: 'Method not allowed',
  500: 'An unexpected error occurred',
  502: 'Bad Gateway',
  503: 'Service unavailable',
};

const schema = z
  .strictObject({
    status_code: z.int().min(200).max(599).default(503),
    message: z.string().min(1).optional(),
    content_type: z.string().min(1).optional(),
    body: z.string().min(1).optional(),
    echo: mustBeOff('echo'),
    trigger: headerName.optional(),
  })
  .refine(({ message, content_type, body }) => !message || (!content_type && !body), {
    message: 'message cannot be used with content_type or body',
  })
  .refine(({ content_type, body }) => !content_type || body, { message: 'content_type requires a body' });

export const requestTermination = nativePluginOf({
  name: 'request-termination',
  priority: 2,
  allowsConsumer: true,
  schema,

  create(config) {
    const { trigger } = config;
    const exit = answer(config);
    return {
      access(context) {
        const triggered =
          trigger === undefined ||
          context.headers.has(trigger) ||
          parseQuery(context.query).some(([name]) => name === trigger);
        if (triggered) context.exit = exit;
      },
    };
  },
});

function answer({ status_code, message, content_type, body }: z.output<typeof schema>): Exit {
  if (body !== undefined) {
    const headers: Exit['headers'] = content_type ? [['Content-Type', toWire(content_type)]] : [];
    return { status: status_code, headers, body: Buffer.from(body) };
  }
  const text = message ?? MESSAGES[status_code];
  return text === undefined ? emptyExit(status_code) : jsonExit(status_code, { message: text });
}
