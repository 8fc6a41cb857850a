// The classic client, 3.1.3: sends numbers as they are given, joins paths itself, wants "data" in every frame.
import { check, compare, equal, refused, until } from "./check.mjs";

const BUY = { symbol: "AAPL", side: "buy", type: "market", time_in_force: "day" };
const LIMIT = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: 1, limit_price: 150 };

function status(error) {
  return [error.response?.status, error.response?.data?.code];
}

async function account(alpaca, fixtures) {
  const got = await alpaca.getAccount();
  compare(fixtures, "rest_account.json", got);
  equal("v3 account", [got.account_number, got.status, got.currency, got.multiplier], ["main", "ACTIVE", "USD", "2"]);
  check("v3 money is text", typeof got.cash === "string");
  compare(fixtures, "rest_account_configurations.json", await alpaca.getAccountConfigurations());
  const set = await alpaca.updateAccountConfigurations({ suspend_trade: true });
  equal("v3 suspend_trade", set.suspend_trade, true);
  const error = await refused("v3 order while suspended", () => alpaca.createOrder({ ...BUY, qty: 1 }));
  equal("v3 suspended", status(error), [403, 40310000]);
  await alpaca.updateAccountConfigurations({ suspend_trade: false });
}

async function market(alpaca, fixtures) {
  compare(fixtures, "rest_clock.json", await alpaca.getClock());
  const days = await alpaca.getCalendar({ start: new Date("2026-11-23T12:00:00Z"), end: new Date("2026-11-27T12:00:00Z") });
  equal("v3 calendar", days.map((day) => [day.date, day.close]), [
    ["2026-11-23", "16:00"], ["2026-11-24", "16:00"], ["2026-11-25", "16:00"], ["2026-11-27", "13:00"],
  ]);
  const assets = await alpaca.getAssets({ status: "active", asset_class: "us_equity" });
  equal("v3 assets", assets.map((asset) => asset.symbol), ["AAPL", "MSFT"]);
  compare(fixtures, "rest_asset.json", assets[0]);
  equal("v3 asset by id", (await alpaca.getAsset(assets[0].id)).symbol, "AAPL");
  equal("v3 no asset", status(await refused("v3 asset", () => alpaca.getAsset("NOPE"))), [404, 40410000]);
  equal("v3 watchlists", await alpaca.getWatchlists(), []);
}

async function kinds(alpaca) {
  const orders = [
    { ...BUY, qty: 2 },
    { ...BUY, qty: 1.5 },
    { ...BUY, notional: 500 },
    LIMIT,
    { ...LIMIT, extended_hours: true, time_in_force: "day" },
    { ...BUY, type: "stop", qty: 1, stop_price: 250, time_in_force: "gtc" },
    { ...BUY, type: "stop_limit", qty: 1, stop_price: 250, limit_price: 251, time_in_force: "gtc" },
    { ...BUY, type: "trailing_stop", qty: 1, trail_price: 5, time_in_force: "gtc" },
    { ...BUY, type: "trailing_stop", qty: 1, trail_percent: 1.5, time_in_force: "day" },
    { ...LIMIT, time_in_force: "ioc" },
    { ...LIMIT, time_in_force: "fok" },
    { ...LIMIT, order_class: "bracket", take_profit: { limit_price: 210 }, stop_loss: { stop_price: 140 } },
    { ...LIMIT, order_class: "oto", stop_loss: { stop_price: 140, limit_price: 139 } },
  ];
  for (const order of orders) {
    const got = await alpaca.createOrder(order);
    equal(`v3 ${order.order_class ?? ""} ${order.type}`, [got.status, got.type, got.symbol], ["accepted", order.type, "AAPL"]);
  }
  const oco = await alpaca.createOrder({
    symbol: "AAPL", qty: 1, side: "sell", type: "limit", time_in_force: "gtc", order_class: "oco",
    take_profit: { limit_price: 230 }, stop_loss: { stop_price: 140 },
  });
  equal("v3 oco", [oco.order_class, oco.legs.length], ["oco", 2]);
}

