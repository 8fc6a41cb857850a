local oms = require("oms")

local S = {}

local function limit(qty, price, id, more)
  local terms = { type = "limit", limit_price = price, client_order_id = id }
  for k, v in pairs(more or {}) do
    terms[k] = v
  end
  return assert(oms.buy("A", qty, terms))
end

local function stop(symbol, price, id, by)
  return assert(oms.buy(symbol, 1, { type = "stop", stop_price = price, trigger_by = by, client_order_id = id }))
end

function S:on_start()
  oms.at("2024-01-02T10:00:00.5Z", "orders")
  oms.at("2024-01-02T10:00:03.5Z", "replaces")
  oms.at("2024-01-02T10:00:08.5Z", "last")
end

local steps = {}

function steps.orders(self)
  self.less = limit(5, 99, "less")
  self.more = limit(1, 99, "more")
  self.touch = stop("A", 102, "touch", "bid_ask")
  self.last = stop("A", 103, "last", "last")
  self.ioc = limit(3, 100, "ioc", { time_in_force = "ioc" })
  self.fok = limit(11, 102, "fok", { time_in_force = "fok" })
  local ok, why = pcall(stop, "B", 12, "bars", "mid")
  assert(not ok and why:find("needs quotes", 1, true), why)
end

function steps.replaces(self)
  assert(oms.quote("A").ts == oms.time.parse("2024-01-02T10:00:03Z"), "each row updates the quote")
  assert(self.touch.status == "filled" and self.last.status == "new")
  assert(self.less:replace({ qty = 1 })) -- smaller: keeps its place
  assert(self.more:replace({ qty = 2 })) -- larger: goes behind the others
end

function steps.last(self)
  assert(self.less.status == "filled" and self.more.leaves_qty == 1 and self.last.status == "filled")
  assert(self.ioc.code == "IOC_REMAINDER" and self.fok.code == "FOK_KILLED")
  limit(1, 0.01, "passed")
end

function S:on_timer(name)
  steps[name](self)
end

return S
