// ai-rate-limiting-advanced: limits by provider (the older form) or by policy.
import { fieldOf, keepKnown } from '../known.ts';
import type { Migration } from '../migration.ts';
import { defined, type Json, type Reader, records } from '../reader.ts';
import { llmFormat } from './common.ts';

const TO = 'token-rate-limit';

const PARTITIONS: Readonly<Record<string, string>> = {
  consumer: 'consumer',
  'consumer-group': 'consumer_group',
  consumer_group: 'consumer_group',
  credential: 'credential',
  header: 'header',
  ip: 'ip',
  service: 'service',
  model: 'model',
  provider: 'provider',
};

export const aiRateLimiting: Migration = {
  from: 'ai-rate-limiting-advanced',
  convert(reader) {
    llmFormat(reader);
    const policies = [...byProvider(reader), ...byPolicy(reader)];
    if (policies.length === 0) reader.note('todo', '', 'it has no limits: give it policies');
    reader.drop({
      sync_rate: 'counters are always shared at once',
      dictionary_name: 'counters are the relay’s',
      disable_penalty: 'refused requests are never counted',
      decrease_by_fractions_in_redis: 'fractions are always kept',
      error_hide_providers: 'an error names the policy, never a provider',
      retry_after_jitter_max: 'has no equivalent',
      custom_cost_count_function: 'functions are not run; see unit cost_usd and prices',
      request_prompt_count_function: 'functions are not run',
    });
    return [
      {
        name: TO,
        config: defined({
          policies,
          ...store(reader),
          namespace: reader.take('namespace'),
          hide_client_headers: reader.take('hide_client_headers'),
          error_code: reader.take('error_code'),
          error_message: reader.take('error_message'),
        }),
      },
    ];
  },
};

function store(reader: Reader): Json {
  const strategy = reader.take('strategy');
  const redis = keepKnown(reader.take('redis'), fieldOf(TO, 'redis'), reader, 'redis');
  if (strategy === 'cluster') {
    reader.note('todo', 'strategy', 'counters are not kept in Kong’s database: set strategy redis and redis');
    return { strategy: 'local' };
  }
  return { strategy, redis: strategy === 'redis' ? redis : undefined };
}

function byProvider(reader: Reader): Json[] {
  const unit = unitOf(reader.take('tokens_count_strategy'));
  const windowType = reader.take('window_type');
  const partition = partitionOf(reader);
  return records(reader.take('llm_providers')).flatMap(({ name, limit, window_size }, i) => {
    if (name === 'customCost' || name === 'requestPrompt') {
      reader.note(
        'lost',
        `llm_providers[${i}]`,
        `${name} counts by a function of Kong's; use unit cost_usd or prompt_tokens`,
      );
      return [];
    }
    const limits = Array.isArray(limit) ? limit : [limit];
    const windows = Array.isArray(window_size) ? window_size : [window_size];
    return [
      {
        name: String(name),
        match: { provider: [String(name)] },
        ...partition,
        limits: limits.map((amount, at) =>
          defined({
            unit,
            limit: amount,
            window: String(windows[at] ?? windows[0]),
            window_type: windowType,
          }),
        ),
      },
    ];
  });
}

function partitionOf(reader: Reader): Json {
  const identifier = reader.take('identifier');
  const header = reader.take('header_name');
  reader.take('path');
  if (identifier === undefined) return {};
  const partition = PARTITIONS[String(identifier)];
  if (partition === undefined) {
    reader.note(
      'todo',
      'identifier',
      `there are no budgets by ${String(identifier)}: use match.path of a policy`,
    );
    return {};
  }
  return defined({
    partition_by: [partition],
    partition_header: partition === 'header' ? header : undefined,
  });
}

function byPolicy(reader: Reader): Json[] {
  return records(reader.take('policies')).map((given, i) => {
    const match: Json = {};
    const partitions: string[] = [];
    let header: unknown;
    for (const { type, values, key, partition_by } of records(given.match)) {
      const wanted = Array.isArray(values) && values.length > 0 ? values : undefined;
      if (type === 'header') {
        if (wanted) match.header = wanted.map((value) => ({ name: key, value }));
        if (wanted && wanted.length > 1)
          reader.note(
            'todo',
            `policies[${i}].match`,
            'several values of one header: all must match; make a policy for each',
          );
      } else if (wanted) match[String(type)] = wanted;
      if (partition_by !== true) continue;
      const partition = PARTITIONS[String(type)];
      if (partition) partitions.push(partition);
      else reader.note('todo', `policies[${i}].match`, `there are no budgets by ${String(type)}`);
      if (type === 'header') header = key;
    }
    return defined({
      name:
        typeof given.id === 'string'
          ? given.id.replace(/[^A-Za-z0-9_.-]/g, '-').slice(0, 64)
          : `policy-${i + 1}`,
      match: Object.keys(match).length > 0 ? match : undefined,
      partition_by: partitions.length > 0 ? partitions : ['none'],
      partition_header: header,
      limits: records(given.limits).map(({ limit, window_size, tokens_count_strategy }) =>
        defined({
          unit: unitOf(tokens_count_strategy),
          limit,
          window: String(window_size),
          window_type: given.window_type ?? undefined,
        }),
      ),
    });
  });
}

function unitOf(strategy: unknown): string {
  return strategy === 'cost' ? 'cost_usd' : String(strategy ?? 'total_tokens');
}
