#!/bin/sh
# SPDX-License-Identifier: MIT
#
# words PLENARY - what each word answers when it is asked rightly and wrongly.
set -eu
plenary=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
faults=0

# says STATUS WORDS ARGUMENT...: ends with that status and says these words
says() {
	wanted=$1
	words=$2
	shift 2
	status=0
	"$plenary" "$@" >"$folder/out" 2>&1 || status=$?
	if [ "$status" -ne "$wanted" ] || ! grep -qF -- "$words" "$folder/out"; then
		echo "plenary $*: ended with $status, expected $wanted and \`$words\`:" >&2
		cat "$folder/out" >&2
		faults=$((faults + 1))
	fi
}

says 0 "usage: plenary WORD"
says 0 "rehearse" help
says 0 "rehearse" --help
says 0 "plenary 0." version
says 0 "plenary 0." --version
says 2 "did you mean \`register\`?" registre
says 2 "did you mean \`sessions\`?" session
says 2 "did you mean \`rehearse\`?" rehears
says 2 "\`plenary help\` lists" xyzzy-something-far-too-long-for-a-word
says 2 "\`plenary help\` lists" ""
if "$plenary" help | grep -q stage; then
	echo "the stage is no word for people" >&2
	faults=$((faults + 1))
fi

for word in attendance check-config doctor import lint register rehearse replay schedule serve \
	teams-app; do
	says 2 "usage: plenary $word" "$word" --no-such-option
done
says 2 "usage: plenary sessions" sessions --no-such-option
says 2 "usage: plenary stage" stage

for word in attendance check-config doctor import lint register rehearse replay schedule serve \
	sessions stage teams-app; do
	says 0 "usage: plenary $word" "$word" --help
	says 0 "  --help " "$word" file -h
	if [ -n "$("$plenary" "$word" --help 2>&1 >/dev/null)" ]; then
		echo "plenary $word --help: the text belongs on standard output" >&2
		faults=$((faults + 1))
	fi
done

says 0 "Leading yourself" lint config/programmes/leep.yaml --module 1
says 1 "no module 9" lint config/programmes/leep.yaml --module 9
says 1 "No such file" lint "$folder/none.yaml"
printf 'id: x\ntitel: y\n' >"$folder/bad.yaml"
says 1 "bad.yaml:2:1: error: unknown key" lint "$folder/bad.yaml"

says 0 "data_dir" check-config config/plenary.yaml
printf 'data_dir: .\nlisten: nowhere\n' >"$folder/config.yaml"
says 1 "config.yaml:2:" check-config "$folder/config.yaml"

says 1 "there is no such database" sessions --database "$folder/none.db"
says 1 "there is no such database" register 1 --database "$folder/none.db"
says 1 "there is no such database" replay 1 --database "$folder/none.db"
says 1 "no database of Plenary" register 1 --database README.md
if grep -q "part=store" "$folder/out"; then
	echo "a line of the log is nothing for people" >&2
	faults=$((faults + 1))
fi
says 2 "--session-date: expected a day" import 1 a.csv --session-date tomorrow
says 2 "--place: expected main or" import 1 a.csv --place kitchen

says 2 "--module" rehearse config/programmes/leep.yaml
says 2 "--module: expected a whole number from 1 to 12, not \`none\`" \
	rehearse config/programmes/leep.yaml --module none
says 2 "--people: expected a whole number from 2 to 1900, not \`1\`: one alone" \
	rehearse config/programmes/leep.yaml --module 1 --people 1
says 3 "has no module 9" rehearse config/programmes/leep.yaml --module 9 --directory "$folder/r"
says 3 "No such file" rehearse "$folder/none.yaml" --module 1
says 3 "File exists" rehearse config/programmes/leep.yaml --module 1 --directory "$folder"
says 3 "No such file" rehearse --judge "$folder/none"
says 3 "stage.json" rehearse --judge "$folder"

says 2 "--uid is needed" schedule config/programmes/leep.yaml --module 1
says 2 "--starts: tomorrow is not a good value" schedule p.yaml --starts tomorrow
plan() {
	wanted=$1
	words=$2
	shift 2
	says "$wanted" "$words" schedule "$@" --uid one --starts 2026-11-24T09:00:00Z \
		--organiser o --thread t --join-url https://teams.example.test/1 \
		--to https://127.0.0.1:9 --secret-file "$folder/secret"
}
printf 'secret' >"$folder/secret"
chmod 600 "$folder/secret"
plan 1 "bad.yaml:2:1: error: unknown key" "$folder/bad.yaml" --module 1
plan 1 "has no module 9" config/programmes/leep.yaml --module 9
printf 'mail,role\na@example.test,participant\n' >"$folder/people.csv"
plan 1 "people.csv:1: there is no column \`name\`" config/programmes/leep.yaml --module 1 \
	--people "$folder/people.csv"
printf 'Name;Role\nPerson 01;participant\nPerson 02;captain\n' >"$folder/people.csv"
plan 1 "people.csv:3: the role is one of" config/programmes/leep.yaml --module 1 \
	--people "$folder/people.csv"
plan 1 "https://127.0.0.1:9/events" config/programmes/leep.yaml --module 1
chmod 644 "$folder/secret"
plan 1 "secret" config/programmes/leep.yaml --module 1

says 1 "cannot be used" doctor "$folder/config.yaml"
says 1 '"key":"config","state":"failed"' doctor "$folder/none.yaml" --json
says 0 "Not asked for" teams-app --explain
says 1 "No such file" teams-app "$folder/none.yaml"

says 1 "No such file" attendance "$folder/none.csv"
says 1 "" serve --config "$folder/none.yaml"

[ "$faults" -eq 0 ]