async function orders(alpaca, fixtures) {
  await kinds(alpaca);
  const key = `v3-${Date.now()}`;
  const made = await alpaca.createOrder({ ...LIMIT, client_order_id: key });
  compare(fixtures, "rest_order_market.json", made, ["commission"]);
  equal("v3 the same again", await alpaca.createOrder({ ...LIMIT, client_order_id: key }), made);
  const other = await refused("v3 other content", () => alpaca.createOrder({ ...LIMIT, qty: 7, client_order_id: key }));
  equal("v3 other content", status(other), [422, 40010001]);
  check("v3 other content names it", other.response.data.message.includes("client_order_id"));
  equal("v3 by id", (await alpaca.getOrder(made.id)).client_order_id, key);
  equal("v3 by key", (await alpaca.getOrderByClientId(key)).id, made.id);
  const next = await alpaca.replaceOrder(made.id, { qty: "3", limit_price: 151.25, client_order_id: `${key}-r` });
  equal("v3 replace", [next.replaces, next.qty, next.limit_price], [made.id, "3", "151.25"]);
  const same = await refused("v3 replace by the same", () => alpaca.replaceOrder(next.id, { limit_price: 151.25 }));
  equal("v3 unchanged", status(same), [403, 40310000]);
  const list = await alpaca.getOrders({ status: "all", limit: 100, nested: true, symbols: "AAPL", direction: "asc" });
  compare(fixtures, "rest_orders_list.json", list[0]);
  check("v3 nested", list.some((order) => order.legs?.length === 2));
  await alpaca.cancelOrder(next.id);
  await until("v3 canceled", async () => (await alpaca.getOrder(next.id)).status === "canceled");
  const late = await refused("v3 cancel again", () => alpaca.cancelOrder(next.id));
  equal("v3 cancel again", status(late), [422, 42210000]);
  const all = await alpaca.cancelAllOrders();
  check("v3 cancel all", all.length > 0 && all.every((line) => line.status === 200), JSON.stringify(all));
  await until("v3 nothing open", async () => (await alpaca.getOrders({ status: "open" })).length === 0);
}

async function errors(alpaca) {
  const cases = [
    [{ ...BUY, qty: 1, symbol: "NOPE" }, 422],
    [{ ...BUY, qty: "many" }, 422],
    [{ ...BUY, qty: -1 }, 422],
    [{ ...LIMIT, limit_price: 150.123 }, 422],
    [{ ...BUY, qty: 9000 }, 403],
    [{ ...BUY, qty: 20000 }, 403],
    [{ ...BUY, qty: 1, order_class: "mleg" }, 422],
  ];
  for (const [order, wanted] of cases) {
    const error = await refused(`v3 ${JSON.stringify(order)}`, () => alpaca.createOrder(order));
    equal(`v3 ${JSON.stringify(order)}`, error.response?.status, wanted);
    check("v3 error body", Number.isInteger(error.response?.data?.code) && error.response.data.message.length > 0);
  }
  const none = await refused("v3 no such order", () => alpaca.getOrder("5f0c2e3a-0c55-4b6e-9a39-6a2f10b7dfff"));
  equal("v3 no such order", status(none), [404, 40410000]);
}

async function positions(alpaca, fixtures) {
  const list = await alpaca.getPositions();
  equal("v3 positions", list.map((position) => [position.symbol, position.side]), [["AAPL", "long"]]);
  compare(fixtures, "rest_position_2.json", list[0]);
  compare(fixtures, "rest_positions_list.json", list[0], ["usd"]);
  equal("v3 position", (await alpaca.getPosition("AAPL")).qty, list[0].qty);
  const closing = await alpaca.closePosition("AAPL");
  equal("v3 close", [closing.side, closing.type, closing.symbol], ["sell", "market", "AAPL"]);
  const flat = async () => (await alpaca.getPositions()).length === 0;
  await until("v3 flat", flat);
  equal("v3 no position", status(await refused("v3 position", () => alpaca.getPosition("AAPL"))), [404, 40410000]);
  await alpaca.createOrder({ ...BUY, qty: 3 });
  await until("v3 bought", async () => !(await flat()));
  const closed = await alpaca.closeAllPositions();
  equal("v3 close all", closed.map((line) => [line.symbol, line.status]), [["AAPL", 200]]);
  await until("v3 flat again", flat);
}

