#!/bin/sh
# SPDX-License-Identifier: MIT
#
# install PEERS - the packages of package-lock.json, exactly those, into the folder PEERS,
# unless they are there.  Nothing of them runs while they are installed.  Without a network
# it says so and ends well: the tests that want them are skipped then.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
peers=${1:?usage: tests/peer/install.sh PEERS}
mkdir -p "$peers"

if [ -e "$peers/node_modules/.package-lock.json" ] &&
	cmp -s "$here/package-lock.json" "$peers/package-lock.json"; then
	exit 0
fi
if ! command -v npm >/dev/null; then
	echo "There is no npm, so what others wrote cannot be installed."
	exit 0
fi
echo "Installing what others wrote, to be held against it (npm ci, into $peers) ..."
cp "$here/package.json" "$peers/package.json"
if (cd "$peers" && cp "$here/package-lock.json" package-lock.json &&
	npm ci --no-audit --no-fund --ignore-scripts --fetch-retries=1 \
		--loglevel=error >npm.log 2>&1 </dev/null); then
	exit 0
fi
rm -rf "$peers/node_modules" "$peers/package-lock.json"
echo "npm cannot install them: $(grep -m 1 -i 'error' "$peers/npm.log" || echo 'no reason given')"
echo "(all it said: $peers/npm.log).  The tests that need them are skipped."
