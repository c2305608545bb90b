# shellcheck shell=sh
# Makes this machine able to run nightdesk; sourced by start-bot.sh and scripts/test.sh, which set
# ROOT. Leaves Node >= 26 first on PATH and the packages of package-lock.json in node_modules.
# POSIX sh, no TTY needed, safe under `set -eu`, safe when two of them run at once. Quiet when there
# is nothing to do; a line per step on stderr when there is.

NODE_MAJOR=26
NODE_PIN=26.10.0
REDIS_MIN=6.2

say() { printf 'nightdesk: %s\n' "$*" >&2; }

# Exit code 2 is "change something and start again", as everywhere in nightdesk.
give_up() {
  say "$1"
  shift
  for line in "$@"; do printf '           %s\n' "$line" >&2; done
  exit 2
}

# A service's program belongs to root, and install-service.sh has prepared it: then nothing is missing
# and nothing is written. Whoever finds something missing calls needs_to_write first.
IS_READ_ONLY=''
needs_to_write() {
  [ -z "$IS_READ_ONLY" ] || give_up "cannot write to $ROOT/.runtime, and $1 is missing" \
    "make the folder writable for $(id -un), or run scripts/install-service.sh as root after an update"
}

lock_bootstrap() {
  mkdir -p "$ROOT/.runtime" 2>/dev/null || true
  if [ ! -w "$ROOT/.runtime" ]; then IS_READ_ONLY=yes; return 0; fi
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$ROOT/.runtime/lock"
    flock -n 9 || { say 'another nightdesk is being prepared here; waiting for it'; flock 9; }
    return 0
  fi
  waited=0
  until mkdir "$ROOT/.runtime/lock.d" 2>/dev/null; do
    holder=$(cat "$ROOT/.runtime/lock.d/pid" 2>/dev/null || echo '')
    if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then rm -rf "$ROOT/.runtime/lock.d"; fi
    [ "$waited" -ne 0 ] || say 'another nightdesk is being prepared here; waiting for it'
    waited=$((waited + 1))
    [ "$waited" -lt 600 ] || give_up "waited 10 minutes for $ROOT/.runtime/lock.d" \
      'remove that folder if no other start is running'
    sleep 1
  done
  echo "$$" >"$ROOT/.runtime/lock.d/pid"
}

unlock_bootstrap() {
  [ -z "$IS_READ_ONLY" ] || return 0
  if command -v flock >/dev/null 2>&1; then exec 9>&-; else rm -rf "$ROOT/.runtime/lock.d"; fi
}

node_is_new() {
  [ -x "$1" ] || return 1
  major=$("$1" -p 'process.versions.node.split(".")[0]' 2>/dev/null) || return 1
  [ "$major" -ge "$NODE_MAJOR" ]
}

platform_package() {
  case "$(uname -s)" in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) give_up "no Node package is known for $(uname -s)" "install Node >= $NODE_MAJOR yourself" ;;
  esac
  case "$(uname -m)" in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) give_up "no Node package is known for $(uname -m)" "install Node >= $NODE_MAJOR yourself" ;;
  esac
  echo "node-$os-$arch"
}

find_node() {
  on_path=$(command -v node || true)
  if [ -n "$on_path" ] && node_is_new "$on_path"; then return 0; fi
  package=$(platform_package)
  home="$ROOT/.runtime/node_modules/$package/bin"
  if ! node_is_new "$home/node"; then
    needs_to_write "Node >= $NODE_MAJOR"
    command -v npm >/dev/null 2>&1 || give_up "needs Node >= $NODE_MAJOR, found ${on_path:-none}" \
      "install Node $NODE_MAJOR (or any Node with npm, from which it is then brought) and try again"
    say "bringing Node $NODE_PIN into .runtime/"
    npm install --prefix "$ROOT/.runtime" --no-save --no-package-lock --ignore-scripts \
      --no-audit --no-fund --loglevel=error "$package@$NODE_PIN" >"$ROOT/.runtime/node.log" 2>&1 ||
      give_up 'could not get Node from the npm registry' "$(tail -n 3 "$ROOT/.runtime/node.log")" \
        "the whole answer is in .runtime/node.log; or install Node >= $NODE_MAJOR yourself"
    node_is_new "$home/node" || give_up "$home/node does not run on this machine" \
      "install Node >= $NODE_MAJOR yourself"
  fi
  PATH="$home:$PATH"
  export PATH
}

# The stamp is the lock file's checksum: packages are looked at only when the lock file changed.
install_packages() {
  want="$(cksum <"$ROOT/package-lock.json")"
  have="$(cat "$ROOT/node_modules/.nightdesk" 2>/dev/null || true)"
  [ "$want" != "$have" ] || return 0
  needs_to_write 'a package of package-lock.json'
  command -v npm >/dev/null 2>&1 || give_up 'needs npm to install its packages, found none' \
    "install npm (it comes with Node from nodejs.org) and try again"
  say 'installing packages'
  # `ci` takes the lock file as it is and refuses one that does not fit package.json.
  (cd "$ROOT" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) \
    >"$ROOT/.runtime/packages.log" 2>&1 ||
    give_up 'could not install the packages' "$(tail -n 3 "$ROOT/.runtime/packages.log")" \
      'the whole answer is in .runtime/packages.log'
  printf '%s\n' "$want" >"$ROOT/node_modules/.nightdesk"
}

