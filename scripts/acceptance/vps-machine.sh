#!/bin/sh
# A small VPS made of this machine, in mount names of its own, so that nothing of it is left: the project as root's
# in /opt/nightdesk, /etc and /var/lib of its own. Run as root by vps.ts inside `unshare -m`:
#   vps-machine.sh FOLDER PROJECT COMMAND...
# FOLDER is empty and lies on a real disk: data is written to FOLDER/data.
set -eu
FOLDER=$1
PROJECT=$2
shift 2

mkdir -p "$FOLDER/over" "$FOLDER/data" "$FOLDER/cache"
mount -t tmpfs tmpfs "$FOLDER/over"
for name in etc var/lib var/cache; do
  mkdir -p "$FOLDER/over/$name.upper" "$FOLDER/over/$name.work"
  mount -t overlay overlay -o "lowerdir=/$name,upperdir=$FOLDER/over/$name.upper,workdir=$FOLDER/over/$name.work" "/$name"
done
mkdir -p /var/lib/nightdesk /var/cache/nightdesk
mount --bind "$FOLDER/data" /var/lib/nightdesk
mount --bind "$FOLDER/cache" /var/cache/nightdesk
mount -t tmpfs -o mode=755 tmpfs /opt
mkdir -p /opt/nightdesk/node_modules /opt/nightdesk/.runtime
(cd "$PROJECT" && git ls-files -z | tar -c --null -T -) | tar -x --no-same-owner -C /opt/nightdesk
for name in node_modules .runtime; do
  mount --bind "$PROJECT/$name" "/opt/nightdesk/$name"
  mount -o remount,bind,ro "/opt/nightdesk/$name"
done
cd /opt/nightdesk
exec "$@"
