#!/bin/sh
set -eu
release=$1 output=$2 file=$3 digest="sha256:$(sha256sum <"$3" | cut -c1-64)"
body="\"release\":\"$release\",\"output\":\"$output\",\"digests\":{\"$output\":\"$digest\"},\"actor\":{\"id\":\"cms\"}"
guard() { curl -q -K "$TOKEN_FILE" -sS --fail-with-body --connect-timeout 1 --max-time 3 -H 'Content-Type: application/json' -d "$2" "$GUARD/v1/$1"; }
answer=$(guard check "{\"action\":\"publish\",$body}") || { echo "The guard did not answer: nothing was published. $answer" >&2; exit 4; }
yes=$(printf %s "$answer" | jq -rs --arg r "$release" 'length == 1 and (.[0] | .decision == "allow" and .action == "publish" and .release == $r and .rehearsal == false)')
[ "$yes" = true ] || { printf %s "$answer" | jq -r '.verdicts[]? | "\(.code): \(.reason)\n-> \(.remedy)"' >&2; exit 1; }
mv -- "$file" "$WEB_ROOT/"
guard record "{\"outcome\":\"published\",$body}" >/dev/null || echo "Published, but not recorded: record it by hand." >&2
