// The rewritten client, 4.0.2: sends decimals as texts, maps answers to types and errors to classes. It has no
// option for the address of the API: its way out, fetchApi, is given one that changes host and port.
import { check, equal, refused, until } from "./check.mjs";

const BUY = { symbol: "MSFT", side: "buy" };

async function account(alpaca) {
  const got = await alpaca.trading.account.getAccount();
  equal("v4 account", [got.accountNumber, got.status, got.currency], ["main", "ACTIVE", "USD"]);
  const config = await alpaca.trading.accountConfigurations.getAccountConfig();
  equal("v4 configurations", [config.suspendTrade, config.noShorting], [false, false]);
  const set = await alpaca.trading.accountConfigurations.patchAccountConfig({ accountConfigurations: { noShorting: true } });
  equal("v4 no_shorting", set.noShorting, true);
  const error = await refused("v4 short", () => alpaca.trading.orders.market({ symbol: "MSFT", side: "sell", qty: 1 }));
  check("v4 short", /no_shorting/.test(error.message), error.message);
  await alpaca.trading.accountConfigurations.patchAccountConfig({ accountConfigurations: { noShorting: false } });
}

async function market(alpaca) {
  const clock = await alpaca.trading.clock.legacyClock();
  check("v4 clock", clock.timestamp instanceof Date && clock.nextOpen instanceof Date);
  const clocks = await alpaca.trading.clock.clock({ markets: "NYSE,NASDAQ" });
  equal("v4 clocks", clocks.clocks.map((one) => one.market.acronym), ["NYSE", "NASDAQ"]);
  const start = new Date("2026-11-27T00:00:00Z");
  const days = await alpaca.trading.calendar.legacyCalendar({ start, end: start });
  equal("v4 calendar", days.map((day) => day.close), ["13:00"]);
  const phases = await alpaca.trading.calendar.calendar({ market: "NYSE", start, end: start });
  equal("v4 phases", phases.calendar.map((day) => day.coreEnd.toISOString()), ["2026-11-27T18:00:00.000Z"]);
  const assets = await alpaca.trading.assets.getV2Assets();
  equal("v4 assets", assets.map((asset) => asset.symbol), ["AAPL", "MSFT"]);
  equal("v4 asset", (await alpaca.trading.assets.getV2AssetsSymbolOrAssetId({ symbolOrAssetId: "MSFT" })).symbol, "MSFT");
  equal("v4 watchlists", await alpaca.trading.watchlists.getWatchlists(), []);
}

async function orders(alpaca) {
  const { orders: api } = alpaca.trading;
  const far = { ...BUY, qty: "2", limitPrice: "40", timeInForce: "gtc" };
  const made = [
    await api.market({ ...BUY, qty: 4 }),
    await api.market({ ...BUY, notional: "100.50" }),
    await api.limit(far),
    await api.limit({ ...far, extendedHours: true, timeInForce: "day" }),
    await api.stop({ ...BUY, qty: 1, stopPrice: 60, timeInForce: "gtc" }),
    await api.stopLimit({ ...BUY, qty: 1, stopPrice: 60, limitPrice: "60.5", timeInForce: "gtc" }),
    await api.trailingStop({ ...BUY, qty: 1, trailPercent: 2, timeInForce: "gtc" }),
    await api.trailingStop({ ...BUY, qty: 1, trailPrice: "1.25", timeInForce: "gtc" }),
    await api.bracket({ ...far, takeProfit: { limitPrice: 55 }, stopLoss: { stopPrice: "35", limitPrice: "34.5" } }),
    await api.oto({ ...far, takeProfit: { limitPrice: 55 } }),
  ];
  equal("v4 kinds", made.map((order) => order.status), made.map(() => "accepted"));
  await until("v4 bought", async () => (await alpaca.trading.positions.getAllOpenPositions()).length === 1);
  const oco = await api.oco({ symbol: "MSFT", side: "sell", qty: 1, timeInForce: "gtc", takeProfit: { limitPrice: 70 }, stopLoss: { stopPrice: 30 } });
  equal("v4 oco", [oco.orderClass, oco.legs.length], ["oco", 2]);
  const clientOrderId = `v4-${Date.now()}`;
  const order = await api.limit({ ...far, clientOrderId });
  equal("v4 by key", (await api.getOrderByClientOrderId({ clientOrderId })).id, order.id);
  equal("v4 by id", (await api.getOrderByOrderID({ orderId: order.id, nested: true })).clientOrderId, clientOrderId);
  const taken = await refused("v4 other content", () => api.limit({ ...far, qty: "9", clientOrderId }));
  check("v4 other content", /client_order_id/.test(taken.message), taken.message);
  const next = await api.patchOrderByOrderId({ orderId: order.id, patchOrderRequest: { limitPrice: "41.5", qty: "3" } });
  equal("v4 replace", [next.replaces, next.limitPrice, next.qty], [order.id, "41.5", "3"]);
  await api.deleteOrderByOrderID({ orderId: next.id });
  await until("v4 canceled", async () => (await api.getOrderByOrderID({ orderId: next.id })).status === "canceled");
  const list = await api.getAllOrders({ status: "all", limit: 500, symbols: "MSFT", nested: true });
  check("v4 list", list.length >= 12, list.length);
  const lines = await api.deleteAllOrders();
  check("v4 cancel all", lines.length > 5 && lines.every((line) => line.status === 200), JSON.stringify(lines));
  await until("v4 nothing open", async () => (await api.getAllOrders({ status: "open" })).length === 0);
}

