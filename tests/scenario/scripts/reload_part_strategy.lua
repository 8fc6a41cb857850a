--- Orders as much as the file that it requires allows, and one more; counts across reloads.
local oms = require("oms")
local part = require("reload_part")

local S = { bars = 0 }

function S:on_bar(bar)
  self.bars = self.bars + 1
  oms.buy(bar.symbol, part.most + self.bars % 2)
end

function S:on_save()
  return { bars = self.bars }
end

function S:on_load(saved)
  self.bars = saved.bars
end

return S
