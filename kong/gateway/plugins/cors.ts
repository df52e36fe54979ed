// cors: preflight answers and the Access-Control headers of all others (kong/plugins/cors).
import { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { emptyExit } from '../exit.ts';
import { HeaderList, toWire } from '../headers.ts';
import { compileRegex, regexProblem } from '../regex.ts';
import { nativePluginOf } from './native.ts';

const METHODS = ['GET', 'HEAD', 'PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const;
const PLAIN_ORIGIN = /^[A-Za-z0-9.:/-]+$/;

const strings = z.array(z.string().min(1)).optional();

export const cors = nativePluginOf({
  name: 'cors',
  priority: 2000,
  allowsConsumer: false,
  schema: z.strictObject({
    origins: z
      .array(
        z
          .string()
          .min(1)
          .refine((origin) => origin === '*' || regexProblem(origin) === undefined, 'is not a valid regex'),
      )
      .optional(),
    headers: strings,
    exposed_headers: strings,
    methods: z.array(z.enum(METHODS)).default([...METHODS]),
    max_age: z.number().optional(),
    credentials: z.boolean().default(false),
    private_network: z.boolean().default(false),
    preflight_continue: z.boolean().default(false),
  }),

  create(config) {
    const origins = originMatcher(config.origins ?? []);

    function setOrigin(context: RequestContext, headers: HeaderList): void {
      const requested = context.headers.get('origin');
      const allowed = origins(requested);
      if (allowed === '*') headers.set('Access-Control-Allow-Origin', '*');
      else {
        addVary(headers);
        if (allowed === undefined) headers.remove('Access-Control-Allow-Origin');
        else headers.set('Access-Control-Allow-Origin', toWire(allowed));
      }
      if (!config.credentials) return;
      if (allowed !== '*') {
        headers.set('Access-Control-Allow-Credentials', 'true');
      } else if (requested !== undefined) {
        // '*' may not go together with credentials, so the origin is named.
        addVary(headers);
        headers.set('Access-Control-Allow-Origin', requested);
        headers.set('Access-Control-Allow-Credentials', 'true');
      }
    }

    return {
      access(context) {
        if (!isPreflight(context) || config.preflight_continue) return;
        const headers = new HeaderList();
        setOrigin(context, headers);
        const asked = context.headers.get('access-control-request-headers');
        const allowed = config.headers?.length ? toWire(config.headers.join(',')) : asked;
        if (allowed !== undefined) headers.set('Access-Control-Allow-Headers', allowed);
        headers.set('Access-Control-Allow-Methods', config.methods.join(','));
        if (config.max_age !== undefined) headers.set('Access-Control-Max-Age', String(config.max_age));
        const privateNetwork = context.headers.get('access-control-request-private-network');
        if (config.private_network && privateNetwork === 'true') {
          headers.set('Access-Control-Allow-Private-Network', 'true');
        }
        const raw = headers.toRaw();
        context.exit = emptyExit(200);
        for (let i = 0; i < raw.length; i += 2) context.exit.headers.push([raw[i]!, raw[i + 1]!]);
      },
      headerFilter(context, headers) {
        if (isPreflight(context)) return;
        setOrigin(context, headers);
        if (config.exposed_headers?.length) {
          headers.set('Access-Control-Expose-Headers', toWire(config.exposed_headers.join(',')));
        }
      },
    };
  },
});

function isPreflight({ method, headers }: RequestContext): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

function addVary(headers: HeaderList): void {
  if (!headers.getAll('vary').some((value) => value === 'Origin')) headers.add('Vary', 'Origin');
}

/** What to allow for a request's origin: '*', an origin, or nothing. */
function originMatcher(origins: string[]): (origin: string | undefined) => string | undefined {
  if (origins.length === 0 || origins.includes('*')) return () => '*';
  const [only] = origins;
  if (origins.length === 1 && only !== undefined && PLAIN_ORIGIN.test(only)) return () => only;
  const matchers = origins.map((origin) => {
    if (PLAIN_ORIGIN.test(origin))
      return (requested: Origin) => requested.origin === normalize(origin).origin;
    const pattern = compileRegex(origin.replace(/^\^/, '').replace(/\$$/, ''));
    const byHost = !origin.includes(':');
    return (requested: Origin) => pattern.matches(byHost ? requested.host : requested.origin);
  });
  return (origin) => {
    if (origin === undefined) return undefined;
    const requested = normalize(origin);
    return matchers.some((matches) => matches(requested)) ? requested.origin : undefined;
  };
}

type Origin = { origin: string; host: string };

/** Default ports are left out, so that `https://a:443` is `https://a`. */
function normalize(origin: string): Origin {
  const match = /^(https?):\/\/([^/:]+)(?::(\d+))?/i.exec(origin);
  if (!match) return { origin, host: origin };
  const [, scheme = '', host = '', port] = match;
  const isDefault = port === (scheme.toLowerCase() === 'https' ? '443' : '80');
  return { origin: `${scheme}://${host}${port === undefined || isDefault ? '' : `:${port}`}`, host };
}
