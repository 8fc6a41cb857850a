--- Buys dips: a limit order some percent below the last close, moved along with every close until it fills;
--- what was bought is sold after 'hold_bars' bars.
local oms = require("oms")

local S = {
  params = {
    dip_percent = 1.0, -- limit below the last close, in percent
    hold_bars = 5, -- bars to hold, the bar of the fill included
    qty = 10.0, -- shares a purchase
  },
}

function S:on_start()
  self.entry = {} -- working limit order by symbol
  self.held = {} -- bars in the position by symbol
end

--- Warns when a call was refused; gives the order, or nil.
local function told(order, reject)
  if not order then
    oms.log.warn("%s: %s", reject.code, reject.message)
  end
  return order
end

local function follow(self, bar)
  local symbol, p = bar.symbol, self.params
  local limit = oms.round_price(symbol, bar.close * (1 - p.dip_percent / 100), "near")
  local entry = self.entry[symbol]
  if not (entry and entry.is_open) then
    self.entry[symbol] = told(oms.buy(symbol, p.qty, {
      type = "limit",
      limit_price = limit,
      time_in_force = "gtc",
    }))
  elseif entry.limit_price ~= limit then
    told(entry:replace({ limit_price = limit }))
  end
end

function S:on_bar(bar)
  local symbol = bar.symbol
  if oms.position(symbol).qty == 0 then
    self.held[symbol] = 0
    follow(self, bar)
    return
  end
  self.held[symbol] = self.held[symbol] + 1
  if self.held[symbol] >= self.params.hold_bars then
    told(oms.close(symbol))
  end
end

return S