async function errors(alpaca, sdk, client, key) {
  const { orders: api } = alpaca.trading;
  const cases = [
    ["an unknown symbol", () => api.market({ symbol: "NOPE", side: "buy", qty: 1 }), sdk.ValidationError],
    ["off the tick", () => api.limit({ ...BUY, qty: 1, limitPrice: "40.123" }), sdk.ValidationError],
    ["too much", () => api.market({ ...BUY, qty: 9999 }), sdk.PermissionError],
    ["no such order", () => api.getOrderByOrderID({ orderId: "5f0c2e3a-0c55-4b6e-9a39-6a2f10b7dfff" }), sdk.NotFoundError],
    ["a bad key", () => client({ id: key.id, secret: "wrong" }).trading.account.getAccount(), sdk.AuthError],
  ];
  for (const [name, call, kind] of cases) {
    const error = await refused(`v4 ${name}`, call);
    check(`v4 ${name} is ${kind.name}`, error instanceof kind, `${error.name}: ${error.message}`);
  }
}

async function positions(alpaca) {
  const { positions: api } = alpaca.trading;
  const list = await api.getAllOpenPositions();
  equal("v4 positions", list.map((position) => [position.symbol, position.side]), [["MSFT", "long"]]);
  const before = Number((await api.getOpenPosition({ symbolOrAssetId: "MSFT" })).qty);
  await api.deleteOpenPosition({ symbolOrAssetId: "MSFT", qty: 1 });
  await until("v4 part closed", async () => Number((await api.getOpenPosition({ symbolOrAssetId: "MSFT" })).qty) === before - 1);
  await api.deleteOpenPosition({ symbolOrAssetId: "MSFT", percentage: 50 });
  const closed = await api.deleteAllOpenPositions({ cancelOrders: true });
  equal("v4 close all", closed.map((line) => [line.symbol, line.status]), [["MSFT", 200]]);
  await until("v4 flat", async () => (await api.getAllOpenPositions()).length === 0);
}

async function history(alpaca) {
  const rows = await alpaca.trading.accountActivities.getAccountActivities({ activityTypes: ["FILL"], pageSize: 3 });
  equal("v4 activities", rows.length, 3);
  const fills = await alpaca.trading.accountActivities.getAccountActivitiesByActivityType({ activityType: "FILL" });
  check("v4 activities by type", fills.length >= 3);
  const curve = await alpaca.trading.portfolioHistory.getAccountPortfolioHistory({ period: "1D", timeframe: "5Min" });
  equal("v4 history", [curve.timeframe, curve.timestamp.length], ["5Min", curve.equity.length]);
}

async function data(alpaca) {
  const { stocks } = alpaca.marketData;
  const bars = await stocks.stockBars({ symbols: "AAPL", timeframe: "1Min" });
  equal("v4 bars", bars.bars.AAPL.map((bar) => bar.c), [200.5, 201.5]);
  equal("v4 bars of one", (await stocks.stockBarSingle({ symbol: "AAPL", timeframe: "1Min", limit: 1 })).bars.length, 1);
  equal("v4 quotes", (await stocks.stockLatestQuotes({ symbols: "AAPL,MSFT" })).quotes.AAPL.bp, 200);
  equal("v4 trades", (await stocks.stockLatestTrades({ symbols: "MSFT" })).trades.MSFT.p, 50);
  equal("v4 snapshot", (await stocks.stockSnapshotSingle({ symbol: "AAPL" })).latestQuote.ap, 200.02);
}

export async function run(sdk, base, key) {
  const to = new URL(base);
  const fetchApi = (address, options) => {
    const url = new URL(typeof address === "string" ? address : address.url);
    url.protocol = to.protocol;
    url.host = to.host;
    return fetch(url, options);
  };
  const client = (one) => new sdk.Alpaca({ keyId: one.id, secret: one.secret, fetchApi });
  const alpaca = client(key);
  const updates = [];
  const stream = alpaca.trading.stream({ url: `${base.replace(/^http/, "ws")}/stream` });
  let connected = false;
  stream.onConnect(() => {
    connected = true;
    stream.subscribeTradeUpdates();
  });
  stream.onTradeUpdate((update) => updates.push(update));
  stream.connect();
  await until("v4 stream is connected", () => connected);
  await account(alpaca);
  await market(alpaca);
  await errors(alpaca, sdk, client, key);
  await orders(alpaca);
  await positions(alpaca);
  await history(alpaca);
  await data(alpaca);
  const words = new Set(updates.map((update) => update.event));
  for (const word of ["new", "fill", "canceled", "replaced", "held"]) {
    check(`v4 stream tells ${word}`, words.has(word), [...words].join(" "));
  }
  stream.disconnect?.();
  stream.close?.();
}
