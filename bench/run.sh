#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run BUILD - every measurement of this directory in the order of their names; each is given
# the directory of the build and prints its own figures.
set -eu
cd "$(dirname "$0")/.."
build=${1:-build/release}
failed=0
for bench in bench/*.sh; do
	if [ "$bench" = bench/run.sh ] || [ ! -x "$bench" ]; then
		continue
	fi
	echo "== ${bench#bench/}"
	"$bench" "$build" || failed=$((failed + 1))
done
if [ "$failed" -ne 0 ]; then
	echo "$failed measurements failed" >&2
	exit 1
fi
