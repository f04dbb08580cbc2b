#!/bin/sh
# SPDX-License-Identifier: MIT
#
# tampered PLENARY - a judge who is told another truth sees that it is not so.  Each lie is
# about something else, and the check named for it has to say so.
set -eu
. "$(dirname "$0")/played.sh"
plenary=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
played=$folder/played
rehearsed "$plenary" "$folder" 2000 config/programmes/leep.yaml --module 1 --people 8 --seed 3
# How fast the machine was is no excuse for a lie.
sed -i 's/"slowest_ms": [0-9]*/"slowest_ms": 0/' "$played/truth.json"
cp "$played/truth.json" "$folder/truth.json"

# expect NAME WORDS: as the folder now is, the check of these words fails
expect() {
	status=0
	"$plenary" rehearse --judge "$played" >"$folder/judged" || status=$?
	if [ "$status" -ne 1 ] || ! grep -q "✗ $2" "$folder/judged"; then
		echo "$1: ended with $status" >&2
		grep -E '✓|✗' "$folder/judged" >&2 || true
		exit 1
	fi
}

# lie WHAT SED-SCRIPT WORDS: with the truth changed so, the check of these words fails
lie() {
	sed "$2" "$folder/truth.json" >"$played/truth.json"
	if cmp -s "$folder/truth.json" "$played/truth.json"; then
		echo "$1: nothing was changed" >&2
		exit 1
	fi
	expect "$1" "$3"
}

lie "people came and went at other times" 's/\("to_ms": [0-9]*\)[0-9]\{6\}$/\1000000/' \
	"the register"
lie "a vote went elsewhere" 's/"choice": "[0-9]*"/"choice": "11"/' "every accepted vote"
lie "a room card never came" 's|"url": "https:|"url": "nowhere:|' \
	"everybody with a room"
# forge NAME CHANGE WORDS: the same with a change in Python to what everybody saw
forge() {
	python3 - "$folder/truth.json" "$played/truth.json" "$2" <<'END'
import json, sys
truth = json.load(open(sys.argv[1]))
session = truth["sessions"][0]
people = [p for p in session["people"] if any(c["url"] for c in p["cards"])]
person = people[0]
first = next(c for c in person["cards"] if c["url"])
exec(sys.argv[3])
json.dump(truth, open(sys.argv[2], "w"), indent=1)
END
	expect "$1" "$3"
}

twice='other = dict(first, at_ms=first["at_ms"] + 1); person["cards"].append(other)'
forge "a card came twice" "$twice" "nobody was told of the same room twice"
forge "a card came twice, and the first was not known to have come" \
	"$twice; first['unheard'] = True" "nobody was told of the same room twice"
forge "a card came by two ways" "$twice; other['kind'] = 'mail'" \
	"nobody was told of the same room twice"
again='session["duplicates"].append({"conversation": "c", "what": "poll 1",
	"different": False, "unheard": True, "at_ms": [1, 2]}); last = session["duplicates"][-1]'
forge "a poll was asked twice" "$again" "nothing was said twice"
forge "a poll was asked twice in other words" \
	"$again; last['different'] = True; last['unheard'] = False" "nothing was said twice"
# What could not be known to have arrived may come once more, another way or in other words.
forge "nothing of that is wrong" "$twice; other['kind'] = 'mail'; first['unheard'] = True
$again; last['different'] = True; truth['finished'] = False" "every session came"
for claim in "nobody was told of the same room twice" "nothing was said twice"; do
	grep -q "✓ $claim" "$folder/judged"
done
cp "$folder/truth.json" "$played/truth.json"

lie "an activity was not answered" 's/"unanswered": 0/"unanswered": 1/' "everything that was told"
lie "an event was not acknowledged" 's/"acknowledged": [0-9]*/"acknowledged": 0/' \
	"every event of the other"
lie "no snapshot came" 's/"snapshots": [0-9]*/"snapshots": 0/' "viewers got"
lie "the cohort was not finished" 's/"finished": true/"finished": false/' "every session came"

cp "$folder/truth.json" "$played/truth.json"
cp "$played/said.jsonl" "$folder/said.jsonl"

