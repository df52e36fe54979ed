// key-auth: a consumer's key in a header or the query (kong/plugins/key-auth).
import { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { errorExit } from '../exit.ts';
import { formatQuery, parseQuery } from '../query.ts';
import { headerName, mustBeOff } from './config.ts';
import { authenticate } from './identity.ts';
import { nativePluginOf } from './native.ts';

export const keyAuth = nativePluginOf({
  name: 'key-auth',
  priority: 1250,
  allowsConsumer: false,
  schema: z.strictObject({
    key_names: z.array(headerName).default(['apikey']),
    hide_credentials: z.boolean().default(false),
    anonymous: z.string().min(1).optional(),
    key_in_header: z.boolean().default(true),
    key_in_query: z.boolean().default(true),
    key_in_body: mustBeOff('key_in_body'),
    run_on_preflight: z.boolean().default(true),
    realm: z.string().min(1).optional(),
  }),

  create(config, { credentialByKey, consumer }) {
    const challenge = config.realm === undefined ? 'Key' : `Key realm="${config.realm}"`;

    /** The reason for a refusal, or nothing. */
    function tryKey(context: RequestContext): string | undefined {
      const key = findKey(context);
      if (Array.isArray(key)) return 'Duplicate API key found';
      if (!key) return 'No API key found in request';
      const credential = credentialByKey(key);
      if (!credential) return 'Unauthorized';
      authenticate(context, credential.consumer, credential);
      return undefined;
    }

    function findKey(context: RequestContext): string | string[] | undefined {
      const query = parseQuery(context.query);
      for (const name of config.key_names) {
        const inHeader = config.key_in_header ? context.headers.getAll(name) : [];
        const inQuery = query.filter(([arg]) => arg === name).map(([, value]) => value);
        const found = inHeader.length > 0 || !config.key_in_query ? inHeader : inQuery;
        if (found.length > 1) return found.map(String);
        const [key] = found;
        if (typeof key !== 'string') continue;
        if (config.hide_credentials) {
          context.headers.remove(name);
          if (inQuery.length > 0) context.query = formatQuery(query.filter(([arg]) => arg !== name));
        }
        return key;
      }
      return undefined;
    }

    return {
      access(context) {
        if (!config.run_on_preflight && context.method === 'OPTIONS') return;
        if (config.anonymous === undefined) {
          const refusal = tryKey(context);
          if (refusal === undefined) return;
          context.exit = errorExit(context, 401, refusal, [['WWW-Authenticate', challenge]]);
          return;
        }
        // With `anonymous` the authentication plugins are alternatives: one that succeeded is enough.
        if (context.credential || tryKey(context) === undefined) return;
        const anonymous = consumer(config.anonymous);
        if (!anonymous) throw new Error(`anonymous consumer '${config.anonymous}' does not exist`);
        authenticate(context, anonymous);
      },
    };
  },
});
