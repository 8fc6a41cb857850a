--- Asserts on the language and its library.
local oms = require("oms")
local steps = require("steps")

local function raises(text, f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "did not raise: " .. text)
  assert(tostring(message):find(text, 1, true), tostring(message) .. " does not say: " .. text)
end

local function globals()
  for word in ("assert error ipairs next pairs pcall xpcall select tonumber tostring type rawequal rawget rawlen "
    .. "rawset getmetatable setmetatable require math string table utf8 coroutine oms"):gmatch("%S+") do
    assert(_ENV[word] ~= nil, word .. " is missing")
  end
  for _, word in ipairs({ "io", "os", "debug", "package", "load", "loadstring", "dofile", "loadfile",
    "collectgarbage", "print", "warn", "_G" }) do
    raises(word, function() return _ENV[word] end)
  end
  raises("fresh", function() _ENV.fresh = 1 end)
  raises("not found", require, "os")
  raises("oms cannot be written to", function() oms.bye = 1 end)
  assert(not pcall(setmetatable, {}, { __gc = function() end }), "__gc is closed")
  assert(not pcall(setmetatable, {}, { __mode = "k" }), "__mode is closed")
  assert(not pcall(function() getmetatable("").__index.rep = nil end))
end

local function order_of_keys()
  local t = { "a", "b", z = 1, y = 2, [3] = "c", [-1] = "m", [2.5] = "f" }
  local seen = {}
  for k in pairs(t) do
    seen[#seen + 1] = tostring(k)
  end
  assert(table.concat(seen, " ") == "1 2 3 -1 2.5 y z", table.concat(seen, " "))
  local left = {}
  for k in pairs(t) do
    t[k] = nil
    t["new" .. tostring(k)] = 1
    left[#left + 1] = k
  end
  assert(#left == 7, "deleting while walking works, added keys are not visited")
  raises("next", next, { a = 1 }, "a")
  assert(next({}) == nil and next({ 5 }) == 1)
  local list = {}
  for i = 1, 50 do
    list[i] = { key = i % 3, at = i }
  end
  table.sort(list, function(a, b) return a.key < b.key end)
  for i = 2, 50 do
    assert(list[i - 1].key < list[i].key or (list[i - 1].key == list[i].key and list[i - 1].at < list[i].at), "stable")
  end
  for _, v in ipairs({ {}, function() end, coroutine.create(function() end) }) do
    assert(not tostring(v):find("0x", 1, true))
  end
  local sorted = {}
  for k, v in oms.sorted({ b = 2, a = 1 }) do
    sorted[#sorted + 1] = k .. v
  end
  assert(sorted[1] == "a1" and sorted[2] == "b2")
end

local function times()
  local t = oms.time.parse("2024-07-01T13:30:00.123456789Z")
  assert(math.type(t) == "integer" and oms.time.iso(t) == "2024-07-01T13:30:00.123456789Z")
  assert(oms.time.parse("2024-07-01T09:30:00-04:00") == oms.time.parse("2024-07-01T13:30:00Z"))
  assert(oms.time.parse("2024-07-01") == oms.time.parse("2024-07-01T00:00:00Z"))
  local p = oms.time.parts(t, "America/New_York")
  assert(p.year == 2024 and p.month == 7 and p.day == 1 and p.hour == 9 and p.minute == 30 and p.second == 0)
  assert(p.ns == 123456789 and p.weekday == 1 and p.offset == -14400)
  assert(oms.time.parts(t).hour == 13)
  raises("Europe/Paris", oms.time.parts, t, "Europe/Paris")
  raises("ISO 8601", oms.time.parse, "yesterday")
end

local function rounding()
  assert(oms.round_price("A", 10.123) == 10.123 and oms.round_qty("A", 1.5) == 1.5)
  raises("did you mean 'down'?", oms.round_price, "A", 10, "dow")
end

local function say()
  oms.log.debug("debug %d", 1)
  oms.log.info("%s and %5.2f", "text", 1.5)
  oms.log.warn("100%")
  oms.log.error(nil)
  raises("text", oms.log.info)
  raises("bad argument", oms.log.info, "%d", "x")
  local r = oms.random()
  assert(r >= 0 and r < 1 and r ~= oms.random())
end

local defaults = { fast = 1, slow = 2, ratio = 0.5, list = { 1 }, words = { "a" }, on = true }

local S = steps({
  [1] = function(self, bar)
    globals()
    order_of_keys()
    times()
    rounding()
    say()
    local p = self.params
    if p.fast ~= 1 then
      assert(p.fast == 3 and math.type(p.fast) == "integer" and p.slow == 7 and math.type(p.ratio) == "float")
      assert(p.list[2] == 2.5 and #p.list == 2 and p.words[2] == "y" and p.on == false)
      assert(defaults.fast == 1 and #defaults.list == 1, "the defaults stay")
    end
    assert(bar.close == 10 and bar.open == 10)
    self.kept = bar
    local ok = pcall(function() bar.close = 5 end)
    assert(not ok or bar.close ~= nil)
  end,
  [2] = function(self, bar)
    assert(self.kept.close == 11 and bar.close == 11, "one view, used again")
    raises("opne", function() return bar.opne end)
  end,
}, { params = defaults })

return S
