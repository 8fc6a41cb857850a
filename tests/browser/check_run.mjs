// The page of a run: what it shows is what its data says, and its controls do what they are for.
import { openPage } from './browser.mjs';
import { EVIL } from './fixtures.mjs';
import { asNumber, attribute, check, click, dataOf, digest, focus, ids, pixels, press, rises, same, set, text, texts }
  from './ask.mjs';

const ENTRY = 2, PNL = 8;
const head = (column) => `#trades thead th:nth-child(${column + 1})`;
const shownIn = (page, column) => texts(page, `#trades tbody td:nth-child(${column + 1})`);
const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);

async function checkSorting(page, run) {
  const known = run.trades.map((trade) => trade[PNL]).filter((v) => v !== null).sort((a, b) => a - b);
  const cents = (v) => Math.round(v * 100) / 100;
  await click(page, `${head(PNL)} button`);
  let shown = (await shownIn(page, PNL)).map(asNumber);
  check('trades rise by P&L', rises(shown) && shown[0] === cents(known[0]), shown);
  same('the head says so', await attribute(page, head(PNL), 'aria-sort'), 'ascending');
  await click(page, `${head(PNL)} button`);
  shown = (await shownIn(page, PNL)).map(asNumber);
  check('trades fall by P&L', rises([...shown].reverse()) && shown[0] === cents(known[known.length - 1]), shown);
  same('the head says so, too', await attribute(page, head(PNL), 'aria-sort'), 'descending');
  await focus(page, `${head(ENTRY)} button`);
  await press(page, 'Enter', 13);
  same('the keyboard sorts', await attribute(page, head(ENTRY), 'aria-sort'), 'ascending');
  const marked = await texts(page, '#trades [aria-sort=ascending], #trades [aria-sort=descending]');
  same('one column alone is marked', marked, ['entry']);
  const first = await shownIn(page, ENTRY);
  await click(page, '#trades .pages button:nth-child(2)');
  check('the next page follows', first.length === 25 && rises([...first, ...await shownIn(page, ENTRY)]), first);
}

async function checkFilters(page, run) {
  const expect = async (what, chosen) => {
    const wanted = run.trades.filter(chosen).length, status = await text(page, '#trades [role=status]');
    check(`trades filter by ${what}`, wanted === 0 ? status === 'No row matches' : status.endsWith(`of ${wanted}`),
      `${status}, wanted ${wanted}`);
  };
  const in2019 = (at) => at !== null && new Date(at * 1000).toISOString().startsWith('2019-');
  await set(page, 'filter-side', 'short');
  await expect('side', (trade) => trade[1] === 'short');
  await set(page, 'filter-symbol', 'AAA');
  await expect('side and symbol', (trade) => trade[1] === 'short' && trade[0] === 0);
  await set(page, 'filter-side', '');
  await set(page, 'filter-symbol', `B${EVIL}`);
  await expect('a symbol of odd characters', (trade) => trade[0] === 1);
  await set(page, 'filter-symbol', '');
  await set(page, 'filter-result', 'loss');
  await expect('result', (trade) => trade[PNL] !== null && trade[PNL] < 0);
  await set(page, 'filter-result', '');
  await set(page, 'filter-text', '2019-');
  await expect('text', (trade) => in2019(trade[2]) || in2019(trade[3]));
  await set(page, 'filter-text', 'no such text');
  await expect('text that is nowhere', () => false);
  await set(page, 'filter-text', '');
  await expect('nothing', () => true);
}

async function checkPrices(page, run) {
  const before = await digest(page, '#price-chart'), told = await text(page, '#prices .legend');
  await set(page, 'symbol', 1);
  await page.settle();
  check('another symbol is drawn', before !== await digest(page, '#price-chart'));
  check('and its prices are told', told !== await text(page, '#prices .legend'));
  await set(page, 'symbol', 0);
  await page.settle();
  const stops = await pixels(page, '#price-chart', 'stop');
  await set(page, 'show-stops', false);
  await page.settle();
  check('stops can be hidden', stops > 20 && await pixels(page, '#price-chart', 'stop') === 0, stops);
  await set(page, 'show-trades', false);
  await page.settle();
  same('trades can be hidden', await pixels(page, '#price-chart', 'exit'), 0);
  await set(page, 'show-trades', true);
  await set(page, 'show-stops', true);
  for (const [style, color] of [['line', 'text'], ['candles', 'gain']]) {
    await set(page, 'price-style', style);
    await page.settle();
    check(`prices as ${style}`, await pixels(page, '#price-chart', color) > 50);
  }
  const ofFirst = run.trades.filter((trade) => trade[0] === 0);
  same('each entry and exit is marked', sum(run.prices[0].marks, (mark) => mark[3]),
    sum(ofFirst, (trade) => (trade[3] === null ? 1 : 2)));
}

