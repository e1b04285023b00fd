#!/bin/sh
# What was switched on goes when the package is purged, as do secrets in /etc/fisbridge. A journal is the proof of what
# was posted: working folders, and the account that owns them, are for a person to delete.
set -e
case "$1" in purge | 0)
  rm -f /etc/systemd/system/timers.target.wants/fisbridge@*.timer /etc/systemd/system/multi-user.target.wants/fisbridge-serve@*.service /etc/systemd/system/multi-user.target.wants/fisbridge-console.service ;;
esac
case "$1" in purge)
  rm -rf /etc/fisbridge
  rmdir /var/lib/fisbridge 2>/dev/null || true
  if [ -d /var/lib/fisbridge ]; then
    echo "fisbridge: the working folders in /var/lib/fisbridge stay, with their journals; delete them when nobody has to prove any more what was posted"
  else
    userdel fisbridge 2>/dev/null || true
    groupdel fisbridge 2>/dev/null || true
  fi ;;
esac
if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
