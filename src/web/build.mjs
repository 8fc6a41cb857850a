// Joins page.html, page.css, our scripts and the chart library of TREE/node_modules into one page and writes it as a
// C source that defines oms_web_page (pages.h). Usage: node build.mjs TREE OUT.c
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const [tree, out] = process.argv.slice(2);
const ours = (name) => readFileSync(join(here, name), 'utf8');
const theirs = (name) => readFileSync(join(tree, 'node_modules', name), 'utf8');

// In order of use; each one adds to the scope of all.
const SCRIPTS = ['format.js', 'theme.js', 'table.js', 'chart.js', 'stops.js', 'run.js', 'trades.js', 'sweep.js',
  'main.js'];

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

// A script element ends at the first "</script", wherever it stands.
function script(text) {
  if (/<\/script|<!--/i.test(text)) {
    throw new Error('a script holds "</script" or "<!--": it would end its element');
  }
  return text;
}

function licences() {
  const library = JSON.parse(theirs('lightweight-charts/package.json'));
  const canvas = JSON.parse(theirs('fancy-canvas/package.json'));
  return escape(`lightweight-charts ${library.version} (with fancy-canvas ${canvas.version}, MIT):\n\n` +
    theirs('lightweight-charts/LICENSE'));
}

const parts = {
  style: () => ours('page.css'),
  library: () => script(theirs('lightweight-charts/dist/lightweight-charts.standalone.production.js')),
  script: () => script(`(() => {\n'use strict';\n${SCRIPTS.map(ours).join('\n')}\n})();`),
  licences,
};

const page = ours('page.html').replace(/<!--(style|library|script|licences)-->/g, (_, name) => parts[name]());
const cut = page.split(/<!--(?:title|data)-->/);
if (cut.length !== 3) {
  throw new Error('page.html must have one place for the title and one for the data');
}

function bytes(text) {
  const all = Buffer.from(text, 'utf8');
  const lines = [];
  for (let at = 0; at < all.length; at += 24) {
    lines.push(all.subarray(at, at + 24).join(','));
  }
  return lines.join(',\n');
}

const arrays = cut.map((text, i) => `static const unsigned char part_${i}[] = {\n${bytes(text)}};\n`);
const table = cut.map((_, i) => `{part_${i}, sizeof part_${i}}`).join(', ');
writeFileSync(out, '/* Made by src/web/build.mjs. */\n#include "web/pages.h"\n\n' + arrays.join('') +
  `\nconst oms_web_part_t oms_web_page[3] = {${table}};\n`);
