local oms = require "oms"
local S = { n = 0, params = { every = 10 } }
function S:on_bar(bar)
  self.n = self.n + 1
  if self.n % self.params.every == 1 then oms.buy(bar.symbol, 1) end
  if self.n % self.params.every == 4 then oms.close(bar.symbol) end
end
function S:on_save() return { n = self.n } end
function S:on_load(saved) self.n = saved.n end
return S
