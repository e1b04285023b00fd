#!/bin/sh
# deb calls it with "configure" and the version before, if there was one; rpm with the number of versions that there are.
set -e
getent group fisbridge >/dev/null || groupadd --system fisbridge
getent passwd fisbridge >/dev/null || useradd --system --gid fisbridge --home-dir /var/lib/fisbridge --no-create-home --shell /usr/sbin/nologin fisbridge
# Working folders are their accounts' own (0700). Each account comes through to its own, and none lists the others.
[ -d /var/lib/fisbridge ] || install -d -o fisbridge -g fisbridge -m 0711 /var/lib/fisbridge
chgrp fisbridge /etc/fisbridge
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
  case "$1:$2" in
  configure:?* | [2-9]*:*) systemctl try-restart 'fisbridge-serve@*.service' fisbridge-console.service || true ;; # a run that has begun ends first
  esac
fi
