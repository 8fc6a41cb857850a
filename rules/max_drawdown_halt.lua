--- Refuses entries once equity has fallen too far from its peak, looked at before each order and each minute; stays so
--- until the rule is reloaded with 'resume' (its state is saved) or the run ends. Never refuses what reduces.
local oms = require("oms")

local R = {
  params = {
    percent = 10.0, -- fall from the peak of equity at which entries end
    kill = false, -- true: also cancel the account's orders and halt it (no exits either, until resumed)
    resume = false, -- true: forget the peak when this file is loaded anew
  },
  every = 60,
  version = 1,
}

--- True once the fall has been too large. The peak is that of the account, since the start of the run.
local function look(self, account)
  local equity = account.equity
  self.peak = math.max(self.peak or equity, equity)
  self.fall = (self.peak - equity) / self.peak * 100
  self.halted = self.halted or self.fall >= self.params.percent
  return self.halted
end

function R:check(order, ctx)
  local account = ctx.account()
  if not account then
    return false, "MAX_DRAWDOWN", "the account's equity is not known"
  end
  if look(self, account) and not ctx.reduces then
    return false, "MAX_DRAWDOWN",
      ("%s refused: equity is %.2f %% below its peak of %.2f, the limit is %g %%"):format(order.symbol, self.fall,
        self.peak, self.params.percent)
  end
end

function R:on_timer(_, ctx)
  local account, before = ctx.account(), self.halted
  if account and look(self, account) and not before then
    oms.alert(("equity is %.2f %% below its peak: no entries any more"):format(self.fall))
    if self.params.kill then
      ctx.kill({ account = account.id }, "max_drawdown_halt")
    end
  end
end

function R:on_save()
  return { peak = self.peak, halted = self.halted }
end

function R:on_load(saved)
  if not self.params.resume then
    self.peak, self.halted = saved.peak, saved.halted
  end
end

return R
