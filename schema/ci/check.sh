#!/bin/sh
# For any other CI. BASE is the commit or branch to compare with, such as the tip of the branch that the work goes to;
# without it the check asks git. Ends with 0 (fine), 1 (something breaks) or 2 (it could not be checked).
set -eu
export CI=true
npm ci
if [ -n "${BASE:-}" ]; then
  git cat-file -e "$BASE^{commit}" 2>/dev/null || { git fetch --quiet origin "$BASE" && BASE=FETCH_HEAD; }
  # A branch may have moved on since the work left it.
  set -- --base "$(git merge-base HEAD "$BASE" || echo "$BASE")" "$@"
fi
exec npm run --silent schema:check -- "$@"
