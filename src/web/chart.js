// Charts with what they have in common: colours of the theme, sizes, a legend that follows the pointer, zoom buttons.

const charts = [];

function chartColors() {
  return {
    layout: { background: { type: 'solid', color: 'transparent' }, textColor: color('soft'),
      panes: { separatorColor: color('line'), separatorHoverColor: color('accent-soft') } },
    grid: { vertLines: { visible: false }, horzLines: { color: color('line') } },
    rightPriceScale: { borderVisible: false }, timeScale: { borderColor: color('line') },
    crosshair: { vertLine: { color: color('soft'), labelBackgroundColor: color('soft') },
      horzLine: { color: color('soft'), labelBackgroundColor: color('soft') } },
  };
}

// The wheel scrolls the page, not the chart; a finger pans it sideways only.
const CHART_OPTIONS = {
  autoSize: true,
  localization: { locale: 'en-US', timeFormatter: time },
  handleScroll: { mouseWheel: false, vertTouchDrag: false, pressedMouseMove: true, horzTouchDrag: true },
  handleScale: { mouseWheel: false, pinch: true },
  timeScale: { minBarSpacing: 0.001, maxBarSpacing: 48, rightOffset: 0, fixLeftEdge: true, fixRightEdge: true },
};

// 'paint' sets the colours of the series and is called again when the theme changes.
function makeChart(container, { logo = false, make = LightweightCharts.createChart, ...options }) {
  const chart = make(container, CHART_OPTIONS);
  chart.applyOptions({ layout: { attributionLogo: logo, fontSize: 12,
    fontFamily: getComputedStyle(document.body).fontFamily } });
  chart.applyOptions(options);
  const entry = { chart, paint: () => {} };
  const repaint = () => {
    chart.applyOptions(chartColors());
    entry.paint();
  };
  onTheme(repaint);
  charts.push(entry);
  entry.ready = (paint) => {
    entry.paint = paint;
    repaint();
    chart.timeScale().fitContent();
  };
  return entry;
}

// Times that a chart takes: rising, each once; of equal ones the last counts.
function series(points, convert) {
  const out = [];
  for (const point of points) {
    const made = convert(point);
    if (out.length > 0 && out[out.length - 1].time >= made.time) {
      if (out[out.length - 1].time === made.time) {
        out[out.length - 1] = made;
      }
    } else {
      out.push(made);
    }
  }
  return out;
}

// Whole numbers as far as they have room beside the chart, with places where the values lie close together.
function axisFormat(points) {
  let low = Infinity, high = -Infinity;
  for (const { value } of points) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  return size >= 1e7 ? compact : (v) => grouped(v, 0, high - low < 10 ? 2 : 0);
}

function zoomTools(chart) {
  const zoom = (factor) => {
    const range = chart.timeScale().getVisibleLogicalRange();
    if (range) {
      const middle = (range.from + range.to) / 2, half = Math.max((range.to - range.from) * factor / 2, 2);
      chart.timeScale().setVisibleLogicalRange({ from: middle - half, to: middle + half });
    }
  };
  const tool = (text, label, act) => element('button', { type: 'button', class: 'button', 'aria-label': label,
    title: label, onclick: act }, text);
  return [tool('+', 'Zoom in', () => zoom(0.5)), tool(MINUS, 'Zoom out', () => zoom(2)),
    tool('All', 'Show all', () => chart.timeScale().fitContent())];
}

const hasIntraday = (points) => points.some((point) => point[0] % 86400 !== 0);

// Calls show(point at the pointer, or the last one).
function followPointer(chart, show) {
  chart.subscribeCrosshairMove((event) => show(event.time === undefined ? null : event));
  show(null);
}

function legendItem(name, text, key) {
  return element('span', { class: key ? 'key' : null, style: key ? `--key: var(--${key})` : null }, `${name} `,
    element('b', {}, text));
}
