--- Required by reload_part_rule.lua and reload_part_strategy.lua.
return { most = 10 }
