#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run BUILD [SECONDS|COUNTruns] [JOBS] [NAME] - every fuzz target of the build (or the one
# named), for so long or so many inputs each, from tests/fuzz/corpus/NAME and the samples of
# other tests.  What libFuzzer finds is kept in BUILD/found/NAME, what breaks a target in
# BUILD/broken; the inputs in the tree are not touched.
set -eu
cd "$(dirname "$0")/../.."
build=$1
limit=${2:-60}
jobs=${3:-1}
name=${4:-*}

case $limit in
*[!0-9]*runs | runs | '' | *[!0-9r]*[!uns]*)
	echo "fuzz: '$limit' is neither a number of seconds nor a number of runs (1000runs)" >&2
	exit 2
	;;
*runs) option=-runs=${limit%runs} ;;
*) option=-max_total_time=$limit ;;
esac
targets=$(find "$build/tests/fuzz" -maxdepth 1 -type f -name "fuzz_$name" -perm -u+x | sort)
if [ -z "$targets" ]; then
	echo "fuzz: $build has no fuzz target '$name'" >&2
	exit 1
fi
mkdir -p "$build/broken"

# seeds NAME: prints the folders; X=FOLDER is copied with a byte X before each file
seeds() {
	[ ! -d "tests/fuzz/corpus/$1" ] || echo "tests/fuzz/corpus/$1"
	while read -r folder; do
		case $folder in
		?=*)
			to=$build/seeds/$1/$(echo "$folder" | tr -c 'a-z\n' _)
			mkdir -p "$to"
			for file in "${folder#?=}"/*; do
				[ ! -f "$file" ] || { printf %s "${folder%%=*}"; cat "$file"; } \
					>"$to/${file##*/}"
			done
			echo "$to"
			;;
		?*) echo "$folder" ;;
		esac
	done <"$build/tests/fuzz/seeds_$1"
}

for target in $targets; do
	echo "$target $(seeds "${target##*/fuzz_}" | tr '\n' ' ')"
done >"$build/fuzz.list"

# shellcheck disable=SC2016 # the inner shell expands
tr '\n' '\0' <"$build/fuzz.list" | xargs -0 -P "$jobs" -n 1 sh -c '
	build=$0 option=$1
	set -- $2
	target=$1
	shift
	name=${target##*/fuzz_}
	found=$build/found/$name
	mkdir -p "$found"
	if "$target" "$option" -timeout=20 -rss_limit_mb=3072 -verbosity=0 -max_len=20000 \
		-print_final_stats=1 -artifact_prefix="$build/broken/$name-" "$found" "$@" \
		>"$build/found/$name.log" 2>&1; then
		runs=$(sed -n "s/^stat::number_of_executed_units: *//p" "$build/found/$name.log")
		echo "$name: $runs inputs, none broke it"
	else
		echo "$name: broken, see $build/broken and $build/found/$name.log" >&2
		exit 1
	fi
' "$build" "$option"
