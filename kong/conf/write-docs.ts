// Part of the build: writes the pages of docs that are made from the code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { packagePath } from '../root.ts';
import { docFiles } from './docs.ts';

const folder = packagePath('docs');
mkdirSync(folder, { recursive: true });
for (const { file, text } of docFiles()) writeFileSync(`${folder}/${file}`, text);
