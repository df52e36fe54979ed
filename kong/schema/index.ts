// One zod schema per plugin is the only source of its config; this is all that is made of it.
export { type KongAttributes, kong } from './attributes.ts';
export { type Conditional, type EntityCheck, entityChecks, type Match } from './checks.ts';
export { type Phase, type PluginDescription, type PluginDump, pluginDump } from './dump.ts';
export { ConfigError, type ConfigIssue } from './error.ts';
export { headerName, httpUrl, map, ms, port, price, seconds, secret, set, text } from './fields.ts';
export {
  type KongField,
  type KongFields,
  type KongSchema,
  type KongType,
  toKongSchema,
} from './kong-schema.ts';
export { checkKongSchema, type KongVersion } from './metaschema.ts';
export { parseConfig } from './parse.ts';
export { fieldTable } from './table.ts';
export { UnsupportedSchemaError } from './unwrap.ts';