# unheard NAME SED-SCRIPT WORDS: the stand-in was told something else
unheard() {
	sed "$2" "$folder/said.jsonl" >"$played/said.jsonl"
	if cmp -s "$folder/said.jsonl" "$played/said.jsonl"; then
		echo "$1: nothing was changed" >&2
		exit 1
	fi
	expect "$1" "$3"
	cp "$folder/said.jsonl" "$played/said.jsonl"
}

told="rooms were warned and called back, polls asked"
unheard "rooms were not called back" '/Time is up/d' "$told"
unheard "rooms were not warned" '/ left\."/d' "$told"
unheard "nobody was told of a new end" '/goes on until/d' "$told"
unheard "a poll was not asked" '/"POST".*"poll":0,/d' "$told"
unheard "no poll was closed" '/Poll closed/d' "$told"
unheard "nothing was said at all" 'd' "$told"

data=$played/data/plenary.db
if ! command -v sqlite3 >/dev/null; then
	echo "sqlite3 is not installed: the tables are not tampered with"
else
	sqlite3 "$data" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	cp "$data" "$folder/plenary.db"

	# rows NAME SQL WORDS: the database says something else
	rows() {
		changed=$(sqlite3 "$data" "$2; SELECT changes()")
		if [ "$changed" -eq 0 ]; then
			echo "$1: nothing was changed" >&2
			exit 1
		fi
		expect "$1" "$3"
		rm -f "$data-wal" "$data-shm"
		cp "$folder/plenary.db" "$data"
	}

	rows "a verdict" "UPDATE register SET verdict = verdict % 3 + 1" "the register"
	rows "first seen" "UPDATE register SET first_ms = first_ms + 1" "the register"
	rows "last seen" "UPDATE register SET last_ms = last_ms - 1" "the register"
	rows "the longest absence" \
		"UPDATE register SET longest_absence_ms = longest_absence_ms + 1" \
		"the register"
	rows "creditable time" "UPDATE register SET creditable_ms = creditable_ms + 1" \
		"the register"
	rows "absence" "UPDATE register SET absent_ms = absent_ms + 1" "the register"
	rows "presumed time" "UPDATE register SET presumed_ms = presumed_ms + 1" "the tables"
	rows "somebody's line" "DELETE FROM register WHERE person = 3" "the register"
	rows "votes" "DELETE FROM vote" "the tables"
	rows "one vote" \
		"DELETE FROM vote WHERE (poll, person) IN
			(SELECT poll, person FROM vote LIMIT 1)" "the tables"
	rows "a choice" "UPDATE vote SET choice = choice + 1" "the tables"
	rows "presence" "DELETE FROM presence" "the tables"
	rows "a moment of presence" "UPDATE presence SET to_ms = to_ms + 1" "the tables"
	rows "answers" "UPDATE poll SET answers = answers + 1" "the tables"
	rows "counts" "UPDATE poll SET counts = replace(counts, '[', '[1')" "the tables"
	rows "polls" "DELETE FROM poll" "the tables"
	rows "somebody's room" "DELETE FROM allocation WHERE person =
		(SELECT max(person) FROM allocation)" "everybody with a room"
	rows "somebody's room once" "DELETE FROM allocation WHERE (block, person) IN
		(SELECT block, person FROM allocation LIMIT 1)" "everybody with a room"
	rows "all rooms" "DELETE FROM allocation" "everybody with a room"
	rows "the other room" "UPDATE allocation SET place = place + 1" "the tables"
	rows "all deliveries" "DELETE FROM outbox" "$told"
	rows "warnings" "DELETE FROM outbox WHERE what = 13" "$told"
	rows "an event told again" "UPDATE journal SET number = 1000000 + number
		WHERE number = (SELECT max(number) / 2 FROM journal)" "the journals"
	rows "events" "DELETE FROM journal WHERE number % 7 = 0" "the journals"
fi

"$plenary" rehearse --judge "$played" >/dev/null
# On a slow machine the same lie proves nothing, and that is said.
sed 's/"slowest_ms": 0/"slowest_ms": 9000/; s/"choice": "[0-9]*"/"choice": "11"/' \
	"$folder/truth.json" >"$played/truth.json"
status=0
"$plenary" rehearse --judge "$played" >"$folder/judged" || status=$?
[ "$status" -eq 4 ]
grep -q "choose a lower --speed" "$folder/judged"
rm "$played/truth.json"
status=0
"$plenary" rehearse --judge "$played" 2>/dev/null || status=$?
[ "$status" -eq 3 ]
