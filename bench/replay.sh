#!/bin/sh
# SPDX-License-Identifier: MIT
#
# replay BUILD [COUNT] - random sessions: every claim checked, every journal replayed to the
# same bytes.
set -eu
exec "$1/bench/simulate" 1 "${2:-10000}"
