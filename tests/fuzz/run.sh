#!/bin/sh
# SPDX-License-Identifier: MIT
#
# run BUILD [SECONDS] [JOBS] - every fuzz target of the build, SECONDS each, from the inputs
# in tests/fuzz/corpus/NAME.  What libFuzzer finds is kept in BUILD/found/NAME, what breaks a
# target in BUILD/broken; the inputs in the tree are not touched.
set -eu
cd "$(dirname "$0")/../.."
build=$1
seconds=${2:-60}
jobs=${3:-1}

case $seconds in
'' | *[!0-9]*)
	echo "fuzz: '$seconds' is not a number of seconds" >&2
	exit 2
	;;
esac
targets=$(find "$build/tests/fuzz" -maxdepth 1 -type f -name 'fuzz_*' -perm -u+x | sort)
if [ -z "$targets" ]; then
	echo "fuzz: $build has no fuzz targets" >&2
	exit 1
fi
mkdir -p "$build/broken"

# shellcheck disable=SC2016 # the inner shell expands
echo "$targets" | xargs -P "$jobs" -n 1 sh -c '
	build=$0 seconds=$1 target=$2
	name=${target##*/fuzz_}
	found=$build/found/$name
	mkdir -p "$found"
	inputs=tests/fuzz/corpus/$name
	[ -d "$inputs" ] || inputs=
	if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix="$build/broken/$name-" "$found" $inputs \
		>"$build/found/$name.log" 2>&1; then
		runs=$(sed -n "s/^stat::number_of_executed_units: *//p" "$build/found/$name.log")
		echo "$name: $runs inputs, none broke it"
	else
		echo "$name: broken, see $build/broken and $build/found/$name.log" >&2
		exit 1
	fi
' "$build" "$seconds"
