// What the dashboard and the report share: numbers as people read them, tables, and charts.
// biome-ignore-all lint/correctness/noUnusedVariables: the page's other scripts use them

const count = new Intl.NumberFormat('en-US');
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** @param {string} usd an exact decimal */
function money(usd) {
  const value = Number(usd);
  if (value === 0) return '$0';
  const digits = value >= 100 ? 2 : value >= 1 ? 3 : 6;
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: digits })}`;
}

function duration(ms) {
  if (ms === null || ms === undefined) return '–';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

const percent = (part, whole) => (whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`);

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** @param {{name: string, value: string, note?: string, bad?: boolean, exact?: string}[]} tiles */
function showTiles(into, tiles) {
  into.replaceChildren(
    ...tiles.map(({ name, value, note = '', bad = false, exact }) => {
      const tile = element('div', bad ? 'tile bad' : 'tile');
      const shown = element('div', 'value', value);
      shown.dataset.tile = name;
      if (exact !== undefined) shown.dataset.exact = exact;
      tile.append(element('div', 'name', name), shown, element('div', 'note', note));
      return tile;
    }),
  );
}

/**
 * @param {{title: string, value: (row: object) => string}[]} columns the first is the row's name
 * @param {(row: object) => number} weight of a row, for the bar behind its name
 */
function showTable(into, columns, rows, weight) {
  if (rows.length === 0) return into.replaceChildren(element('p', 'empty', 'Nothing in this time.'));
  const table = element('table');
  const head = table.createTHead().insertRow();
  for (const { title } of columns) head.append(element('th', '', title));
  const most = Math.max(...rows.map(weight), 0);
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    columns.forEach(({ value }, index) => {
      const cell = line.insertCell();
      if (index === 0) cell.append(...named(value(row), most > 0 ? weight(row) / most : 0));
      else cell.append(value(row));
    });
  }
  const scroll = element('div', 'scroll');
  scroll.append(table);
  into.replaceChildren(scroll);
}

/** A name, and behind it a bar: the part of the row's weight in the heaviest one's. */
function named(name, part) {
  const bar = element('div', 'share');
  bar.style.width = `${100 * part}%`;
  const label = element('span', 'label', name);
  label.title = name;
  return [bar, label];
}

/** Half a step on both sides: a bar stands around its time. */
function padded(times) {
  const half = times.length > 1 ? (times[1] - times[0]) / 2 : 43_200;
  return [times[0] - half, times.at(-1) + half];
}

const colour = (name) => {
  // A canvas does not know light-dark(); an element's computed style does.
  const probe = element('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

/** One chart that is made once and then gets new data. */
class Chart {
  /**
   * @param {{label: string, colour: string, bars?: boolean}[]} series
   * @param {(value: number) => string} format
   */
  constructor(into, series, format) {
    this.into = into;
    this.series = series;
    this.format = format;
    this.data = undefined;
    new ResizeObserver(() => this.draw()).observe(into);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.plot?.destroy();
      this.plot = undefined;
      this.draw();
    });
  }

  /** @param {(number | null)[][]} data times in seconds, then the values of each series */
  set(data) {
    this.data = data;
    this.draw();
  }

  draw() {
    if (!this.data) return;
    const size = { width: this.into.clientWidth, height: 180 };
    if (size.width === 0) return;
    if (!this.plot) this.plot = new uPlot(this.options(size), this.data, this.into);
    else {
      this.plot.setSize(size);
      this.plot.setData(this.data);
    }
  }

  options(size) {
    const [muted, line] = [colour('muted'), colour('line')];
    const axis = { stroke: muted, grid: { stroke: line, width: 1 }, ticks: { show: false } };
    const { format } = this;
    return {
      ...size,
      cursor: { points: { size: 6 }, drag: { setScale: false } },
      axes: [axis, { ...axis, size: 64, values: (_plot, values) => values.map(format) }],
      scales: {
        x: { range: (plot) => padded(plot.data[0]) },
        y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] },
      },
      series: [
        { label: 'Time' },
        ...this.series.map(({ label, colour: name, bars }) => ({
          label,
          stroke: colour(name),
          width: 1.5,
          points: bars ? { show: false } : { show: true, size: 4, fill: colour(name) },
          value: (_plot, value) => (value === null || value === undefined ? '–' : format(value)),
          ...(bars && { fill: colour(name), width: 0, paths: uPlot.paths.bars({ size: [0.7, 40] }) }),
        })),
      ],
    };
  }
}
