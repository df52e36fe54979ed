// The dashboard's page: one answer with everything in it, and a policy that lets nothing else in.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { packagePath } from '../../../kong/root.ts';

export interface Page {
  html: string;
  /** For the Content-Security-Policy header. */
  policy: string;
}

const require = createRequire(import.meta.url);
const web = (file: string): string => readFileSync(packagePath('plugins/cost-log/web', file), 'utf8');

let made: Page | undefined;

export function dashboardPage(): Page {
  made ??= assemble({
    html: web('dashboard.html'),
    styles: [chartStyle(), web('page.css')],
    scripts: [chartScript(), web('charts.js'), web('dashboard.js')],
    connect: true,
  });
  return made;
}

/** uPlot (https://github.com/leeoniya/uPlot, MIT), as its package has it. */
export const chartScript = (): string =>
  readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8');
export const chartStyle = (): string => readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8');

/** The report's page has its data in it; the dashboard's asks for them. */
export function reportPage(data: unknown): string {
  // `<` would let data end the script; in JSON it can be written otherwise.
  const json = JSON.stringify(data).replaceAll('<', '\\u003c');
  const page = assemble({
    html: web('report.html'),
    styles: [chartStyle(), web('page.css')],
    scripts: [chartScript(), web('charts.js'), `globalThis.REPORT = ${json};`, web('report.js')],
    connect: false,
  });
  return page.html.replace(
    '<head>',
    `<head>\n<meta http-equiv="Content-Security-Policy" content="${page.policy}">`,
  );
}

function assemble(parts: { html: string; styles: string[]; scripts: string[]; connect: boolean }): Page {
  const { html, styles, scripts, connect } = parts;
  const policy = [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${styles.map(hashOf).join(' ')}`,
    ...(connect ? ["connect-src 'self'"] : []),
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    // A meta element cannot say this one; there nobody can frame the page with a login either.
    ...(connect ? ["frame-ancestors 'none'"] : []),
  ].join('; ');
  const filled = html
    .replace('<!-- styles -->', () => styles.map((text) => `<style>${text}</style>`).join('\n'))
    .replace('<!-- scripts -->', () => scripts.map((text) => `<script>${text}</script>`).join('\n'));
  return { html: filled, policy };
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
