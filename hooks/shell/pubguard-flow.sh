# shellcheck shell=sh disable=SC2015,SC2034,SC2154
# What pubguard-publish.sh and pubguard-curl.sh share: arguments, JSON, the way of one publication,
# and the queue of records. Sourced by them; POSIX sh, tested with dash and bash --posix.
#
# Whoever sources it defines   ask PATIENCE      sets $verdict: allow, no, confirm or silent
#                              tell FILE         0 if the guard took the record in FILE

caller_locale=${LC_ALL-}
LC_ALL=C
export LC_ALL
caller_umask=$(umask)
umask 077
state=${PUBGUARD_STATE:-/var/lib/pubguard-hook}
actor=${PUBGUARD_ACTOR:-$(id -un)}
point=${PUBGUARD_POINT:-}

say() { printf 'pubguard: %s\n' "$*" >&2; }

wrong() { # wrong MESSAGE REMEDY: the call or the settings cannot be used
    say "$1"
    say "-> $2"
    say "Nothing was published."
    exit 2
}

is_id() {
    case $1 in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9._-]* | *..*) return 1 ;; esac
    [ ${#1} -le 200 ]
}

is_name() { # a key's or a permit's name: safe in a path and in JSON
    case $1 in '' | .* | *[!A-Za-z0-9._-]* | *..*) return 1 ;; esac
    [ ${#1} -le 200 ]
}

is_digest() {
    case $1 in sha256:*[!0-9a-f]* | sha256:) return 1 ;; sha256:*) [ ${#1} -eq 71 ] ;; *) return 1 ;; esac
}

is_number() { case $1 in '' | *[!0-9]*) return 1 ;; esac; [ ${#1} -le 15 ]; }

arguments() { # the release, output and digest of a call
    is_id "$1" || wrong "'$1' is not a release id." "Use the id that 'pubguard calendar list' shows."
    is_id "$2" || wrong "'$2' is not an output id." "Use the id that 'pubguard calendar show $1' shows."
    is_digest "$3" || wrong "'$3' is not a digest." \
        "Write it as sha256: and 64 small hex digits: sha256:\$(sha256sum FILE | cut -c1-64)"
    release=$1 output=$2 digest=$3
}

begin() { # a private folder for this run, and what it needs
    case $actor in '' | *[!A-Za-z0-9._@-]*)
        wrong "'$actor' cannot be sent as who acts." "Set PUBGUARD_ACTOR to an id such as a.jones." ;;
    esac
    if command -v jq >/dev/null 2>&1; then
        reader=jq
    elif command -v python3 >/dev/null 2>&1; then
        reader=python3
    else
        wrong "Neither jq nor python3 is installed, so no answer of the guard can be read safely." \
            "Install one of them: apt-get install jq"
    fi
    work=$(mktemp -d) || wrong "No temporary folder can be made." "Look at the disk and at TMPDIR."
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT TERM HUP
}

# JSON, flattened: a line per value, its path as an array, a tab, the value as JSON. Text that is not
# exactly one document gives nothing. A pattern match on the text itself would take a "decision" that
# stands in somebody's title for the answer, and would hang on the order of the keys.
flat() { # flat FILE
    if [ "$reader" = jq ]; then
        jq -rs 'if length == 1 then .[0] else error("not one document") end
            | paths(if type == "object" or type == "array" then length == 0 else true end) as $path
            | "\($path | tojson)\t\(getpath($path) | tojson)"' "$1" 2>/dev/null
    else
        python3 -I -c '
import json, sys
def walk(path, value):
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if not below or value in ({}, []):
        print(write(path), write(value), sep="\t")
    for key, inner in below:
        walk([*path, key], inner)
def write(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
def once(pairs):
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)
def never(text):
    raise ValueError(text)
sys.stdout.reconfigure(encoding="utf-8")
with open(sys.argv[1], encoding="utf-8") as file:
    walk([], json.load(file, object_pairs_hook=once, parse_constant=never))' "$1" 2>/dev/null
    fi
}

field() { # field FLAT PATH: the value there, as JSON; nothing where there is none
    WANTED=$2 awk -F '\t' '$1 == ENVIRON["WANTED"] { print $2 }' "$1"
}

text() { # text FLAT PATH: the same for people
    field "$1" "$2" | sed -e 's/^"//' -e 's/"$//' -e 's/\\"/"/g' -e 's/\\\\/\\/g' | tr -d '\177'
}

has() { [ "$(field "$1" "$2")" = "$3" ]; }

judge() { # judge FLAT ACTION: sets $verdict by what the guard's document says, never by anything else
    verdict=silent
    has "$1" '["release"]' "\"$release\"" && has "$1" '["action"]' "\"$2\"" || return 0
    has "$1" '["rehearsal"]' false || return 0
    case $(field "$1" '["decision"]') in
        '"allow"') is_number "$(field "$1" '["event","index"]')" && verdict=allow ;;
        '"block"') verdict=no ;;
        '"confirm"') verdict=confirm ;;
    esac
    return 0
}

