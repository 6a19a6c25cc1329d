#!/bin/bash
# What actions/checkout does for a pull request, a branch or a commit. CVT_TEST_ORIGIN is the repository, CVT_TEST_REF the event's own ref.
set -euo pipefail
ref=${REF:-$CVT_TEST_REF}
git init --quiet .
git remote add origin "file://$CVT_TEST_ORIGIN"
history=(--no-tags --depth="$DEPTH")
branches=()
if [ "$DEPTH" = 0 ]; then
    history=()
    branches=('+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*')
fi
git fetch --quiet "${history[@]}" origin "${branches[@]}" "+$ref:refs/remotes/checkout/head"
git -c advice.detachedHead=false checkout --quiet --force refs/remotes/checkout/head
