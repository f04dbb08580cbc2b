#!/bin/sh
# SPDX-License-Identifier: MIT
#
# tampered PLENARY - a judge who is told another truth sees that it is not so.  Each lie is
# about something else, and the check named for it has to say so.
set -eu
plenary=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
played=$folder/played
"$plenary" rehearse config/programmes/leep.yaml --module 1 --speed 2000 --quiet --people 8 \
	--seed 3 --directory "$played"
cp "$played/truth.json" "$folder/truth.json"

# lie WHAT SED-SCRIPT WORDS: with the truth changed so, the check of these words fails
lie() {
	sed "$2" "$folder/truth.json" >"$played/truth.json"
	if cmp -s "$folder/truth.json" "$played/truth.json"; then
		echo "$1: nothing was changed" >&2
		exit 1
	fi
	status=0
	"$plenary" rehearse --judge "$played" >"$folder/judged" || status=$?
	if [ "$status" -ne 1 ] || ! grep -q "✗ $3" "$folder/judged"; then
		echo "$1: ended with $status" >&2
		grep -E '✓|✗' "$folder/judged" >&2 || true
		exit 1
	fi
}

lie "people came and went at other times" 's/\("to_ms": [0-9]*\)[0-9]\{6\}$/\1000000/' \
	"the register"
lie "a vote went elsewhere" 's/"choice": "[0-9]*"/"choice": "11"/' "every accepted vote"
lie "a room card never came" 's/"kind": "room"/&, "x": 1/; s|"url": "https:|"url": "nowhere:|' \
	"everybody with a room"
lie "an activity was not answered" 's/"unanswered": 0/"unanswered": 1/' "everything that was told"
lie "an event was not acknowledged" 's/"acknowledged": [0-9]*/"acknowledged": 0/' \
	"every event of the other"
lie "no snapshot came" 's/"snapshots": [0-9]*/"snapshots": 0/' "viewers got"
lie "the cohort was not finished" 's/"finished": true/"finished": false/' "every session came"

cp "$folder/truth.json" "$played/truth.json"
"$plenary" rehearse --judge "$played" >/dev/null
rm "$played/truth.json"
status=0
"$plenary" rehearse --judge "$played" 2>/dev/null || status=$?
[ "$status" -eq 3 ]
