# shellcheck shell=sh disable=SC2015,SC2034,SC2154
# Verifies a permit without the guard: what was approved, confirmed and armed goes out from its slot
# on, whatever has become of the guard. Sourced after pubguard-flow.sh. Needs openssl 3.
#
# $state/permits/RELEASE.jwt  the permit            $state/status.jwt  which permits are revoked
# $state/keys/KID.pem         the guard's key       $state/contact     clocks at the last contact:
#                                                   ours before, ours after, the guard's (Unix time)

permit() { # sets $permit: good, soon (within five seconds) or none; $permit_id, $permit_why
    permit=none permit_id=
    permit_why=$(why_no_permit) && permit=$(cat "$work/permit") && permit_id=$(cat "$work/jti")
    return 0
}

why_no_permit() { # prints the reason and fails, or writes good/soon and the permit's id
    file=$state/permits/$release.jwt
    [ -f "$file" ] || { echo "there is none for $release on this machine."; return 1; }
    [ -n "$point" ] || { echo "PUBGUARD_POINT, the name of this enforcement point, is not set."; return 1; }
    opened "$file" permit pubguard-permit+jwt || return 1
    p=$work/permit.flat
    now=$(date +%s)
    has "$p" '["sub"]' "\"$release\"" || { echo "it is for another release."; return 1; }
    among "$p" act publish || { echo "it is not for publishing."; return 1; }
    among "$p" aud "$point" || { echo "it is for another enforcement point than $point."; return 1; }
    has "$p" "[\"digests\",\"$output\"]" "\"$digest\"" ||
        { echo "what it was given for is not this content of $output."; return 1; }
    nbf=$(field "$p" '["nbf"]') exp=$(field "$p" '["exp"]') jti=$(text "$p" '["jti"]')
    is_number "$nbf" && is_number "$exp" && is_name "$jti" || { echo "its times cannot be read."; return 1; }
    not_revoked || return 1
    clocks_agreed || return 1
    [ "$now" -lt "$exp" ] || { echo "it has expired."; return 1; }
    from=$((nbf + ahead))
    [ "$now" -ge $((from - 5)) ] || { echo "the slot has not come."; return 1; }
    printf %s "$jti" >"$work/jti"
    if [ "$now" -ge "$from" ]; then echo good; else echo soon; fi >"$work/permit"
}

not_revoked() {
    [ -f "$state/status.jwt" ] || { echo "there is no signed list of revoked permits beside it."; return 1; }
    opened "$state/status.jwt" status pubguard-permit-status+jwt || return 1
    s=$work/status.flat
    until=$(field "$s" '["exp"]')
    is_number "$until" && [ "$now" -lt "$until" ] ||
        { echo "the signed list of revoked permits is too old, so it may have been revoked since."; return 1; }
    grep -q '^\["revoked"' "$s" || { echo "the list of revoked permits cannot be read."; return 1; }
    has "$s" '["iss"]' "$(field "$p" '["iss"]')" || { echo "it and the list of revoked ones differ in who issued them."; return 1; }
    if JTI="\"$jti\"" awk -F '\t' 'index($1, "[\"revoked\"") == 1 && ($2 == ENVIRON["JTI"] ||
        index($1, "," ENVIRON["JTI"])) { found = 1 } END { exit !found }' "$s"; then
        echo "it was revoked."
        return 1
    fi
}

clocks_agreed() { # sets $ahead: how many seconds our clock may be before the guard's
    trusted "$state/contact" || return 1
    read -r before after theirs <"$state/contact" || :
    is_number "${before:-}" && is_number "${after:-}" && is_number "${theirs:-}" ||
        { echo "the clocks at the last contact are not known."; return 1; }
    ahead=$((after - theirs))
    [ "$ahead" -le 2 ] && [ $((theirs - before)) -le 2 ] && [ "$now" -ge "$after" ] ||
        { echo "this machine's clock and the guard's did not agree at the last contact."; return 1; }
    [ "$ahead" -gt 0 ] || ahead=0
}

among() { # among FLAT NAME VALUE: the claim is the value, or a list that holds it
    NAME="\"$2\"" VALUE="\"$3\"" awk -F '\t' '($1 == "[" ENVIRON["NAME"] "]" ||
        ($1 ~ /,[0-9]+\]$/ && index($1, "[" ENVIRON["NAME"] ",") == 1)) && $2 == ENVIRON["VALUE"] { found = 1 }
        END { exit !found }' "$1"
}

trusted() { # trusted FILE: ours or root's, and nobody else can write it
    found=$(find "$1" -prune \( -user "$(id -u)" -o -user 0 \) ! -perm -020 ! -perm -002 ! -type l 2>/dev/null)
    [ -n "$found" ] || { echo "others could have written $1, or it is missing."; return 1; }
}

opened() { # opened TOKEN NAME TYPE: verify the signature; write its claims to $work/NAME.flat
    trusted "$state" && trusted "$1" || return 1
    command -v openssl >/dev/null 2>&1 || { echo "openssl is not installed, so it cannot be verified."; return 1; }
    [ "$(wc -c <"$1")" -le 100000 ] || { echo "it is too long."; return 1; }
    token=$(cat "$1")
    case $token in *[!A-Za-z0-9._-]* | *.*.*.* | .* | *. | *..*) echo "it is not a signed token."; return 1 ;; *.*.*) ;;
        *) echo "it is not a signed token."; return 1 ;; esac
    signed=${token%.*}
    printf %s "$signed" >"$work/$2.signed"
    unbase64 "${signed%%.*}" >"$work/$2.head" && unbase64 "${signed#*.}" >"$work/$2.claims" &&
        unbase64 "${token##*.}" >"$work/$2.sig" || { echo "it is not a signed token."; return 1; }
    flat "$work/$2.head" >"$work/$2.head.flat" || { echo "its header cannot be read."; return 1; }
    kid=$(text "$work/$2.head.flat" '["kid"]')
    has "$work/$2.head.flat" '["typ"]' "\"$3\"" || { echo "it is no $3."; return 1; }
    has "$work/$2.head.flat" '["alg"]' '"EdDSA"' && is_name "$kid" && ! grep -q '^\["crit"' "$work/$2.head.flat" ||
        { echo "it is not signed in the one way that counts (EdDSA)."; return 1; }
    [ -f "$state/keys/$kid.pem" ] || { echo "the key that it names is not known here."; return 1; }
    trusted "$state/keys" && trusted "$state/keys/$kid.pem" || return 1
    openssl pkeyutl -verify -pubin -inkey "$state/keys/$kid.pem" -rawin -in "$work/$2.signed" \
        -sigfile "$work/$2.sig" >/dev/null 2>&1 || { echo "its signature is wrong."; return 1; }
    flat "$work/$2.claims" >"$work/$2.flat" || { echo "its claims cannot be read."; return 1; }
}

unbase64() { # base64url without padding
    coded=$(printf %s "$1" | tr '_-' '/+')
    case $((${#coded} % 4)) in 1) return 1 ;; 2) coded=$coded== ;; 3) coded=$coded= ;; esac
    printf %s "$coded" | openssl base64 -d -A
}
