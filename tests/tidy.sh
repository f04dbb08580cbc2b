#!/bin/sh
# SPDX-License-Identifier: MIT
#
# tidy BUILD [JOBS] - format, lengths, purity, then clang-tidy over what BUILD compiles.  All
# of it is done before the answer is given, so that one run shows every fault.
set -eu
cd "$(dirname "$0")/.."
build=${1:?usage: tests/tidy.sh BUILD [JOBS]}
jobs=${2:-$(nproc)}
faults=0

fault() {
	echo "tidy: $*" >&2
	faults=$((faults + 1))
}

rooms=
for room in handlers imports documents daemon web rehearsal commands tests bench; do
	[ -d "$room" ] && rooms="$rooms $room"
done
# shellcheck disable=SC2086 # one room, one word
files=$(find $rooms -name node_modules -prune -o -type f -name '*.[ch]' -print | sort)

echo "$files" | xargs -n 16 -P "$jobs" clang-format --dry-run -Werror ||
	fault "clang-format would change what is named above (clang-format -i FILE)"

# Data tables are exempt from length; a file that is one says so in its name.
for file in $files; do
	case $file in
	*.h) limit=120 ;;
	*table*.c | *_data.c) continue ;;
	*) limit=500 ;;
	esac
	lines=$(wc -l <"$file")
	if [ "$lines" -gt "$limit" ]; then
		fault "$file: $lines lines, $limit at most"
	fi
done

# shellcheck disable=SC2086
for file in $(grep -lwE 'goto|strcpy|strcat|sprintf|gets|strtok' $files || true); do
	# Comments and strings may use the words.
	if sed -e 's|//.*||' -e 's|/\*.*\*/||' -e '/^[[:space:]]*\*/d' -e 's|"[^"]*"||g' "$file" |
		grep -wE 'goto [a-z_]+;|(strcpy|strcat|sprintf|gets|strtok) *\(' >/dev/null; then
		fault "$file: uses goto or a function that cannot be called safely"
	fi
done
# shellcheck disable=SC2086
if grep -nwE 'TODO|FIXME|XXX|HACK' $files; then
	fault "an unfinished thought is an issue, not a comment"
fi

tests/purity.sh "$build" || fault "the rooms know more than they may"

# Sources of this tree that BUILD compiles; each file is a process of its own.
sed -n 's/^ *"file": "\(.*\)",*$/\1/p' "$build/compile_commands.json" |
	grep -F "$PWD/" | grep -vF "/build/" | sort -u |
	xargs -P "$jobs" -I FILE sh -c '
		words=$(clang-tidy --quiet -p "$0" "FILE" 2>/dev/null) && exit 0
		printf "%s\n" "$words"
		exit 1' "$build" || fault "clang-tidy found what is named above"

if [ "$faults" -ne 0 ]; then
	exit 1
fi
echo "tidy: nothing to say"