async function checkZoom(page) {
  const wide = await digest(page, '#price-chart');
  await click(page, '#prices [aria-label="Zoom in"]');
  await page.settle();
  const near = await digest(page, '#price-chart');
  await click(page, '#prices [aria-label="Show all"]');
  await page.settle();
  check('zoom goes in and back', wide !== near && near !== await digest(page, '#price-chart'));
}

async function checkTheme(page) {
  const look = async () => [await page.call(() => getComputedStyle(document.body).backgroundColor),
    await text(page, '#theme')];
  const light = await look(), charts = await digest(page, '#equity-chart');
  await click(page, '#theme');
  await page.settle();
  const dark = await look();
  check('the theme changes', light[0] !== dark[0], [light, dark]);
  same('its button names the other one', [light[1], dark[1]], ['Dark theme', 'Light theme']);
  check('charts follow the theme', charts !== await digest(page, '#equity-chart'));
  check('in its colours', await pixels(page, '#equity-chart', 'accent') > 50);
  await click(page, '#theme');
  await page.settle();
  same('and back', await look(), light);
}

async function checkParts(page, run) {
  same('heading', await text(page, 'h1'), 'R&D <one>');
  same('title', await page.call(() => document.title), 'R&D <one>');
  same('parts', await ids(page, 'main section'), ['warnings', 'equity', 'prices', 'months', 'distribution', 'rolling',
    'trades', 'execution', 'rejected', 'summary', 'scripts', 'venue', 'accounts', 'limits', 'data']);
  same('links that lead nowhere', await page.call(() => [...document.querySelectorAll('nav a')]
    .filter((link) => !document.querySelector(link.getAttribute('href'))).length), 0);
  same('each closed round trip is in the distribution', sum(run.pnlBins, (bin) => bin[1]),
    run.tradeCount - run.openLots);
  same('months', (await texts(page, '#months tbody td:not(.total):not(.none)')).length, run.months.length);
  same('charts without a name', await page.call(() => [...document.querySelectorAll('.plot')]
    .filter((plot) => !plot.getAttribute('aria-label')).length), 0);
  check('the makers of the charts are named', (await text(page, 'footer')).includes('TradingView'));
  check('on the chart, too', (await attribute(page, '#equity-chart a', 'href')).includes('tradingview.com'));
  for (const table of run.tables) {
    same(`rows of ${table.id}`, (await texts(page, `#${table.id} tbody tr`)).length, table.rows.length);
  }
}

export async function checkRun(browser, path) {
  const page = await openPage(browser, path, { height: 2000 });
  const run = await dataOf(page);
  check('the run has what is to be tested', run.trades.length > 60 && run.stops.length > 20 &&
    run.prices.length === 2 && run.warnings.length > 0 && run.tables[1].rows.length > 0);
  await checkParts(page, run);
  await checkSorting(page, run);
  await checkFilters(page, run);
  await checkPrices(page, run);
  await checkZoom(page);
  await checkTheme(page);
  same('the console after all this', page.complaints, []);
  await page.close();
}

export async function checkLong(browser, path) {
  const page = await openPage(browser, path);
  const run = await dataOf(page);
  check('a long run is thinned', run.equityEach > 1 && run.equity.length <= 2 * 8192 + 1, run.equity.length);
  check('its prices, too', run.prices[0].bars.length <= 8192, run.prices[0].bars.length);
  check('its trades are cut', run.trades.length === 20000 && run.tradeCount > 20000, run.tradeCount);
  check('and it says so', (await text(page, '#trades')).includes('The first 20,000 of'));
  same('all trades are marked', sum(run.prices[0].marks, (mark) => mark[3]), 2 * run.tradeCount - run.openLots);
  same('the last equity is that of the summary', run.equity[run.equity.length - 1][1],
    new Map(run.summary).get('final_equity'));
  await page.close();
}
