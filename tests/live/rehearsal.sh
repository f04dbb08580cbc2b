#!/bin/sh
# SPDX-License-Identifier: MIT
#
# rehearsal PLENARY OPTION... - one rehearsal of the first module, fast; it judges itself.
set -eu
. "$(dirname "$0")/played.sh"
plenary=$1
shift
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
rehearsed "$plenary" "$folder" 2000 config/programmes/leep.yaml --module 1 "$@"
# Judged once more from what it left behind, it is still good.
"$plenary" rehearse --judge "$folder/played" >"$folder/judged"
grep -q 'All is as it should be' "$folder/judged"
