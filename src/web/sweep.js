// The page of a sweep: a heat map over two parameters, and all rows. The data that it takes:
// { kind: 'sweep', title, sort: name of a statistic,
//   params: [{ name, values: [number or text, ...] }, ...], stats: [name, ...], lessIsBetter: [name, ...],
//   rows: [{ params: [place in values, ...], stats: [number or null, ...], status: 'done' or another word,
//            message: text or null }, ...], rowCount: of all, more than there are here when the page is cut,
//   best: place in rows or null, deflated: [[name, number or null], ...], warnings: [text, ...],
//   walkForward: { columns: [name, ...], rows: [[number, text or null, ...], ...] },
//   outOfSample: [[name, number or null], ...], equity: [[seconds since 1970, number], ...] }
// It is written by src/host/sweep_page.c.

const WHOLE = /^(bars|events|orders|rejected|fills|trades|max_drawdown_days)$/;

// What a trader looks at first.
const FIRST = ['sharpe', 'return_pct', 'annual_return_pct', 'max_drawdown_pct', 'trades', 'win_rate_pct',
  'profit_factor', 'final_equity'];

function statOrder(sweep) {
  const places = sweep.stats.map((_, i) => i), rank = (i) => (FIRST.indexOf(sweep.stats[i]) + 1 || FIRST.length + 1);
  return places.sort((a, b) => rank(a) - rank(b) || a - b);
}

function statText(name, value) {
  if (!isNumber(value)) {
    return '–';
  }
  return name.endsWith('_pct') ? percent(value) : WHOLE.test(name) ? number(value) : fixed(value, 2);
}

// Gain to loss around zero where the values lie on both sides of it, else from pale to full.
function shadeOf(value, low, high, lower) {
  if (!isNumber(value) || high === low) {
    return null;
  }
  if (low < 0 && high > 0) {
    const share = value / (value < 0 ? -low : high);
    return `rgba(var(--${(value < 0) !== lower ? 'loss' : 'gain'}-rgb), ${(0.06 + 0.6 * Math.abs(share)).toFixed(3)})`;
  }
  const part = (value - low) / (high - low);
  return `rgba(var(--gain-rgb), ${(0.06 + 0.6 * (lower ? 1 - part : part)).toFixed(3)})`;
}

function tipFor(target, text) {
  const tip = document.getElementById('tip');
  const box = target.getBoundingClientRect();
  tip.textContent = text;
  tip.hidden = false;
  const size = tip.getBoundingClientRect();
  const below = box.bottom + 6 + size.height < window.innerHeight;
  tip.style.left = `${Math.max(6, Math.min(window.innerWidth - size.width - 6, box.left))}px`;
  tip.style.top = `${below ? box.bottom + 6 : Math.max(6, box.top - size.height - 6)}px`;
}

function hideTip() {
  document.getElementById('tip').hidden = true;
}

// Of several rows that fall into one cell the best counts.
function better(a, b, stat, lower) {
  const x = a?.stats[stat], y = b.stats[stat];
  return !isNumber(y) ? a ?? b : !isNumber(x) ? b : (lower ? y < x : y > x) ? b : a;
}

function heatCells(sweep, x, y, stat, chosen) {
  const lower = sweep.lessIsBetter.includes(sweep.stats[stat]);
  const cells = new Map();
  for (const row of sweep.rows) {
    if (chosen.every((value, i) => value === '' || i === x || i === y || row.params[i] === Number(value))) {
      const key = `${row.params[x]}:${y < 0 ? 0 : row.params[y]}`;
      cells.set(key, better(cells.get(key), row, stat, lower));
    }
  }
  return cells;
}

function describeRow(sweep, row) {
  return [...sweep.params.map((p, i) => `${p.name} = ${p.values[row.params[i]]}`),
    row.status === 'done' ? '' : `${words(row.status)}: ${row.message ?? ''}`,
    ...statOrder(sweep).slice(0, 8).map((i) => `${words(sweep.stats[i])}: ${statText(sweep.stats[i], row.stats[i])}`),
  ].filter(Boolean).join('\n');
}

