#!/bin/sh
# Runs nightdesk as a service of systemd: own user, nothing of the machine writable but its data folder.
# Run it again after each update; what is there is kept. `--help` tells the rest.
set -eu
ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
ASKED_PATH=$PATH
# What the service has, so that it finds the same Node and Redis.
SERVICE_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
PATH=$SERVICE_PATH:$ASKED_PATH
. "$ROOT/scripts/bootstrap.sh"

NAME=nightdesk
ACCOUNT=nightdesk
MODE=shadow
DATA=/var/lib/nightdesk
CACHE=/var/cache/nightdesk
ETC=/etc/nightdesk
UNIT=/etc/systemd/system/$NAME.service
MEMORY_MAX=85%

usage() {
  cat <<TEXT
usage: sudo scripts/install-service.sh [flags]

  --mode shadow|production  what the service starts (default $MODE)
  --user NAME               system user it runs as, made if missing (default $ACCOUNT)
  --data-dir DIR            ledger, history, logs (default $DATA)
  --memory-max SIZE         hard limit of all its processes, as systemd takes it (default $MEMORY_MAX)
  --start                   start it, or restart it when it runs
  --dry-run                 print the unit, change nothing; needs no root
  --uninstall [--purge]     stop it and remove the unit; --purge also removes data, config and user
  --help                    this text

Settings go into $ETC/nightdesk.yaml, secrets into files of $ETC/credentials (root, mode 0600):
  passphrase       of the encrypted keystore
  telegram-token   of the Telegram bot
Put them there and run this again. docs/operations.md has it from an empty machine on.
TEXT
}

DRY=''
REMOVE=''
PURGE=''
START=''
while [ $# -gt 0 ]; do
  case $1 in
    --mode | --user | --data-dir | --memory-max)
      [ $# -ge 2 ] || give_up "$1 expects a value"
      case $1 in
        --mode) MODE=$2 ;;
        --user) ACCOUNT=$2 ;;
        --data-dir) DATA=$2 ;;
        --memory-max) MEMORY_MAX=$2 ;;
      esac
      shift
      ;;
    --start) START=yes ;;
    --dry-run) DRY=yes ;;
    --uninstall) REMOVE=yes ;;
    --purge) PURGE=yes ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; give_up "unknown flag $1" ;;
  esac
  shift
done

case $MODE in shadow | production) ;; *) give_up "--mode expects shadow or production, got $MODE" ;; esac
case $ACCOUNT in
  '' | root | -* | *[!a-z0-9_-]*) give_up "--user expects a name of small letters, not root, got '$ACCOUNT'" ;;
