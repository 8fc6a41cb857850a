--- Orders of several kinds, timers, saved state; now and then a callback that does not end.
local oms = require "oms"
local S = { n = 0, fills = 0, weeks = 0 }

function S:on_start() oms.every(7 * 86400, "week") end

function S:on_bar(bar)
  self.n = self.n + 1
  local n, s = self.n, bar.symbol
  if n % 5 == 1 then oms.buy(s, 2) end
  if n % 9 == 4 then
    oms.submit { symbol = s, side = "buy", qty = 3, order_class = "bracket", time_in_force = "gtc",
      take_profit = { limit_price = math.floor(bar.close * 1.02) },
      stop_loss = { stop_price = math.floor(bar.close * 0.98) } }
  end
  if n % 11 == 6 then
    oms.submit { symbol = s, side = "sell", qty = 1, type = "trailing_stop", trail_percent = 2, time_in_force = "gtc" }
  end
  if n % 23 == 22 then oms.close(s) end
  if n % 60 == 40 then
    oms.buy(s, 1)
    oms.buy(s, 13)
    while true do self.lost = true end
  end
end

function S:on_timer()
  self.weeks = self.weeks + 1
  oms.submit { symbol = "SP500", side = "buy", qty = 1, type = "limit", limit_price = 100, time_in_force = "day" }
end

function S:on_fill() self.fills = self.fills + 1 end
function S:on_save() return { n = self.n, fills = self.fills, weeks = self.weeks } end

function S:on_load(saved)
  for k, v in pairs(saved) do self[k] = v end
  oms.log.info("back with n=%d", self.n)
end

return S