function heatTable(sweep, x, y, stat, chosen) {
  const cells = heatCells(sweep, x, y, stat, chosen);
  const values = [...cells.values()].map((row) => row.stats[stat]).filter(isNumber);
  const low = values.length > 0 ? Math.min(...values) : 0, high = values.length > 0 ? Math.max(...values) : 0;
  const name = sweep.stats[stat], lower = sweep.lessIsBetter.includes(name);
  const columns = sweep.params[x].values, lines = y < 0 ? [''] : sweep.params[y].values;
  const fine = columns.length > 40;
  const makeCell = (row) => {
    if (!row) {
      return element('td', { class: 'none' }, '');
    }
    const value = row.stats[stat], shade = shadeOf(value, low, high, lower), text = describeRow(sweep, row);
    return element('td', { class: sweep.rows[sweep.best] === row ? 'best' : null, tabindex: '0',
      style: shade ? `--cell: ${shade}` : null, 'aria-label': text, onmouseenter: (e) => tipFor(e.currentTarget, text),
      onfocus: (e) => tipFor(e.currentTarget, text), onmouseleave: hideTip, onblur: hideTip },
    fine ? '' : row.status === 'done' ? statText(name, value) : words(row.status));
  };
  const table = element('table', { class: fine ? 'heat fine' : 'heat' },
    element('caption', {}, `${words(name)}: ${sweep.params[x].name} across` +
      `${y < 0 ? '' : `, ${sweep.params[y].name} down`}`),
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, y < 0 ? '' : sweep.params[y].name),
      columns.map((value) => element('th', { scope: 'col' }, String(value))))),
    element('tbody', {}, lines.map((value, j) => element('tr', {}, element('th', { scope: 'row' }, String(value)),
      columns.map((_, i) => makeCell(cells.get(`${i}:${j}`)))))));
  return { table, scale: colorScale(name, low, high, lower) };
}

function colorScale(name, low, high, lower) {
  const stops = [];
  for (let i = 0; i <= 8; i++) {
    stops.push(shadeOf(low + (high - low) * i / 8, low, high, lower) ?? 'transparent');
  }
  return element('div', { class: 'scale' }, element('span', {}, statText(name, low)),
    element('i', { style: `background: linear-gradient(90deg, ${stops.join(', ')})` }),
    element('span', {}, statText(name, high)), element('span', {}, lower ? 'less is better' : 'more is better'));
}

function heatCard(sweep) {
  const place = element('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Heat map' });
  const scale = element('div');
  const picker = (id, label, options, value, act) => {
    const select = element('select', { id, onchange: act }, options.map(([v, text]) => option(v, text)));
    select.value = value;
    return [element('label', { for: id }, label, select), select];
  };
  const axes = sweep.params.map((p, i) => [i, p.name]);
  const stats = statOrder(sweep).map((i) => [i, words(sweep.stats[i])]);
  const sorted = String(Math.max(0, sweep.stats.indexOf(sweep.sort))), two = axes.length > 1;
  const [statLabel, stat] = picker('heat-stat', 'Statistic', stats, sorted, () => draw());
  const [xLabel, x] = picker('heat-x', 'Across', axes, '0', () => draw());
  const [yLabel, y] = picker('heat-y', 'Down', two ? axes : [[-1, 'nothing']], two ? '1' : '-1', () => draw());
  const others = sweep.params.map((p, i) => picker(`heat-other-${i}`, p.name,
    [['', 'best of all'], ...p.values.map((v, k) => [k, String(v)])], '', () => draw()));
  function draw() {
    const across = Number(x.value), down = Number(y.value) === across ? -1 : Number(y.value);
    others.forEach(([label], i) => { label.hidden = i === across || i === down; });
    hideTip();
    const made = heatTable(sweep, across, down, Number(stat.value), others.map(([, select]) => select.value));
    place.replaceChildren(made.table);
    scale.replaceChildren(made.scale);
  }
  draw();
  return card('heat', 'Heat map', [statLabel, xLabel, yLabel, others.map(([label]) => label)], place, scale);
}

function sweepTable(sweep) {
  const order = statOrder(sweep);
  const columns = [{ title: '#', ...KINDS['#'] },
    ...sweep.params.map((p) => ({ title: p.name, ...(p.values.every(isNumber) ? KINDS['#'] : TEXT) })),
    ...order.map((i) => ({ title: words(sweep.stats[i]), name: 'number', show: (v) => statText(sweep.stats[i], v) })),
    { title: 'status', ...TEXT }];
  const rows = sweep.rows.map((row, i) => [i + 1, ...row.params.map((place, k) => sweep.params[k].values[place]),
    ...order.map((k) => row.stats[k]), row.message ? `${words(row.status)}: ${row.message}` : words(row.status)]);
  const bestRow = rows[sweep.best];
  return card('rows', 'All runs', null, sortedTable(columns, rows, { label: 'All runs',
    rowClass: (row) => (row === bestRow ? 'set' : null) }).root);
}