# Debian's packages start a service when installed: forbid that while we install, and leave the
# unit disabled unless it was there before.
apt_install() {
  policy=/usr/sbin/policy-rc.d
  kept=''
  if [ -e "$policy" ]; then kept="$policy.nightdesk"; cp -p "$policy" "$kept"; fi
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  status=0
  {
    apt-get install -y --no-install-recommends "$@" ||
      { apt-get update && apt-get install -y --no-install-recommends "$@"; }
  } >"$ROOT/.runtime/apt.log" 2>&1 </dev/null || status=$?
  if [ -n "$kept" ]; then mv "$kept" "$policy"; else rm -f "$policy"; fi
  for unit in "$@"; do
    if command -v systemctl >/dev/null 2>&1; then
      systemctl disable "$unit" >/dev/null 2>&1 || true
    elif command -v update-rc.d >/dev/null 2>&1; then
      update-rc.d "$unit" disable >/dev/null 2>&1 || true
    fi
  done
  return "$status"
}

can_apt() { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; }

redis_is_new() {
  version=$(redis-server --version 2>/dev/null | sed -n 's/.* v=\([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p')
  [ -n "$version" ] || return 1
  major=${version%%.*}
  minor=${version#*.}
  [ "$major" -gt "${REDIS_MIN%%.*}" ] ||
    { [ "$major" -eq "${REDIS_MIN%%.*}" ] && [ "$minor" -ge "${REDIS_MIN#*.}" ]; }
}

find_redis() {
  if [ -n "${REDIS_URL:-}${NIGHTDESK__REDIS__URL:-}" ]; then return 0; fi
  if redis_is_new; then return 0; fi
  how='set REDIS_URL to a Redis you have, or install one: apt-get install redis-server, brew install redis'
  if command -v redis-server >/dev/null 2>&1; then
    give_up "needs redis-server >= $REDIS_MIN, found ${version:-an unknown version}" "$how"
  fi
  [ -z "$IS_READ_ONLY" ] && can_apt || give_up "needs redis-server >= $REDIS_MIN, found none" "$how"
  say 'installing redis-server (no service is left running)'
  apt_install redis-server || give_up 'could not install redis-server' \
    "$(tail -n 3 "$ROOT/.runtime/apt.log")" "$how"
  redis_is_new || give_up "needs redis-server >= $REDIS_MIN, Debian has ${version:-none}" "$how"
}

# Flags of the coordinator and, through it, of every agent. V8 counts them into the key of the compile
# cache, so whoever shares the cache needs the same. The collector that saves memory (12 % here) is a
# flag of V8 itself and may go in a later Node, which would then refuse to start: asked for first.
choose_node_flags() {
  if node --memory-saver-mode -e 0 2>/dev/null; then NODE_FLAGS="$NODE_FLAGS --memory-saver-mode"; fi
}

# Saves memory only (see warm-cache.ts), so nothing depends on its success, nor on its end: Node itself
# was seen to hang as it ended after an error.
WARM_WITHIN_MS=60000
WITHIN='const [within, ...args] = process.argv.slice(1)
  const limits = { timeout: Number(within), killSignal: "SIGKILL", stdio: "ignore" }
  require("node:child_process").spawnSync(process.execPath, args, limits)'
# Node drops nothing from its cache: what was renamed, other flags and earlier Nodes stay. One set takes 20 MB.
CACHE_MAX_MB=100
# Only Node's own folders: the place may be the user's choice. They are made anew by whoever starts next;
# a desk that runs beside has loaded its files, and an agent of it that is restarted compiles what it lacks.
bound_cache() {
  size_mb=$(du -scm "$NODE_COMPILE_CACHE"/v[0-9]*-*-*-*/ 2>/dev/null | tail -n 1 | cut -f 1)
  [ "${size_mb:-0}" -gt "$CACHE_MAX_MB" ] || return 0
  rm -rf "$NODE_COMPILE_CACHE"/v[0-9]*-*-*-*/ || true
}

warm_cache() {
  stamp="$NODE_COMPILE_CACHE/warm"
  mkdir -p "$NODE_COMPILE_CACHE" 2>/dev/null || return 0
  [ -w "$NODE_COMPILE_CACHE" ] || return 0
  if [ -e "$stamp" ]; then
    newer=$(find -L "$ROOT/src" "$ROOT/node_modules/.nightdesk" "$(command -v node)" -type f \
      -cnewer "$stamp" 2>/dev/null | head -n 1)
    [ -n "$newer" ] || return 0
  fi
  say 'compiling, once after each change'
  bound_cache
  : >"$stamp"
  # shellcheck disable=SC2086 # several flags
  node -e "$WITHIN" -- "$WARM_WITHIN_MS" $NODE_FLAGS "$ROOT/scripts/warm-cache.ts" || true
}

# bootstrap [redis | desk]: everything; with Redis for who starts one; for a desk also compiled, with
# NODE_FLAGS and NODE_COMPILE_CACHE as its processes use them.
bootstrap() {
  lock_bootstrap
  find_node
  install_packages
  NODE_FLAGS='--max-semi-space-size=1'
  NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE:-$ROOT/.runtime/compile-cache}
  if [ -n "${1:-}" ]; then find_redis; fi
  if [ "${1:-}" = desk ]; then
    export NODE_COMPILE_CACHE
    choose_node_flags
  fi
  unlock_bootstrap
  # Without the lock: two at once do no harm, and `stop` must never wait for a compiler.
  if [ "${1:-}" = desk ]; then warm_cache; fi
}
