// The report's page: its data were written into it.
/* global Chart, REPORT, count, element, money, short, showTable, showTiles */

const { total, groups, unpriced, from, to, records } = REPORT;
const byId = (id) => document.getElementById(id);

const day = (ms) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
byId('range').textContent = records === 0 ? 'no records' : `${day(from)} to ${day(to)} UTC`;

showTiles(byId('tiles'), [
  { name: 'Requests', value: count.format(total.requests) },
  {
    name: 'Cost',
    value: money(total.cost),
    exact: total.cost,
    note: unpriced.length > 0 ? `${unpriced.length} unpriced left out` : '',
  },
  { name: 'Prompt tokens', value: count.format(total.prompt_tokens) },
  { name: 'Completion tokens', value: count.format(total.completion_tokens) },
  { name: 'Cache hits', value: count.format(total.cache_hits) },
  { name: 'Blocked', value: count.format(total.blocked) },
  { name: 'Errors', value: count.format(total.errors), bad: total.errors > 0 },
]);

const days = [...(groups.find(({ by }) => by === 'day')?.rows ?? [])].sort((a, b) =>
  a.name < b.name ? -1 : 1,
);
const times = days.map(({ name }) => Date.parse(`${name}T00:00:00Z`) / 1000);
new Chart(
  byId('cost'),
  [{ label: 'USD', colour: 'third', bars: true }],
  (value) => `$${short.format(value)}`,
).set([times, days.map(({ cost }) => Number(cost))]);
new Chart(byId('requests'), [{ label: 'Requests', colour: 'accent', bars: true }], short.format).set([
  times,
  days.map(({ requests }) => requests),
]);

for (const { by, rows } of groups) {
  const section = element('section');
  const table = element('div');
  section.append(element('h2', '', `By ${by}`), table);
  showTable(
    table,
    [
      { title: by, value: (row) => row.name || '(none)' },
      { title: 'Requests', value: (row) => count.format(row.requests) },
      { title: 'Prompt', value: (row) => count.format(row.prompt_tokens) },
      { title: 'Cached', value: (row) => count.format(row.cache_read_tokens) },
      { title: 'Completion', value: (row) => count.format(row.completion_tokens) },
      { title: 'Cost', value: (row) => (row.unpriced > 0 ? `${money(row.cost)} + ?` : money(row.cost)) },
    ],
    rows,
    (row) => Number(row.cost),
  );
  const holder = element('div', 'grid');
  holder.append(section);
  byId('tables').append(holder);
}

if (unpriced.length > 0) {
  const section = element('section');
  section.append(
    element('h2', '', 'Without a known price: not in the cost'),
    element('p', '', unpriced.join(', ')),
  );
  byId('tables').append(section);
}
