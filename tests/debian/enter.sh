#!/bin/sh
# Lay out the machine and let the newcomer work; as root, in namespaces of its own.
#
#   enter.sh ROOT CHECKOUT [SECRET=FILE]...
#
# All that is written meanwhile lies in memory, and goes with the mounts.
set -eu
# A root of plain `su` lacks the folders where chroot is.
PATH=$PATH:/usr/sbin:/sbin
root=$1 checkout=$2
shift 2

mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount -t proc proc "$root/proc"
for folder in dev/shm home run tmp var/tmp; do
  mount -t tmpfs -o mode=1777 tmpfs "$root/$folder"
done
# Its way to the network is this machine's: names, and what docker/steps/ takes.
cp /etc/hosts /etc/resolv.conf "$root/etc/"
mkdir "$root/run/secrets"
for secret; do
  install -m 644 "${secret#*=}" "$root/run/secrets/${secret%%=*}"
done

home=/home/newcomer
git clone --quiet "$checkout" "$root$home/nyanpass-count"
chroot "$root" chown -R newcomer: "$home"
# Not `exec`: as the first process this shell also waits for orphans.
chroot "$root" su --login newcomer \
  --whitelist-environment CI,HTTP_PROXY,HTTPS_PROXY,NO_PROXY,http_proxy,https_proxy,no_proxy \
  --command "cd nyanpass-count && sh tests/debian/newcomer.sh"
