-- A host whose venue is another process: for tests/crash/run.sh and tests/e2e/faults_venue.sh. The port of the venue
-- is in VENUE_PORT of the copy that they make, the pace of its strategy in EVERY.
local instruments, data = {}, {}
for i = 0, 7 do
  local symbol = "S" .. i
  instruments[symbol] = { tick = 0.01, lot = 1, previous_close = 100 }
  data[#data + 1] = { symbol = symbol, quotes = true }
end

return {
  name = "crash-venue",
  mode = "live",
  accounts = { { id = "main", type = "margin", cash = 1000000000, multiplier = 4 } },
  instruments = instruments,
  data = data,
  venue = { connect = "127.0.0.1:VENUE_PORT" },
  api = { rate = 100000000 },
  journal = { snapshot_records = 20000 },
  rules = {
    { "rules/max_order.lua", max_qty = 1000 },
    { "rules/max_position.lua", max = 100000 },
    { "rules/price_collar.lua", percent = 5 },
  },
  strategies = { { "TRADER", id = "trader", every = tonumber("EVERY") } },
}
