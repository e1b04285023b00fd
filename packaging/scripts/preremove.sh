#!/bin/sh
# Working folders and the account stay when the package is removed: the journal is in them.
set -e
case "$1" in remove | 0)
  if [ -d /run/systemd/system ]; then systemctl stop 'fisbridge-serve@*.service' fisbridge-console.service 'fisbridge@*.timer' 'fisbridge@*.service' || true; fi ;;
esac
