#!/bin/sh
# Prepares this machine and hands everything to the nightdesk command line:
#   ./start-bot.sh [--shadow] [--exchange ID] ... starts the desk, ./start-bot.sh help lists the rest.
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$ROOT/scripts/bootstrap.sh"

case "${1:-start}" in
  start | -*) bootstrap redis ;;
  *) bootstrap ;;
esac
# A small young generation: the supervisor lives long and allocates little.
NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$ROOT/.runtime/compile-cache}
export NODE_COMPILE_CACHE
exec node --max-semi-space-size=1 --max-old-space-size=128 "$ROOT/src/cli/main.ts" "$@"
