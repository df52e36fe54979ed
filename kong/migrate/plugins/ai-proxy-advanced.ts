// ai-proxy-advanced: several models, balanced.
import { fieldOf, keepKnown } from '../known.ts';
import type { Migration } from '../migration.ts';
import { defined, isRecord, type Json, type Reader, records } from '../reader.ts';
import { common } from './ai-proxy.ts';
import { costLog } from './common.ts';
import { routeType } from './route-type.ts';
import { convertTarget } from './target.ts';

const TO = 'ai-proxy-ts';

export const aiProxyAdvanced: Migration = {
  from: 'ai-proxy-advanced',
  convert(reader) {
    const given = records(reader.take('targets'));
    const types = new Set(given.map(({ route_type }) => route_type));
    const targets = given.map((target, i) => convert(target, `targets[${i}].`, types.size > 1, reader));
    const [only] = types.size === 1 ? types : [];
    const balanced = balancer(reader);
    reader.drop({
      acls: 'use Kong’s acl, allowed_models, or match of a target',
      embeddings: 'only algorithm semantic needs it',
      vectordb: 'only algorithm semantic needs it',
    });
    return [
      {
        name: TO,
        config: defined({
          route_type: routeType(only, 'targets[].route_type', reader),
          ...common(reader),
          ...balanced,
          targets,
        }),
      },
      ...costLog(
        given.map(({ logging }) => logging),
        reader,
        'targets[].logging',
      ),
    ];
  },
};

function convert(target: Json, where: string, ownType: boolean, reader: Reader): Json {
  const { route_type, model, auth, weight, description, metadata, logging: _logging, ...others } = target;
  for (const name of Object.keys(others)) reader.note('lost', where + name, 'has no equivalent');
  return defined({
    description: description ?? undefined,
    ...convertTarget({ model, auth }, where, reader),
    weight: weight ?? undefined,
    metadata: isRecord(metadata)
      ? Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, textOf(value)]))
      : undefined,
    route_type: ownType ? routeType(route_type, `${where}route_type`, reader) : undefined,
  });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function balancer(reader: Reader): Json {
  const given = reader.take('balancer');
  if (!isRecord(given)) return {};
  const { connect_timeout, read_timeout, write_timeout, slots: _slots, ...rest } = given;
  if (write_timeout !== undefined && write_timeout !== null)
    reader.note('lost', 'balancer.write_timeout', 'a request is sent within timeouts.total');
  const kept = { ...keepKnown(rest, fieldOf(TO, 'balancer'), reader, 'balancer') };
  if (kept.algorithm === 'semantic') {
    reader.note(
      'todo',
      'balancer.algorithm',
      'there is no semantic routing: use match of targets, or model aliases',
    );
    delete kept.algorithm;
  }
  if (kept.tokens_count_strategy === 'llm-accuracy') {
    reader.note('lost', 'balancer.tokens_count_strategy', 'answers are not judged');
    delete kept.tokens_count_strategy;
  }
  if (Array.isArray(kept.failover_criteria))
    kept.failover_criteria = kept.failover_criteria.filter((criterion) => {
      if (criterion !== 'non_idempotent') return true;
      reader.note(
        'changed',
        'balancer.failover_criteria',
        'non_idempotent is always so: these requests are POST',
      );
      return false;
    });
  const timeouts = defined({
    connect: connect_timeout ?? undefined,
    first_token: read_timeout ?? undefined,
    between_tokens: read_timeout ?? undefined,
  });
  if (Object.keys(timeouts).length > 0)
    reader.note(
      'changed',
      'balancer.read_timeout',
      'timeouts are in `timeouts`: connect, first_token, between_tokens',
    );
  return defined({
    balancer: Object.keys(kept).length > 0 ? kept : undefined,
    timeouts: Object.keys(timeouts).length > 0 ? timeouts : undefined,
  });
}
