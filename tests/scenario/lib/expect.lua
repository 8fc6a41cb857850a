--- What the checks of the scenarios share: comparing rows of a result with rows worked out by hand.
local M = {}

local TIMES = { ts = true, end_ts = true, entry_time = true, exit_time = true }

--- Text of a value for messages.
local function show(v)
  return type(v) == "string" and ("%q"):format(v) or tostring(v)
end

local function same(got, want)
  if type(got) == "number" and type(want) == "number" then
    return math.abs(got - want) < 5e-7 -- half of the smallest unit of money
  end
  return got == want
end

function M.equal(got, want, what)
  if not same(got, want) then
    error(("%s: got %s, want %s"):format(what, show(got), show(want)), 2)
  end
end

--- Times may be given as ISO text; "" stands for an empty field.
local function wanted(field, value)
  if TIMES[field] and type(value) == "string" and value ~= "" then
    return oms.time.parse(value)
  end
  if value == "" then
    return nil
  end
  return value
end

--- Every row of 'want' names the fields it is about; the numbers of rows have to be equal.
local function rows(got, want, name)
  for i, row in ipairs(want) do
    local other = got[i]
    if not other then
      error(("%s: %d rows, want %d"):format(name, #got, #want), 3)
    end
    for field, value in pairs(row) do
      local value_wanted = wanted(field, value)
      if not same(other[field], value_wanted) then
        error(("%s[%d].%s: got %s, want %s"):format(name, i, field, show(other[field]), show(value_wanted)), 3)
      end
    end
  end
  if #got ~= #want then
    error(("%s: %d rows, want %d"):format(name, #got, #want), 3)
  end
end

--- Orders without the witness of scripts/steps.lua.
local function real_orders(result)
  local list = {}
  for _, o in ipairs(result.orders) do
    if o.client_order_id ~= "passed" then
      list[#list + 1] = o
    end
  end
  return list
end

function M.orders(result, want)
  rows(real_orders(result), want, "orders")
end

function M.fills(result, want)
  rows(result.fills, want, "fills")
end

function M.trades(result, want)
  rows(result.trades, want, "trades")
end

--- That the strategies came to their last step, their own assertions included.
function M.passed(result, n)
  local found = 0
  for _, o in ipairs(result.orders) do
    found = found + (o.client_order_id == "passed" and 1 or 0)
  end
  M.equal(found, n or 1, "strategies that came to their last step")
end

--- Minute bars of one day from 10:00 UTC, from rows { open, high, low, close, volume }; volume 1000 if left out.
function M.minutes(list, from)
  local out = {}
  local start = oms.time.parse(from or "2024-01-02T10:00:00Z")
  for i, row in ipairs(list) do
    out[i] = { oms.time.iso(start + (i - 1) * 60000000000), row[1], row[2], row[3], row[4], row[5] or 1000 }
  end
  return out
end

return M
