// The page of a run: figures, equity, prices, months, distribution. The data is written by src/host/report*.c.

const FIGURES = [['return_pct', percent, true], ['annual_return_pct', percent, true], ['sharpe', (v) => fixed(v, 2)],
  ['max_drawdown_pct', percent], ['trades', number], ['win_rate_pct', percent],
  ['profit_factor', (v) => fixed(v, 2)], ['final_equity', (v) => fixed(v, Math.abs(v) < 1e5 ? 2 : 0)]];

function figureText(name, value) {
  if (value === null) {
    return '–';
  }
  if (name === 'start' || name === 'end') {
    return String(value).replace('T00:00:00Z', '').replace('T', ' ').replace('Z', ' UTC');
  }
  if (typeof value !== 'number') {
    return value;
  }
  if (name.endsWith('_pct')) {
    return percent(value);
  }
  if (name === 'seconds') {
    return fixed(value, 3);
  }
  return name === 'events_per_second' || Number.isInteger(value) && !/equity|commission/.test(name)
    ? fixed(value, 0) : fixed(value, 2);
}

function keyFigures(run) {
  const values = new Map(run.summary);
  return element('dl', { class: 'figures', 'aria-label': 'Key figures' }, FIGURES.map(([name, show, signed]) => {
    const value = values.get(name);
    return element('div', { class: 'figure' }, element('dt', {}, words(name)),
      element('dd', { class: signed ? signClass(value) : null }, show(value) || '–'));
  }));
}

function allFigures(run) {
  return element('section', { id: 'summary', class: 'card' }, element('details', { open: true },
    element('summary', {}, element('h2', {}, 'Summary')),
    element('dl', { class: 'all' }, run.summary.map(([name, value]) => element('div', {}, element('dt', {}, name),
      element('dd', {}, figureText(name, value)))))));
}

function banners(run) {
  const out = [];
  if (run.partial) {
    out.push(element('p', { class: 'banner' }, element('strong', {}, 'Partial run: '),
      'it ended before the end of the data, and all that follows covers what had run until then.'));
  }
  if (run.strategyFailed) {
    out.push(element('p', { class: 'banner' }, element('strong', {}, 'A strategy was stopped by an error. '),
      'Its message stands among the warnings.'));
  }
  return out;
}

function warnings(run) {
  if (run.warningCount === 0) {
    return card('warnings', 'Warnings and errors', null, element('p', { class: 'empty' }, 'None.'));
  }
  return card('warnings', `Warnings and errors (${number(run.warningCount)})`, null,
    element('ul', { class: 'log', tabindex: '0', 'aria-label': 'Warnings and errors' },
      run.warnings.map((line) => element('li', {}, line))),
    run.warningCount > run.warnings.length
      ? element('p', { class: 'note' }, `The first ${run.warnings.length}; the log has all.`) : null);
}

// Equity.

