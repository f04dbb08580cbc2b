#!/bin/sh
# SPDX-License-Identifier: MIT
#
# rehearsal PLENARY OPTION... - one rehearsal of the first module, fast; it judges itself.
set -eu
plenary=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0
"$plenary" rehearse config/programmes/leep.yaml --module 1 --speed 2000 --quiet \
	--directory "$folder/played" "$@" || status=$?
if [ "$status" -ne 0 ]; then
	echo "ended with $status" >&2
	tail -n 40 "$folder"/played/*.log >&2 || true
	exit 1
fi
# Judged once more from what it left behind, it is still good.
"$plenary" rehearse --judge "$folder/played" >"$folder/judged"
grep -q 'All is as it should be' "$folder/judged"
