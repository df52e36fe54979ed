// Prints what failed or was skipped, then "N passed, N failed", from vitest's JSON report.
// Usage: node summary.mjs REPORT TEST_EXIT_STATUS FAILED_STEPS
import { readFileSync } from 'node:fs';

const [path, testStatus, failedSteps] = process.argv.slice(2);
let files = [];
try {
  files = JSON.parse(readFileSync(path, 'utf8')).testResults;
} catch {
  console.log('FAILED: the tests gave no report');
}

let passed = 0;
let failed = Number(failedSteps);
for (const file of files) {
  for (const test of file.assertionResults) {
    if (test.status === 'passed') {
      passed++;
      continue;
    }
    failed++;
    // A skipped test is one that nobody ran: in CI everything must run.
    console.log(`${test.status === 'failed' ? 'FAILED' : 'SKIPPED'}: ${test.fullName}`);
  }
  // A file that fails to load has no tests in the report.
  if (file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed')) {
    failed++;
    console.log(`FAILED: ${file.name}: ${file.message}`);
  }
}
if (failed === 0 && (passed === 0 || testStatus !== '0')) {
  failed++;
  console.log(`FAILED: npm test ended with ${testStatus}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
