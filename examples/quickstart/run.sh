#!/bin/sh
# The README's quick start, command by command, in a temporary folder.
# Each line that is a "no" on purpose says with which exit code.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

expect() { # expect CODE COMMAND...: run it, and stop unless it exits with CODE
    wanted=$1; shift
    printf '\n$ %s\n' "$*"
    code=0
    "$@" || code=$?
    [ "$code" -eq "$wanted" ] || { echo "exit code $code instead of $wanted" >&2; exit 1; }
}

release=prices-november-2027
slot=2027-12-15T09:30
digest=sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

expect 0 pubguard init office --organisation "Office for Example Statistics" --nation england
cd office
expect 0 pubguard calendar announce $release --title "Consumer prices: November 2027" \
    --release-at $slot --actor c.lee

# Approving it now is refused.
expect 1 pubguard check approve $release --actor a.jones --role approver --author b.shah

# Approving it for its slot asks for a typed confirmation.
approve() {
    pubguard check approve $release --actor a.jones --role approver --author b.shah \
        --effective-at $slot --digest $digest --no-input "$@"
}
expect 3 approve
CHALLENGE=$(approve --json | sed 's/.*"challenge":{"id":"\([0-9a-f]*\)".*/\1/' || true)

# Answered, the same check passes once, and the release is armed.
expect 0 pubguard confirm "$CHALLENGE" --actor a.jones --typed "15 December 2027"
expect 0 approve

# The morning itself, rehearsed: 5 is "would be allowed".
expect 1 pubguard check publish $release --actor cron --at 2027-12-15T09:29:59 --digest $digest
expect 5 pubguard check publish $release --actor cron --at $slot --digest $digest

# What was recorded, and that nothing of it was changed.
expect 0 pubguard log show --release $release
expect 0 pubguard log verify
