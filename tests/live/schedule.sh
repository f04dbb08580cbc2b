#!/bin/sh
# SPDX-License-Identifier: MIT
#
# schedule PLENARY - a daemon of our own is given a session by `plenary schedule`, once; the
# words that read its database then know it.
set -eu
plenary=$1
folder=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2>/dev/null || true; rm -rf "$folder"' EXIT
port=$(python3 -c 'import socket
door = socket.socket()
door.bind(("127.0.0.1", 0))
print(door.getsockname()[1])')
mkdir "$folder/data"
printf 'a secret of this test' >"$folder/events.secret"
chmod 600 "$folder/events.secret"
cat >"$folder/plenary.yaml" <<YAML
data_dir: data
listen:
  - address: 127.0.0.1:$port
    tls: true
events:
  secret_file: ./events.secret
log:
  level: warning
YAML
"$plenary" serve --config "$folder/plenary.yaml" 2>"$folder/log" &
daemon=$!

plan() {
	"$plenary" schedule config/programmes/leep.yaml --module 2 --uid "$1" \
		--starts 2031-11-24T09:00:00Z --organiser 12345678-0000-0000-0000-000000000001 \
		--thread 19:meeting_test@thread.v2 --join-url https://teams.example.test/l/1 \
		--people "$folder/people.csv" --to "https://127.0.0.1:$port" \
		--secret-file "$folder/$2" --ca-file "$folder/data/tls.crt" >"$folder/out" 2>&1
}
cat >"$folder/people.csv" <<'CSV'
name,email,role,profession,object_id
Person 01,person01@example.test,participant,nurse,12345678-0000-0000-0000-000000000002
Person 02,person02@example.test,,,
"Person, 03",person03@example.test,facilitator,,
CSV

tries=0
until plan one events.secret; do
	tries=$((tries + 1))
	if [ "$tries" -gt 100 ]; then
		cat "$folder/out" "$folder/log" >&2
		exit 1
	fi
	sleep 0.1
done
grep -q 'one is planned: module 2, 3 people' "$folder/out"

# The same again is the same; another with this name is not.
status=0
printf 'not the secret' >"$folder/wrong.secret"
chmod 600 "$folder/wrong.secret"
plan two wrong.secret || status=$?
[ "$status" -eq 1 ]
grep -q 'answered 401' "$folder/out"

"$plenary" sessions --config "$folder/plenary.yaml" >"$folder/out"
grep -q '^ *1  one .* open ' "$folder/out"
"$plenary" replay one --config "$folder/plenary.yaml" --quiet >"$folder/out"
grep -q 'replay gives the same state' "$folder/out"
"$plenary" register one --config "$folder/plenary.yaml" >"$folder/out" 2>&1
grep -q 'The register is made when the session is over' "$folder/out"

kill -TERM "$daemon"
wait "$daemon"
daemon=
