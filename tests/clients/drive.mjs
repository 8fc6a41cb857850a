// Drives both clients, unchanged, against a host: node drive.mjs TREE BASE KEY SECRET FIXTURES. TREE holds their
// packages. The market is pushed first; what they do is told by what they find.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { check, finish } from "./check.mjs";
import * as v3 from "./v3.mjs";
import * as v4 from "./v4.mjs";

const [tree, base, id, secret, fixtures] = process.argv.slice(2);
const load = createRequire(path.join(tree, "package.json"));
const key = { id, secret };

async function feed(rows) {
  const answer = await fetch(`${base}/oms/v1/feed`, {
    method: "POST",
    headers: { "APCA-API-KEY-ID": id, "APCA-API-SECRET-KEY": secret, "Content-Type": "application/json" },
    body: JSON.stringify(rows),
  });
  check("rows are taken", answer.status === 200, await answer.text());
}

if (!fs.existsSync(fixtures)) {
  console.log("SKIPPED recorded examples: no folder shared beside the project");
}
const minute = Math.floor(Date.now() / 60000) * 60000;
const at = (back) => new Date(minute - back * 60000).toISOString();
await feed({
  quotes: { AAPL: [{ bp: "200.00", bs: 500, ap: 200.02, as: "500" }], MSFT: { bp: 49.99, ap: 50.01 } },
  trades: { MSFT: { p: 50, s: 100 } },
  bars: {
    AAPL: [
      { t: at(3), o: 199, h: 201, l: 198.5, c: 200.5, v: 1000 },
      { t: at(2), o: 200.5, h: 202, l: 200, c: 201.5, v: "1200.5" },
    ],
  },
});
try {
  await v3.run(load("alpaca-v3"), base, key, fixtures);
  await v4.run(load("alpaca-v4"), base, key);
} catch (error) {
  check("to the end", false, `${error.stack} ${JSON.stringify(error.response?.data ?? error.body ?? null)}`);
}
finish();
