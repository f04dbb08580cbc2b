#!/bin/sh
# SPDX-License-Identifier: MIT
#
# rehearse_load BUILD [PEOPLE] [SESSIONS] - large rehearsals: many people in one session, and
# many sessions of thirty at once.  Says how long each took, whether everything held, what
# memory and processor time the daemon needed; then memory per session and connection.
set -eu
plenary=$1/plenary
people=${2:-1000}
sessions=${3:-200}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

daemon_of() {	# daemon_of REHEARSAL: the process id of its daemon
	# shellcheck disable=SC2013 # one line of words
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		if tr '\0' ' ' <"/proc/$child/cmdline" 2>/dev/null | grep -q ' serve '; then
			echo "$child"
		fi
	done
}

memory_of() {	# memory_of PROCESS: the most it ever held, in kB
	sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null || true
}

# Clock ticks of user and system time.
ticks_of() {
	cut -d' ' -f14,15 "/proc/$1/stat" 2>/dev/null | tr ' ' + || true
}

measure() {	# measure NAME OPTION...: leaves the daemon's memory in $peak
	name=$1
	shift
	"$plenary" rehearse config/programmes/leep.yaml --module 1 --seed 1 \
		--directory "$folder/$name" "$@" >"$folder/$name.out" 2>&1 &
	rehearsal=$!
	peak=0
	ticks=0
	while kill -0 "$rehearsal" 2>/dev/null; do
		for daemon in $(daemon_of "$rehearsal"); do
			peak=$(memory_of "$daemon" | grep . || echo "$peak")
			ticks=$(ticks_of "$daemon" | grep . || echo "$ticks")
		done
		sleep 0.2
	done
	status=0
	wait "$rehearsal" || status=$?
	echo "-- $name: plenary rehearse --module 1 $*"
	grep -E '^It took|^[0-9]+ (sessions|rounds|events)|✓|✗' "$folder/$name.out" ||
		cat "$folder/$name.out"
	# shellcheck disable=SC2004 # "user+system" is to be added first
	echo "the daemon: at most $peak kB," \
		"$((($ticks) * 10 / $(getconf CLK_TCK))) tenths of a second of processor time," \
		"$(du -k "$folder/$name/data/plenary.db" | cut -f1) kB of database"
	if [ "$status" -ne 0 ]; then
		echo "FAILED with $status"
		failed=1
	fi
	rm -rf "${folder:?}/$name"
}

measure people --people "$people" --speed 240
measure one --people 30 --speed 1000
one=$peak
measure sessions --people 30 --sessions "$sessions" --speed 60
echo "per session of 30: $(((peak - one) / (sessions - 1))) kB"
python3 bench/connections.py "$plenary" "$folder"
exit "$failed"
