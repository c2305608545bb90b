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
# A small young generation: the supervisor lives long and allocates little.
# shellcheck disable=SC2086 # several flags
exec node $NODE_FLAGS --max-old-space-size=128 "$ROOT/src/cli/main.ts" "$@"