function lastBefore(points, at) {
  let found = null;
  for (let low = 0, high = points.length - 1; low <= high;) {
    const middle = (low + high) >> 1;
    if (points[middle].time <= at) {
      found = points[middle];
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  return found;
}

function equityCard(run) {
  if (run.equity.length === 0) {
    return card('equity', 'Equity and drawdown', null, element('p', { class: 'empty' }, 'No step was run.'));
  }
  const legend = element('div', { class: 'legend' });
  const plot = element('div', { class: 'plot tall', id: 'equity-chart', role: 'img',
    'aria-label': 'Equity, drawdown and exposure over time' });
  const stretches = run.equityEach > 1
    ? ` Of every ${number(run.equityEach)} rows the lowest and the highest equity and the largest exposure are drawn.`
    : '';
  const made = card('equity', 'Equity, drawdown, exposure', null, legend, plot,
    element('p', { class: 'note' }, 'The rows of equity.csv, drawdown from the highest one before; the figures of ' +
      `the summary are made from the ends of ${plural(run.days, 'trading day')}.${stretches}`));
  drawLater(() => drawEquity(run, made, plot, legend));
  return made;
}

function drawEquity(run, root, plot, legend) {
  const entry = makeChart(plot, { logo: true, rightPriceScale: { minimumWidth: 76 },
    timeScale: { timeVisible: hasIntraday(run.equity), secondsVisible: false } });
  const { chart } = entry;
  root.querySelector('.head').append(element('div', { class: 'tools' }, zoomTools(chart)));
  const plain = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerRadius: 3 };
  const share = { type: 'custom', minMove: 0.001, formatter: (v) => `${grouped(v, 0, Math.abs(v) < 0.1 ? 3 : 2)} %` };
  const equity = series(run.equity, ([at, value]) => ({ time: at, value }));
  const drawdown = series(run.drawdown, ([at, value]) => ({ time: at, value }));
  const gross = series(run.exposure, ([at, value]) => ({ time: at, value }));
  const net = series(run.exposure, ([at, , value]) => ({ time: at, value }));
  const lines = [
    chart.addSeries(LightweightCharts.AreaSeries, { ...plain, lineWidth: 2,
      priceFormat: { type: 'custom', minMove: 0.01, formatter: axisFormat(equity) } }, 0),
    chart.addSeries(LightweightCharts.AreaSeries, { ...plain, lineWidth: 1, invertFilledArea: true,
      priceFormat: share }, 1),
    chart.addSeries(LightweightCharts.AreaSeries, { ...plain, lineWidth: 1, priceFormat: share }, 2),
    chart.addSeries(LightweightCharts.LineSeries, { ...plain, lineWidth: 1, priceFormat: share }, 2),
  ];
  [equity, drawdown, gross, net].forEach((points, i) => lines[i].setData(points));
  lines[1].priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.12 } });
  lines[2].priceScale().applyOptions({ scaleMargins: { top: 0.2, bottom: 0.05 } });
  chart.panes().forEach((pane, i) => pane.setStretchFactor([5, 2, 2][i]));
  entry.ready(() => {
    lines[0].applyOptions({ lineColor: color('accent'), topColor: color('accent-soft'), bottomColor: 'transparent' });
    lines[1].applyOptions({ lineColor: color('loss'), topColor: `rgba(${color('loss-rgb')}, .06)`,
      bottomColor: `rgba(${color('loss-rgb')}, .3)` });
    lines[2].applyOptions({ lineColor: color('soft'), topColor: color('accent-soft'), bottomColor: 'transparent' });
    lines[3].applyOptions({ color: color('exit') });
  });
  followPointer(chart, (event) => {
    const at = event?.time ?? equity[equity.length - 1].time;
    const value = (points) => lastBefore(points, at)?.value;
    legend.replaceChildren(element('span', {}, time(at)), legendItem('Equity', money(value(equity)), 'accent'),
      legendItem('Drawdown', percent(value(drawdown)), 'loss'),
      legendItem('Gross exposure', percent(value(gross)), 'soft'), legendItem('Net', percent(value(net)), 'exit'));
  });
}

// Prices.

// What was bought and sold in each candle, all round trips together.
function markersOf(price) {
  return price.marks.map(([place, buys, opens, n, qty]) => ({ time: price.bars[place][0], buys, opens, n, qty }));
}

function drawnMarkers(found) {
  const size = found.length > 400 ? 0.5 : 1;
  return found.map((m) => ({ time: m.time, position: m.buys ? 'belowBar' : 'aboveBar', size,
    shape: m.buys ? 'arrowUp' : 'arrowDown', color: color(m.opens ? 'accent' : 'exit') }));
}

// As many as the prices have, as far as they tell something at their size: 1402.93, 1.08342.
function decimalsOf(bars) {
  let most = 2, high = 1e-9;
  for (let i = 0; i < bars.length; i += Math.ceil(bars.length / 200)) {
    most = Math.max(most, (String(bars[i].close).split('.')[1] ?? '').length);
    high = Math.max(high, Math.abs(bars[i].high));
  }
  return Math.min(most, Math.max(2, 5 - Math.floor(Math.log10(high))), 9);
}

function checkbox(id, label, checked, act) {
  return element('label', { for: id }, element('input', { type: 'checkbox', id, checked, onchange: act }), label);
}

function priceCard(run) {
  if (run.prices.length === 0) {
    return card('prices', 'Price and orders', null, element('p', { class: 'empty' }, 'No bar was run.'));
  }
  const select = element('select', { id: 'symbol', onchange: () => draw() },
    run.prices.map((price, i) => option(i, run.symbols[price.symbol])));
  const style = element('select', { id: 'price-style', onchange: () => draw() }, option('candles', 'Candles'),
    option('line', 'Line'));
  style.value = run.prices[0].bars.length > 1500 ? 'line' : 'candles';
  const trades = checkbox('show-trades', 'Trades', true, () => draw());
  const stops = checkbox('show-stops', 'Stops', true, () => draw());
  const legend = element('div', { class: 'legend' });
  const plot = element('div', { class: 'plot price', id: 'price-chart', role: 'img',
    'aria-label': 'Price with trades and stops' });
  const note = element('p', { class: 'note' });
  const zoom = element('span', { class: 'tools' });
  const root = card('prices', 'Price and orders', [element('label', { for: 'symbol' }, 'Symbol', select),
    element('label', { for: 'price-style' }, 'as', style), trades, stops, zoom], legend, plot, note);
  let chart = null, draw = () => {};
  drawLater(() => {
    chart = priceChart(run, plot, legend, note);
    zoom.replaceChildren(...zoomTools(chart.chart));
    draw = () => chart.show(run.prices[Number(select.value)], { candles: style.value === 'candles',
      trades: trades.firstChild.checked, stops: stops.firstChild.checked });
    draw();
  });
  return root;
}

