// What the tests of the pages ask and do in a page, and how they count.

export const count = { passed: 0, failed: 0 };

export function check(what, good, detail = '') {
  if (good) {
    count.passed++;
  } else {
    count.failed++;
    console.log(`FAILED  ${what} ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`);
  }
}

export function same(what, got, wanted) {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
  check(what, a === b, `got ${a}, wanted ${b}`);
}

export const asNumber = (text) => Number(text.replace(/,/g, '').replace('\u2212', '-'));
export const rises = (list) => list.every((v, i) => i === 0 || list[i - 1] <= v);

// How many pixels of the canvases in an element are about as a colour of the theme.
export const pixels = (page, selector, name) => page.call((where, which) => {
  const canvasOf = (width, height) => Object.assign(document.createElement('canvas'), { width, height })
    .getContext('2d', { willReadFrequently: true });
  const css = getComputedStyle(document.documentElement).getPropertyValue(`--${which}`).trim();
  const probe = canvasOf(1, 1);
  probe.fillStyle = /^\d/.test(css) ? `rgb(${css})` : css;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  let n = 0;
  for (const canvas of document.querySelectorAll(`${where} canvas`)) {
    if (canvas.width > 0 && canvas.height > 0) {
      const copy = canvasOf(canvas.width, canvas.height);
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < data.length; i += 4) {
        const away = Math.abs(data[i] - red) + Math.abs(data[i + 1] - green) + Math.abs(data[i + 2] - blue);
        n += data[i + 3] > 120 && away < 40;
      }
    }
  }
  return n;
}, selector, name);

// Changes when anything that is drawn in the element does.
export const digest = (page, selector) => page.call((where) => [...document.querySelectorAll(`${where} canvas`)]
  .map((canvas) => canvas.toDataURL()).join(''), selector);

export const set = (page, id, value) => page.call((name, to) => {
  const control = document.getElementById(name);
  if (control.type === 'checkbox') {
    control.checked = to;
  } else {
    control.value = String(to);
  }
  control.dispatchEvent(new Event(control.type === 'search' ? 'input' : 'change', { bubbles: true }));
}, id, value);

export const click = (page, selector) => page.call((where) => document.querySelector(where).click(), selector);
export const focus = (page, selector) => page.call((where) => document.querySelector(where).focus(), selector);
export const text = (page, selector) => page.call((where) => document.querySelector(where).textContent, selector);
export const texts = (page, selector) => page.call((where) => [...document.querySelectorAll(where)]
  .map((found) => found.textContent), selector);
export const ids = (page, selector) => page.call((where) => [...document.querySelectorAll(where)]
  .map((found) => found.id), selector);
export const attribute = (page, selector, name) => page.call((where, which) =>
  document.querySelector(where).getAttribute(which), selector, name);
export const dataOf = (page) => page.call(() => JSON.parse(document.getElementById('report-data').textContent));

export async function press(page, key, code) {
  for (const type of ['keyDown', 'keyUp']) {
    await page.send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: code, text: '\r' });
  }
}

// Pairs of text and background whose contrast is below 4.5 to 1.
export const poorContrast = (page) => page.call(() => {
  const style = getComputedStyle(document.documentElement);
  const light = (name) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    canvas.fillStyle = style.getPropertyValue(`--${name}`).trim();
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const poor = [];
  for (const front of ['text', 'soft', 'accent', 'gain', 'loss']) {
    for (const back of ['card', 'back']) {
      const [low, high] = [light(front), light(back)].sort((a, b) => a - b);
      if ((high + 0.05) / (low + 0.05) < 4.5) {
        poor.push(`${front} on ${back}`);
      }
    }
  }
  return poor;
});
