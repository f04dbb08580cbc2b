#!/bin/sh
# SPDX-License-Identifier: MIT
#
# purity BUILD - what the compiler does not check about the shape of this tree:
#
#   - the core asks the linker for a dozen functions of libc and nothing else, and only its
#     two owners of memory allocate;
#   - no room includes a room it must not know;
#   - a library is included by the files named for it;
#   - every source file says its licence.
#
# Says every fault, then ends with 1 if there was one.
set -eu
cd "$(dirname "$0")/.."
build=${1:?usage: tests/purity.sh BUILD}
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT

sources() {	# sources FOLDER PATTERN...: files below, without what npm brought
	folder=$1
	shift
	for pattern in "$@"; do
		find "$folder" -name node_modules -prune -o -type f -name "$pattern" -print
	done | sort
}

# --- what the core asks of the linker ------------------------------------------------------

core=$build/handlers/libcore.a
allowed='memcpy|memmove|memset|memcmp|strlen|strcmp|strncmp|snprintf|qsort|abort'
allowed="$allowed|__assert_fail|__stack_chk_fail|__(memcpy|memmove|memset|snprintf)_chk"
allowed="$allowed|_GLOBAL_OFFSET_TABLE_|__tls_get_addr"
allowed="$allowed|__(asan|ubsan|tsan|sanitizer|sancov|gcov|llvm)_.*"

if [ ! -f "$core" ]; then
	echo "$core has not been built" >&2
	exit 1
fi
nm --defined-only "$core" | awk 'NF == 3 { print $3 }' | sort -u >"$faults.own"
# Lines "archive:object: U name" become "object name".
nm -A --undefined-only "$core" | sed -n 's/^[^:]*:\([^:]*\):.* U /\1 /p' |
	awk -v own="$faults.own" '
	BEGIN { while ((getline name < own) > 0) is_own[name] = 1 }
	is_own[$2] { next }
	$1 ~ /^(arena|session)\.c/ && $2 ~ /^(malloc|calloc|realloc|free)$/ { next }
	{ print $1, $2 }' |
	grep -vE "^[^ ]+ ($allowed)\$" | sed 's|^\([^ ]*\) |handlers: \1 asks for |' >>"$faults" || true
rm -f "$faults.own"

# --- one name, one function ------------------------------------------------------------------

# Of two functions of one name in two libraries, the linker takes whichever it meets first.
find "$build/handlers" "$build/imports" "$build/documents" "$build/web" "$build/daemon" \
	"$build/rehearsal" "$build/commands" -name 'lib*.a' 2>/dev/null | sort | while read -r archive; do
	nm --defined-only --extern-only "$archive" 2>/dev/null |
		awk -v archive="${archive##*/}" '$2 ~ /^[TDBR]$/ { print $3, archive }'
done | sort -u | awk '
	$1 == name { print $1 ": defined in " archive " and in " $2 }
	{ name = $1; archive = $2 }' | grep -vE '^(__|\.)' >>"$faults" || true

# --- who includes whom ---------------------------------------------------------------------

# includes FOLDER: lines "file:header" for what is included with quotes
includes() {
	sources "$1" '*.c' '*.h' | xargs -r grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' |
		sed -E 's/^([^:]+):.*"([^"]+)".*/\1:\2/'
}

# may_include FOLDER REGEX: quoted headers below FOLDER all match
may_include() {
	[ -d "$1" ] || return 0
	includes "$1" | awk -F: -v may="^($2)" '$2 !~ may { print $1 ": may not include " $2 }' \
		>>"$faults"
}

may_include handlers 'handlers/'
may_include imports 'imports/|handlers/|daemon/common/text.h'
may_include documents 'documents/|handlers/'
may_include web 'web/|daemon/common/'
may_include daemon 'daemon/|handlers/|imports/|documents/|web/'
may_include daemon/common 'daemon/common/'
may_include daemon/decode 'daemon/(decode|settings|store|wire|common)/|daemon/(programmes|sessions|turn|words)[.]h|handlers/'
may_include daemon/encode 'daemon/(encode|decode|graph|teams|settings|store|wire|common)/|daemon/(programmes|sessions|words)[.]h|handlers/'
may_include daemon/edge 'daemon/(edge|common)/'
may_include daemon/wire 'daemon/(wire|common)/|handlers/'
may_include daemon/settings 'daemon/(settings|common)/|handlers/'
may_include daemon/store 'daemon/(store|common)/|handlers/'
may_include rehearsal 'rehearsal/|daemon/(edge|wire|settings|common)/|handlers/|imports/'

