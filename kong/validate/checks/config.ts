// Is each config of ours what its schema allows?

import { nearest } from '../../schema/nearest.ts';
import type { State } from '../entities.ts';
import { error, type Issue } from '../issue.ts';
import { isOurs } from '../names.ts';
import { checkPluginConfig } from '../plugins.ts';
import { isUnknown, valueAt } from '../source.ts';

export function configs({ uses }: State): Issue[] {
  return uses
    .filter(({ name }) => isOurs(name))
    .flatMap(({ name, config, source, configPath, data }) =>
      checkPluginConfig(name, config)
        .filter(({ path, message }) => !isUnknown(valueAt(config, path)) || isAboutName(message))
        .map(({ path, message }) =>
          source.issue(
            configPath(path),
            error(message, meant(message, valueAt(config, path)) ?? hint(name, data.config)),
          ),
        ),
    );
}

/** Of a field's name, not of its value. */
const isAboutName = (message: string): boolean => message.startsWith('unknown field');

function hint(name: string, config: unknown): string {
  return config === undefined ? `${name} has no config here.` : `The fields are in the README of ${name}.`;
}

/** Of a value that is none of those allowed, an unknown provider for example. */
function meant(message: string, value: unknown): string | undefined {
  const allowed = /^must be one of (.+)$/.exec(message)?.[1]?.split(', ');
  const near = allowed && typeof value === 'string' ? nearest(value, allowed) : undefined;
  return near && `Is ${near} meant?`;
}
