// The page of a sweep: a heat map over two parameters, and all rows. The data that it takes:
// { kind: 'sweep', title, subtitle: text or null, sort: name of a statistic,
//   params: [{ name, values: [number or text, ...] }, ...], stats: [name, ...],
//   rows: [{ params: [place in values, ...], stats: [number or null, ...], status: 'ok' or another word,
//            message: text or null }, ...],
//   best: place in rows or null, deflated: { name: number, text or null, ... } or null,
//   walk_forward: [{ name: number, text or null, ... }, ...], warnings: [text, ...] }

const WHOLE = /^(bars|events|orders|rejected|fills|trades|max_drawdown_days)$/;
const LOWER_IS_BETTER = /drawdown|volatility|commission|rejected|turnover|^seconds$/;

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
  const lower = LOWER_IS_BETTER.test(sweep.stats[stat]);
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
    row.status === 'ok' ? '' : `${row.status}: ${row.message ?? ''}`,
    ...sweep.stats.slice(0, 8).map((name, i) => `${words(name)}: ${statText(name, row.stats[i])}`),
  ].filter(Boolean).join('\n');
}

function heatTable(sweep, x, y, stat, chosen) {
  const cells = heatCells(sweep, x, y, stat, chosen);
  const values = [...cells.values()].map((row) => row.stats[stat]).filter(isNumber);
  const low = values.length > 0 ? Math.min(...values) : 0, high = values.length > 0 ? Math.max(...values) : 0;
  const name = sweep.stats[stat], lower = LOWER_IS_BETTER.test(name);
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
    fine ? '' : row.status === 'ok' ? statText(name, value) : row.status);
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
  const stats = sweep.stats.map((name, i) => [i, words(name)]);
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
  const columns = [{ title: '#', ...KINDS['#'] },
    ...sweep.params.map((p) => ({ title: p.name, ...(p.values.every(isNumber) ? KINDS['#'] : TEXT) })),
    ...sweep.stats.map((name) => ({ title: words(name), name: 'number', show: (v) => statText(name, v) })),
    { title: 'status', ...TEXT }];
  const rows = sweep.rows.map((row, i) => [i + 1, ...row.params.map((place, k) => sweep.params[k].values[place]),
    ...row.stats, row.status === 'ok' ? 'ok' : `${row.status}${row.message ? `: ${row.message}` : ''}`]);
  const bestRow = rows[sweep.best];
  return card('rows', 'All runs', null, sortedTable(columns, rows, { label: 'All runs',
    rowClass: (row) => (row === bestRow ? 'set' : null) }).root);
}

function deflatedCard(sweep) {
  if (!sweep.deflated) {
    return null;
  }
  return card('deflated', 'Overfitting', null, element('dl', { class: 'all' }, Object.entries(sweep.deflated).map(
    ([name, value]) => element('div', {}, element('dt', {}, words(name)),
      element('dd', {}, typeof value === 'number' ? fixed(value, Number.isInteger(value) ? 0 : 4) : value ?? '–')))));
}

function walkForwardCard(sweep) {
  const parts = sweep.walk_forward ?? [];
  if (parts.length === 0) {
    return null;
  }
  const names = Object.keys(parts[0]);
  const columns = names.map((name) => ({ title: words(name), ...(parts.some((part) => typeof part[name] === 'number')
    ? { name: 'number', show: (v) => (v === null ? '–' : typeof v !== 'number' ? String(v)
      : Number.isInteger(v) ? number(v) : statText(name, v)) } : TEXT) }));
  const rows = parts.map((part) => names.map((name) => part[name] ?? null));
  return card('walk-forward', 'Walk-forward', null, sortedTable(columns, rows, { label: 'Walk-forward' }).root);
}

function bestFigures(sweep) {
  const row = sweep.rows[sweep.best];
  if (!row) {
    return null;
  }
  const figures = [...sweep.params.map((p, i) => [p.name, String(p.values[row.params[i]])]),
    ...sweep.stats.slice(0, 6).map((name, i) => [words(name), statText(name, row.stats[i])])];
  return element('dl', { class: 'figures', 'aria-label': 'The best run' }, figures.map(([name, text]) =>
    element('div', { class: 'figure' }, element('dt', {}, name), element('dd', {}, text))));
}

function sweepPage(sweep) {
  const failed = sweep.rows.filter((row) => row.status !== 'ok').length;
  const runs = `${plural(sweep.rows.length, 'run')}${failed > 0 ? `, ${number(failed)} of them without a result` : ''}`;
  const sorted = sweep.sort ? `sorted by ${words(sweep.sort)}` : null;
  document.getElementById('subtitle').textContent = [sweep.subtitle, runs, sorted].filter(Boolean).join(' · ');
  document.body.append(element('div', { id: 'tip', role: 'tooltip', hidden: true }));
  const lines = sweep.warnings ?? [];
  return [...lines.map((line) => element('p', { class: 'banner' }, line)), bestFigures(sweep),
    sweep.params.length > 0 && sweep.stats.length > 0 ? heatCard(sweep) : null, deflatedCard(sweep),
    walkForwardCard(sweep), sweepTable(sweep)];
}
