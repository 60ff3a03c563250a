#!/bin/sh
# The last step of a deploying job: waits for the slot if it is near, asks the guard anew, deploys.
#
#   deploy-at-slot.sh RELEASE OUTPUT FILE SLOT -- COMMAND [ARGUMENT]...
#
# SLOT is an instant in UTC, 2026-11-26T09:30:00Z. It only says how long to wait: whether the release
# may go out is for the guard to say, after the wait. So a job that starts early waits and is asked at
# the slot, one that starts late is asked at once, and a re-run of an old green job is asked again.
# Set PUBGUARD_URL (with PUBGUARD_TOKEN) for a guard elsewhere, or PUBGUARD_CONFIG for one here.
# PUBGUARD_WAIT is the longest wait in seconds (3600). Exit codes are those of the hook "shell", and 7:
# the slot is further away than that.
set -eu
LC_ALL=C
export LC_ALL

say() { printf 'pubguard: %s\n' "$*" >&2; }

if [ $# -lt 6 ] || [ "$5" != -- ]; then
    say "This call cannot be understood. Call: $0 RELEASE OUTPUT FILE SLOT -- COMMAND [ARGUMENT]..."
    exit 2
fi
release=$1 output=$2 file=$3 slot=$4
shift 5
here=$(dirname "$(readlink -f "$0")")
shell=${PUBGUARD_SHELL_HOOK:-$here/../shell}
case $slot in
    [0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z) ;;
    *) say "'$slot' is no instant in UTC. Write it as 2026-11-26T09:30:00Z."; exit 2 ;;
esac
[ -f "$file" ] || { say "There is no $file to deploy. Have the job build or fetch it first."; exit 2; }

seconds_left() { # by this machine's clock, read anew at each call
    date -u +%Y-%m-%dT%H:%M:%SZ | SLOT=$slot awk '
        function days(year, month, day) {
            if (month < 3) { year--; month += 12 }
            return 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * (month - 3) + 2) / 5) + day
        }
        function seconds(t, p) { split(t, p, /[^0-9]/); return days(p[1], p[2], p[3]) * 86400 + p[4] * 3600 + p[5] * 60 + p[6] }
        { print seconds(ENVIRON["SLOT"]) - seconds($0) }'
}

left=$(seconds_left)
if [ "$left" -gt "${PUBGUARD_WAIT:-3600}" ]; then
    say "NOT DEPLOYED: the slot $slot of $release is $left s away, longer than this job may wait (${PUBGUARD_WAIT:-3600} s)."
    say "-> Start the deployment nearer to the slot, by a schedule for example. Nothing was made public."
    exit 7
fi
[ "$left" -le 0 ] || say "Waiting for the slot of $release: $slot, $left s from now."
while [ "$left" -gt 0 ]; do # short sleeps: a clock that is set, or a machine that slept, is noticed
    if [ "$left" -gt 20 ]; then sleep 10; else sleep 1; fi
    left=$(seconds_left)
done

# The digest is taken after the wait, of the very file that is deployed.
digest=sha256:$(sha256sum <"$file" | cut -c1-64)
if [ -n "${PUBGUARD_URL:-}" ]; then
    exec sh "$shell/pubguard-curl.sh" publish "$release" "$output" "$digest" -- "$@"
fi
exec sh "$shell/pubguard-publish.sh" "$release" "$output" "$digest" -- "$@"
