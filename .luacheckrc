-- Sessions and scenarios see `oms` as a global; scripts require it.
std = "lua54"
max_line_length = 120
files["tests/scenario"] = { read_globals = { "oms" } }
files["examples"] = { read_globals = { "oms" } }
