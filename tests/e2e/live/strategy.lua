local oms = require "oms"
local S = { n = 0 }
function S:on_bar(bar)
  self.n = self.n + 1
  if self.n % 10 == 1 then oms.buy(bar.symbol, 1) end
  if self.n % 10 == 6 then oms.close(bar.symbol) end
end
function S:on_save() return { n = self.n } end
function S:on_load(saved) self.n = saved.n end
return S
