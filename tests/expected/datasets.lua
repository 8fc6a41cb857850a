--- The data sets, strategies and peers of the expected results, and the session that repeats each. Files lie
--- beside the repository, in ../shared; without it there is nothing to compare with.
local M = {}

local DATA = "../shared/data/"

--- file, timeframe, units per order, decimals of order prices, factors of e and d, commission of a in
--- percent of traded value, and whether the bars are daily (f and g exist for these only).
M.sets = {
  goog_d1 = { file = "goog_d1_2004_2013.csv", timeframe = "1d", units = 100, price_decimals = 2,
    limit_e = 0.99, stop_d = 0.98, target_d = 1.04, percent_a = 0.2, daily = true },
  orcl_d1 = { file = "orcl_d1_1995_2014.csv", timeframe = "1d", units = 100, price_decimals = 4,
    limit_e = 0.99, stop_d = 0.98, target_d = 1.04, percent_a = 0.2, daily = true },
  aapl_d1 = { file = "aapl_d1_2012_2014_splitadj.csv", timeframe = "1d", units = 100, price_decimals = 4,
    limit_e = 0.99, stop_d = 0.98, target_d = 1.04, percent_a = 0.2, daily = true },
  eurusd_h1 = { file = "eurusd_h1_2017_2018.csv", timeframe = "1h", units = 10000, price_decimals = 5,
    limit_e = 0.999, stop_d = 0.997, target_d = 1.006, percent_a = 0.01 },
  ["6eh4_m1a"] = { file = "6eh4_m1_cme_202401a.csv.gz", timeframe = "1m", units = 100, price_decimals = 5,
    limit_e = 0.9997, stop_d = 0.9995, target_d = 1.001, percent_a = 0.01 },
  btcperp_m1a = { file = "btcperp_m1_202201a.csv.gz", timeframe = "1m", units = 1, price_decimals = 1,
    limit_e = 0.998, stop_d = 0.996, target_d = 1.008, percent_a = 0.01 },
  sp500_d1 = { file = "sp500_d1_2000_2020.csv", timeframe = "1d", units = 100, price_decimals = 2,
    limit_e = 0.99, stop_d = 0.98, target_d = 1.04, percent_a = 0.2, daily = true },
}

--- Names in a fixed order.
M.names = { "6eh4_m1a", "aapl_d1", "btcperp_m1a", "eurusd_h1", "goog_d1", "orcl_d1", "sp500_d1" }

local PEERS = { "backtrader", "backtesting.py" }

--- The parameters that a strategy takes of a data set.
local PARAMS = {
  a = function(set) return { units = set.units } end,
  b = function(set) return { units = set.units } end,
  c = function(set) return { units = set.units } end,
  d = function(set)
    return { units = set.units, price_decimals = set.price_decimals, stop_factor = set.stop_d,
      target_factor = set.target_d }
  end,
  e = function(set)
    return { units = set.units, price_decimals = set.price_decimals, limit_factor = set.limit_e }
  end,
  f = function(set) return { units = set.units, price_decimals = set.price_decimals } end,
  g = function(set) return { units = set.units } end,
}

--- All cases as { set, strategy, peer, file (of the expected trades) }.
function M.cases()
  local list = {}
  for _, name in ipairs(M.names) do
    for _, strategy in ipairs({ "a", "b", "c", "d", "e", "f", "g" }) do
      local daily_only = strategy == "f" or strategy == "g"
      for _, peer in ipairs(PEERS) do
        if not daily_only or (M.sets[name].daily and peer == "backtrader") then
          local spelled = peer == "backtesting.py" and "backtestingpy" or peer
          list[#list + 1] = { set = name, strategy = strategy, peer = peer,
            file = name .. "__" .. strategy .. "__" .. spelled .. ".csv" }
        end
      end
    end
  end
  return list
end

--- The session of one case. The peers differ in one rule: whether a bracket's children work in the entry bar.
function M.session(case)
  local set = assert(M.sets[case.set], "no such data set: " .. tostring(case.set))
  local entry = PARAMS[case.strategy](set)
  entry[1] = "strategies/" .. case.strategy .. ".lua"
  return {
    name = case.set .. "-" .. case.strategy,
    mode = "backtest",
    accounts = { { id = "main", type = "margin", cash = 1000000, multiplier = 1000 } },
    data = { { symbol = case.set, bars = DATA .. set.file, timeframe = set.timeframe } },
    venue = {
      fill = "next_open",
      bar_path = "worst",
      child_fill = case.peer == "backtrader" and "next_bar" or "same_bar",
      commission = case.strategy == "a" and { percent = set.percent_a } or nil,
    },
    strategies = { entry },
  }
end

return M
