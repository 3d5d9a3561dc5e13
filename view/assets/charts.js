/**
 * Draws a chart over each `figure[data-chart]` from the table inside it, which stays reachable below: its head names
 * the series, its rows are spans of time. `stack` piles the series up, `lines` draws each.
 */
{
  const charts = new Map();
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3], [1, 5]];
  const palette = ['chart-busy', 'chart-fail', 'chart-success', 'chart-odd', 'chart-wait'];

  const read = (table) => {
    const rows = [...table.tBodies[0].rows].filter((row) => row.querySelector('time'));
    const times = rows.map((row) => Date.parse(row.querySelector('time').dateTime) / 1000);
    const heads = [...table.tHead.rows[0].cells].slice(1);
    const values = heads.map((_, index) =>
      rows.map((row) => (row.cells[index + 1].dataset.value ? Number(row.cells[index + 1].dataset.value) : null)),
    );
    return {
      names: heads.map((head) => head.textContent.trim()),
      keys: heads.map((head) => head.dataset.key),
      times,
      values,
    };
  };

  const pile = (values) => {
    const sums = [];
    let below = values[0]?.map(() => 0) ?? [];
    for (const series of values) {
      below = series.map((value, index) => (value ?? 0) + below[index]);
      sums.push(below);
    }
    return sums;
  };

  const toSeries = (kind, { names, keys, values }) =>
    names.map((label, index) => ({
      label,
      stroke: colour(keys[index] ?? palette[index % palette.length]),
      ...(kind === 'stack'
        ? {
            fill: colour(keys[index]),
            width: 0,
            paths: uPlot.paths.bars({ size: [0.86, 60] }),
            points: { show: false },
            value: (_, __, ___, at) => (at === null ? '–' : (values[index][at] ?? 0).toLocaleString()),
          }
        : {
            width: 2,
            dash: dashes[index % dashes.length],
            spanGaps: true,
            points: { size: 5 },
            value: (_, value) => (value === null ? '–' : `${value.toFixed(1)} %`),
          }),
    }));

  const pad = (number) => String(number).padStart(2, '0');
  const toTimeText = (seconds) => {
    const at = new Date(seconds * 1000);
    const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
    if (isMidnight) return `${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
    return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
  };

  const draw = (figure) => {
    const table = figure.querySelector('table');
    const plot = figure.querySelector('.plot');
    const data = read(table);
    const kind = figure.dataset.chart;
    charts.get(figure)?.destroy();
    if (data.times.length === 0) return;
    const order =
      kind === 'stack' ? data.values.map((_, index) => index).reverse() : data.values.map((_, index) => index);
    const heights = kind === 'stack' ? pile(data.values) : data.values;
    const series = toSeries(kind, data);
    const half = (data.times.at(-1) - data.times[0]) / Math.max(1, data.times.length - 1) / 2;
    const axis = { stroke: colour('quiet'), grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } };
    const options = {
      width: plot.clientWidth,
      height: 200,
      cursor: { y: false },
      legend: { live: true },
      scales: {
        x: { range: (_, min, max) => [min - half, max + half] },
        y: { range: (_, __, max) => [0, Math.max(max * 1.08, 1)] },
      },
      axes: [
        { ...axis, values: (_, ticks) => ticks.map(toTimeText) },
        { ...axis, size: 48, values: (_, ticks) => ticks.map((tick) => (kind === 'stack' ? tick : `${tick} %`)) },
      ],
      series: [{ label: 'Time', value: '{YYYY}-{MM}-{DD} {HH}:{mm}' }, ...order.map((index) => series[index])],
    };
    charts.set(figure, new uPlot(options, [data.times, ...order.map((index) => heights[index])], plot));
  };

  const drawAll = () => document.querySelectorAll('figure[data-chart]').forEach(draw);
  globalThis.updateChart = (fresh) => {
    const figure = document.querySelector(`figure[data-chart][id="${fresh.closest('figure').id}"]`);
    const table = figure?.querySelector('table');
    if (!table || table.innerHTML === fresh.innerHTML) return;
    table.replaceChildren(...fresh.childNodes);
    draw(figure);
  };
  for (const details of document.querySelectorAll('figure[data-chart] details')) details.open = false;
  drawAll();
  let timer;
  new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const [figure, chart] of charts)
        chart.setSize({ width: figure.querySelector('.plot').clientWidth, height: 200 });
    }, 100);
  }).observe(document.body);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
}
