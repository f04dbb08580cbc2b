#!/bin/sh
# SPDX-License-Identifier: MIT
#
# trouble PLENARY OPTION... - a short session in which things go wrong on purpose; slower
# than others, because what goes wrong takes a while to be put right.
set -eu
plenary=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
status=0
"$plenary" rehearse "$(dirname "$0")/short.yaml" --module 1 --people 9 --speed 200 --quiet \
	--directory "$folder/played" "$@" || status=$?
if [ "$status" -ne 0 ]; then
	echo "ended with $status" >&2
	tail -n 40 "$folder"/played/*.log >&2 || true
	exit 1
fi
