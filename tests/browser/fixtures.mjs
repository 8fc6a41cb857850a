// What the browser test opens: runs of the program that is tested, and the page of a sweep made of one of them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const EVIL = '</script><b id="evil">&"\'\u2028';

// Bars of a wandering price; the same at every run.
function bars(days, seed) {
  const lines = ['ts,open,high,low,close,volume'];
  let price = 100, state = seed;
  for (let i = 0; i < days; i++) {
    state = (state * 1103515245 + 12345) % 2147483648;
    const next = Math.max(5, price * (1 + (state / 2147483648 - 0.49) * 0.04));
    const day = new Date(Date.UTC(2018, 0, 1 + i)).toISOString().slice(0, 10);
    lines.push([day, price.toFixed(2), (Math.max(price, next) + 1).toFixed(2), (Math.min(price, next) - 1).toFixed(2),
      next.toFixed(2), 1000].join(','));
    price = next;
  }
  return `${lines.join('\n')}\n`;
}

// Three quotes a second.
function quotes(n) {
  const lines = ['ts,bid,bid_size,ask,ask_size'];
  for (let i = 0; i < n; i++) {
    const at = new Date(Date.UTC(2024, 0, 3, 15) + i * 333).toISOString(), bid = 100 + Math.sin(i / 90) * 3 + i / 500;
    lines.push([at, bid.toFixed(2), 100, (bid + 0.02).toFixed(2), 100].join(','));
  }
  return `${lines.join('\n')}\n`;
}

const TRADER = `local oms = require 'oms'
local S = { params = { every = 12, note = '</script><i>' } }
function S:on_start() oms.log.warn('beware of <img src=x onerror=alert(1)>') end
function S:on_bar(bar)
  self.n = self.n or {}
  local n = (self.n[bar.symbol] or 0) + 1
  self.n[bar.symbol] = n
  if n == 5 then oms.buy(bar.symbol, 1000000) end
  if n % self.params.every == 1 then
    if n % (2 * self.params.every) == 1 then oms.buy(bar.symbol, 10) else oms.sell(bar.symbol, 10) end
  elseif n % self.params.every == 11 then oms.close(bar.symbol) end
end
function S:on_fill(fill)
  local at = oms.position(fill.symbol).qty
  if at == 0 then return end
  local side = at > 0 and 'sell' or 'buy'
  oms.submit { symbol = fill.symbol, side = side, qty = math.abs(at), type = 'trailing_stop', trail_percent = 6,
    time_in_force = 'gtc', reduce_only = true }
end
return S
`;

const FLIPPER = `local oms = require 'oms'
local S = {}
function S:on_bar(bar)
  self.n = (self.n or 0) + 1
  if self.n % 2 == 1 then oms.buy(bar.symbol, 1) else oms.sell(bar.symbol, 1) end
end
return S
`;

// One of its notes is an error.
const CROSSER = `local oms = require 'oms'
local S = { params = { every = 1, qty = 1, note = 'x' } }
function S:on_bar(bar)
  self.n = (self.n or 0) + 1
  assert(self.params.note ~= 'stop' or self.n < 50, 'stopped <here>')
  if self.n % self.params.every == 1 then oms.buy(bar.symbol, self.params.qty)
  elseif self.n % self.params.every == 5 then oms.close(bar.symbol) end
end
return S
`;

const QUOTER = `local oms = require 'oms'
local S = {}
function S:on_quote(quote)
  self.n = (self.n or 0) + 1
  if self.n % 20 == 1 then oms.buy(quote.symbol, 5) elseif self.n % 20 == 9 then oms.close(quote.symbol) end
end
return S
`;

function session(symbols) {
  const data = symbols.map((symbol, i) => `{ symbol = ${JSON.stringify(symbol).replace(/\u2028/g, '\\u{2028}')}, ` +
    `bars = 'bars${i}.csv' }`).join(', ');
  return `return { mode = 'backtest', name = 'R&D <one>', data = { ${data} },
  accounts = { { id = 'main', type = 'margin', cash = 100000 } }, limits = { max_order_qty = 5000 },
  strategies = { { 'trader.lua' } } }\n`;
}

