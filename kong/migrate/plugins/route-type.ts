// Kong's route types as ours; most are the same.
import { ROUTE_TYPES } from '../../llm/formats/index.ts';
import type { Reader } from '../reader.ts';

/** Undefined: found by the path of the request, as `preserve` means it. */
export function routeType(given: unknown, field: string, reader: Reader): string | undefined {
  if (given === undefined || given === null || given === 'preserve') return undefined;
  const type = String(given);
  if (ROUTE_TYPES.includes(type) || type.includes('__deck_template_')) return type;
  reader.note('lost', field, `the endpoint ${type} is not served`);
  return undefined;
}
