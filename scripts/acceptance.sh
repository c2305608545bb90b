#!/bin/sh
# Runs the acceptance of nightdesk against whole desks, each on a temporary data folder.
#   scripts/acceptance.sh                 every item
#   scripts/acceptance.sh 4 --minutes 1   one item, shorter
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$ROOT/scripts/bootstrap.sh"

bootstrap redis
cd "$ROOT"
exec node scripts/acceptance/main.ts "$@"
