#!/bin/sh
# A static site whose embargoed page is there already, with nginx and the edge lock in front:
# closed before the slot, open from the slot on, with nobody doing anything. Takes a few seconds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
hooks=${HOOKS:-$(cd "$here/../../hooks/nginx" && pwd)}
PATH=$PATH:/usr/sbin:/sbin
folder=$(mktemp -d)
nginx="nginx -c $folder/nginx.conf -e $folder/error.log"
trap '[ ! -e "$folder/nginx.pid" ] || $nginx -s quit; rm -rf "$folder"' EXIT
chmod 755 "$folder" # nginx's workers may be another user
cp -R "$here/site" "$folder/site"
mkdir "$folder/tmp"

get() { # get PATH: the status, and the page where there is one
    printf 'GET %-24s ' "$1"
    curl --silent --unix-socket "$folder/site.sock" --write-out '%{stderr}%{http_code}\n' \
        "http://statistics.example$1" --output "$folder/answer" 2>&1
}

# A release that is announced for a few seconds from now; so near it needs a second person.
pubguard init "$folder/office" --organisation "Office for Example Statistics" --nation england
slot=$(date -u -d "+10 seconds" +%Y-%m-%dT%H:%M:%SZ)
cat >"$folder/calendar.toml" <<CALENDAR
[[release]]
id = "prices"
title = "Consumer prices"
state = "confirmed"
release_at = $slot
[[release.output]]
id = "bulletin"
url = "https://statistics.example/releases/prices"
CALENDAR
export PUBGUARD_CONFIG="$folder/office/pubguard.toml"
pubguard calendar import "$folder/calendar.toml"
pubguard calendar agree prices --actor d.khan --role lead-official

# The lock.
pubguard edge export --format nginx --output "$folder/pubguard-map.conf"
sed "s#FOLDER#$folder#g; s#HOOKS#$hooks#g" "$here/nginx.conf" >"$folder/nginx.conf"
$nginx

echo
echo "Before the slot ($slot):"
get /
get /releases/prices
get /releases/prices.html
get /Releases/%70rices/?draft=1
grep -q figures "$folder/answer" && { echo "early" >&2; exit 1; }

echo "Waiting for the slot; nothing is reloaded and no guard is asked."
until get /releases/prices >"$folder/said" && grep -q 200 "$folder/said"; do sleep 0.1; done
[ "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \< "$slot" ] && { echo "early" >&2; exit 1; }

echo "From the slot on:"
get /releases/prices
grep figures "$folder/answer"
