--- A bracket whose take-profit gets lost twice.
local oms = require("oms")
local steps = require("steps")

--- Open exits of one type and what they would sell.
local function working(entry, type)
  local n, qty = 0, 0
  for _, child in ipairs(entry.children) do
    if child.type == type and child.is_open then
      n, qty = n + 1, qty + child.leaves_qty
    end
  end
  return n, qty
end

local function stands(entry, type, n_wanted, qty_wanted)
  local n, qty = working(entry, type)
  assert(n == n_wanted and qty == qty_wanted, ("%d %s for %g"):format(n, type, qty))
end

return steps({
  [1] = function(self)
    self.entry = assert(oms.submit({
      symbol = "A",
      side = "buy",
      qty = 200,
      time_in_force = "gtc",
      order_class = "bracket",
      take_profit = { limit_price = 12 },
      stop_loss = { stop_price = 8 },
      client_order_id = "entry",
    }))
  end,
  [2] = function(self)
    stands(self.entry, "limit", 1, 100)
  end,
  [3] = function(self)
    stands(self.entry, "limit", 1, 200) -- made anew, then grown with the second fill
    stands(self.entry, "stop", 1, 200)
    assert(not self.entry.unprotected)
  end,
  [4] = function(self)
    stands(self.entry, "limit", 0, 0)
    stands(self.entry, "stop", 1, 200)
  end,
  [6] = function()
    assert(oms.position("A").qty == 0)
  end,
})
