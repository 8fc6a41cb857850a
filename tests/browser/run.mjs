// The pages in a real browser: charts draw, tables sort and filter, controls work, nothing is fetched, the console is
// clean, no page is wider than its window. Usage: node run.mjs PROGRAM. Ends with "N passed, M failed".
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { check, count, pixels, poorContrast, same } from './ask.mjs';
import { openPage, startBrowser } from './browser.mjs';
import { checkLong, checkRun } from './check_run.mjs';
import { checkRealSweep, checkSweep, checkWalk } from './check_sweep.mjs';
import { makeRuns, makeSweep } from './fixtures.mjs';

const LIMIT_MS = 300000;

async function checkLook(browser, name, path, charts, width, dark) {
  const look = `${name} at ${width}, ${dark ? 'dark' : 'light'}`;
  const page = await openPage(browser, path, { width, dark });
  const size = await page.call(() => [document.documentElement.scrollWidth, window.innerWidth]);
  check(`${look}: no wider than the window`, size[0] <= width && size[1] === width, size);
  for (const [id, ...colors] of charts) {
    for (const color of colors) {
      check(`${look}: ${id} is drawn in ${color}`, await pixels(page, `#${id}`, color) > 20);
    }
  }
  same(`${look}: poor contrast`, await poorContrast(page), []);
  same(`${look}: the console`, page.complaints, []);
  same(`${look}: requests`, page.requests.filter((url) => !url.startsWith('data:')), [pathToFileURL(path).href]);
  same(`${look}: names that became markup`, await page.call(() =>
    document.querySelectorAll('#evil, main b i, main img').length), 0);
  await page.close();
}

async function checkLooks(browser, name, path, charts) {
  for (const width of [1280, 390]) {
    for (const dark of [false, true]) {
      await checkLook(browser, name, path, charts, width, dark);
    }
  }
}

async function checkPages(browser, folder) {
  const runs = makeRuns(resolve(process.argv[2]), folder), sweep = makeSweep(runs.full, folder);
  const equity = ['equity-chart', 'accent', 'loss', 'exit'];
  await checkRun(browser, runs.full);
  await checkLong(browser, runs.long);
  await checkSweep(browser, sweep);
  await checkRealSweep(browser, runs.sweep);
  await checkWalk(browser, runs.walk);
  await checkLooks(browser, 'a run', runs.full, [equity, ['price-chart', 'gain', 'loss', 'accent', 'exit', 'stop'],
    ['pnl-chart', 'gain-rgb', 'loss-rgb'], ['sharpe-chart', 'gain', 'loss']]);
  await checkLooks(browser, 'no trades', runs.idle, [['equity-chart', 'accent'], ['price-chart', 'gain', 'loss']]);
  await checkLooks(browser, 'one bar', runs.one, [['equity-chart', 'accent']]);
  await checkLooks(browser, 'a long run', runs.long, [equity, ['price-chart', 'accent', 'exit']]);
  await checkLooks(browser, 'ticks', runs.ticks, [['equity-chart', 'accent'], ['price-chart', 'accent', 'exit']]);
  await checkLooks(browser, 'a sweep', sweep, [['test-chart', 'accent']]);
  await checkLooks(browser, 'a walk-forward', runs.walk, [['test-chart', 'accent']]);
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-pages-'));
  const browser = await startBrowser();
  const giveUp = async (why) => {
    console.log(`FAILED  ${why}`);
    await browser.stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  };
  const limit = setTimeout(() => giveUp(`not done in ${LIMIT_MS / 1000} s`), LIMIT_MS);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => giveUp(signal));
  }
  try {
    await checkPages(browser, folder);
  } finally {
    clearTimeout(limit);
    await browser.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  check('the tests come to their end', false, error.stack);
}
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed === 0 ? 0 : 1);
