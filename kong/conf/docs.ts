// The reference pages that are made from the code: errors and settings.
import { ERRORS } from '../relay/errors.ts';
import { optionRows } from '../serve/options.ts';

/** File names, relative to docs, and their text. */
export function docFiles(): { file: string; text: string }[] {
  return [
    { file: 'errors.md', text: errorsPage() },
    { file: 'settings.md', text: settingsPage() },
  ];
}

function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([code, { status, type, message, help }]) => [
    `\`${code}\``,
    String(status),
    `\`${type}\``,
    message,
    help,
  ]);
  return `# Errors

Made by \`npm run build\` from \`kong/relay/errors.ts\`.

An error has the shape of the API that the client speaks. For OpenAI's that is

\`\`\`json
{ "error": { "message": "…", "type": "…", "param": null, "code": "…" } }
\`\`\`

and inside a stream that has begun, the same as its last event, after which the connection is broken. Where the
provider said what is wrong with the request, its own status (4xx) and message take the place of the table's.

${table(['Code', 'Status', 'Type', 'Message', 'What it means'], rows)}
`;
}

function settingsPage(): string {
  const rows = optionRows().map(({ name, default: initial, description }) => [
    `\`${name}\``,
    initial === '' ? '' : `\`${initial}\``,
    description,
  ]);
  return `# Settings

Made by \`npm run build\` from \`kong/serve/options.ts\`.

Environment variables of \`kong-ai start\` and \`kong-ai dev\`. An empty variable counts as not set, except
\`KONG_AI_ADMIN_TOKEN\`, which must not be empty.

${table(['Variable', 'Default', 'Meaning'], rows)}
`;
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
