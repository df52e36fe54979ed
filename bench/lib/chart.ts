// Bar charts as SVG, readable on a light and on a dark page.

export interface Bar {
  label: string;
  value: number;
  /** One of ours: drawn in the accent colour. */
  ours: boolean;
}

const ROW = 26;
const LABEL = 260;
const BARS = 420;
const VALUE = 90;

export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const max = Math.max(...bars.map(({ value }) => value), 1);
  const height = 40 + bars.length * ROW;
  const rows = bars.map(({ label, value, ours }, i) => {
    const y = 40 + i * ROW;
    const width = Math.max(1, (value / max) * BARS);
    return [
      `<text x="${LABEL - 8}" y="${y + 15}" text-anchor="end">${escapeXml(label)}</text>`,
      `<rect x="${LABEL}" y="${y + 3}" width="${width.toFixed(1)}" height="16" rx="3" class="${ours ? 'ours' : 'theirs'}"/>`,
      `<text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 15}">${Math.round(value).toLocaleString('en')} ${unit}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LABEL + BARS + VALUE}" height="${height}" viewBox="0 0 ${LABEL + BARS + VALUE} ${height}" role="img">
<title>${escapeXml(title)}</title>
<style>text { font: 13px system-ui, sans-serif; fill: #57606a } .title { font-weight: 600 } .ours { fill: #1f6feb } .theirs { fill: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #c9d1d9 } .ours { fill: #58a6ff } .theirs { fill: #6e7681 } }</style>
<text x="8" y="20" class="title">${escapeXml(title)}</text>
${rows.join('\n')}
</svg>
`;
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
