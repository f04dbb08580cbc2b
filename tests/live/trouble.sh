#!/bin/sh
# SPDX-License-Identifier: MIT
#
# trouble PLENARY OPTION... - a short session in which things go wrong on purpose; slower
# than others, because what goes wrong takes a while to be put right.
set -eu
. "$(dirname "$0")/played.sh"
plenary=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
rehearsed "$plenary" "$folder" 200 "$(dirname "$0")/short.yaml" --module 1 --people 9 "$@"
