#!/bin/sh
# SPDX-License-Identifier: MIT
#
# kill BUILD [COUNT] [AT-ONCE] [TROUBLE] - rehearsals, of each module in turn, in which the
# daemon is killed (SIGKILL) once, at a moment the seed decides, and started again.  Each
# judges itself: the register equals the truth, no card is lost, none is sent twice with other
# words, replay gives the same bytes.  One that fails keeps its directory, which is named.
# TROUBLE (`all`, or names as of `plenary rehearse --trouble`) goes wrong besides; then there
# are more people and more time, 75 seconds each.
set -eu
plenary=$1/plenary
count=${2:-50}
at_once=${3:-5}
trouble=${4:-}
folder=$(mktemp -d)
failed=0
if [ -n "$trouble" ]; then
	set -- --people 60 --speed 240 --trouble "$trouble"
else
	set -- --people 24 --speed 1200
fi
how="$*"

one() {	# one SEED: leaves its status and its words
	status=0
	# shellcheck disable=SC2086 # options and their values, none with blanks
	"$plenary" rehearse config/programmes/leep.yaml --module $((1 + $1 % 4)) \
		$how --seed "$1" --kills 1 \
		--directory "$folder/$1" >"$folder/$1.out" 2>&1 ||
		status=$?
	echo "$status" >"$folder/$1.status"
}

seed=1
while [ "$seed" -le "$count" ]; do
	last=$((seed + at_once - 1))
	if [ "$last" -gt "$count" ]; then
		last=$count
	fi
	for number in $(seq "$seed" "$last"); do
		one "$number" &
	done
	wait
	for number in $(seq "$seed" "$last"); do
		if [ "$(cat "$folder/$number.status")" -eq 0 ]; then
			sed -n 's/^\([0-9:]*\)  the daemon is killed.*/\1/p' \
				"$folder/$number.out" >>"$folder/moments"
			rm -rf "${folder:?}/$number" "$folder/$number.out" "$folder/$number.status"
			continue
		fi
		failed=$((failed + 1))
		echo "seed $number failed: $folder/$number"
		grep -A 5 '✗' "$folder/$number.out" || tail -n 5 "$folder/$number.out"
	done
	seed=$((last + 1))
done
echo "$count rehearsals, $(wc -l <"$folder/moments") kills at session times" \
	"$(sort "$folder/moments" | tr '\n' ' ')"
echo "$failed failed"
if [ "$failed" -eq 0 ]; then
	rm -rf "$folder"
fi
[ "$failed" -eq 0 ]
