// What is wrong with a plugin's config, for the person who wrote it.
export interface ConfigIssue {
  /** `config.targets[0].provider` */
  path: string;
  /** Says what is allowed; never repeats the value. */
  message: string;
}

export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly issues: readonly ConfigIssue[];

  constructor(issues: readonly ConfigIssue[]) {
    super(issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.issues = issues;
  }
}

/** The readable form of a path: `config.targets[0].provider`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    'config',
  );
}
