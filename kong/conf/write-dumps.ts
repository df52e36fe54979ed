// Part of the build: writes the static dumps to kong/conf/plugins.
import { mkdirSync, writeFileSync } from 'node:fs';
import { packagePath } from '../root.ts';
import { dumpFiles } from './dumps.ts';

const folder = packagePath('kong', 'conf', 'plugins');
mkdirSync(folder, { recursive: true });
for (const { file, text } of dumpFiles()) writeFileSync(`${folder}/${file}`, text);
