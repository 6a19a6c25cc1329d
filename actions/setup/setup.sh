#!/bin/sh
# Installs the locked packages now, so that later steps start at once, and adds the checkout's folder to the PATH of later steps.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
"$root/cvt" --version
printf '%s\n' "$root" >>"${GITHUB_PATH:-/dev/null}"
