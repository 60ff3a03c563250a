# shellcheck shell=sh disable=SC2015,SC2034,SC2154
# What pubguard-curl.sh does with 'sync': tells the guard what is held here, and fetches what is
# needed when it is away. Sourced by it.

sync() { # sync [ITEMS]
    mkdir -p "$state/permits" "$state/keys" || wrong "$state cannot be made." "Set PUBGUARD_STATE to a folder of your own."
    trusted "$state" >/dev/null ||
        wrong "Others can write to $state, so what is kept there proves nothing." "chmod go-w '$state'"
    items=
    if [ -n "$1" ]; then
        [ -r "$1" ] || wrong "$1 cannot be read." "Name a file with a line per item: ID RELEASE OUTPUT DIGEST SCHEDULED_AT STATUS"
        while read -r id of part sum at status rest; do
            is_id "$id" && is_id "$of" && is_id "$part" && is_digest "$sum" && is_id "$status" && [ -z "$rest" ] &&
                case $at in '' | *[!0-9A-Za-z.:+-]*) false ;; esac || {
                say "A line of $1 is not an item and was left out: ID RELEASE OUTPUT DIGEST SCHEDULED_AT STATUS"
                continue
            }
            items="$items${items:+,}{\"id\":\"$id\",\"release\":\"$of\",\"output\":\"$part\",\"digest\":\"$sum\",\"scheduled_at\":\"$at\",\"status\":\"$status\"}"
        done <"$1"
    fi
    held=
    for file in "$state"/permits/*.jti; do
        [ -f "$file" ] && jti=$(cat "$file") && is_name "$jti" && held="$held${held:+,}\"$jti\""
    done
    printf '{"version":"1","clock":"%s","zone":"%s","items":[%s],"permits":[%s]}' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
        "$(date +%Z | tr -cd 'A-Za-z0-9+-')" "$items" "$held" >"$work/question"
    if ! http /v1/sync 10 "$work/question" || ! flat "$work/reply" >"$work/synced" ||
        ! lists_permits; then
        say "Not synchronised: the guard gave no usable answer ($heard). What is held here stays as it is."
        say "-> If this goes on past T-60 min, have the guard looked at before the slot."
        exit 4
    fi
    store
    flush || say "Records still wait in $state/queue: the guard could not be told ($heard)."
    check_clock
}

lists_permits() { # an answer that does not speak of permits takes none away
    has "$work/synced" '["permits"]' '[]' || grep -q '^\["permits",0[],]' "$work/synced"
}

a_permit() { # a_permit NUMBER: its token, given as such or as an object that holds it
    text "$work/synced" "[\"permits\",$1]"
    text "$work/synced" "[\"permits\",$1,\"token\"]"
}

store() { # keys first, for what they sign; each file whole or not at all
    number=0
    for path in '["keys","keys"' '["keys"'; do
        number=0
        while [ -n "$(field "$work/synced" "$path,$number,\"kty\"]")" ]; do
            keep_key "$path,$number"
            number=$((number + 1))
        done
    done
    status=$(text "$work/synced" '["status"]')
    [ -n "$status" ] && replace "$state/status.jwt" "$status"
    : >"$work/now"
    number=0
    while token=$(a_permit $number) && [ -n "$token" ]; do
        number=$((number + 1))
        printf %s "$token" >"$work/token"
        opened "$work/token" fetched pubguard-permit+jwt >"$work/why" 2>&1 || { say "A permit was left out: $(cat "$work/why")"; continue; }
        of=$(text "$work/fetched.flat" '["sub"]') jti=$(text "$work/fetched.flat" '["jti"]')
        is_id "$of" && is_name "$jti" && among "$work/fetched.flat" aud "$point" || continue
        replace "$state/permits/$of.jwt" "$token"
        replace "$state/permits/$of.jti" "$jti"
        printf '%s\n' "$of" >>"$work/now"
    done
    for file in "$state"/permits/*.jwt; do # the guard no longer lists it: it was revoked or is over
        [ -f "$file" ] || continue
        of=${file##*/}
        grep -qxF -e "${of%.jwt}" "$work/now" || rm -f "$file" "${file%.jwt}.jti"
    done
    say "Synchronised: $(grep -c . "$work/now" || :) permits are held here."
}

keep_key() { # keep_key PATH: an Ed25519 key as JWK, kept as PEM
    has "$work/synced" "$1,\"kty\"]" '"OKP"' && has "$work/synced" "$1,\"crv\"]" '"Ed25519"' || return 0
    kid=$(text "$work/synced" "$1,\"kid\"]") x=$(text "$work/synced" "$1,\"x\"]")
    is_name "$kid" && [ ${#x} -eq 43 ] && unbase64 "$x" >"$work/x" || return 0
    { printf '\060\052\060\005\006\003\053\145\160\003\041\000'; cat "$work/x"; } >"$work/der"
    replace "$state/keys/$kid.pem" "-----BEGIN PUBLIC KEY-----
$(openssl base64 -A <"$work/der")
-----END PUBLIC KEY-----"
}

replace() { printf '%s\n' "$2" >"$1.new.$$" && mv "$1.new.$$" "$1"; } # replace FILE TEXT

check_clock() { # a wrong clock is said now, not at the slot
    now=$(date +%s)
    clocks_agreed >"$work/why" || {
        say "Permits do not count here: $(cat "$work/why")"
        say "-> Have this machine's clock set by a time server (chrony or systemd-timesyncd), then sync again."
        exit 1
    }
}
