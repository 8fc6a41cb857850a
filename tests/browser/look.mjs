// Takes pictures of a page for a person to look at. Usage: node look.mjs PAGE.html OUT_PREFIX [WIDTH:light|dark ...]
import { writeFileSync } from 'node:fs';
import { openPage, pictures, startBrowser } from './browser.mjs';

const [path, prefix, ...looks] = process.argv.slice(2);
const browser = await startBrowser();
try {
  for (const look of looks.length > 0 ? looks : ['1280:light', '1280:dark', '390:light', '390:dark']) {
    const [width, theme] = look.split(':');
    const page = await openPage(browser, path, { width: Number(width), dark: theme === 'dark' });
    (await pictures(page)).forEach((png, i) => writeFileSync(`${prefix}-${width}-${theme}-${i + 1}.png`, png));
    console.log(`${prefix}-${width}-${theme}-*.png`, page.complaints, page.requests.length);
    await page.close();
  }
} finally {
  await browser.stop();
}
