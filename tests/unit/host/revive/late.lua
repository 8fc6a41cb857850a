--- The same with a venue that is two bars away: requests are under way when the host ends, closes wait for cancels.
local session = require "session"
session.name = "late"
session.venue.latency_ms = 120000
return session
