// Tables: from the column text of the data ("symbol|#qty|@entry"), sorted by any column, filtered, page by page.

const KINDS = {
  '#': { name: 'number', show: number }, '$': { name: 'money', show: money }, '%': { name: 'percent', show: percent },
  '@': { name: 'time', show: time }, '~': { name: 'duration', show: duration },
};
const TEXT = { name: 'text', show: (v) => (v == null ? '' : String(v)) };
const ROWS_A_PAGE = 25;

function parseColumns(text) {
  return text.split('|').map((part) => {
    const kind = KINDS[part[0]];
    return { title: kind ? part.slice(1) : part, ...(kind ?? TEXT) };
  });
}

const alignsRight = (column) => column.name !== 'text' && column.name !== 'time';

function cell(column, value) {
  const right = alignsRight(column), isDate = column.name === 'time' || /^\d{4}-\d\d-\d\d$/.test(value);
  const classes = [right ? 'n' : isDate ? 'fixed' : '', column.signed ? signClass(value) : ''];
  const text = column.title === 'slippage bp' ? fixed(value, 2) : column.show(value);
  return element('td', { class: classes.filter(Boolean).join(' ') || null }, text);
}

// Values that are absent stand at the end in both directions.
function compare(a, b, direction) {
  if (a == null || b == null) {
    return (a == null) - (b == null);
  }
  const order = typeof a === 'number' && typeof b === 'number' ? a - b
    : String(a).localeCompare(String(b), 'en', { numeric: true });
  return direction * order;
}

// 'rows' are arrays of values; returns { root, show(rows) }.
function sortedTable(columns, rows, { label, rowClass, perPage = ROWS_A_PAGE }) {
  let shown = rows, sorted = null, by = -1, direction = 1, page = 0;
  const heads = columns.map((column, i) => element('th', { scope: 'col', class: alignsRight(column) ? 'n' : null,
    'aria-sort': 'none' }, element('button', { type: 'button', onclick: () => sort(i) }, column.title)));
  const body = element('tbody');
  const status = element('span', { role: 'status' });
  const back = element('button', { type: 'button', class: 'button', onclick: () => turn(-1) }, 'Previous');
  const on = element('button', { type: 'button', class: 'button', onclick: () => turn(1) }, 'Next');
  const pages = element('div', { class: 'pages' }, back, on, status);
  const root = element('div', {}, element('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': label },
    element('table', {}, element('thead', {}, element('tr', {}, heads)), body)), pages);

  function draw() {
    const from = page * perPage, to = Math.min(from + perPage, sorted.length);
    body.replaceChildren(...sorted.slice(from, to).map((row) => element('tr', { class: rowClass?.(row) },
      columns.map((column, i) => cell(column, row[i])))));
    status.textContent = sorted.length === 0 ? 'No row matches' :
      `${number(from + 1)}–${number(to)} of ${number(sorted.length)}`;
    back.disabled = page === 0;
    on.disabled = to >= sorted.length;
    pages.hidden = rows.length <= perPage && sorted.length === rows.length;
  }
  function order() {
    sorted = by < 0 ? shown : [...shown].sort((a, b) => compare(a[by], b[by], direction));
    page = 0;
    draw();
  }
  function sort(i) {
    direction = by === i ? -direction : 1;
    by = i;
    heads.forEach((head, k) => head.setAttribute('aria-sort',
      k !== i ? 'none' : direction > 0 ? 'ascending' : 'descending'));
    order();
  }
  function turn(step) {
    page += step;
    draw();
  }
  order();
  return { root, show(some) { shown = some; order(); } };
}

// One of the tables that the program wrote.
function plainTable(table) {
  const columns = parseColumns(table.columns);
  const note = table.note ? element('p', { class: 'note' }, table.note) : null;
  if (table.rows.length === 0) {
    return card(table.id, table.title, null, element('p', { class: 'empty' }, table.none));
  }
  const changed = (row) => (table.id === 'venue' && row[2] !== 'default' ? 'set' : null);
  return card(table.id, table.title, null, note,
    sortedTable(columns, table.rows, { label: table.title, rowClass: changed, perPage: 100 }).root);
}
