# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# To be sourced: rehearses at a speed, and at half of it when this machine was too slow for
# the whole (status 4), down to an eighth.

# rehearsed PLENARY FOLDER SPEED OPTION... - into FOLDER/played
rehearsed() {
	program=$1
	into=$2
	speed=$3
	shift 3
	for slower in 1 2 4 8; do
		rm -rf "$into/played"
		status=0
		"$program" rehearse --speed $((speed / slower)) --quiet \
			--directory "$into/played" "$@" || status=$?
		[ "$status" -eq 4 ] || break
		echo "at half the speed once more" >&2
	done
	[ "$status" -eq 0 ] && return 0
	echo "ended with $status" >&2
	tail -n 40 "$into"/played/*.log >&2 || true
	return 1
}
