#!/bin/sh
# SPDX-License-Identifier: MIT
#
# simulate.sh BUILD [COUNT] - random sessions, every claim checked, every journal replayed.
set -eu
exec "$1/tests/handlers/test_simulate" 1 "${2:-10000}"
