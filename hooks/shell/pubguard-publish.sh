#!/bin/sh
# Publishes with any command, if pubguard on this machine lets it:
#
#   pubguard-publish.sh RELEASE OUTPUT DIGEST -- COMMAND [ARGUMENT]...
#   pubguard-publish.sh send                            records that wait, with their true time
#
# Exit codes: 0 published, 1 no, 2 wrong call, 3 to be confirmed first, 4 the guard gave no usable
# answer (a no), 6 the command failed. Settings: PUBGUARD_CONFIG (the workspace), PUBGUARD_ACTOR,
# PUBGUARD_STATE and PUBGUARD_POINT (for permits; pubguard-curl.sh sync fetches them).
# shellcheck disable=SC2015,SC2034,SC2154
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=pubguard-flow.sh
. "$here/pubguard-flow.sh" || exit 2
# shellcheck source=pubguard-permit.sh
. "$here/pubguard-permit.sh" || exit 2

limited() { # limited SECONDS COMMAND...: a guard that hangs is a guard that is silent
    timeout -k 1 "$@" </dev/null
}

ask() {
    [ "$1" -eq 1 ] || set -- 15 # pubguard ends itself after that
    limited "$1" pubguard check publish "$release" --output "$output" --digest "$digest" \
        --actor "$actor" --via shell --json --no-input >"$work/reply" 2>"$work/said"
    code=$?
    sed 's/^/pubguard: /' "$work/said" >&2
    case $code in
        124 | 137) heard="it did not answer in $1 s" ;;
        126 | 127) heard="the command pubguard cannot be run" ;;
        *) heard="exit code $code" ;;
    esac
    verdict=silent
    flat "$work/reply" >"$work/answer" || return 0
    judge "$work/answer" publish
    case $code-$verdict in 0-allow | 1-no | 3-confirm) ;; *) verdict=silent ;; esac
}

tell() {
    permit_of=$(item permit "$1")
    limited 15 pubguard record "$(item outcome "$1")" "$(item release "$1")" --output "$(item output "$1")" \
        --digest "$(item digest "$1")" --actor "$(item actor "$1")" --happened-at "$(item happened_at "$1")" \
        --request-id "$(item request_id "$1")" ${permit_of:+"--permit=$permit_of"} --json --no-input \
        >"$work/told" 2>"$work/said"
    code_of=$?
    sed 's/^/pubguard: /' "$work/said" >&2
    heard="exit code $code_of"
    [ $code_of -eq 0 ]
}

begin
command -v timeout >/dev/null 2>&1 ||
    wrong "The command timeout is not installed, so a guard that hangs would hang this too." "Install coreutils."
if [ "${1-}" = send ] && [ $# -eq 1 ]; then
    flush || { say "Records still wait in $state/queue: the guard could not be told ($heard)."; exit 4; }
    exit 0
fi
[ $# -ge 5 ] && [ "$4" = -- ] ||
    wrong "This call cannot be understood." "Call: $0 RELEASE OUTPUT DIGEST -- COMMAND [ARGUMENT]..."
arguments "$1" "$2" "$3"
shift 4
guarded "$@"