export function makeRuns(program, folder) {
  const put = (name, text) => writeFileSync(join(folder, name), text);
  const run = (name, ...words) => {
    const out = join(folder, name);
    execFileSync(program, [...words, '--out', out, '--quiet'],
      { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], timeout: 60000 });
    return join(out, 'report.html');
  };
  const sweepOf = (name, ...words) => run(name, 'sweep', 'cross.lua', '--data', 'AAA=bars0.csv', '--grid',
    'every=7,11,15', 'qty=1..4', 'note=plain,b<i>ad,stop', ...words).replace('report.html', 'sweep.html');
  mkdirSync(folder, { recursive: true });
  put('trader.lua', TRADER);
  put('idle.lua', 'return { on_bar = function() end }\n');
  put('flip.lua', FLIPPER);
  put('quoter.lua', QUOTER);
  put('quotes.csv', quotes(2000));
  put('ticks.lua', `return { mode = 'backtest', name = 'ticks', data = { { symbol = 'AAA', quotes = 'quotes.csv' } },
  accounts = { { id = 'main', type = 'margin', cash = 100000 } }, strategies = { { 'quoter.lua' } } }\n`);
  put('cross.lua', CROSSER);
  put('bars0.csv', bars(900, 7));
  put('bars1.csv', bars(900, 11));
  put('one.csv', bars(1, 3));
  put('long.csv', bars(45000, 5));
  put('session.lua', session(['AAA', `B${EVIL}`]));
  return {
    full: run('full', 'run', 'session.lua'),
    idle: run('idle', 'backtest', 'idle.lua', '--data', 'AAA=bars0.csv'),
    one: run('one', 'backtest', 'flip.lua', '--data', 'AAA=one.csv', '--timeframe', '1d'),
    ticks: run('ticks', 'run', 'ticks.lua'),
    sweep: sweepOf('sweep'),
    walk: sweepOf('walk', '--walk-forward', '1y:6m'),
    long: run('long', 'backtest', 'flip.lua', '--data', 'AAA=long.csv'),
  };
}

export function sweepData() {
  const params = [{ name: 'fast', values: [5, 10, 15, 20] }, { name: 'slow', values: [30, 60, 90] },
    { name: 'kind', values: ['plain', EVIL] }];
  const stats = ['sharpe', 'return_pct', 'max_drawdown_pct', 'trades'];
  const rows = [];
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 3; j++) {
      for (let k = 0; k < 2; k++) {
        const failed = i === 3 && j === 2;
        const values = [(i - 1) * 0.5 + j * 0.1 - k * 0.3, (i - 1) * 4 + j, 10 + i + k, 10 * i + j];
        rows.push({ params: [i, j, k], status: failed ? 'failed' : 'done', message: failed ? `no ${EVIL}` : null,
          stats: failed ? [null, null, null, null] : values });
      }
    }
  }
  const best = rows.findIndex((row) => row.stats[0] === Math.max(...rows.map((r) => r.stats[0] ?? -Infinity)));
  const walkForward = { columns: ['window', 'train from', 'fast', 'test sharpe'],
    rows: [[1, '2018-01-01', 5, 0.4], [2, '2018-07-01', null, null]] };
  return { kind: 'sweep', title: `sweep of ${EVIL}`, sort: 'sharpe', params, stats,
    lessIsBetter: stats.filter((name) => /drawdown/.test(name)), rows, rowCount: rows.length, best,
    deflated: [['trials', 24], ['deflated sharpe ratio', 0.61]], warnings: ['The best looks better than it is.'],
    walkForward, outOfSample: [['days', 400], ['return_pct', 3.25]],
    equity: [[1514764800, 1000], [1514851200, 1032.5]] };
}

// The same page with other data, written as the program writes it.
export function makeSweep(report, folder) {
  const json = JSON.stringify(sweepData()).replace(/[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const block = /(<script type="application\/json" id="report-data">)[^]*?(<\/script>)/;
  const page = readFileSync(report, 'utf8').replace(block, (_, head, tail) => head + json + tail);
  const path = join(folder, 'sweep.html');
  writeFileSync(path, page);
  return path;
}
