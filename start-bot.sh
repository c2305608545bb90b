#!/bin/sh
# Prepares this machine and hands everything to the nightdesk command line:
#   ./start-bot.sh [--shadow | --production] [--exchange ID] ... starts the desk, ./start-bot.sh help lists the rest.
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$ROOT/scripts/bootstrap.sh"

case "${1:-start}" in
  start | -*) bootstrap desk ;;
  *) bootstrap ;;
esac
export NODE_COMPILE_CACHE
# As the agents have them (src/coordinator/agent-plans.ts): memory of a moment is given back.
export MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=16384 MALLOC_TRIM_THRESHOLD_=65536 MALLOC_TOP_PAD_=0
# A small young generation: the supervisor lives long and allocates little.
# shellcheck disable=SC2086 # several flags
exec node $NODE_FLAGS --max-old-space-size=128 "$ROOT/src/cli/main.ts" "$@"
