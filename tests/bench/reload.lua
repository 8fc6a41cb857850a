--- A strategy with about 100 KB of state, half of it a list of small tables, half a table of texts by name: what the
--- benchmark of a reload carries over.
local S = { version = 1 }

function S:on_start()
  self.list, self.names, self.bars = {}, {}, 0
  for i = 1, 640 do
    self.list[i] = { id = i, price = 100 + i / 8, qty = i * 10, side = i % 2 == 0 and "buy" or "sell" }
  end
  for i = 1, 1250 do
    self.names[("symbol-%05d"):format(i * 7919 % 100000)] = "held since " .. i
  end
end

function S:on_bar()
  self.bars = self.bars + 1
end

function S:test()
  assert(self.bars == nil, "a fresh one has seen no bar")
end

function S:on_save()
  return { list = self.list, names = self.names, bars = self.bars }
end

function S:on_load(saved)
  self.list, self.names, self.bars = saved.list, saved.names, saved.bars
end

return S
