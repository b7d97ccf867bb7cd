#!/bin/sh
# Install Debian packages and leave nothing of the installation: apt.sh PACKAGE...
#
# Secrets: `sources` is a sources.list used instead of the image's own, `apt` a
# file of apt settings (a proxy, certificates).
set -eu
secrets=/run/secrets
if [ -s $secrets/apt ]; then export APT_CONFIG=$secrets/apt; fi
sources=
if [ -s $secrets/sources ]; then
  sources="-o Dir::Etc::SourceList=$secrets/sources -o Dir::Etc::SourceParts=-"
fi
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # two words each
apt-get $sources update -qq
# shellcheck disable=SC2086
apt-get $sources install -qq --yes --no-install-recommends "$@" >/dev/null
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old \
  /var/log/apt /var/log/*.log
