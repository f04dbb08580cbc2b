#!/bin/sh
# SPDX-License-Identifier: MIT
#
# import PLENARY - files become evidence of the session whose day they are of, and once.
set -eu
. "$(dirname "$0")/played.sh"
plenary=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
rehearsed "$plenary" "$folder" 2000 config/programmes/leep.yaml --module 2 --people 2 --seed 3
database=$folder/played/data/plenary.db
day=$("$plenary" sessions --database "$database" |
	sed -n 's/.* \([0-9]\{4\}-[0-9][0-9]-[0-9][0-9]\) .*/\1/p')

# says STATUS WORDS FILE OPTION...: the import ends with this status and says this
says() {
	wanted=$1
	words=$2
	shift 2
	status=0
	"$plenary" import 1 --database "$database" "$@" >"$folder/said" 2>&1 || status=$?
	if [ "$status" -ne "$wanted" ] || ! grep -q "$words" "$folder/said"; then
		echo "import $*: ended with $status, not $wanted, or did not say: $words" >&2
		cat "$folder/said" >&2
		exit 1
	fi
}

list() {
	printf 'Full Name\tUser Action\tTimestamp\n'
	printf 'Person 77\tJoined\t%s 09:10:00\nPerson 77\tLeft\t%s 10:10:00\n' "$1" "$1"
}

list "$day" >"$folder/own.csv"
list 2020-09-04 >"$folder/other.csv"
says 1 "dated 2020-09-04, the session is on $day" "$folder/other.csv"
says 1 "dated 2020-09-04, the session is on $day" "$folder/own.csv" "$folder/other.csv"
says 0 "A dry run" "$folder/other.csv" --session-date 2020-09-04 --dry-run
says 0 "1 person, 1 new visit" "$folder/own.csv" --dry-run
says 0 "Imported: 2 events" "$folder/own.csv"
says 0 "Nothing new" "$folder/own.csv"
"$plenary" register 1 --database "$database" | grep -q '^Person 77 .*partly'
"$plenary" replay 1 --quiet --database "$database"