function figureCard(id, title, figures, ...more) {
  if (figures.length === 0) {
    return null;
  }
  const show = (name, value) => (/days|trials/.test(name) ? number(value) : statText(name, value));
  return card(id, title, null, element('dl', { class: 'all' }, figures.map(([name, value]) => element('div', {},
    element('dt', {}, words(name)), element('dd', {}, show(name, value))))), ...more);
}

// The tests of all windows in a row.
function outOfSampleCard(sweep) {
  if (sweep.equity.length === 0) {
    return figureCard('out-of-sample', 'Out of sample', sweep.outOfSample);
  }
  const legend = element('div', { class: 'legend' });
  const plot = element('div', { class: 'plot low', id: 'test-chart', role: 'img',
    'aria-label': 'Equity of the tests in a row' });
  drawLater(() => {
    const points = series(sweep.equity, ([at, value]) => (value === null ? { time: at } : { time: at, value }));
    const entry = makeChart(plot, { logo: true, rightPriceScale: { minimumWidth: 76 } });
    const line = entry.chart.addSeries(LightweightCharts.AreaSeries, { priceLineVisible: false, lastValueVisible: false,
      lineWidth: 2, priceFormat: { type: 'custom', minMove: 0.01, formatter: axisFormat(points) } });
    line.setData(points);
    entry.ready(() => line.applyOptions({ lineColor: color('accent'), topColor: color('accent-soft'),
      bottomColor: 'transparent' }));
    followPointer(entry.chart, (event) => {
      const point = lastBefore(points, event?.time ?? Infinity);
      legend.replaceChildren(element('span', {}, time(point.time)), legendItem('Equity', money(point.value), 'accent'));
    });
  });
  return figureCard('out-of-sample', 'Out of sample', sweep.outOfSample, legend, plot);
}

function walkForwardCard(sweep) {
  const { columns: names, rows } = sweep.walkForward;
  if (rows.length === 0) {
    return null;
  }
  const columns = names.map((name, i) => ({ title: words(name), ...(rows.some((row) => typeof row[i] === 'number')
    ? { name: 'number', show: (v) => (typeof v !== 'number' ? String(v ?? '–')
      : Number.isInteger(v) ? number(v) : statText(name, v)) } : TEXT) }));
  return card('walk-forward', 'Walk-forward', null, sortedTable(columns, rows, { label: 'Walk-forward' }).root);
}

function bestFigures(sweep) {
  const row = sweep.rows[sweep.best];
  if (!row) {
    return null;
  }
  const figures = [...sweep.params.map((p, i) => [p.name, String(p.values[row.params[i]])]),
    ...statOrder(sweep).slice(0, 6).map((i) => [words(sweep.stats[i]), statText(sweep.stats[i], row.stats[i])])];
  return element('dl', { class: 'figures', 'aria-label': 'The best run' }, figures.map(([name, text]) =>
    element('div', { class: 'figure' }, element('dt', {}, name), element('dd', {}, text))));
}

function sweepPage(sweep) {
  const failed = sweep.rows.filter((row) => row.status !== 'done').length;
  const runs = `${plural(sweep.rowCount, 'run')}${failed > 0 ? `, ${number(failed)} without a result` : ''}`;
  document.getElementById('subtitle').textContent = `${runs} · ${sweep.walkForward.rows.length > 0 ? 'chosen' : 'sorted'} by ${words(sweep.sort)}`;
  document.body.append(element('div', { id: 'tip', role: 'tooltip', hidden: true }));
  return [...sweep.warnings.map((line) => element('p', { class: 'banner' }, line)), bestFigures(sweep),
    figureCard('deflated', 'What the best is worth', sweep.deflated), outOfSampleCard(sweep),
    sweep.params.length > 0 ? heatCard(sweep) : null, walkForwardCard(sweep), sweepTable(sweep)];
}
