#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run PEERS OLDEST SCRIPT ARGUMENT... - SCRIPT under Node.js OLDEST or newer, with the programs
# that were installed in the folder PEERS.  Ends with 77, and says why, where it cannot.
set -eu
PEERS=$1
export PEERS
oldest=$2
shift 2
here=${NODE:-node}

skip() {
	echo "skipped: $*"
	exit 77
}

version=$("$here" --version 2>/dev/null) ||
	skip "there is no Node.js; ./dev test --peers installs Debian's"
[ "$(printf '%s\n' "$oldest" "${version#v}" | sort -V | head -n 1)" = "$oldest" ] ||
	skip "what this asks needs Node.js $oldest; this is $version (Debian 12 has 18)"
[ -e "$PEERS/node_modules/.package-lock.json" ] ||
	skip "the programs of others are not in $PEERS; ./dev test --peers installs them"
exec "$here" "$@"
