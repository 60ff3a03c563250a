#!/bin/sh
# The same with nothing but curl, for a guard on another machine:
#
#   pubguard-curl.sh publish RELEASE OUTPUT DIGEST -- COMMAND [ARGUMENT]...
#   pubguard-curl.sh sync [ITEMS]      every few minutes: fetches permits, keys and what is revoked
#   pubguard-curl.sh send              records that wait, with their true time
#
# ITEMS is a file with a line per item of yours: ID RELEASE OUTPUT DIGEST SCHEDULED_AT STATUS
#
# PUBGUARD_URL         https://guard.example (http only for this machine itself)
# PUBGUARD_TOKEN_FILE  a file with the token, readable by nobody else; or PUBGUARD_TOKEN
# PUBGUARD_POINT       this enforcement point's name, as given to 'pubguard token add'
# PUBGUARD_STATE, PUBGUARD_ACTOR, PUBGUARD_CACERT are optional. Exit codes as pubguard-publish.sh.
# shellcheck disable=SC2015,SC2034,SC2154
set -u
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=pubguard-flow.sh
. "$here/pubguard-flow.sh" || exit 2
# shellcheck source=pubguard-permit.sh
. "$here/pubguard-permit.sh" || exit 2

settings() {
    command -v curl >/dev/null 2>&1 || wrong "curl is not installed." "apt-get install curl"
    url=${PUBGUARD_URL:-}
    url=${url%/}
    case $url in
        '') wrong "PUBGUARD_URL is not set." "Set it to the guard's address, such as https://guard.example." ;;
        *[!A-Za-z0-9._:/-]*) wrong "PUBGUARD_URL is not a plain address." "Write it as https://guard.example." ;;
        https://?*) protocol='=https' ;;
        http://127.0.0.1 | http://127.0.0.1[:/]* | http://localhost | http://localhost[:/]*) protocol='=http' ;;
        *) wrong "PUBGUARD_URL does not begin with https://, so anybody on the way could answer." "Use https." ;;
    esac
    token=${PUBGUARD_TOKEN:-}
    if [ -n "${PUBGUARD_TOKEN_FILE:-}" ]; then
        [ -n "$(find "$PUBGUARD_TOKEN_FILE" -prune ! -perm -004 ! -perm -002 ! -perm -020 2>/dev/null)" ] ||
            wrong "The token's file is missing, or others can read or write it." "chmod 600 '$PUBGUARD_TOKEN_FILE'"
        token=$(cat "$PUBGUARD_TOKEN_FILE")
    fi
    case $token in '' | *[!A-Za-z0-9._~+/=-]*)
        wrong "There is no token, or it holds something else than a token." \
            "Put what 'pubguard token add' printed into a file and name it in PUBGUARD_TOKEN_FILE." ;;
    esac
    guard_token=$token
    unset PUBGUARD_TOKEN
}

# The token goes to curl on its standard input, never on the command line. No redirect is followed,
# no .curlrc is read, and what is longer than 1 MB is cut off by the kernel.
http() { # http PATH PATIENCE [BODY]: 0 if the guard answered 200 with JSON; it lies in $work/reply
    before=$(date +%s)
    rm -f "$work/reply" "$work/headers"
    got=$({
        printf 'url = "%s%s"\nproto = "%s"\nconnect-timeout = 1\nmax-time = %s\nmax-filesize = 1000000\n' \
            "$url" "$1" "$protocol" "$2"
        printf 'header = "Authorization: Bearer %s"\nheader = "Accept: application/json"\n' "$guard_token"
        [ "$protocol" != '=http' ] || printf 'noproxy = "*"\n'
        [ -z "${PUBGUARD_CACERT:-}" ] || printf 'cacert = "%s"\n' "$PUBGUARD_CACERT"
        [ -z "${3-}" ] || printf 'header = "Content-Type: application/json"\ndata-binary = "@%s"\n' "$3"
        printf 'output = "%s/reply"\ndump-header = "%s/headers"\nmax-redirs = 0\nsilent\nshow-error\n' "$work" "$work"
        printf 'write-out = "%%{http_code} %%{content_type}"\n'
    } | (ulimit -f 2048 && exec curl -q -K -) 2>"$work/said")
    code=$?
    after=$(date +%s)
    heard="HTTP ${got%% *}"
    [ $code -eq 0 ] || { heard=$(head -n 1 "$work/said" | tr -cd '[:print:]'); return 1; }
    case $got in '200 application/json' | '200 application/json;'*) ;; *) return 1 ;; esac
    contact "$before" "$after"
}

contact() { # remember how the clocks stood; the guard's is the Date header of a verified connection
    [ -d "$state" ] || return 0
    tr -d '\r' <"$work/headers" | sed -n 's/^[Dd][Aa][Tt][Ee]: *//p' | tail -n 1 | awk '
        $0 ~ /^[A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] [0-9][0-9][0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9] GMT/ {
            month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", $3) + 2) / 3
            year = $4; if (month < 3) { year--; month += 12 }
            days = 365 * year + int(year / 4) - int(year / 100) + int(year / 400) + int((153 * (month - 3) + 2) / 5)
            split($5, t, ":")
            printf "%.0f\n", (days + $2 - 1 - 719468) * 86400 + t[1] * 3600 + t[2] * 60 + t[3]
        }' >"$work/theirs"
    theirs=$(cat "$work/theirs")
    is_number "$theirs" || return 0
    printf '%s %s %s\n' "$1" "$2" "$theirs" >"$state/.contact.$$" && mv "$state/.contact.$$" "$state/contact"
}

ask() {
    printf '{"action":"publish","release":"%s","output":"%s","digests":{"%s":"%s"},"actor":{"id":"%s","roles":[]},"via":"curl"}' \
        "$release" "$output" "$output" "$digest" "$actor" >"$work/question"
    verdict=silent
    http /v1/check "$1" "$work/question" || { flat "$work/reply" >"$work/answer"; return 0; }
    flat "$work/reply" >"$work/answer" || { heard="an answer that is not JSON"; return 0; }
    judge "$work/answer" publish
}

tell() {
    permit_of=$(item permit "$1")
    output_of=$(item output "$1")
    printf '{"outcome":"%s","release":"%s","output":"%s","digests":{"%s":"%s"},"actor":{"id":"%s","roles":[]},"occurred_at":"%s",%s"request_id":"%s","via":"curl"}' \
        "$(item outcome "$1")" "$(item release "$1")" "$output_of" "$output_of" "$(item digest "$1")" "$(item actor "$1")" \
        "$(item happened_at "$1")" "${permit_of:+\"permit\":\"$permit_of\",}" "$(item request_id "$1")" >"$work/statement"
    http /v1/record 3 "$work/statement"
}

# shellcheck source=pubguard-sync.sh
. "$here/pubguard-sync.sh" || exit 2
begin
settings
case ${1-} in
    publish)
        [ $# -ge 6 ] && [ "$5" = -- ] || wrong "This call cannot be understood." \
            "Call: $0 publish RELEASE OUTPUT DIGEST -- COMMAND [ARGUMENT]..."
        arguments "$2" "$3" "$4"
        shift 5
        guarded "$@" ;;
    sync) sync "${2-}" ;;
    send) flush || { say "Records still wait in $state/queue: the guard could not be told ($heard)."; exit 4; } ;;
    *) wrong "This call cannot be understood." "Call: $0 publish|sync|send; the head of that file shows how." ;;
esac
