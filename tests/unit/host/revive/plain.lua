--- Keeps nothing: after a crash it begins anew and finds its open orders.
local oms = require "oms"
local P = {}

function P:on_start()
  self.open = #oms.orders { status = "open" }
end

function P:on_bar(bar)
  if self.open == 0 then
    self.open = 1
    oms.submit { symbol = "A", side = "buy", qty = 2, type = "limit",
      limit_price = oms.round_price("A", bar.close - 30), time_in_force = "gtc" }
  end
end

return P
