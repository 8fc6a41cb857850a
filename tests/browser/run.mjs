// The pages in a real browser: charts draw, tables sort and filter, controls work, nothing is fetched, the console is
// clean, no page is wider than its window. Usage: node run.mjs PROGRAM. Ends with "N passed, M failed".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openPage, startBrowser } from './browser.mjs';
import { EVIL, makeRuns, makeSweep, sweepData } from './fixtures.mjs';

const LIMIT_MS = 300000;
let passed = 0, failed = 0;

function check(what, good, detail = '') {
  if (good) {
    passed++;
  } else {
    failed++;
    console.log(`FAILED  ${what} ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`);
  }
}

function same(what, got, wanted) {
  check(what, JSON.stringify(got) === JSON.stringify(wanted), `got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

// Asked for in the page: how many pixels of the element's canvases are about as a colour of the theme.
const PIXELS = `(selector, name) => {
  const canvasOf = (width, height) => Object.assign(document.createElement('canvas'), { width, height })
    .getContext('2d', { willReadFrequently: true });
  const probe = canvasOf(1, 1);
  const css = getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  probe.fillStyle = /^\\d/.test(css) ? 'rgb(' + css + ')' : css;
  probe.fillRect(0, 0, 1, 1);
  const want = probe.getImageData(0, 0, 1, 1).data;
  let n = 0;
  for (const canvas of document.querySelectorAll(selector + ' canvas')) {
    if (canvas.width === 0 || canvas.height === 0) continue;
    const copy = canvasOf(canvas.width, canvas.height);
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] > 120 && Math.abs(data[i] - want[0]) + Math.abs(data[i + 1] - want[1]) + Math.abs(data[i + 2] - want[2]) < 40) n++;
    }
  }
  return n;
}`;
const pixels = (page, selector, name) => page.run(`(${PIXELS})(${JSON.stringify(selector)}, ${JSON.stringify(name)})`);
const digest = (page, selector) => page.run(`[...document.querySelectorAll(${JSON.stringify(`${selector} canvas`)})]
  .map((c) => c.toDataURL()).join('')`);
const set = (page, id, value) => page.run(`{ const e = document.getElementById('${id}');
  if (e.type === 'checkbox') { e.checked = ${JSON.stringify(value)}; } else { e.value = ${JSON.stringify(String(value))}; }
  e.dispatchEvent(new Event(e.type === 'search' ? 'input' : 'change', { bubbles: true })); }`);
const click = (page, selector) => page.run(`document.querySelector(${JSON.stringify(selector)}).click()`);
const data = (page) => page.run(`JSON.parse(document.getElementById('report-data').textContent)`);

const CONTRAST = `(() => {
  const style = getComputedStyle(document.documentElement);
  const light = (css) => { const c = document.createElement('canvas').getContext('2d', { willReadFrequently: true }); c.fillStyle = css; c.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...c.getImageData(0, 0, 1, 1).data].map((v) => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
    return .2126 * r + .7152 * g + .0722 * b; };
  const at = (name) => light(style.getPropertyValue('--' + name).trim());
  return ['text', 'soft', 'accent', 'gain', 'loss'].flatMap((name) => ['card', 'back'].map((back) => {
    const [a, b] = [at(name), at(back)].sort((x, y) => y - x);
    return [name + ' on ' + back, (a + .05) / (b + .05)]; })).filter(([, ratio]) => ratio < 4.5);
})()`;

async function checkEveryLook(browser, name, path, charts) {
  for (const width of [1280, 390]) {
    for (const dark of [false, true]) {
      const look = `${name} at ${width}, ${dark ? 'dark' : 'light'}`;
      const page = await openPage(browser, path, { width, dark });
      const size = await page.run('[document.documentElement.scrollWidth, window.innerWidth]');
      check(`${look}: no wider than the window`, size[0] <= width && size[1] === width, size);
      for (const [id, ...colors] of charts) {
        for (const color of colors) {
          check(`${look}: ${id} is drawn in ${color}`, await pixels(page, `#${id}`, color) > 20);
        }
      }
      same(`${look}: contrast`, await page.run(CONTRAST), []);
      same(`${look}: the console`, page.complaints, []);
      same(`${look}: requests`, page.requests.filter((url) => !url.startsWith('data:')), [pathToFileURL(path).href]);
      check(`${look}: names stay text`, await page.run(`document.getElementById('evil') === null && document.querySelectorAll('main b i, main img').length === 0`));
      await page.close();
    }
  }
}

