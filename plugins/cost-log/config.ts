// The config of cost-log.
import { z } from 'zod';
import { pricesConfig } from '../../kong/llm/prices-config.ts';
import { namedRedisConfig, redisConfig } from '../../kong/relay/redis-config.ts';
import {
  entityChecks,
  headerName,
  httpUrl,
  kong,
  map,
  ms,
  secret,
  set,
  text,
} from '../../kong/schema/index.ts';

const headers = (what: string) =>
  kong(map(secret()).optional(), {
    description: `${what} Values may be vault references, env://NAME or file:///path.`,
  });

const httpSink = z.object({
  url: kong(httpUrl(), {
    description: 'Where batches are sent: POST, one JSON record per line.',
    referenceable: true,
  }),
  headers: headers('Headers of each batch, for example authorization.'),
  timeout: ms().default(10_000).describe('Milliseconds for one batch.'),
  gzip: z.boolean().default(true).describe('Compress the batches.'),
  max_records: z.int().min(1).max(10_000).default(500).describe('Most records of a batch.'),
});

const fileSink = z.object({
  path: text().describe('File that records are appended to, one JSON object per line.'),
  max_bytes: z.int().min(4096).default(104_857_600).describe('Size at which the file is rotated.'),
  max_files: z.int().min(1).max(1000).default(10).describe('Rotated files that are kept: path.1, path.2, …'),
});

const redisSink = z.object({
  ...redisConfig.shape,
  stream: text().describe('Key of the stream, after key_prefix, for example cost-log.'),
  max_len: z.int().min(1).default(1_000_000).describe('Entries that the stream keeps, about.'),
});

const otlpSink = z.object({
  endpoint: kong(httpUrl(), {
    description: 'Base address of an OTLP/HTTP receiver, for example http://collector:4318.',
    referenceable: true,
  }),
  signals: set(z.enum(['traces', 'metrics', 'logs']))
    .default(['traces', 'metrics', 'logs'])
    .describe('What is sent, to /v1/traces, /v1/metrics and /v1/logs.'),
  headers: headers('Headers of each call, for example authorization.'),
  timeout: ms().default(10_000).describe('Milliseconds for one call.'),
  service_name: text().default('kong-ai').describe('service.name of the resource.'),
});

const stdoutSink = z.object({
  level: z.enum(['debug', 'info', 'warn']).describe('Level of the lines.'),
});

export const KINDS = ['stdout', 'file', 'http', 'redis', 'otlp'] as const;

// Not `only_one_of`: Kong Manager sends all kinds, those that nobody filled in with nothing but defaults, and these
// count as absent only here.
const sink = entityChecks(
  z
    .object({
      name: text()
        .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: 'must be letters, digits, _ or -' })
        .optional()
        .describe(
          'Under which it keeps its place in the spool. Default: made from the kind and the address.',
        ),
      stdout: stdoutSink.optional().describe('Records go to standard output, as lines of a log.'),
      file: fileSink.optional().describe('Records go to a file.'),
      http: httpSink.optional().describe('Records go to a URL.'),
      redis: redisSink.optional().describe('Records go to a Redis stream.'),
      otlp: otlpSink.optional().describe('Records go to an OpenTelemetry receiver.'),
    })
    .superRefine((given, context) => {
      const kinds = KINDS.filter((kind) => given[kind]);
      if (kinds.length > 1)
        context.addIssue({ code: 'custom', message: `a sink is of one kind, not of ${kinds.join(' and ')}` });
    }),
  { at_least_one_of: KINDS },
);

const spool = z.object({
  path: text().optional().describe('Folder of the spool. Default: cost-log in KONG_AI_DATA_DIR.'),
  max_bytes: z
    .int()
    .min(65_536)
    .default(1_073_741_824)
    .describe('Size of the spool. Records that every sink has got stay until their room is needed.'),
  segment_bytes: z
    .int()
    .min(4096)
    .max(1_073_741_824)
    .default(8_388_608)
    .describe('Size of one file of the spool; what is deleted is deleted by the file.'),
  flush_interval: ms()
    .max(10_000)
    .default(50)
    .describe('Milliseconds that written records gather before they are synced to the disk together.'),
  when_full: z
    .enum(['drop_oldest', 'drop_new', 'refuse_requests'])
    .default('drop_oldest')
    .describe('What gives way when sinks have not got what fills the spool. Never silent: log and metric.'),
});

const budget = entityChecks(
  z.object({
    name: text().describe('Name of the budget in alerts.'),
    partition: z
      .enum(['global', 'consumer', 'credential', 'route', 'service', 'provider', 'model', 'tag'])
      .default('global')
      .describe('What has a budget of its own each.'),
    tag: text().optional().describe('The tag whose values have one each, for partition tag.'),
    period: z
      .enum(['hour', 'day', 'week', 'month', 'year'])
      .default('month')
      .describe('Calendar period, in UTC.'),
    usd: z.number().gt(0).optional().describe('Amount per period, USD.'),
    tokens: z.int().min(1).optional().describe('Tokens per period.'),
    thresholds: z
      .array(z.number().gt(0).max(100))
      .min(1)
      .default([0.5, 0.8, 1])
      .describe('Parts of the budget at which there is an alert, once per period each.'),
    webhook: z
      .object({
        url: kong(httpUrl(), {
          description: 'Address that alerts are sent to: POST, JSON.',
          referenceable: true,
        }),
        headers: headers('Headers of the call.'),
      })
      .optional()
      .describe('Alerts go to the log, and here.'),
    redis: namedRedisConfig
      .optional()
      .describe('Where the sums of several machines come together. Default: each machine has its own.'),
  }),
  { only_one_of: ['usd', 'tokens'] },
  {
    conditional: {
      if_field: 'partition',
      if_match: { eq: 'tag' },
      then_field: 'tag',
      then_match: { required: true },
    },
  },
);

export const costLogConfig = z.object({
  prices: pricesConfig.describe('Own prices; what has none here has the public list price.'),
  currency: text().default('USD').describe('Label of the amounts in records; nothing is converted.'),
  tags: z
    .object({
      values: map(text()).optional().describe('Tags of every record: name to value.'),
      headers: map(headerName()).optional().describe('Tags from request headers: name to header.'),
      consumer: z.boolean().default(false).describe('Take the tags of Kong’s consumer, team:search as team.'),
    })
    .prefault({})
    .describe('Labels by which reports can be split.'),
  log_payloads: z
    .boolean()
    .default(false)
    .describe('Keep prompts and answers in the records, with personal values taken out.'),
  max_payload_chars: z.int().min(1).max(262_144).default(8192).describe('Characters of each that are kept.'),
  sinks: z.array(sink).default([]).describe('Where records go besides the spool.'),
  spool: spool.prefault({}).describe('The files on disk that come before every sink.'),
  metrics: z
    .object({
      enabled: z.boolean().default(true).describe('Count in the metrics of the admin listener.'),
      max_label_values: z
        .int()
        .min(1)
        .max(10_000)
        .default(200)
        .describe('Values that a label may take; what comes after is `other`.'),
    })
    .prefault({})
    .describe('Prometheus metrics.'),
  budgets: z
    .array(budget)
    .default([])
    .describe('Sums that raise alerts. Hard limits are token-rate-limit’s.'),
});

export type CostLogConfig = z.output<typeof costLogConfig>;
export type SinkConfig = CostLogConfig['sinks'][number];
export type BudgetConfig = CostLogConfig['budgets'][number];
export type SpoolConfig = CostLogConfig['spool'];
