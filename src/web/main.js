// Starts the page: reads the data, sets the parts in order, then draws.

const toDraw = [];

// Charts need their place in the document first.
function drawLater(draw) {
  toDraw.push(draw);
}

function subtitleOf(run) {
  const values = new Map(run.summary);
  const day = (text) => String(text).slice(0, 10);
  const parts = ['Backtest', run.session ?? 'given on the command line'];
  if (values.get('start')) {
    parts.push(`${day(values.get('start'))} to ${day(values.get('end'))}`);
  }
  if (values.get('bars') > 0) {
    parts.push(plural(values.get('bars'), 'bar'));
  }
  if (run.from !== null) {
    parts.push(`from ${time(run.from)}`);
  }
  if (run.to !== null) {
    parts.push(`to ${time(run.to)}`);
  }
  parts.push(`seed ${run.seed}`);
  return parts.join(' · ');
}

function runPage(run) {
  document.getElementById('subtitle').textContent = subtitleOf(run);
  const beside = ['orders.csv', 'fills.csv', 'trades.csv', 'equity.csv', 'events.csv', 'summary.json', 'run.bundle'];
  return [banners(run), keyFigures(run), run.warningCount > 0 ? warnings(run) : null, equityCard(run), priceCard(run),
    monthsCard(run), element('div', { class: 'pair' }, distributionCard(run), rollingCard(run)), tradesCard(run),
    run.tables.slice(0, 2).map(plainTable), allFigures(run), run.tables.slice(2).map(plainTable),
    run.warningCount === 0 ? warnings(run) : null,
    element('p', { class: 'note' }, 'Beside this page: ', beside.flatMap((name, i) =>
      [i > 0 ? ', ' : '', element('a', { href: name }, name)]), '.')].flat();
}

function linkParts(main) {
  document.getElementById('nav').append(...[...main.querySelectorAll('section[id]')].map((part) =>
    element('a', { href: `#${part.id}` }, part.querySelector('h2').textContent.replace(/ \(.*\)$/, ''))));
}

const data = JSON.parse(document.getElementById('report-data').textContent);
const main = document.getElementById('main');
document.getElementById('title').textContent = data.title;
main.append(...(data.kind === 'sweep' ? sweepPage(data) : runPage(data)).filter((part) => part != null));
linkParts(main);
startTheme();
toDraw.forEach((draw) => draw());
document.documentElement.dataset.ready = 'true';
