#!/bin/sh
# Random scripts of orders against the small reference simulator: sh tests/expected/random.sh PROGRAM [COUNT [SEED]]
# Run from the root of the repository. Without ../shared only the files of examples/data are used.
exec lua5.4 tests/expected/random.lua "${1:?usage: random.sh PROGRAM [COUNT [SEED]]}" "${2:-1200}" "${3:-1}"
