// A config with every kind of field, shaped as a plugin's would be.
import { z } from 'zod';
import {
  entityChecks,
  headerName,
  httpUrl,
  kong,
  map,
  ms,
  port,
  price,
  seconds,
  secret,
  set,
  text,
} from '../../kong/schema/index.ts';

const auth = entityChecks(
  z.object({
    header_name: headerName().optional(),
    header_value: secret().optional().describe('The value of the authentication header.'),
    location: z.enum(['query', 'body']).optional(),
  }),
  { mutually_required: ['header_name', 'header_value'] },
);

const redis = z.object({
  host: text().default('127.0.0.1'),
  port: port().default(6379),
  password: secret().optional(),
  timeout: ms().default(2000),
  tls: z.boolean().default(false),
});

export const example = entityChecks(
  z.object({
    targets: z
      .array(
        z.object({
          provider: z.enum(['openai', 'anthropic']).describe('The provider that answers the request.'),
          model: text().optional(),
          weight: z.int().min(1).max(100).default(1),
          auth: auth.optional(),
          upstream_url: httpUrl().optional(),
        }),
      )
      .min(1)
      .describe('The models that requests go to.'),
    policy: z.enum(['local', 'redis']).default('local'),
    redis: redis.describe('Where shared counters are kept.'),
    window: seconds().default(60),
    threshold: z.number().min(0).max(1).default(0.95),
    prices: map(z.object({ input: price(), output: price().optional() })).default({}),
    tags: set(text()).default([]),
    keys: z.array(secret()).optional(),
    limits: z.partialRecord(z.enum(['minute', 'hour']), z.int().positive()).optional(),
    retries: z.int().min(0).max(10).default(3),
    note: z.string().optional(),
    region: kong(z.string().startsWith('eu-').optional(), {
      description: 'The region that requests stay in.',
    }),
  }),
  { at_least_one_of: ['targets', 'note'] },
  {
    conditional: {
      if_field: 'policy',
      if_match: { eq: 'redis' },
      then_field: 'redis.password',
      then_match: { required: true },
    },
  },
);
