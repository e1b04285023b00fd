#!/bin/sh
set -e
getent group fisbridge >/dev/null || groupadd --system fisbridge
getent passwd fisbridge >/dev/null || useradd --system --gid fisbridge --home-dir /var/lib/fisbridge --no-create-home --shell /usr/sbin/nologin fisbridge
mkdir -p /var/lib/fisbridge /etc/fisbridge
chown fisbridge:fisbridge /var/lib/fisbridge
chown root:fisbridge /etc/fisbridge
chmod 0750 /var/lib/fisbridge /etc/fisbridge
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
