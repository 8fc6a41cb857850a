--- Takes over the count of reload_old.lua and adds a hundred to what it buys.
local oms = require("oms")

local S = { version = 2 }

function S.on_start()
  error("a reload does not start anew")
end

function S:on_load(saved, from_version)
  assert(from_version == 1)
  self.n = saved.n
  assert(oms.order(saved.last).qty == 3, "a handle becomes its id")
end

function S:on_bar()
  self.n = self.n + 1
  assert(oms.buy("A", 100 + self.n))
end

function S.on_timer(_, name)
  assert(name == "late")
  assert(oms.buy("A", 1, { type = "limit", limit_price = 1, client_order_id = "by-timer" }))
end

return S
