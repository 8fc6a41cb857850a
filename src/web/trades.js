// Round trips: sorted by any column, filtered by symbol, side, result and text.

const TRADE_COLUMNS = 'symbol|side|@entry|@exit|#qty|#entry price|#exit price|$commission|$P&L|strategy|account';
const PNL = 8;

function filterBar(run, rows, apply) {
  const names = (i) => [...new Set(rows.map((row) => row[i]))].sort();
  const choice = (id, label, any, values) => {
    const select = element('select', { id, onchange: apply }, option('', any), values.map((v) => option(v)));
    return [element('label', { for: id }, label, select), select];
  };
  const [symbolLabel, symbol] = choice('filter-symbol', 'Symbol', 'all', names(0));
  const [sideLabel, side] = choice('filter-side', 'Side', 'both', ['long', 'short']);
  const [resultLabel, result] = choice('filter-result', 'Result', 'all', ['gain', 'loss', 'open']);
  const text = element('input', { type: 'search', id: 'filter-text', placeholder: 'Date, strategy, …',
    oninput: apply });
  return { symbol, side, result, text,
    tools: [symbolLabel, sideLabel, resultLabel, element('label', { for: 'filter-text' }, 'Text', text)] };
}

const resultOf = (row) => (row[PNL] === null ? 'open' : row[PNL] < 0 ? 'loss' : 'gain');

function tradesCard(run) {
  if (run.trades.length === 0) {
    return card('trades', 'Round trips', null, element('p', { class: 'empty' }, 'No round trip was made.'));
  }
  const columns = parseColumns(TRADE_COLUMNS);
  columns[PNL].signed = true;
  const rows = run.trades.map((trade) => [run.symbols[trade[0]], ...trade.slice(1, 9), run.strategies[trade[9]],
    run.accounts[trade[10]]]);
  const searched = rows.map((row) => columns.map((column, i) => column.show(row[i])).join(' ').toLowerCase());
  const places = new Map(rows.map((row, i) => [row, i]));
  const filters = filterBar(run, rows, () => {
    const wanted = filters.text.value.trim().toLowerCase();
    table.show(rows.filter((row) => (!filters.symbol.value || row[0] === filters.symbol.value) &&
      (!filters.side.value || row[1] === filters.side.value) &&
      (!filters.result.value || resultOf(row) === filters.result.value) &&
      (!wanted || searched[places.get(row)].includes(wanted))));
  });
  const table = sortedTable(columns, rows, { label: 'Round trips' });
  const cut = run.tradeCount > rows.length
    ? `The first ${number(rows.length)} of ${number(run.tradeCount)} are here, trades.csv has all. ` : '';
  return card('trades', 'Round trips', filters.tools, element('p', { class: 'note' },
    `${cut}FIFO lots; ${run.openLots === 1 ? 'one lot is' : `${number(run.openLots)} lots are`} still open.`),
  table.root);
}
