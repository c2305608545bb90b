#!/bin/sh
# A machine without Redis, Node 26 or packages, made of this one: an overlay over / in mount names of
# its own, so nothing of it is left. Run as root by fresh-clone.ts inside `unshare -m`:
#   fresh-machine.sh FOLDER CLONE trade|all
# FOLDER is empty and takes the overlay; CLONE is a fresh clone. Prints lines `ok|FAIL name: figure`.
set -eu
FOLDER=$1
CLONE=$2
WHAT=$3
START_WITHIN=240

tell() { printf '%s\n' "$*"; }

mount -t tmpfs tmpfs "$FOLDER"
mkdir "$FOLDER/upper" "$FOLDER/work" "$FOLDER/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$FOLDER/upper,workdir=$FOLDER/work" "$FOLDER/root"
NEW=$FOLDER/root
mount --rbind /dev "$NEW/dev"
mount --rbind /proc "$NEW/proc"
mkdir -p "$NEW$CLONE"
mount --bind "$CLONE" "$NEW$CLONE"

inside() { chroot "$NEW" /bin/sh -c "cd '$CLONE'; $1"; }

inside 'dpkg --purge redis-server redis redis-tools' >/dev/null 2>&1 || true
rm -f "$NEW/usr/bin/redis-server" "$NEW/usr/local/bin/redis-server"
if inside 'command -v redis-server' >/dev/null; then tell 'FAIL no redis on the path: there is one'; fi
tell "ok node before: $(inside 'node --version 2>/dev/null || echo none')"

# trade NAME DATA [unshare -n]: from nothing to the first fill.
trade() {
  name=$1
  data=$2
  net=$3
  log=$CLONE/$data.log
  began=$(date +%s)
  $net chroot "$NEW" /bin/sh -c "ip link set lo up; cd '$CLONE'
    exec ./start-bot.sh --timeframe 1s --seed 7 --port 0 --data-dir '$data'" >"$log" 2>&1 &
  pid=$!
  until grep -q 'order filled' "$log" || ! kill -0 "$pid" 2>/dev/null ||
    [ $(($(date +%s) - began)) -ge $START_WITHIN ]; do sleep 1; done
  if grep -q 'order filled' "$log"; then
    tell "ok $name trades: first fill after $(($(date +%s) - began)) s"
  else
    tell "FAIL $name trades: $(tail -n 3 "$log" | tr '\n' '|')"
  fi
  kill -TERM "$pid" 2>/dev/null || true
  code=0
  wait "$pid" || code=$?
  [ "$code" -eq 0 ] && tell "ok $name stops: exit code 0" || tell "FAIL $name stops: exit code $code"
  if inside "./start-bot.sh ledger check --data-dir '$data'" >"$log.check" 2>&1; then
    tell "ok $name ledger: $(head -n 1 "$log.check")"
  else
    tell "FAIL $name ledger: $(tail -n 2 "$log.check" | tr '\n' '|')"
  fi
}

# check NAME LOG [unshare -n]: the whole test script.
check() {
  log=$CLONE/$2.log
  if $3 chroot "$NEW" /bin/sh -c "ip link set lo up; cd '$CLONE'; exec ./scripts/test.sh" \
    >"$log" 2>&1; then
    tell "ok $1 tests: $(tail -n 1 "$log")"
  else
    tell "FAIL $1 tests: $(tail -n 1 "$log"); see $log"
  fi
}

trade 'with network,' data-online ''
[ "$WHAT" = trade ] || check 'with network,' test-online ''
trade 'without network,' data-offline 'unshare -n'
[ "$WHAT" = trade ] || check 'without network,' test-offline 'unshare -n'