// --- the page of a run ---

const column = (page, i) => page.run(`[...document.querySelectorAll('#trades tbody tr')].map((row) => row.cells[${i}].textContent)`);
const asNumber = (text) => Number(text.replace(/,/g, '').replace('\u2212', '-'));
const rises = (list) => list.every((v, i) => i === 0 || list[i - 1] <= v);
const rowStatus = (page) => page.run(`document.querySelector('#trades [role=status]').textContent`);

async function checkSorting(page, run) {
  const PNL = 8, head = (i) => `#trades thead th:nth-child(${i + 1})`;
  const pnl = run.trades.map((t) => t[8]).filter((v) => v !== null).sort((a, b) => a - b);
  const cents = (v) => Math.round(v * 100) / 100;
  await click(page, `${head(PNL)} button`);
  let shown = (await column(page, PNL)).map(asNumber);
  check('trades rise by P&L', rises(shown) && shown[0] === cents(pnl[0]), shown);
  same('the head says so', await page.run(`document.querySelector('${head(PNL)}').getAttribute('aria-sort')`), 'ascending');
  await click(page, `${head(PNL)} button`);
  shown = (await column(page, PNL)).filter((t) => t !== '').map(asNumber);
  check('trades fall by P&L', rises([...shown].reverse()) && shown[0] === cents(pnl[pnl.length - 1]), shown);
  same('the head says so, too', await page.run(`document.querySelector('${head(PNL)}').getAttribute('aria-sort')`), 'descending');
  await page.run(`document.querySelector('${head(2)} button').focus()`);
  for (const type of ['keyDown', 'keyUp']) {
    await page.send('Input.dispatchKeyEvent', { type, key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' });
  }
  check('the keyboard sorts by entry', rises(await column(page, 2)) &&
    await page.run(`document.querySelector('${head(2)}').getAttribute('aria-sort')`) === 'ascending');
  same('one column alone is marked', await page.run(`document.querySelectorAll('#trades [aria-sort=ascending], #trades [aria-sort=descending]').length`), 1);
  const first = await column(page, 2);
  await click(page, '#trades .pages button:nth-child(2)');
  check('the next page follows', rises([...first, ...await column(page, 2)]) && first.length === 25);
}

async function checkFilters(page, run) {
  const counts = async (what, wanted) => {
    const text = await rowStatus(page);
    check(`trades filter by ${what}`, wanted === 0 ? text === 'No row matches' : text.endsWith(`of ${wanted}`), `${text}, wanted ${wanted}`);
  };
  await set(page, 'filter-side', 'short');
  const shorts = run.trades.filter((t) => t[1] === 'short');
  await counts('side', shorts.length);
  await set(page, 'filter-symbol', 'AAA');
  await counts('side and symbol', shorts.filter((t) => t[0] === 0).length);
  await set(page, 'filter-side', '');
  await set(page, 'filter-symbol', `B${EVIL}`);
  await counts('a symbol of odd characters', run.trades.filter((t) => t[0] === 1).length);
  await set(page, 'filter-symbol', '');
  await set(page, 'filter-result', 'loss');
  await counts('result', run.trades.filter((t) => t[8] !== null && t[8] < 0).length);
  await set(page, 'filter-result', '');
  await set(page, 'filter-text', '2019-');
  await counts('text', run.trades.filter((t) => [t[2], t[3]].some((at) => at !== null &&
    new Date(at * 1000).toISOString().startsWith('2019-'))).length);
  await set(page, 'filter-text', 'no such text');
  await counts('text that is nowhere', 0);
  await set(page, 'filter-text', '');
  await counts('nothing', run.trades.length);
}

async function checkPrices(page, run) {
  const before = await digest(page, '#price-chart'), open = await page.run(`document.querySelector('#prices .legend').textContent`);
  await set(page, 'symbol', 1);
  await page.settle();
  check('another symbol is drawn', before !== await digest(page, '#price-chart'));
  check('and its prices are told', open !== await page.run(`document.querySelector('#prices .legend').textContent`));
  await set(page, 'symbol', 0);
  const stops = await pixels(page, '#price-chart', 'stop');
  await set(page, 'show-stops', false);
  await page.settle();
  check('stops can be hidden', stops > 20 && await pixels(page, '#price-chart', 'stop') === 0, stops);
  await set(page, 'show-trades', false);
  await page.settle();
  check('trades can be hidden', await pixels(page, '#price-chart', 'exit') === 0);
  await set(page, 'show-trades', true);
  await set(page, 'show-stops', true);
  for (const [style, color] of [['line', 'text'], ['candles', 'gain']]) {
    await set(page, 'price-style', style);
    await page.settle();
    check(`prices as ${style}`, await pixels(page, '#price-chart', color) > 50);
  }
  const marks = run.prices[0].marks.reduce((sum, m) => sum + m[3], 0);
  const fills = run.trades.filter((t) => t[0] === 0).reduce((sum, t) => sum + (t[3] === null ? 1 : 2), 0);
  same('each entry and exit is marked', marks, fills);
  const wide = await digest(page, '#price-chart');
  await click(page, '#prices [aria-label="Zoom in"]');
  await page.settle();
  const near = await digest(page, '#price-chart');
  await click(page, '#prices [aria-label="Show all"]');
  await page.settle();
  check('zoom goes in and back', wide !== near && near !== await digest(page, '#price-chart'));
}

async function checkTheme(page) {
  const look = () => page.run(`[getComputedStyle(document.body).backgroundColor, document.getElementById('theme').textContent]`);
  const light = await look(), charts = await digest(page, '#equity-chart');
  await click(page, '#theme');
  await page.settle();
  const dark = await look();
  check('the theme changes', light[0] !== dark[0] && light[1] === 'Dark theme' && dark[1] === 'Light theme', [light, dark]);
  check('charts follow the theme', charts !== await digest(page, '#equity-chart') && await pixels(page, '#equity-chart', 'accent') > 50);
  await click(page, '#theme');
  await page.settle();
  same('and back', await look(), light);
}

async function checkRun(browser, path) {
  const page = await openPage(browser, path, { height: 2000 });
  const run = await data(page);
  check('the run has what is to be tested', run.trades.length > 60 && run.stops.length > 20 && run.prices.length === 2 &&
    run.warnings.length > 0 && run.tables[1].rows.length > 0);
  same('heading', await page.run(`document.querySelector('h1').textContent`), 'R&D <one>');
  same('title', await page.run('document.title'), 'R&D <one>');
  const parts = await page.run(`[...document.querySelectorAll('main section')].map((s) => s.id)`);
  const wanted = ['warnings', 'equity', 'prices', 'months', 'distribution', 'rolling', 'trades', 'execution', 'rejected',
    'summary', 'scripts', 'venue', 'accounts', 'limits', 'data'];
  same('parts', [...parts].sort(), wanted.sort());
  same('links', await page.run(`[...document.querySelectorAll('nav a')].filter((a) => !document.querySelector(a.getAttribute('href'))).length`), 0);
  same('all tables in order', run.tables.map((t) => t.id), ['execution', 'rejected', 'scripts', 'venue', 'accounts', 'limits', 'data']);
  const bins = run.pnlBins.reduce((sum, b) => sum + b[1], 0);
  same('each closed round trip is in the distribution', bins, run.tradeCount - run.openLots);
  same('months', await page.run(`[...document.querySelectorAll('#months tbody td:not(.total):not(.none)')].length`), run.months.length);
  check('the charts are named', await page.run(`[...document.querySelectorAll('.plot')].every((p) => p.getAttribute('aria-label'))`));
  check('the makers of the charts are named', await page.run(`document.querySelector('footer').textContent.includes('TradingView')
    && document.querySelector('#equity-chart a[href*="tradingview.com"]') !== null`));
  await checkSorting(page, run);
  await checkFilters(page, run);
  await checkPrices(page, run);
  await checkTheme(page);
  same('the console after all this', page.complaints, []);
  await page.close();
}

async function checkLong(browser, path) {
  const page = await openPage(browser, path);
  const run = await data(page);
  check('a long run is thinned', run.equityEach > 1 && run.equity.length <= 2 * 8192 + 1 && run.prices[0].bars.length <= 8192 &&
    run.trades.length === 20000 && run.tradeCount > 20000, [run.equityEach, run.equity.length, run.tradeCount]);
  check('and says so', (await page.run(`document.getElementById('trades').textContent`)).includes('The first 20,000 of'));
  same('all of it is marked', run.prices[0].marks.reduce((sum, m) => sum + m[3], 0), 2 * run.tradeCount - run.openLots);
  const summary = new Map(run.summary);
  same('the last equity is that of the summary', run.equity[run.equity.length - 1][1], summary.get('final_equity'));
  await page.close();
}

// --- the page of a sweep ---

async function checkSweep(browser, path) {
  const page = await openPage(browser, path), sweep = sweepData();
  const cells = () => page.run(`[...document.querySelectorAll('#heat tbody tr')].map((r) => [...r.querySelectorAll('td')].map((c) => c.textContent))`);
  const best = (i, j, stat, pick) => pick(...sweep.rows.filter((r) => r.params[0] === i && r.params[1] === j).map((r) => r.stats[stat]));
  let shown = await cells();
  same('heat map: size', [shown.length, shown[0].length], [3, 4]);
  same('heat map: the best of the other parameter', shown[1][2], best(2, 1, 0, Math.max).toFixed(2));
  same('heat map: a run without a result', shown[2][3], 'failed');
  await set(page, 'heat-stat', 2);
  shown = await cells();
  same('heat map: less drawdown is better', shown[1][2], `${best(2, 1, 2, Math.min).toFixed(2)} %`);
  await set(page, 'heat-stat', 0);
  await set(page, 'heat-other-2', 1);
  shown = await cells();
  same('heat map: one value of the other parameter', asNumber(shown[1][2]), Number(sweep.rows.find((r) => String(r.params) === '2,1,1').stats[0].toFixed(2)));
  await set(page, 'heat-y', 2);
  shown = await cells();
  same('heat map: another axis', [shown.length, shown[0].length], [2, 4]);
  await set(page, 'heat-y', 0);
  same('heat map: the same axis twice is one line', (await cells()).length, 1);
  const shades = await page.run(`new Set([...document.querySelectorAll('#heat td')].map((c) => getComputedStyle(c).backgroundColor)).size`);
  check('heat map: values have their shade', shades >= 4, shades);
  await page.run(`document.querySelector('#heat td').focus()`);
  check('heat map: a cell tells its run', await page.run(`!document.getElementById('tip').hidden && document.getElementById('tip').textContent.includes('fast = 5')`));
  const head = '#rows thead th:nth-child(5) button', values = () => page.run(`[...document.querySelectorAll('#rows tbody tr')].map((r) => r.cells[4].textContent)`);
  await click(page, head);
  await click(page, head);
  const numbers = (await values()).filter((t) => t !== '–').map(asNumber);
  check('all runs fall by the statistic', rises([...numbers].reverse()) && (await values()).at(-1) === '–', await values());
  same('the parts of a sweep', await page.run(`[...document.querySelectorAll('main section')].map((s) => s.id)`),
    ['heat', 'deflated', 'walk-forward', 'rows']);
  same('the console of a sweep', page.complaints, []);
  await page.close();
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-pages-'));
  const browser = await startBrowser();
  const give = async (why) => {
    console.log(`FAILED  ${why}`);
    await browser.stop();
    process.exit(1);
  };
  const limit = setTimeout(() => give(`not done in ${LIMIT_MS / 1000} s`), LIMIT_MS);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => give(signal));
  }
  try {
    const runs = makeRuns(resolve(process.argv[2]), folder), sweep = makeSweep(runs.full, folder);
    const equity = ['equity-chart', 'accent', 'loss', 'exit'];
    await checkRun(browser, runs.full);
    await checkLong(browser, runs.long);
    await checkSweep(browser, sweep);
    await checkEveryLook(browser, 'a run', runs.full, [equity, ['price-chart', 'gain', 'loss', 'accent', 'exit', 'stop'],
      ['pnl-chart', 'gain-rgb', 'loss-rgb'], ['sharpe-chart', 'gain', 'loss']]);
    await checkEveryLook(browser, 'no trades', runs.idle, [['equity-chart', 'accent'], ['price-chart', 'gain', 'loss']]);
    await checkEveryLook(browser, 'one bar', runs.one, [['equity-chart', 'accent']]);
    await checkEveryLook(browser, 'a long run', runs.long, [equity, ['price-chart', 'accent', 'exit']]);
    await checkEveryLook(browser, 'a sweep', sweep, []);
  } finally {
    clearTimeout(limit);
    await browser.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  failed++;
  console.log(`FAILED  ${error.stack}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
