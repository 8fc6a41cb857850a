// The page of a sweep: the heat map over any two parameters, and the table of all runs.
import { openPage } from './browser.mjs';
import { sweepData } from './fixtures.mjs';
import { asNumber, check, click, dataOf, focus, ids, rises, same, set, text, texts } from './ask.mjs';

const cellsOf = (page) => page.call(() => [...document.querySelectorAll('#heat tbody tr')]
  .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
const sizeOf = (cells) => [cells.length, cells[0].length];

async function checkHeat(page, sweep) {
  const values = (fast, slow, stat) => sweep.rows.filter((row) => row.params[0] === fast && row.params[1] === slow)
    .map((row) => row.stats[stat]);
  let cells = await cellsOf(page);
  same('heat map: size', sizeOf(cells), [3, 4]);
  same('heat map: the best of the other parameter', cells[1][2], Math.max(...values(2, 1, 0)).toFixed(2));
  same('heat map: a run without a result', cells[2][3], 'failed');
  await set(page, 'heat-stat', 2);
  cells = await cellsOf(page);
  same('heat map: less drawdown is better', cells[1][2], `${Math.min(...values(2, 1, 2)).toFixed(2)} %`);
  await set(page, 'heat-stat', 0);
  await set(page, 'heat-other-2', 1);
  cells = await cellsOf(page);
  same('heat map: one value of the other parameter', asNumber(cells[1][2]), Number(values(2, 1, 0)[1].toFixed(2)));
  await set(page, 'heat-y', 2);
  same('heat map: another axis', sizeOf(await cellsOf(page)), [2, 4]);
  await set(page, 'heat-y', 0);
  same('heat map: the same axis twice is one line', sizeOf(await cellsOf(page)), [1, 4]);
}

async function checkCells(page) {
  const shades = await page.call(() => new Set([...document.querySelectorAll('#heat td')]
    .map((cell) => getComputedStyle(cell).backgroundColor)).size);
  check('heat map: values have their shade', shades >= 4, shades);
  same('heat map: nothing is told at first', await page.call(() => document.getElementById('tip').hidden), true);
  await focus(page, '#heat td');
  same('heat map: a cell tells its run', await page.call(() => document.getElementById('tip').hidden), false);
  check('heat map: by its parameters', (await text(page, '#tip')).includes('fast = 5'), await text(page, '#tip'));
}

async function checkRows(page, sweep) {
  const sharpe = () => texts(page, '#rows tbody td:nth-child(5)'), head = '#rows thead th:nth-child(5) button';
  same('all runs are there', (await sharpe()).length, sweep.rows.length);
  await click(page, head);
  await click(page, head);
  const shown = await sharpe(), numbers = shown.filter((value) => value !== '–').map(asNumber);
  check('all runs fall by the statistic', rises([...numbers].reverse()), shown);
  same('those without a result stand last', shown.slice(-2), ['–', '–']);
}

export async function checkSweep(browser, path) {
  const page = await openPage(browser, path), sweep = sweepData();
  same('the parts of a sweep', await ids(page, 'main section'), ['deflated', 'out-of-sample', 'heat',
    'walk-forward', 'rows']);
  same('its warnings', await texts(page, '.banner'), sweep.warnings);
  await checkHeat(page, sweep);
  await checkCells(page);
  await checkRows(page, sweep);
  same('the console of a sweep', page.complaints, []);
  await page.close();
}

// Pages that the program made.
export async function checkRealSweep(browser, path) {
  const page = await openPage(browser, path), sweep = await dataOf(page);
  same('a sweep has all runs', [sweep.rows.length, sweep.rowCount], [36, 36]);
  same('and those that were stopped', sweep.rows.filter((row) => row.status === 'stopped').length, 12);
  check('the best comes first', rises(sweep.rows.filter((row) => row.stats[0] !== null)
    .map((row) => -row.stats[sweep.stats.indexOf('sharpe')])));
  same('parts', await ids(page, 'main section'), ['deflated', 'heat', 'rows']);
  same('its heat map', sizeOf(await cellsOf(page)), [4, 3]);
  await set(page, 'heat-x', 2);
  same('over its texts', sizeOf(await cellsOf(page)), [4, 3]);
  same('with what was stopped', (await cellsOf(page)).map((row) => row[2]), Array(4).fill('stopped'));
  await page.close();
}

export async function checkWalk(browser, path) {
  const page = await openPage(browser, path), sweep = await dataOf(page);
  const windows = sweep.walkForward.rows.length;
  same('a run a window and combination', sweep.rows.length, 36 * windows);
  same('windows', (await texts(page, '#walk-forward tbody tr')).length, windows);
  same('are an axis', sweep.params[3].values.length, windows);
  same('parts of a walk-forward', await ids(page, 'main section'), ['out-of-sample', 'heat', 'walk-forward', 'rows']);
  check('the tests have their days', sweep.equity.length > 100, sweep.equity.length);
  await page.close();
}
