--- The turtle rules, long side, on daily bars: enters above the highest high of some weeks, adds a unit each half N
--- that the price goes on, leaves below a shorter low or at a stop of 2 N below the last entry. N is the average true
--- range; a unit is sized so that a move of N is 'risk_percent' of equity.
local oms = require("oms")

local S = {
  params = {
    entry = 20, -- bars whose highest high has to be passed
    exit = 10, -- bars whose lowest low ends the trade
    atr = 20, -- bars in N
    risk_percent = 1.0, -- of equity, for a move of N of one unit
    units = 4, -- at most
    max_weight = 0.4, -- share of equity that a unit may be worth in quiet markets
    add_n = 0.5, -- N between two entries
    stop_n = 2.0, -- N from the last entry to the stop
  },
}

function S:on_start()
  self.books = {} -- by symbol
end

local function book_of(self, symbol)
  local p = self.params
  local b = self.books[symbol]
  if not b then
    b = { high = oms.ta.highest(p.entry), low = oms.ta.lowest(p.exit), n = oms.ta.atr(p.atr), units = 0 }
    self.books[symbol] = b
  end
  return b
end

--- Shares of a unit, on the symbol's lots.
local function unit(self, bar, n)
  local p, equity = self.params, oms.account().equity
  local one = oms.instrument(bar.symbol).multiplier
  local qty = math.min(equity * p.risk_percent / 100 / (n * one), equity * p.max_weight / (bar.close * one))
  return oms.round_qty(bar.symbol, qty)
end

local function add(self, bar, book, n)
  local qty = unit(self, bar, n)
  if qty <= 0 then
    return
  end
  local order, reject = oms.buy(bar.symbol, qty, { tag = "unit " .. book.units + 1 })
  if not order then
    return oms.log.warn("%s: %s", reject.code, reject.message)
  end
  book.units = book.units + 1
  book.last, book.stop = bar.close, bar.close - self.params.stop_n * n
end

function S:on_bar(bar)
  local p, book = self.params, book_of(self, bar.symbol)
  local top, bottom, n = book.high.value, book.low.value, book.n.value -- of the bars before this one
  book.high:update(bar.high)
  book.low:update(bar.low)
  book.n:update(bar.high, bar.low, bar.close)
  if not (top and bottom and n) then
    return
  end
  if book.units > 0 and (bar.close < bottom or bar.close <= book.stop) then
    oms.close(bar.symbol)
    book.units = 0
  elseif book.units < p.units and bar.close > (book.units == 0 and top or book.last + p.add_n * n) then
    add(self, bar, book, n)
  end
end

--- A unit that the account could not pay for at the open was none.
function S:on_order(order, event)
  local book = self.books[order.symbol]
  if event.type == "canceled" and order.side == "buy" and order.filled_qty == 0 and book.units > 0 then
    book.units = book.units - 1
  end
end

return S
