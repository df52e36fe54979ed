// Every file of the repository that is made from the code. The build writes them; a test keeps them in step.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { quirksTable } from '../llm/formats/openai-chat/quirks-table.ts';
import { supportTables } from '../llm/formats/support.ts';
import { PLUGINS } from '../registry.ts';
import { packagePath } from '../root.ts';
import { fieldTable } from '../schema/index.ts';
import { docFiles } from './docs.ts';
import { dumpFiles } from './dumps.ts';
import { asConf, asEnv, DEFAULTS, kongSettings } from './kong-conf.ts';

export interface GeneratedFile {
  /** Relative to the package's folder. */
  path: string;
  text: string;
}

export function generatedFiles(): GeneratedFile[] {
  return [
    ...dumpFiles().map(({ file, text }) => ({ path: `kong/conf/plugins/${file}`, text })),
    ...docFiles().map(({ file, text }) => ({ path: `docs/${file}`, text })),
    ...confFiles(),
    ...readmes(),
  ];
}

function confFiles(): GeneratedFile[] {
  const sidecar = kongSettings(DEFAULTS);
  const spawned = kongSettings({ ...DEFAULTS, mode: 'spawned' });
  return [
    { path: 'kong/conf/kong.conf', text: asConf(sidecar) },
    { path: 'kong/conf/kong.env', text: asEnv(sidecar) },
    { path: 'kong/conf/kong.spawned.conf', text: asConf(spawned) },
    { path: 'kong/conf/kong.spawned.env', text: asEnv(spawned) },
  ];
}

/**
 * A plugin's README is written by hand, but for what stands between `<!-- fields -->` and `<!-- /fields -->`, and for
 * ai-proxy-ts `formats` and `quirks`, and what a plugin itself says of more.
 */
function readmes(): GeneratedFile[] {
  return readdirSync(packagePath('plugins')).flatMap((folder) => {
    const path = `plugins/${folder}/README.md`;
    const plugin = PLUGINS.find(({ Name }) => Name === folder || Name === `${folder}-ts`);
    if (!plugin || !existsSync(packagePath(path))) return [];
    const sections = {
      fields: fieldTable(plugin.definition.config),
      formats: supportTables(),
      quirks: quirksTable(),
      ...plugin.definition.readme?.(),
    };
    const text = Object.entries(sections).reduce(
      (filled, [name, content]) => fillSection(filled, name, content),
      readFileSync(packagePath(path), 'utf8'),
    );
    return [{ path, text }];
  });
}

/** A text without the markers is left as it is. */
export function fillSection(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const from = text.indexOf(open);
  const to = text.indexOf(close);
  if (from < 0 || to < from) return text;
  return `${text.slice(0, from + open.length)}\n${content.trim()}\n${text.slice(to)}`;
}