function priceNote(run, price, markers, stopRows) {
  const parts = [`${plural(markers.reduce((sum, m) => sum + m.n, 0), 'fill')} of round trips, ` +
    `${plural(stopRows.length, 'stop')}. Times are UTC.`];
  if (price.barsEach > 1) {
    parts.push(`Each candle stands for ${number(price.barsEach)} ${price.ticks ? 'seconds with ticks' : 'bars'}.`);
  }
  if (run.stopCount > run.stops.length) {
    parts.push(`Of ${number(run.stopCount)} stops the first ${number(run.stops.length)} are drawn.`);
  }
  return parts.join(' ');
}

function priceChart(run, plot, legend, note) {
  const entry = makeChart(plot, { rightPriceScale: { minimumWidth: 76 } });
  const { chart } = entry;
  let line = null, bars = [], markers = [], marks = null, now = {}, shownSymbol = -1;
  const paint = () => {
    const up = color('gain'), down = color('loss');
    line?.applyOptions(now.candles
      ? { upColor: up, downColor: down, wickUpColor: up, wickDownColor: down, borderVisible: false }
      : { color: color('text'), lineWidth: 1 });
    marks?.setMarkers(now.trades ? drawnMarkers(markers) : []);
  };
  const show = (price, options) => {
    now = options;
    bars = series(price.bars, ([at, open, high, low, close]) => ({ time: at, open, high, low, close, value: close }));
    if (line) {
      chart.removeSeries(line);
    }
    const precision = decimalsOf(bars);
    line = chart.addSeries(options.candles ? LightweightCharts.CandlestickSeries : LightweightCharts.LineSeries,
      { priceLineVisible: false, lastValueVisible: false,
        priceFormat: { type: 'price', precision, minMove: 10 ** -precision } });
    line.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0.1 } });
    line.setData(bars);
    markers = markersOf(price);
    marks = LightweightCharts.createSeriesMarkers(line, [], { autoScale: false });
    const stopRows = run.stops.filter((row) => row[0] === price.symbol);
    if (options.stops) {
      line.attachPrimitive(stopsPrimitive(stopLines(stopRows, bars, price), () => color('stop')));
    }
    chart.applyOptions({ timeScale: { timeVisible: hasIntraday(price.bars), secondsVisible: price.timeframe < 60 } });
    if (shownSymbol !== price.symbol) {
      chart.timeScale().fitContent();
    }
    shownSymbol = price.symbol;
    note.textContent = priceNote(run, price, markers, stopRows);
    paint();
    legendFor(null);
  };
  const legendFor = (event) => {
    const bar = lastBefore(bars, event?.time ?? Infinity);
    if (!bar) {
      return;
    }
    const places = decimalsOf(bars), show = (v) => fixed(v, places);
    const here = markers.filter((m) => m.time === event?.time)
      .map((m) => `${m.buys ? 'buy' : 'sell'} ${number(m.qty)} (${m.opens ? 'entry' : 'exit'})`);
    legend.replaceChildren(element('span', {}, time(bar.time)), legendItem('O', show(bar.open)),
      legendItem('H', show(bar.high)), legendItem('L', show(bar.low)), legendItem('C', show(bar.close)),
      element('span', { class: 'key', style: '--key: var(--accent)' }, 'entry'),
      element('span', { class: 'key', style: '--key: var(--exit)' }, 'exit'),
      element('span', { class: 'key', style: '--key: var(--stop)' }, 'working stop'),
      here.length > 0 ? element('b', {}, here.join(', ')) : '');
  };
  entry.ready(paint);
  chart.subscribeCrosshairMove((event) => legendFor(event.time === undefined ? null : event));
  return { chart, show };
}

// Months, distribution, rolling ratio.

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function heat(value, most) {
  if (!isNumber(value) || most === 0) {
    return null;
  }
  const share = Math.min(1, Math.abs(value) / most);
  return `--cell: rgba(var(--${value < 0 ? 'loss' : 'gain'}-rgb), ${(0.08 + 0.5 * share).toFixed(3)})`;
}

