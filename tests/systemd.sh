#!/bin/sh
# SPDX-License-Identifier: MIT
#
# systemd PROGRAM - systemd understands the units, and calls the sandbox tight: 2.0 of 10
# exposed at most.  77 (skipped) where systemd-analyze is not installed.
set -eu
cd "$(dirname "$0")/.."
program=$(realpath "$1")
limit=20	# tenths

if ! command -v systemd-analyze >/dev/null; then
	echo "skipped: systemd-analyze is not installed"
	exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

sed "s|^ExecStart=/usr/bin/plenary|ExecStart=$program|" systemd/plenary.service \
	>"$scratch/plenary.service"
cp systemd/plenary.socket "$scratch"
# The manual is where the program is installed, which it need not be for a test.
sed -i '/^Documentation=/d' "$scratch/plenary.service"

if ! systemd-analyze verify "$scratch/plenary.service" "$scratch/plenary.socket" \
	>"$scratch/words" 2>&1 || grep -F "$scratch" "$scratch/words"; then
	cat "$scratch/words" >&2
	exit 1
fi
systemd-analyze security --offline=true --no-pager --threshold="$limit" \
	"$scratch/plenary.service" >"$scratch/words" 2>&1 || {
	cat "$scratch/words" >&2
	exit 1
}
tail -n 1 "$scratch/words"