esac
case $DATA in
  / | /etc | /usr | /var | /home | /root) give_up "--data-dir expects a folder of its own, got $DATA" ;;
  /*[!A-Za-z0-9/._-]*) give_up "--data-dir expects letters, digits and . _ - in its path, got $DATA" ;;
  /*) ;;
  *) give_up "--data-dir expects a whole path, got $DATA" ;;
esac
case $MEMORY_MAX in *[!0-9KMG%]* | '') give_up "--memory-max expects e.g. 900M or 85%, got $MEMORY_MAX" ;; esac
[ -z "$PURGE" ] || [ -n "$REMOVE" ] || give_up '--purge goes with --uninstall'
case $ROOT in
  *[!A-Za-z0-9/._-]*) give_up "systemd cannot start a program from $ROOT" 'move it to /opt/nightdesk' ;;
esac

# One line for each secret that is there: a unit that names a missing one does not start.
credentials() {
  if [ -e "$ETC/credentials/passphrase" ]; then
    echo "LoadCredential=nightdesk-passphrase:$ETC/credentials/passphrase"
  fi
  if [ -e "$ETC/credentials/telegram-token" ]; then
    echo "LoadCredential=telegram-token:$ETC/credentials/telegram-token"
    echo 'Environment=NIGHTDESK__NOTIFIER__TELEGRAM__TOKEN__FILE=%d/telegram-token'
  fi
}

unit() {
  cat <<TEXT
# Written by scripts/install-service.sh; changes of yours belong into: systemctl edit $NAME
[Unit]
Description=nightdesk trading desk ($MODE)
Documentation=file:$ROOT/docs/operations.md
Wants=network-online.target
After=network-online.target time-sync.target
# A start that fails at once is tried for at least ten minutes before systemd gives up.
StartLimitIntervalSec=3600
StartLimitBurst=60

[Service]
Type=notify
# systemd-notify, a child, speaks for the coordinator.
NotifyAccess=all
ExecStart=$ROOT/start-bot.sh --$MODE --config $ETC/nightdesk.yaml --data-dir $DATA
ExecReload=/bin/kill -HUP \$MAINPID
WorkingDirectory=$DATA
Environment=PATH=$SERVICE_PATH
Environment=NODE_COMPILE_CACHE=$CACHE
$(credentials)

# The coordinator feeds it while it judges its agents (docs/operations.md). Dead, it need not be asked.
WatchdogSec=60
WatchdogSignal=SIGKILL
TimeoutStartSec=300
# It ends its agents in order within 10 s; what is left after that is killed.
TimeoutStopSec=20
KillMode=mixed
Restart=always
RestartSec=10
# 2: a person has to change something first. The message is in the journal.
RestartPreventExitStatus=2

# Limits. A process that is out of memory is restarted by the coordinator, so the others live on.
MemoryMax=$MEMORY_MAX
OOMPolicy=continue
TasksMax=512
LimitNOFILE=65536
# A core would hold the keys.
LimitCORE=0

# Rights
User=$ACCOUNT
Group=$ACCOUNT
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ReadWritePaths=$DATA $CACHE
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
LockPersonality=yes
RemoveIPC=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
# Netlink: the C library asks for the machine's addresses by it.
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
# setpriv, which starts Redis so that it ends with its parent, sets its empty capabilities again.
SystemCallFilter=capset
SystemCallErrorNumber=EPERM
# Not MemoryDenyWriteExecute: the compiler of V8 writes the code it runs.

[Install]
WantedBy=multi-user.target
TEXT
}

if [ -n "$DRY" ]; then unit; exit 0; fi
[ "$(id -u)" -eq 0 ] || give_up 'needs root: it makes a user and a unit' "run it with sudo, or with --dry-run"

# Not on a machine that was not booted by systemd: an image, a chroot.
systemd_runs() { [ -d /run/systemd/system ]; }

uninstall() {
  if systemd_runs && [ -e "$UNIT" ]; then
    systemctl disable --now "$NAME" >/dev/null 2>&1 || true
  fi
  rm -f "$UNIT" "/etc/systemd/system/multi-user.target.wants/$NAME.service"
  if systemd_runs; then systemctl daemon-reload; fi
  rm -rf "$CACHE"
  if [ -z "$PURGE" ]; then
    say "removed the service; $DATA and $ETC are still there"
    return 0
  fi
  rm -rf "$DATA" "$ETC"
  if id "$ACCOUNT" >/dev/null 2>&1 && [ "$(id -u "$ACCOUNT")" -lt 1000 ]; then userdel "$ACCOUNT"; fi
  say "removed the service, $DATA, $ETC and the user $ACCOUNT"
}

if [ -n "$REMOVE" ]; then uninstall; exit 0; fi

make_account() {
  id "$ACCOUNT" >/dev/null 2>&1 && return 0
  useradd --system --user-group --home-dir "$DATA" --no-create-home --shell /usr/sbin/nologin "$ACCOUNT"
  say "made the system user $ACCOUNT"
}

make_folders() {
  install -d -m 0700 -o "$ACCOUNT" -g "$ACCOUNT" "$DATA" "$CACHE"
  install -d -m 0755 "$ETC"
  install -d -m 0700 "$ETC/credentials"
  find "$ETC/credentials" -type f -exec chown root:root {} + -exec chmod 0600 {} +
  if [ ! -e "$ETC/nightdesk.yaml" ]; then
    printf '%s\n' "# Settings of the service; config/default.yaml of nightdesk explains each key." \
      'exchange: {name: practice}' >"$ETC/nightdesk.yaml"
  fi
  # It may hold what only the desk is to know. The unit makes it read-only for the desk itself.
  chown "$ACCOUNT:$ACCOUNT" "$ETC/nightdesk.yaml"
  chmod 0600 "$ETC/nightdesk.yaml"
}

as_service() {
  setpriv --reuid="$ACCOUNT" --regid="$ACCOUNT" --clear-groups --no-new-privs -- \
    env -i PATH="$SERVICE_PATH" HOME="$DATA" NODE_COMPILE_CACHE="$CACHE" "$@"
}

case $ROOT in
  /root/* | /home/*) give_up "the service cannot see $ROOT: home folders are closed to it" \
    'clone nightdesk to /opt/nightdesk and run its scripts/install-service.sh' ;;
esac
command -v systemd-notify >/dev/null 2>&1 || give_up 'needs systemd, found no systemd-notify'
[ ! -e "$ROOT/.env" ] || give_up "$ROOT/.env cannot be read by the service's user" \
  "move its settings to $ETC/nightdesk.yaml, its secrets to $ETC/credentials"
(umask 022 && bootstrap redis)
# Whoever brought Node and packages may have done so for themselves alone.
for folder in "$ROOT/node_modules" "$ROOT/.runtime/node_modules"; do
  [ ! -d "$folder" ] || find -H "$folder" \( ! -perm -044 -o -type d ! -perm -011 \) -exec chmod go+rX {} +
done
make_account
make_folders
as_service "$ROOT/start-bot.sh" config check "--$MODE" --config "$ETC/nightdesk.yaml" --data-dir "$DATA" >/dev/null ||
  give_up "the service's user cannot run nightdesk with $ETC/nightdesk.yaml" 'mend what it says above and run this again'
new=$(mktemp)
unit >"$new"
if cmp -s "$new" "$UNIT"; then say "$UNIT is up to date"; else
  install -m 0644 "$new" "$UNIT"
  say "wrote $UNIT"
fi
rm -f "$new"
if systemd_runs; then
  systemctl daemon-reload
  systemctl enable --quiet "$NAME"
  if [ -n "$START" ]; then systemctl restart "$NAME"; fi
else
  mkdir -p /etc/systemd/system/multi-user.target.wants
  ln -sf "$UNIT" "/etc/systemd/system/multi-user.target.wants/$NAME.service"
  say 'systemd does not run here: the service starts with the next boot'
fi
say "done; start it with: systemctl start $NAME, watch it with: journalctl -fu $NAME"
say "other commands: sudo -u $ACCOUNT $ROOT/start-bot.sh status --config $ETC/nightdesk.yaml --data-dir $DATA"