async function history(alpaca, fixtures) {
  const rows = await alpaca.getAccountActivities({ activityTypes: ["FILL"], pageSize: 2, direction: "asc" });
  equal("v3 activities", rows.map((row) => row.activity_type), ["FILL", "FILL"]);
  compare(fixtures, "rest_activity_fill.json", rows[0]);
  check("v3 activity id", /^\d{17}::[0-9a-f-]{36}$/.test(rows[0].id), rows[0].id);
  const page = await alpaca.getAccountActivities({ activityTypes: "FILL", pageSize: 2, direction: "asc", pageToken: rows[1].id });
  check("v3 next page", page.length > 0 && page[0].id > rows[1].id);
  const curve = await alpaca.getPortfolioHistory({ period: "1D", timeframe: "1Min" });
  equal("v3 history", [curve.timeframe, curve.timestamp.length, curve.base_value], ["1Min", curve.equity.length, 100000]);
}

async function data(alpaca) {
  const bars = [];
  for await (const bar of alpaca.getBarsV2("AAPL", { timeframe: "1Min", limit: 10 })) {
    bars.push(bar);
  }
  equal("v3 bars", bars.map((bar) => bar.ClosePrice), [200.5, 201.5]);
  const many = await alpaca.getMultiBarsV2(["AAPL", "MSFT"], { timeframe: "1Min" });
  equal("v3 bars of symbols", many.get("AAPL")?.length, 2);
  equal("v3 quote", (await alpaca.getLatestQuote("AAPL")).AskPrice, 200.02);
  equal("v3 quotes", [...(await alpaca.getLatestQuotes(["AAPL", "MSFT"])).keys()], ["AAPL", "MSFT"]);
  equal("v3 trade", (await alpaca.getLatestTrade("MSFT")).Price, 50);
  equal("v3 bar", (await alpaca.getLatestBar("AAPL")).HighPrice, 202);
  equal("v3 snapshot", (await alpaca.getSnapshot("AAPL")).LatestQuote.BidPrice, 200);
  equal("v3 snapshots", (await alpaca.getSnapshots(["AAPL", "MSFT"])).map((one) => one.symbol), ["AAPL", "MSFT"]);
}

// Orders that the stream tells of, from the connection on.
function listen(alpaca) {
  const updates = [];
  const socket = alpaca.trade_ws;
  socket.onConnect(() => socket.subscribe(["trade_updates"]));
  socket.onOrderUpdate((update) => updates.push(update));
  socket.connect();
  return updates;
}

async function stream(alpaca, updates, fixtures) {
  const words = new Set(updates.map((update) => update.event));
  for (const word of ["new", "fill", "canceled", "replaced", "held"]) {
    check(`v3 stream tells ${word}`, words.has(word), [...words].join(" "));
  }
  const fill = updates.find((update) => update.event === "fill");
  for (const field of ["execution_id", "price", "qty", "position_qty", "timestamp", "order"]) {
    check(`v3 fill has ${field}`, fill !== undefined && field in fill);
  }
  compare(fixtures, "ws_tu_new.json", { stream: "trade_updates", data: updates[0] });
  const replaced = updates.findIndex((update) => update.event === "replaced");
  equal("v3 replaced names its successor", updates[replaced]?.order.replaced_by, updates[replaced + 1]?.order.id);
}

export async function run(Alpaca, base, key, fixtures) {
  const alpaca = new Alpaca({ baseUrl: base, dataBaseUrl: base, keyId: key.id, secretKey: key.secret });
  const bad = new Alpaca({ baseUrl: base, keyId: key.id, secretKey: "wrong" });
  equal("v3 bad key", status(await refused("v3 bad key", () => bad.getAccount())), [401, 40110000]);
  const updates = listen(alpaca);
  await until("v3 stream is connected", () => alpaca.trade_ws.state() === "connected");
  await account(alpaca, fixtures);
  await market(alpaca, fixtures);
  await errors(alpaca);
  await orders(alpaca, fixtures);
  await positions(alpaca, fixtures);
  await history(alpaca, fixtures);
  await data(alpaca);
  await stream(alpaca, updates, fixtures);
  alpaca.trade_ws.disconnect();
}
