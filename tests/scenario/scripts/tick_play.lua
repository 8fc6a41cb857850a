--- Plays a script of orders, one line each, so that a scenario has all of it in one file:
---   "2 buy 10 id=a type=limit limit_price=9.5 time_in_force=ioc"   at the second quote or trade
---   "2 buy 10 refused=true"                                        is refused at once
---   "3 cancel a"   "3 replace a limit_price=9.6 qty=5"             of the order a
---   "4 status a filled"                                            what a must be by then
---   "4 position 10"                                                the strategy's own, of the tick's symbol
--- Lines of the same number run in order. The lines after the last tick would be missed: the last number must come.
local oms = require("oms")

local S = { params = { play = { "" } }, count = 0, orders = {} }

--- Words and NAME=VALUE of a line.
local function parse(line)
  local words, options = {}, {}
  for part in line:gmatch("%S+") do
    local name, value = part:match("^([%w_]+)=(.+)$")
    if name then
      options[name] = tonumber(value) or (value == "true") or value
    else
      words[#words + 1] = part
    end
  end
  return words, options
end

local run = {}

local function submit(self, side, tick, words, options)
  local id, refused = options.id, options.refused
  options.id, options.refused = nil, nil
  options.symbol, options.side, options.qty = tick.symbol, side, tonumber(words[3])
  options.type = options.type or "market"
  if options.take then
    options.take_profit, options.stop_loss = { limit_price = options.take }, { stop_price = options.stop }
    options.take, options.stop = nil, nil
  end
  options.client_order_id = id
  local order, reject = oms.submit(options)
  self.orders[id] = order
  assert(not order == (refused or false), reject and reject.message)
end

function run.buy(self, tick, words, options) submit(self, "buy", tick, words, options) end
function run.sell(self, tick, words, options) submit(self, "sell", tick, words, options) end
function run.cancel(self, _, words) assert(self.orders[words[3]]:cancel()) end
function run.replace(self, _, words, options) assert(self.orders[words[3]]:replace(options)) end

function run.status(self, _, words)
  local status = self.orders[words[3]].status
  assert(status == words[4], ("tick %d: %s is %s, not %s"):format(self.count, words[3], status, words[4]))
end

function run.position(self, tick, words)
  local qty = oms.position(tick.symbol).qty
  assert(qty == tonumber(words[3]), ("tick %d: the position is %g"):format(self.count, qty))
end

local function play(self, tick)
  self.count = self.count + 1
  for _, line in ipairs(self.params.play) do
    local words, options = parse(line)
    if tonumber(words[1]) == self.count then
      assert(run[words[2]], line)(self, tick, words, options)
      self.played = (self.played or 0) + 1
    end
  end
  if self.played == #self.params.play then
    self.played = nil
    assert(oms.buy(tick.symbol, 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
  end
end

S.on_quote = play
S.on_trade = play

return S
