// Runs before the tests: makes the programs that they need available, or says what will be missing.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';

/** Command to Debian packages. A browser needs a font to show text. */
const NEEDED = { 'redis-server': ['redis-server'], chromium: ['chromium', 'fonts-dejavu-core'] };

const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
const POLICY = '/usr/sbin/policy-rc.d';

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 });
  return result.status === 0;
}

function install(packages) {
  console.log(`installing with apt-get: ${packages.join(' ')}`);
  // Debian starts a service on installation. The tests bring their own servers, so this one must not run.
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
    chmodSync(POLICY, 0o755);
  }
  try {
    const args = ['install', '-y', '--no-install-recommends', ...packages];
    return run('apt-get', ['update']) && run('apt-get', args);
  } finally {
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
}

const missing = () => Object.keys(NEEDED).filter((command) => !has(command));

if (missing().length > 0) {
  const debian = process.getuid?.() === 0 && existsSync('/etc/debian_version') && has('apt-get');
  if (debian) install(missing().flatMap((command) => NEEDED[command]));
  const why = debian ? 'apt-get could not install it' : 'only root on Debian can have it installed here';
  for (const command of missing()) {
    console.warn(`${command} is missing (${why}): the tests that need it are reported as skipped.`);
  }
}
