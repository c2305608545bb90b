#!/bin/sh
# All checks of nightdesk, on a fresh machine too: format, lint, types, unused code, then unit,
# integration, fault and end-to-end tests. Ends with a line "N passed, N failed".
#   scripts/test.sh            everything
#   scripts/test.sh unit lint  only these steps (see scripts/test.ts)
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$ROOT/scripts/bootstrap.sh"

bootstrap redis
# promtool checks what /metrics says; the tests that need it say so when it is missing.
if ! command -v promtool >/dev/null 2>&1 && can_apt; then
  say 'installing prometheus for its promtool (no service is left running)'
  apt_install prometheus || say 'could not install prometheus; tests that need promtool are skipped'
fi
cd "$ROOT"
exec node scripts/test.ts "$@"
