--- Buys as many shares as it has seen bars, and remembers the count over a reload.
local oms = require("oms")

local S = { version = 1 }

function S:on_start()
  self.n = 0
  oms.at("2024-01-02T10:06:00Z", "late")
end

function S:on_bar()
  self.n = self.n + 1
  self.last = assert(oms.buy("A", self.n))
end

function S:on_save()
  return { n = self.n, last = self.last }
end

return S
