// What a plugin that the embedded gateway itself implements looks like.
import type { ZodType } from 'zod';
import type { RequestContext } from '../context.ts';
import type { Consumer, Credential, PluginEntity } from '../deck/state.ts';
import type { HeaderList } from '../headers.ts';
import type { Counters } from './counters.ts';

/** What a plugin may use beside its config. Counters outlive a reload. */
export interface PluginEnvironment {
  plugin: PluginEntity;
  counters: Counters;
  credentialByKey(key: string): Credential | undefined;
  consumer(idOrUsername: string): Consumer | undefined;
}

/** Phases as in Kong: `access` may set `context.exit`; `headerFilter` runs on every answer, refusals included. */
export interface PluginHandler {
  access?(context: RequestContext): void | Promise<void>;
  headerFilter?(context: RequestContext, headers: HeaderList): void;
}

export interface NativePlugin<Config = never> {
  name: string;
  priority: number;
  schema: ZodType<Config>;
  /** Kong's schemas of authentication, acl and cors plugins have no consumer. */
  allowsConsumer: boolean;
  create(config: Config, environment: PluginEnvironment): PluginHandler;
}

/** Only so that the compiler infers Config from the schema. */
export function nativePluginOf<Config>(plugin: NativePlugin<Config>): NativePlugin<Config> {
  return plugin;
}
