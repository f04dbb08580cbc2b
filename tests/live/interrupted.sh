#!/bin/sh
# SPDX-License-Identifier: MIT
#
# interrupted PLENARY - Ctrl-C ends a rehearsal, and both processes it started.
set -eu
plenary=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$plenary" rehearse config/programmes/leep.yaml --module 1 --speed 60 --people 6 --seed 1 \
	--directory "$folder/played" >"$folder/out" 2>&1 &
rehearsal=$!
tries=0
until [ -f "$folder/played/data/plenary.db" ]; do
	tries=$((tries + 1))
	if [ "$tries" -gt 600 ]; then
		echo "it does not start" >&2
		cat "$folder/out" >&2
		exit 1
	fi
	sleep 0.1
done
children=$(cat "/proc/$rehearsal/task/$rehearsal/children")
[ "$(echo "$children" | wc -w)" -eq 2 ]
kill -TERM "$rehearsal"
status=0
wait "$rehearsal" || status=$?
if [ "$status" -ne 1 ] && [ "$status" -ne 3 ]; then
	echo "ended with $status" >&2
	exit 1
fi
for child in $children; do
	if [ -d "/proc/$child" ]; then
		echo "process $child is still there" >&2
		exit 1
	fi
done
# What the cohort had done by then is written down.
[ -s "$folder/played/truth.json" ]
