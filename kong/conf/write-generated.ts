// Part of the build: writes the files that are made from the code.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { packagePath } from '../root.ts';
import { generatedFiles } from './generated.ts';

for (const { path, text } of generatedFiles()) {
  mkdirSync(dirname(packagePath(path)), { recursive: true });
  writeFileSync(packagePath(path), text);
}
