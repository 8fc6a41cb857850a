// What the tests of the clients share: counted checks, waiting, and the fields of recorded examples.
import fs from "node:fs";
import path from "node:path";

let passed = 0;
let failed = 0;

export function check(name, good, detail) {
  if (good) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED  ${name}${detail === undefined ? "" : `: ${detail}`}`);
}

export function equal(name, got, wanted) {
  check(name, JSON.stringify(got) === JSON.stringify(wanted), `${JSON.stringify(got)} instead of ${JSON.stringify(wanted)}`);
}

// The call must be refused; its error.
export async function refused(name, call) {
  try {
    await call();
  } catch (error) {
    passed += 1;
    return error;
  }
  check(name, false, "it was not refused");
  return {};
}

export async function until(name, test, ms = 5000) {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    const value = await test();
    if (value) {
      passed += 1;
      return value;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  check(name, false, `not within ${ms} ms`);
  return undefined;
}

// Every field of the recorded example must be there; those in 'but' are of other accounts or assets.
export function compare(folder, file, got, but = []) {
  const at = path.join(folder, file);
  if (!fs.existsSync(at)) {
    return;
  }
  const read = JSON.parse(fs.readFileSync(at, "utf8"));
  const example = Array.isArray(read) ? read[0] : read;
  const missing = Object.keys(example).filter((key) => !(key in (got ?? {})) && !but.includes(key));
  equal(`fields of ${file}`, missing, []);
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
