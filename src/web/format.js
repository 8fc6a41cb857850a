// Numbers, times and small pieces of the document.

const MINUS = '\u2212';
const formats = new Map();

function grouped(v, least, most) {
  const key = `${least}:${most}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat('en-US', { minimumFractionDigits: least, maximumFractionDigits: most }));
  }
  return formats.get(key).format(v).replace('-', MINUS).replace(/^\u2212(0(\.0+)?)$/, '$1');
}

const isNumber = (v) => typeof v === 'number' && Number.isFinite(v);
const number = (v) => (isNumber(v) ? grouped(v, 0, 9) : '');
const money = (v) => (isNumber(v) ? grouped(v, 2, 2) : '');
const percent = (v) => (isNumber(v) ? `${grouped(v, 2, 2)} %` : '');
const fixed = (v, places) => (isNumber(v) ? grouped(v, places, places) : '');

// For axes with little room: 12.5k, 3.2M.
function compact(v) {
  const size = Math.abs(v);
  for (const [unit, name] of [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e4, 'k']]) {
    if (size >= unit) {
      const scaled = v / (name === 'k' ? 1e3 : unit);
      return `${grouped(scaled, 0, Math.abs(scaled) < 100 ? 2 : 1)}${name}`;
    }
  }
  return grouped(v, size < 100 && size % 1 !== 0 ? 2 : 0, 2);
}

function duration(seconds) {
  if (!isNumber(seconds)) {
    return '';
  }
  for (const [unit, name] of [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's'], [1e-3, 'ms']]) {
    if (seconds >= unit) {
      return `${grouped(seconds / unit, 0, 1)} ${name}`;
    }
  }
  return seconds > 0 ? `${grouped(seconds * 1e6, 0, 1)} µs` : '0 s';
}

// Seconds since 1970 as UTC; the time of day only where it is not midnight.
function time(seconds) {
  if (!isNumber(seconds)) {
    return '';
  }
  const at = new Date(Math.floor(seconds) * 1000);
  if (Number.isNaN(at.getTime())) {
    return '';
  }
  const text = at.toISOString();
  const part = Math.round((seconds - Math.floor(seconds)) * 1e6);
  const day = text.slice(0, 10);
  if (part > 0) {
    return `${day} ${text.slice(11, 19)}.${String(part).padStart(6, '0').replace(/(\d{3})000$/, '$1')}`;
  }
  return seconds % 86400 === 0 ? day : `${day} ${text.slice(11, text.slice(17, 19) === '00' ? 16 : 19)}`;
}

// element('p', { class: 'note' }, 'text', child): texts never become markup.
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key.startsWith('on')) {
      made.addEventListener(key.slice(2), value);
    } else if (value === true) {
      made.setAttribute(key, '');
    } else if (value !== false && value != null) {
      made.setAttribute(key, value);
    }
  }
  made.append(...children.flat(Infinity).filter((child) => child != null));
  return made;
}

function option(value, text) {
  return element('option', { value }, text ?? value);
}

// A part of the page with its heading; 'tools' stand beside it.
function card(id, title, tools, ...children) {
  return element('section', { id, class: 'card', 'aria-labelledby': `${id}-title` },
    element('div', { class: 'head' }, element('h2', { id: `${id}-title` }, title),
      tools ? element('div', { class: 'tools' }, tools) : null), children);
}

const words = (name) => name.replace(/_pct$/, '').replace(/_/g, ' ');
const plural = (n, one, many) => `${number(n)} ${n === 1 ? one : many ?? `${one}s`}`;
const signClass = (v) => (isNumber(v) && v < 0 ? 'loss' : isNumber(v) && v > 0 ? 'gain' : '');
