// Drives a headless Chromium over its pipe (file descriptors 3 and 4, NUL between messages): nothing but what node
// itself has. The browser is a child of this process with a folder of its own, and ends with it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ANSWER_MS = 60000;

export async function startBrowser() {
  const folder = mkdtempSync(join(tmpdir(), 'moondesk-browser-'));
  const flags = ['--headless=new', '--remote-debugging-pipe', '--no-first-run', '--disable-gpu', '--hide-scrollbars',
    '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-extensions',
    '--disable-sync', '--no-sandbox', `--user-data-dir=${folder}`, 'about:blank'];
  const child = spawn(process.env.CHROMIUM ?? 'chromium', flags,
    { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  const waiting = new Map(), listeners = [];
  let last = 0, rest = '', said = '', over = null;

  const end = (why) => {
    over = why;
    for (const { reject } of waiting.values()) {
      reject(new Error(`${why}\n${said.slice(-2000)}`));
    }
    waiting.clear();
  };
  child.on('error', (error) => end(`chromium does not start: ${error.message}`));
  child.on('exit', (code) => end(`chromium ended with ${code}`));
  child.stderr.on('data', (text) => { said = (said + text).slice(-8000); });
  child.stdio[3].on('error', () => {});
  child.stdio[4].setEncoding('utf8');
  child.stdio[4].on('data', (text) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop();
    for (const message of messages.map((m) => JSON.parse(m))) {
      const call = waiting.get(message.id);
      if (!call) {
        listeners.forEach((listener) => listener(message));
      } else {
        waiting.delete(message.id);
        if (message.error) {
          call.reject(new Error(`${call.method}: ${message.error.message}`));
        } else {
          call.resolve(message.result);
        }
      }
    }
  });

  function send(method, params = {}, sessionId = undefined) {
    if (over) {
      return Promise.reject(new Error(over));
    }
    const id = ++last;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${method} had no answer in ${ANSWER_MS} ms`)), ANSWER_MS);
      const settle = (act) => (value) => { clearTimeout(late); act(value); };
      waiting.set(id, { method, resolve: settle(resolve), reject: settle(reject) });
      child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  // The helpers of the browser are in its process group, which is ours alone.
  async function stop() {
    const gone = over ? null : new Promise((resolve) => child.once('exit', resolve));
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch { /* it has ended */ }
    await gone;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  return { send, stop, onMessage: (listener) => listeners.push(listener) };
}

// Opens a file at a width and in a theme of the system; notes requests, console messages and exceptions.
export async function openPage(browser, path, { width = 1280, height = 900, dark = false } = {}) {
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method, params) => browser.send(method, params, sessionId);
  const page = { requests: [], complaints: [], send };
  browser.onMessage(({ sessionId: of, method, params }) => {
    if (of !== sessionId) {
      return;
    }
    if (method === 'Network.requestWillBeSent') {
      page.requests.push(params.request.url);
    } else if (method === 'Runtime.consoleAPICalled') {
      page.complaints.push(`console.${params.type}: ${params.args.map((a) => a.value ?? a.description).join(' ')}`);
    } else if (method === 'Runtime.exceptionThrown') {
      page.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    } else if (method === 'Log.entryAdded') {
      page.complaints.push(`${params.entry.level}: ${params.entry.text}`);
    }
  });
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) {
    await send(`${domain}.enable`);
  }
  page.size = (w, h) => send('Emulation.setDeviceMetricsOverride',
    { width: w, height: h, deviceScaleFactor: 1, mobile: w < 600 });
  page.width = width;
  await page.size(width, height);
  const scheme = { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' };
  await send('Emulation.setEmulatedMedia', { features: [scheme] });
  await send('Page.navigate', { url: pathToFileURL(path).href });

  page.run = async (expression) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate',
      { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  };
  // A function that runs in the page: it sees its arguments and the page alone.
  page.call = (act, ...words) => page.run(`(${act})(${words.map((word) => JSON.stringify(word)).join(', ')})`);
  page.until = async (expression, what) => {
    for (let i = 0; i < 300; i++) {
      if (await page.run(expression)) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${what}: did not happen in 30 s; ${page.complaints.join('; ')}`);
  };
  // Two frames: what was asked for is drawn.
  page.settle = () => page.call(() => new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
  }));
  page.close = () => browser.send('Target.closeTarget', { targetId });
  await page.until('document.documentElement?.dataset.ready === "true"', `${path} is ready`);
  await page.settle();
  return page;
}

// The page from top to bottom as PNGs of at most that height.
export async function pictures(page, height = 1400) {
  const { cssContentSize } = await page.send('Page.getLayoutMetrics');
  const whole = Math.min(Math.ceil(cssContentSize.height), 16000);
  await page.size(page.width, whole);
  await page.settle();
  const out = [];
  for (let y = 0; y < whole; y += height) {
    const clip = { x: 0, y, width: page.width, height: Math.min(height, whole - y), scale: 1 };
    out.push(Buffer.from((await page.send('Page.captureScreenshot', { clip })).data, 'base64'));
  }
  return out;
}
