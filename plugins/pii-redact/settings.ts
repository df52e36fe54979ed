// The config as the code asks for it: by entity, with groups and defaults worked in.
import { secretRef } from '../../kong/relay/secret-ref.ts';
import type { Action, PiiRedactConfig } from './config.ts';
import { ENTITIES, GROUPS, groupOf, typeByName } from './entities.ts';

export interface EntitySettings {
  action: Action;
  minScore: number;
  keepFirst: number;
  keepLast: number;
}

export interface Settings {
  of(type: string): EntitySettings;
  /** The key of `hash` and `synthetic`. @throws SecretError */
  secret(): string;
  maskChar: string;
  /** Some entity's action is `synthetic`. */
  synthesises: boolean;
}

/** @throws Error with the field and what is allowed */
export function makeSettings(config: PiiRedactConfig): Settings {
  const named = nameEntities(config);
  const byType = new Map<string, EntitySettings>();
  const settings: Settings = {
    maskChar: config.mask.char,
    synthesises: actionsOf(config).includes('synthetic'),
    secret: config.secret === undefined ? () => '' : secretRef(config.secret),
    of(type) {
      const known = byType.get(type);
      if (known) return known;
      const own = { ...named.get(groupOf(type) ?? ''), ...definedOnly(named.get(type)) };
      const made = {
        action: own.action ?? config.action,
        minScore: own.min_score ?? config.min_score,
        keepFirst: own.keep_first ?? config.mask.keep_first,
        keepLast: own.keep_last ?? config.mask.keep_last,
      };
      byType.set(type, made);
      return made;
    },
  };
  checkSecret(config, settings);
  return settings;
}

type Raw = PiiRedactConfig['entities'][number];

const definedOnly = (raw: Raw | undefined): Partial<Raw> =>
  Object.fromEntries(Object.entries(raw ?? {}).filter(([, value]) => value !== undefined));

function nameEntities(config: PiiRedactConfig): Map<string, Raw> {
  const own = new Set(
    [...(config.patterns ?? []), ...(config.dictionaries ?? [])].map(({ entity }) => entity),
  );
  const named = new Map<string, Raw>();
  for (const [i, raw] of config.entities.entries()) {
    const name = raw.entity;
    const group = GROUPS.find((known) => known === name.toLowerCase());
    const type = own.has(name) ? name : (group ?? typeByName(name));
    // A NER service has types of its own, which cannot be known here.
    if (type === undefined && !config.ner)
      throw new Error(`entities[${i}].entity: no such entity or group: ${name}; there are ${listed()}`);
    if (named.has(type ?? name)) throw new Error(`entities[${i}].entity: ${name} is named twice`);
    named.set(type ?? name, raw);
  }
  return named;
}

const listed = (): string => [...GROUPS, ...ENTITIES.map(({ type }) => type)].join(', ');

const actionsOf = (config: PiiRedactConfig): (Action | undefined)[] => [
  config.action,
  ...config.entities.map(({ action }) => action),
];

function checkSecret(config: PiiRedactConfig, settings: Settings): void {
  const needing = actionsOf(config).find((action) => action === 'hash' || action === 'synthetic');
  if (needing && config.secret === undefined) throw new Error(`secret: the action ${needing} needs it`);
  if (needing) settings.secret();
}