explain() { # explain FLAT: every reason and remedy in it
    number=0
    while [ -n "$(field "$1" "[\"verdicts\",$number,\"code\"]")" ]; do
        say "$(text "$1" "[\"verdicts\",$number,\"effect\"]") $(text "$1" "[\"verdicts\",$number,\"code\"]")" \
            "$(text "$1" "[\"verdicts\",$number,\"reason\"]")"
        remedy=$(text "$1" "[\"verdicts\",$number,\"remedy\"]")
        [ -z "$remedy" ] || say "-> $remedy"
        number=$((number + 1))
    done
    for path in '["error","message"]' '["error","remedy"]' '["title"]' '["detail"]' '["remedy"]' '["challenge","prompt"]'; do
        words=$(text "$1" "$path")
        [ -z "$words" ] || say "$words"
    done
    next=$(text "$1" '["next_allowed_at"]')
    case $next in '' | null) ;; *) say "The next time at which it may go: $next" ;; esac
}

in_time() { # in_time FLAT STARTED: the yes may still be acted on
    ends=$(text "$1" '["valid_until"]')
    case $ends in
        [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]*Z) ;;
        *) return 1 ;;
    esac
    ends=$(printf %.19s "$ends" | tr -cd 0-9)
    waited=$(($(date +%s) - $2))
    [ "$waited" -ge 0 ] && [ "$waited" -lt 30 ] && [ "$(date -u +%Y%m%d%H%M%S)" -lt "$ends" ]
}

guarded() { # guarded COMMAND...: ask, then publish with COMMAND, then record
    tries=0
    while :; do
        permit
        patience=3
        [ "$permit" != good ] || patience=1
        started=$(date +%s)
        : >"$work/answer"
        ask "$patience"
        case $verdict in
            allow)
                if in_time "$work/answer" "$started"; then break; fi
                tries=$((tries + 1))
                [ $tries -lt 3 ] && continue
                say "NOT PUBLISHED: the guard's yes to $release was no longer valid when it came here."
                say "-> Compare this machine's clock with the guard's, then run this again."
                exit 4 ;;
            no)
                say "NOT PUBLISHED: the guard says no to $release ($output)."
                explain "$work/answer"
                exit 1 ;;
            confirm)
                say "NOT PUBLISHED: somebody has to confirm $release first."
                explain "$work/answer"
                say "-> Run 'pubguard check publish $release' on a terminal, or answer in your system. Then run this again."
                exit 3 ;;
        esac
        permit
        if [ "$permit" = soon ]; then
            sleep 1
            continue
        fi
        if [ "$permit" = good ]; then
            say "The guard gave no usable answer${heard:+ ($heard)}. $release goes out on permit $permit_id."
            break
        fi
        say "NOT PUBLISHED: the guard gave no usable answer about $release${heard:+ ($heard)}."
        explain "$work/answer"
        say "No permit stands in for it: $permit_why"
        say "-> Before the slot: have the guard looked at, then run this again. From the slot on: publish by hand" \
            "if a second person agrees that it was approved and is due, and record it with 'pubguard record published'."
        exit 4
    done
    [ "$verdict" = allow ] && permit_id=
    publish "$@"
}

publish() {
    unset PUBGUARD_TOKEN
    trap : INT TERM HUP # the command gets them; what it did is recorded all the same
    (
        umask "$caller_umask"
        if [ -n "$caller_locale" ]; then LC_ALL=$caller_locale; else unset LC_ALL; fi
        exec "$@"
    )
    ended=$?
    outcome=published
    [ $ended -eq 0 ] || outcome=failed
    cat >"$work/record" <<RECORD
outcome $outcome
release $release
output $output
digest $digest
actor $actor
happened_at $(date -u +%Y-%m-%dT%H:%M:%SZ)
permit $permit_id
request_id $(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
RECORD
    if tell "$work/record"; then
        flush
    else
        keep
    fi
    if [ $ended -ne 0 ]; then
        say "The guard let $release ($output) go, but the command that publishes it failed with exit code $ended."
        say "-> See what is public now. If it is not out, put the command right and run this again."
        exit 6
    fi
    say "Published: $release ($output)."
}

keep() { # put this run's record into the queue, whole or not at all
    if mkdir -p "$state/queue" 2>/dev/null &&
        cp "$work/record" "$state/queue/.new.$$" 2>/dev/null &&
        mv "$state/queue/.new.$$" "$state/queue/$(date +%s).$$.record" 2>/dev/null; then
        say "The guard could not be told${heard:+ ($heard)}. The record waits in $state/queue; '$0 send' sends it."
    else
        say "The guard could not be told, and $state/queue cannot be written. Record this by hand:"
        cat "$work/record" >&2
    fi
}

flush() { # send what waits, oldest first, each with the time at which it happened
    failed=0
    for file in "$state"/queue/*.record "$state"/queue/*.record.sending.*; do
        [ -f "$file" ] || continue
        case $file in
            *.sending.*) kill -0 "${file##*.}" 2>/dev/null && continue ;; # another run is at it
        esac
        mine=${file%.sending.*}.sending.$$
        mv "$file" "$mine" 2>/dev/null || continue
        if tell "$mine"; then
            rm -f "$mine"
        else
            mv "$mine" "${mine%.sending.*}"
            failed=1
            break
        fi
    done
    return $failed
}

item() { sed -n "s/^$1 //p" "$2" | head -n 1; } # item NAME FILE: one line of a record
