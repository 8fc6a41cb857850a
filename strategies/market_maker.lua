--- Market making on quotes: a bid and an offer around the middle of the market, moved towards the side that brings the
--- inventory back, replaced only when they are off by more than a step. Post-only: it never takes.
local oms = require("oms")
local abs, max, min = math.abs, math.max, math.min -- asked for with every quote

local S = {
  params = {
    qty = 100.0, -- shares on each side
    spread = 0.04, -- between our bid and offer
    skew = 0.01, -- by how much both move for each 'qty' of inventory
    step = 0.01, -- a price is moved when it is off by more than this
    max_inventory = 500.0, -- shares; beyond it the side that would add rests
  },
}

function S:on_start()
  self.quotes = {} -- by symbol: our two orders
end

local function place(self, symbol, side, price)
  local order, reject = oms.submit({
    symbol = symbol,
    side = side,
    qty = self.params.qty,
    type = "limit",
    limit_price = price,
    time_in_force = "gtc",
    post_only = true,
  })
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
  return order
end

--- Brings one side to its price: new, moved, or taken away (price nil).
local function quote_side(self, symbol, ours, side, price)
  local order = ours[side]
  if not order or not order.is_open then
    ours[side] = price and place(self, symbol, side, price) or nil
  elseif order.pending then
    return -- an answer is under way
  elseif not price then
    order:cancel()
  elseif abs(order.limit_price - price) > self.params.step then
    order:replace({ limit_price = price })
  end
end

function S:on_quote(quote)
  local best_bid, best_ask = quote.bid, quote.ask
  if not (best_bid and best_ask) or best_bid >= best_ask then
    return -- no market to make
  end
  local p, symbol = self.params, quote.symbol
  local held = oms.position(symbol).qty
  local middle = (best_bid + best_ask) / 2 - p.skew * held / p.qty
  local bid = oms.round_price(symbol, min(middle - p.spread / 2, best_bid), "down")
  local ask = oms.round_price(symbol, max(middle + p.spread / 2, best_ask), "up")
  local ours = self.quotes[symbol] or {}
  self.quotes[symbol] = ours
  quote_side(self, symbol, ours, "buy", held < p.max_inventory and bid or nil)
  quote_side(self, symbol, ours, "sell", held > -p.max_inventory and ask or nil)
end

function S:on_stop()
  for _, symbol in ipairs(oms.sorted(self.quotes)) do
    oms.log.info("%s: ends with %g shares", symbol, oms.position(symbol).qty)
  end
end

return S
