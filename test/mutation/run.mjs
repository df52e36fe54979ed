// Mutation testing by sample: changes one operator, condition, constant or statement at a time in the code whose
// mistakes would cost most, and runs its tests, which must notice. `npm run mutate`; MUTANTS is how many per part,
// SEED which ones. Works on a copy of the tree. Prints the survivors, and the score.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const COUNT = Number(process.env.MUTANTS ?? 40);
const SEED = Number(process.env.SEED ?? 1);
/** A mutant that loops is found by not coming to an end. */
const TIMEOUT_MS = 90_000;

const PARTS = [
  {
    name: 'limiter',
    files: [
      'plugins/token-rate-limit/counters.ts',
      'plugins/token-rate-limit/windows.ts',
      'plugins/token-rate-limit/ledger.ts',
    ],
    tests: ['counters', 'calendar', 'history', 'stage', 'policy', 'throttle', 'redis'].map(
      (file) => `test/plugins/token-rate-limit/${file}.test.ts`,
    ),
  },
  {
    name: 'restore',
    files: [
      'plugins/pii-redact/restore/restorer.ts',
      'plugins/pii-redact/restore/trie.ts',
      'plugins/pii-redact/act/vault.ts',
    ],
    tests: [
      'test/plugins/pii-redact/restore.test.ts',
      'test/plugins/pii-redact/response.test.ts',
      'test/plugins/pii-redact/request.test.ts',
    ],
  },
  {
    name: 'plan',
    files: ['kong/relay/plan.ts', 'kong/plan/signature.ts', 'kong/plan/entry.ts', 'kong/plan/identity.ts'],
    tests: ['test/relay/plan.test.ts', 'test/plan'],
  },
];

const SWAPS = [
  [/ === /g, ' !== '],
  [/ !== /g, ' === '],
  [/ < /g, ' <= '],
  [/ <= /g, ' < '],
  [/ > /g, ' >= '],
  [/ >= /g, ' > '],
  [/ && /g, ' || '],
  [/ \|\| /g, ' && '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/ \* /g, ' / '],
  [/\btrue\b/g, 'false'],
  [/\bfalse\b/g, 'true'],
  [/Math\.min/g, 'Math.max'],
  [/Math\.max/g, 'Math.min'],
  [/(?<=[( ])!(?=[a-z(])/g, ''],
  [/(?<![\w.'"-])\d+(?![\w.'"])/g, (number) => String(Number(number) + 1)],
];
const STATEMENT =
  /^\s+(?!return|const|let|for|if|else|throw|import|export|readonly|private|type|case|break|continue)[\w.!]+(?:\(.*\)|\[.*\]| [+-]?= .*|\.\w+\(.*\));$/;
const NO_CODE = /^\s*(?:\/\/|\/?\*|import |export (?:type|interface)|interface |type )/;

/** Every place that can be changed: `{ file, line, text }` with the line as it would be. */
function mutantsOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n');
  let inType = false;
  return lines.flatMap((line, index) => {
    if (/^(?:export )?(?:interface|type) .*[{]$/.test(line)) inType = true;
    const skipped = inType || NO_CODE.test(line);
    if (line === '}' || line === '};') inType = false;
    if (skipped) return [];
    const made = SWAPS.flatMap(([pattern, by]) =>
      [...line.matchAll(pattern)].map(({ 0: found, index: at }) => {
        const put = typeof by === 'function' ? by(found) : by;
        return line.slice(0, at) + put + line.slice(at + found.length);
      }),
    );
    if (STATEMENT.test(line)) made.push('');
    return made.map((text) => ({ file, line: index, text }));
  });
}

/** The same sample for the same seed: mulberry32. */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function sample(all, count) {
  const random = randomFrom(SEED);
  return all
    .map((one) => [random(), one])
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, one]) => one);
}

/** @returns whether the tests pass */
function test(tree, tests) {
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--reporter=dot', ...tests],
      {
        cwd: tree,
        stdio: 'ignore',
        detached: true,
      },
    );
    const late = setTimeout(() => process.kill(-child.pid, 'SIGKILL'), TIMEOUT_MS);
    child.on('exit', (code) => {
      clearTimeout(late);
      done(code === 0);
    });
  });
}

const tree = mkdtempSync(join(tmpdir(), 'mutate-'));
process.on('exit', () => rmSync(tree, { recursive: true, force: true }));
const OMITTED = new Set(['node_modules', '.git', 'coverage']);
cpSync('.', tree, { recursive: true, filter: (from) => !OMITTED.has(basename(from)) });
symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));

const wanted = process.argv.slice(2);
for (const { name, files, tests } of PARTS.filter(
  (part) => wanted.length === 0 || wanted.includes(part.name),
)) {
  if (!(await test(tree, tests))) throw new Error(`${name}: its tests fail without a mutant`);
  const all = files.flatMap(mutantsOf);
  const chosen = sample(all, COUNT);
  let killed = 0;
  for (const { file, line, text } of chosen) {
    const source = readFileSync(file, 'utf8');
    const lines = source.split('\n');
    const was = lines[line].trim();
    lines[line] = text;
    writeFileSync(join(tree, file), lines.join('\n'));
    const survived = await test(tree, tests);
    writeFileSync(join(tree, file), source);
    if (survived) console.log(`survived: ${file}:${line + 1}\n  - ${was}\n  + ${text.trim() || '(nothing)'}`);
    else killed += 1;
  }
  console.log(`${name}: ${killed} of ${chosen.length} killed (${all.length} places)`);
}
