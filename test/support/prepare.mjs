// Runs before the tests: makes redis-server available, or says what will be missing.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';

const has = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0;
const POLICY = '/usr/sbin/policy-rc.d';

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 });
  return result.status === 0;
}

function install() {
  console.log('redis-server is missing; installing it with apt-get');
  // Debian starts a service on installation. The tests bring their own servers, so this one must not run.
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
    chmodSync(POLICY, 0o755);
  }
  try {
    const args = ['install', '-y', '--no-install-recommends', 'redis-server'];
    return run('apt-get', ['update']) && run('apt-get', args);
  } finally {
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
}

if (!has('redis-server')) {
  const debian = process.getuid?.() === 0 && existsSync('/etc/debian_version') && has('apt-get');
  const installed = debian && install() && has('redis-server');
  if (!installed) {
    const why = debian ? 'apt-get could not install it' : 'only root on Debian can have it installed here';
    console.warn(`redis-server is missing (${why}): the tests that need it are reported as skipped.`);
  }
}
