/** One line over time or size, in a frame of its own. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  /** What the points' first numbers are, for the axis: `minutes`, `jobs stored`. */
  readonly along: string;
  readonly points: readonly (readonly [number, number])[];
  /** A value that the line should stay above or below, drawn across. */
  readonly bar?: number;
}

const frame = { width: 360, height: 170, left: 58, right: 14, top: 30, bottom: 30 };
const columns = 2;
const figures = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Charts side by side as an SVG, for a page of the documentation. Each starts at zero, so that flat looks flat. */
export function renderCharts(charts: readonly Chart[]): string {
  const width = frame.width * Math.min(columns, charts.length);
  const height = frame.height * Math.ceil(charts.length / columns);
  const panels = charts.map((chart, index) => {
    const x = (index % columns) * frame.width;
    return `<g transform="translate(${x} ${Math.floor(index / columns) * frame.height})">${renderChart(chart)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<title>${toText(charts.map(({ title }) => title).join('; '))}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${panels.join('\n')}
</svg>
`;
}

function renderChart({ title, unit, along, points, bar }: Chart): string {
  const xs = points.map(([x]) => x);
  const [first, last] = [Math.min(...xs), Math.max(...xs)];
  const top = Math.max(...points.map(([, y]) => y), bar ?? 0) * 1.1 || 1;
  const [right, bottom] = [frame.width - frame.right, frame.height - frame.bottom];
  const toX = (x: number) => frame.left + ((x - first) / (last - first || 1)) * (right - frame.left);
  const toY = (y: number) => bottom - (y / top) * (bottom - frame.top);
  const line = points.map(([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`).join(' ');
  const label = (x: number, y: number, anchor: string, text: string) =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="#555">${toText(text)}</text>`;
  return [
    `<text x="${frame.left}" y="18" font-weight="bold" fill="#222">${toText(`${title}, ${unit}`)}</text>`,
    `<path d="M${frame.left} ${frame.top}V${bottom}H${right}" fill="none" stroke="#999"/>`,
    bar === undefined ? '' : `<path d="M${frame.left} ${toY(bar)}H${right}" stroke="#c33" stroke-dasharray="4 3"/>`,
    `<polyline points="${line}" fill="none" stroke="#2563eb" stroke-width="1.5"/>`,
    label(frame.left - 6, frame.top + 4, 'end', figures.format(top)),
    label(frame.left - 6, bottom, 'end', '0'),
    label(frame.left, bottom + 15, 'start', figures.format(first)),
    label(right, bottom + 15, 'end', `${figures.format(last)} ${along}`),
  ].join('');
}

const toText = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
