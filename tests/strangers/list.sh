#!/bin/sh
# SPDX-License-Identifier: MIT
#
# list BUILD [--write] - docs/strangers.md says what the tables of the tests say; with
# --write it is made to.
set -eu
cd "$(dirname "$0")/../.."
build=${1:?usage: tests/strangers/list.sh BUILD [--write]}
page=docs/strangers.md
made=$(mktemp)
trap 'rm -f "$made"' EXIT

table() {	# table TITLE PROGRAM: what it is answered, row by row
	printf '\n## %s\n\n| what comes | what it gets |\n| --- | --- |\n' "$1"
	"$build/tests/$2" --list
}

{
	cat <<-'END'
	# Strangers at the door

	What the program answers to those who should not be there. Every line is an attempt of a test that runs against the real
	program (or its real server) over real sockets; the page is made from the tests' tables (`tests/strangers/list.sh`), and a
	test holds it against them.

	Nothing of this reaches the journal: the tests count events before and after. Nothing of it keeps memory: the memory test
	sends all kinds in rounds, and as many bytes are in use afterwards as before.
	END
	table "HTTP that two readers could read in two ways" edge/test_edge_hostile
	table "Websockets" edge/test_edge_websocket
	table "Addresses, methods, headers" strangers/test_strangers_paths
	table "Bodies that have not come" strangers/test_strangers_heads
	table "Bodies" strangers/test_strangers_bodies
	table "Tokens" strangers/test_strangers_tokens
	table "Links" strangers/test_strangers_links
	table "Crowds" strangers/test_strangers_crowd
	cat <<-'END'

	## What goes out

	- The bot's token goes to the hosts of `bot.service_hosts` and below them, Graph's to the host of `graph.base_url`; never to an
	  IP literal, never over plain HTTP, never after a redirect (`tests/wire/hosts.c`, `tests/wire/client.c`).
	- The next page of a list is asked for only where the first one was (`tests/daemon/reports.c`).
	- Nothing from outside stands in a path or an OData literal as it came: quotes are doubled, then every byte that is not
	  unreserved is percent-encoded (`tests/daemon/encode_graph.c`).
	- Replies above 16 MiB, and compressed ones, are not taken: no coding is asked for.
	END
} >"$made"

if [ "${2-}" = --write ]; then
	cp "$made" "$page"
elif ! diff -u "$page" "$made"; then
	echo "the tables of the tests have changed: tests/strangers/list.sh $build --write" >&2
	exit 1
fi