function monthsCard(run) {
  if (run.months.length === 0) {
    return card('months', 'Monthly returns', null, element('p', { class: 'empty' }, 'No day was run.'));
  }
  const years = new Map();
  for (const [year, month, value] of run.months) {
    const values = years.get(year) ?? new Array(12).fill(undefined);
    values[month - 1] = value;
    years.set(year, values);
  }
  const sizes = run.months.map((m) => Math.abs(m[2] ?? 0)).sort((a, b) => a - b);
  const most = sizes[Math.floor((sizes.length - 1) * 0.95)] || sizes[sizes.length - 1];
  const rows = [...years].map(([year, values]) => {
    const whole = 100 * (values.reduce((product, v) => product * (v === undefined ? 1 : 1 + v / 100), 1) - 1);
    return element('tr', {}, element('th', { scope: 'row' }, String(year)),
      values.map((v) => element('td', v === undefined ? { class: 'none' } : { style: heat(v, most) },
        v === undefined ? '' : v === null ? '–' : fixed(v, 1))),
      element('td', { class: 'total', style: heat(whole, most * 3) }, fixed(whole, 1)));
  });
  return card('months', 'Monthly returns', null, element('div', { class: 'wide', tabindex: '0', role: 'region',
    'aria-label': 'Monthly returns' }, element('table', { class: 'heat' }, element('caption', {}, 'In percent'),
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Year'),
      MONTHS.map((name) => element('th', { scope: 'col' }, name)), element('th', { scope: 'col' }, 'Total'))),
    element('tbody', {}, rows))));
}

function distributionCard(run) {
  const closed = run.tradeCount - run.openLots;
  if (run.pnlBins.length === 0) {
    return card('distribution', 'Distribution of trade P&L', null,
      element('p', { class: 'empty' }, 'No round trip was closed.'));
  }
  const wins = run.pnlBins.filter(([from]) => from >= 0).reduce((sum, [, n]) => sum + n, 0);
  const legend = element('div', { class: 'legend' });
  const plot = element('div', { class: 'plot low', id: 'pnl-chart', role: 'img',
    'aria-label': `Distribution of trade P&L: ${wins} of ${closed} trades did not lose` });
  const root = card('distribution', 'Distribution of trade P&L', null, legend, plot, element('p', { class: 'note' },
    `${plural(closed, 'closed round trip')}, net of commission, in steps of ${number(run.pnlStep)}.`));
  drawLater(() => {
    const entry = makeChart(plot, { make: LightweightCharts.createOptionsChart,
      localization: { precision: run.pnlStep < 1 ? 2 : 0 }, rightPriceScale: { minimumWidth: 76 } });
    const bins = entry.chart.addSeries(LightweightCharts.HistogramSeries, { priceLineVisible: false,
      lastValueVisible: false, priceFormat: { type: 'custom', minMove: 1, formatter: (v) => compact(v) } });
    entry.ready(() => bins.setData(run.pnlBins.map(([from, n]) => ({ time: from, value: n,
      color: `rgba(${color(from < 0 ? 'loss-rgb' : 'gain-rgb')}, .8)` }))));
    followPointer(entry.chart, (event) => {
      const bin = event && run.pnlBins.find(([from]) => from === event.time);
      legend.replaceChildren(bin ? element('span', {}, `${number(bin[0])} to ${number(bin[0] + run.pnlStep)}: `,
        element('b', {}, plural(bin[1], 'trade'))) : element('span', {}, 'Trades by their P&L'));
    });
  });
  return root;
}

function rollingCard(run) {
  if (run.rollingSharpe.length === 0) {
    return card('rolling', 'Rolling Sharpe ratio', null, element('p', { class: 'empty' },
      'The run is too short: it takes 42 trading days.'));
  }
  const legend = element('div', { class: 'legend' });
  const plot = element('div', { class: 'plot low', id: 'sharpe-chart', role: 'img',
    'aria-label': 'Rolling Sharpe ratio over time' });
  const root = card('rolling', 'Rolling Sharpe ratio', null, legend, plot,
    element('p', { class: 'note' }, `Of the ${run.rollingWindow} trading days up to each one, as in the summary.`));
  drawLater(() => {
    const entry = makeChart(plot, { rightPriceScale: { minimumWidth: 76 } });
    const line = entry.chart.addSeries(LightweightCharts.BaselineSeries, { priceLineVisible: false,
      lastValueVisible: false, lineWidth: 1, baseValue: { type: 'price', price: 0 } });
    const points = series(run.rollingSharpe, ([at, value]) => (value === null ? { time: at } : { time: at, value }));
    line.setData(points);
    entry.ready(() => line.applyOptions({ topLineColor: color('gain'), bottomLineColor: color('loss'),
      topFillColor1: `rgba(${color('gain-rgb')}, .28)`, topFillColor2: `rgba(${color('gain-rgb')}, .04)`,
      bottomFillColor1: `rgba(${color('loss-rgb')}, .04)`, bottomFillColor2: `rgba(${color('loss-rgb')}, .28)` }));
    followPointer(entry.chart, (event) => {
      const point = lastBefore(points, event?.time ?? Infinity);
      legend.replaceChildren(element('span', {}, time(point.time)),
        legendItem('Sharpe ratio', fixed(point.value, 2) || '–'));
    });
  });
  return root;
}