# --- which library is whose ----------------------------------------------------------------

# Header, then who may include it.  The stand-in tenant is a program of its own and may have
# one file for each library, as the daemon has.
libraries() {
	cat <<'TEXT'
uv.h             daemon/ rehearsal/ commands/
sqlite3.h        daemon/store/sqlite.
llhttp.h         daemon/edge/parse.c
libwebsockets.h  daemon/edge/viewer. rehearsal/
curl/            daemon/wire/client.c daemon/wire/probe.c daemon/wire/transfer.
yaml.h           daemon/settings/yaml.c
zip.h            commands/archive.c
jansson.h        daemon/wire/ daemon/encode/ daemon/decode/ imports/ rehearsal/ commands/
openssl/         daemon/edge/tls.c daemon/edge/selfsigned.c daemon/wire/auth.c daemon/wire/assertion.c daemon/wire/envelope rehearsal/
systemd/         daemon/
TEXT
}

libc='(aio|alloca|assert|ctype|dirent|dlfcn|errno|fcntl|float|fnmatch|getopt|glob|grp|inttypes'
libc="$libc|langinfo|limits|locale|malloc|math|netdb|poll|pthread|pwd|regex|sched|semaphore"
libc="$libc|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|string|strings"
libc="$libc|syslog|termios|time|unistd|wchar|wctype|iconv|spawn|ftw|(sys|net|netinet|arpa|linux)/.*)"

included=$(for room in handlers imports documents daemon web rehearsal commands; do
	[ -d "$room" ] && sources "$room" '*.c' '*.h'
done | xargs grep -HE '^[[:space:]]*#[[:space:]]*include[[:space:]]*<' |
	sed -E 's/^([^:]+):.*<([^>]+)>.*/\1 \2/')

echo "$included" | LIBC="^${libc}[.]h$" TABLE=$(libraries) awk '
	BEGIN {
		rows = split(ENVIRON["TABLE"], row, "\n")
		for (i = 1; i <= rows; i++) {
			count = split(row[i], word, " +")
			header[i] = word[1]
			for (j = 2; j <= count; j++)
				owner[i, j] = word[j]
			owners[i] = count
		}
	}
	$2 ~ ENVIRON["LIBC"] || $2 ~ "^(sys|net|netinet|arpa|linux)/" { next }
	{
		for (i = 1; i <= rows; i++) {
			if (index($2, header[i]) != 1)
				continue
			for (j = 2; j <= owners[i]; j++)
				if (index($1, owner[i, j]) == 1)
					next
		}
		print $1 ": may not include <" $2 ">"
	}' >>"$faults"

# The core reads no clock and no file: of libc it knows what is listed here.
echo "$included" | awk '$1 ~ /^handlers\// &&
	$2 !~ /^(assert|inttypes|limits|stdalign|stdbool|stddef|stdint|stdio|stdlib|string)\.h$/ {
		print $1 ": the core may not include <" $2 ">" }' >>"$faults"

# --- whose words these are -----------------------------------------------------------------

{
	sources . '*.c' '*.h' '*.cmake' CMakeLists.txt '*.sh' '*.js' '*.mjs' '*.scss' \
		'*.service' '*.socket' '*.conf' | sed 's|^\./||' | grep -v '^build/'
	echo dev
	echo .ci/run
} | while read -r file; do
	head -n 3 "$file" | grep -q 'SPDX-License-Identifier: MIT' || echo "$file: has no SPDX line"
done >>"$faults"

if [ -s "$faults" ]; then
	cat "$faults" >&2
	exit 1
fi
echo "the core and the rooms are as docs/why.md says"
