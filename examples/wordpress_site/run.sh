#!/bin/sh
# A WordPress site with the guard in front of its Publish button, all in a temporary folder: closed
# before the slot, open from the slot on. On a terminal the site stays up until you press Enter.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
wordpress=${WORDPRESS:-/usr/share/wordpress}
ahead=${AHEAD:-20} # seconds from now to the slot
PATH=$PATH:/usr/sbin:/sbin
folder=$(mktemp -d)
pids=
ended() {
    # shellcheck disable=SC2086
    [ -z "$pids" ] || kill $pids 2>/dev/null || :
    wait
    rm -rf "$folder"
}
trap ended EXIT
trap 'exit 1' INT TERM

until_there() { # until_there COMMAND...: ends after half a minute
    tries=150
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { echo "Gave up waiting for: $*" >&2; cat "$folder"/*.log >&2; exit 1; }
        sleep 0.2
    done
}

# A database with nobody else in it.
mkdir "$folder/tmp"
own="--no-defaults --datadir=$folder/data --tmpdir=$folder/tmp --user=$(id -un)"
# shellcheck disable=SC2086
mariadb-install-db $own --skip-test-db --auth-root-authentication-method=normal >"$folder/install.log"
# shellcheck disable=SC2086
mariadbd $own --skip-networking --socket="$folder/s" >"$folder/mariadb.log" 2>&1 &
pids="$pids $!"
until_there mariadb-admin --no-defaults --socket="$folder/s" --user=root ping
mariadb --no-defaults --socket="$folder/s" --user=root --execute="CREATE DATABASE wordpress;
    CREATE USER wordpress@localhost IDENTIFIED BY 'wordpress';
    GRANT ALL ON wordpress.* TO wordpress@localhost"

# The guard. The date alone decides here: no approval, no typed answer.
pubguard init "$folder/office" --organisation "Office for Example Statistics" --nation england >/dev/null
sed -i 's/^confirm = .*/confirm = []/; s/^two_person = true/two_person = false/
    s/^require_approval = true/require_approval = false/' "$folder/office/pubguard.toml"
export PUBGUARD_CONFIG="$folder/office/pubguard.toml"
(umask 077 && pubguard token add site --assert-roles --read --json 2>"$folder/token.log" |
    sed 's/.*"token": *"\([^"]*\)".*/\1/' >"$folder/token")
pubguard serve --port 0 --json >"$folder/serving" 2>"$folder/guard.log" &
pids="$pids $!"
until_there grep -q url "$folder/serving"

# WordPress, with the hook as a must-use plugin.
cp -RL "$wordpress" "$folder/www" 2>/dev/null || : # some links of the package lead nowhere
content=$folder/www/wp-content
mkdir -p "$content/uploads" "$content/themes" "$content/mu-plugins"
mkdir -m 700 "$folder/pubguard-state"
cp -R "$here/site/theme" "$content/themes/example"
cp "$here/site/wp-config.php" "$folder/www/"
pubguard hooks write wordpress "$content/mu-plugins" >/dev/null
SITE_FOLDER=$folder
SITE_PORT=${PORT:-8931}
SITE_GUARD=$(sed 's/.*"url": *"\([^"]*\)".*/\1/' "$folder/serving")
export SITE_FOLDER SITE_PORT SITE_GUARD
password=$(php "$here/site/install.php" 2>"$folder/php.log")
php -S "127.0.0.1:$SITE_PORT" -t "$folder/www" "$here/site/router.php" \
    >"$folder/access.log" 2>&1 &
pids="$pids $!"
site=http://127.0.0.1:$SITE_PORT
until_there curl --silent --fail "$site/readme.html"

publish() { # publish: what the site answers to an editor who presses Publish
    curl --silent --user "editor:$password" --header 'Content-Type: application/json' \
        --data '{"status": "publish"}' "$site/wp-json/wp/v2/posts/$post"
}
post=$(curl --silent --fail --user "editor:$password" --header 'Content-Type: application/json' --data \
    '{"title": "Prices rise", "content": "Up 2.4 per cent.", "meta": {"_pubguard_release": "prices"}}' \
    "$site/wp-json/wp/v2/posts" | sed 's/^{"id":\([0-9]*\).*/\1/')

# A release for a few seconds from now; so near it needs a second person.
at=$(($(date +%s) + ahead))
slot=$(date -u -d "@$at" +%Y-%m-%dT%H:%M:%SZ)
printf '[[release]]\nid = "prices"\ntitle = "Consumer prices"\nstate = "confirmed"\nrelease_at = %s\n' \
    "$slot" >"$folder/calendar.toml"
pubguard calendar import "$folder/calendar.toml"
pubguard calendar agree prices --actor d.khan --role lead-official >/dev/null

echo
echo "Before the slot ($slot):"
publish | php -r 'echo json_decode(stream_get_contents(STDIN))->message, "\n";'
curl --silent "$site/" | grep -q "2.4 per cent" && { echo "early" >&2; exit 1; }
echo "A reader sees nothing of it. Waiting for the slot."
until publish | grep -q '"status":"publish"'; do sleep 0.5; done
[ "$(date +%s)" -lt "$at" ] && { echo "early" >&2; exit 1; }
echo "From the slot on:"
curl --silent "$site/" | grep "2.4 per cent"

if [ -t 0 ]; then
    echo "The site: $site/wp-admin/, user editor or admin, password: example. Enter ends it."
    read -r _
fi
