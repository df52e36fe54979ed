// The dashboard: asks for the sums every two seconds while somebody looks.
/* global Chart, count, duration, element, money, percent, short, showTable, showTiles */

const REFRESH_MS = 2000;
const byId = (id) => document.getElementById(id);

let minutes = 60;
let timer;
let shown;

const charts = {
  requests: new Chart(
    byId('requests'),
    [
      { label: 'Requests', colour: 'accent', bars: true },
      { label: 'Blocked or failed', colour: 'bad', bars: true },
    ],
    short.format,
  ),
  cost: new Chart(byId('cost'), [{ label: 'USD', colour: 'third', bars: true }], (value) =>
    value === 0 ? '$0' : `$${value < 0.01 ? value.toPrecision(2) : short.format(value)}`,
  ),
  tokens: new Chart(
    byId('tokens'),
    [
      { label: 'Prompt', colour: 'accent', bars: true },
      { label: 'Completion', colour: 'second', bars: true },
    ],
    short.format,
  ),
  latency: new Chart(
    byId('latency'),
    [
      { label: 'p50', colour: 'accent' },
      { label: 'p95', colour: 'second' },
      { label: 'First token p50', colour: 'third' },
    ],
    duration,
  ),
};

const COLUMNS = [
  { title: 'Requests', value: (row) => count.format(row.requests) },
  { title: 'Prompt', value: (row) => short.format(row.promptTokens) },
  { title: 'Completion', value: (row) => short.format(row.completionTokens) },
  { title: 'Cost', value: (row) => (row.unpriced > 0 ? `${money(row.cost)} + ?` : money(row.cost)) },
  { title: 'p95', value: (row) => duration(row.latency.p95) },
  { title: 'Hits', value: (row) => count.format(row.cacheHits) },
  { title: 'Blocked', value: (row) => count.format(row.blocked) },
];

function show(data) {
  const { total, series, models, consumers, unpriced, sinks } = data;
  shown = data;
  showTiles(byId('tiles'), [
    {
      name: 'Requests',
      value: count.format(total.requests),
      note: total.errors === 1 ? '1 error' : `${count.format(total.errors)} errors`,
      bad: total.errors > 0,
    },
    {
      name: 'Cost',
      value: money(total.cost),
      exact: total.cost,
      note: unpriced.length > 0 ? `${unpriced.length} unpriced left out` : '',
    },
    { name: 'Prompt tokens', value: count.format(total.promptTokens), note: cachedNote(total) },
    { name: 'Completion tokens', value: count.format(total.completionTokens) },
    { name: 'Latency p95', value: duration(total.latency.p95), note: `p50 ${duration(total.latency.p50)}` },
    {
      name: 'First token p95',
      value: duration(total.firstToken.p95),
      note: `p50 ${duration(total.firstToken.p50)}`,
    },
    {
      name: 'Cache hits',
      value: count.format(total.cacheHits),
      note: total.cacheLookups > 0 ? `${percent(total.cacheHits, total.cacheLookups)} of lookups` : '',
    },
    { name: 'Blocked', value: count.format(total.blocked) },
  ]);
  const times = series.map(({ time }) => time);
  const values = (of) => series.map(of);
  charts.requests.set([times, values(({ requests }) => requests), values((at) => at.blocked + at.errors)]);
  charts.cost.set([times, values(({ cost }) => Number(cost))]);
  charts.tokens.set([times, values((at) => at.promptTokens), values((at) => at.completionTokens)]);
  charts.latency.set([
    times,
    values((at) => at.latency.p50),
    values((at) => at.latency.p95),
    values((at) => at.firstToken.p50),
  ]);
  const named = (title, none) => [{ title, value: (row) => row.name || none }, ...COLUMNS];
  const weight = (row) => Number(row.cost) || 0;
  showTable(byId('models'), named('Model', '(none)'), models, weight);
  showTable(byId('consumers'), named('Consumer', '(anonymous)'), consumers, weight);
  showSinks(sinks);
  byId('status').className = 'status';
  byId('status').textContent = `live, ${new Date().toLocaleTimeString()}`;
}

const cachedNote = ({ cachedTokens, promptTokens }) =>
  cachedTokens > 0 ? `${percent(cachedTokens, promptTokens)} cached` : '';

function showSinks(sinks) {
  byId('sinks-section').hidden = sinks.length === 0;
  const columns = [
    { title: 'Sink', value: (sink) => sink.name },
    { title: 'State', value: (sink) => (sink.failures > 0 ? `failing: ${sink.lastError}` : 'ok') },
    { title: 'Delivered', value: (sink) => count.format(sink.delivered) },
    { title: 'Refused', value: (sink) => count.format(sink.rejected) },
    { title: 'Not read yet', value: (sink) => `${short.format(sink.backlogBytes)}B` },
  ];
  if (sinks.length > 0) showTable(byId('sinks'), columns, sinks, () => 0);
}

async function refresh() {
  clearTimeout(timer);
  try {
    // The page’s address may hold the password, and fetch() refuses such an address.
    const response = await fetch(`${location.origin}${location.pathname}/data?minutes=${minutes}`);
    if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
    show(await response.json());
  } catch (error) {
    byId('status').className = 'status bad';
    byId('status').textContent = `${shown ? 'not live' : 'no data'}: ${error.message}`;
  }
  if (!document.hidden) timer = setTimeout(refresh, REFRESH_MS);
}

byId('windows').addEventListener('click', ({ target }) => {
  if (!target.dataset.minutes) return;
  minutes = Number(target.dataset.minutes);
  for (const button of byId('windows').children)
    button.setAttribute('aria-pressed', String(button === target));
  refresh();
});
document.addEventListener('visibilitychange', () => document.hidden || refresh());
refresh();
