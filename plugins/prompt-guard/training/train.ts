// `npm run guard:train -- DATA_DIR`: learns the classifier's weights from labelled examples and from our own, says how
// well it does on sources that it has not seen, and writes data/model.json.
import { writeFileSync } from 'node:fs';
import { packagePath } from '../../../kong/root.ts';
import { readExamples } from './examples.ts';
import { featuresOf } from './features.ts';
import { chooseThreshold, slopeOf, toFile, weigher } from './fit.ts';
import { learn } from './learn.ts';
import { ownExamples } from './own.ts';
import { misses, report } from './report.ts';
import { leaveOneOut } from './validate.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: npm run guard:train -- DATA_DIR');

const examples = [...readExamples(folder), ...ownExamples()].map(featuresOf);
const weightOf = weigher(examples);
process.stdout.write(`${examples.length} examples\n`);
const heldOut = process.argv.includes('--quick')
  ? []
  : leaveOneOut(examples, weightOf, (place) => process.stdout.write(`held out: ${place}\n`));
const middle = chooseThreshold(heldOut);
process.stdout.write(report(heldOut, middle));
if (process.argv.includes('--misses')) process.stderr.write(misses(heldOut, middle));
const file = toFile(learn(examples, weightOf), middle, slopeOf(heldOut));
writeFileSync(packagePath('plugins', 'prompt-guard', 'data', 'model.json'), `${JSON.stringify(file)}\n`);
