--- What a rule sees (ctx and the order), when it is asked (new orders, replaces, once for a group), its words, the
--- order of rules, scopes, and what it may set off in on_fill and timers.
local expect = require("lib.expect")

return {
  name = "api-rules",
  mode = "backtest",
  accounts = { { id = "main", cash = 100000 }, { id = "second", cash = 50000 } },
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({
      { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 9, 9, 9, 9 }, { 9, 9, 9, 9 }, { 9, 9, 9, 9 },
      { 9, 9, 9, 9 }, { 9, 9, 9, 9 } },
      "2024-01-02T15:00:00Z") },
  },
  rules = {
    { "scripts/api_rule_look.lua", account = "main" },
    { "scripts/api_rule_word.lua", id = "scoped", scope = { account = "second" }, code = "MAX_POSITION" },
    { "scripts/api_rule_word.lua", id = "by-tag", scope = { strategy = "one", symbols = { "A" } }, tag = "deny" },
    "scripts/api_rule_listen.lua",
  },
  strategies = { { "scripts/api_rules.lua", id = "one" }, { "scripts/api_rules_other.lua", id = "two" } },
  timeline = function(t)
    t:at("2024-01-02T15:02:30Z", function()
      assert(oms.approve("ask"))
      assert(not pcall(oms.approve, "ask"), "a second word is an error")
    end)
    t:at("2024-01-02T15:03:30Z", function()
      assert(oms.deny("ask-2"))
    end)
  end,
  check = function(result)
    expect.passed(result)
    local own = 0
    for _, o in ipairs(result.orders) do
      own = own + (o.code == "OUR_OWN_WORD" and 1 or 0)
    end
    expect.equal(own, 1, "a code of a rule's own in the rows")
  end,
}
