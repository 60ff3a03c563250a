"""The pubguard.toml that `init` writes."""

from __future__ import annotations

import msgspec

PLUGINS = (
    "calendar_rules",
    "time_rules",
    "people_rules",
    "content_rules",
    "point_rules",
    "sqlite",
    "ons",
    "govuk",
    "ics",
    "csv",
    "toml",
    "smtp",
)
"""Every plugin that comes with pubguard; a new workspace enables them all."""
STORE = {"kind": "sqlite", "path": "pubguard.db"}

_TEXT = """\
# Settings of pubguard. Nobody but you (or root) may be able to write this file.
# Every change is recorded in the log. `pubguard doctor` looks for mistakes.

# Only the plugins named here are loaded. A rule that is left out opens nothing:
# the guard then says that it is incomplete (PG001) and blocks.
plugins = [{plugins}]

[organisation]
name = {organisation}
nation = {nation}                # whose bank holidays count
extra_closed_days = []           # for example [2026-12-24]

[gate]
confirm = ["approve", "schedule", "publish"]   # these ask for a typed confirmation
two_person = true                # whoever approves is neither author nor last editor
require_approval = true          # nothing is published that was not approved
require_authenticated = false    # true: an id that is only asserted counts for nothing
require_clock_sync = false       # true: block while the clock is not synchronised
late_after = "1 min"             # later than this after the slot counts as late
late_limit = "2 h"               # later than this, even an armed release asks again
clocks = []                      # second clocks, for example ["https://www.gov.uk"]
calendar_stale_after = "7 days"  # warn when a source was not read for this long

[store]
kind = {kind}
path = {path}

[keys]                           # the public halves lie beside them: keys/log.pub, keys/permit.pub
log = "keys/log.pem"
permit = "keys/permit.pem"

# Without people, the roles that a caller claims are believed. From the first one
# listed, ids and roles come from here and unlisted ids are refused. Roles: author,
# approver, publisher, lead-official, it, auditor.
#
# [people."a.jones"]
# roles = ["approver"]
# contact = "mailto:a.jones@example.org"   # where notices go; never recorded
# away = [2026-12-24]            # days on which nobody is reached there; never recorded

# How the people above are told of a proposed change, an override request or an alarm.
#
# [notify.mail]
# kind = "smtp"
# host = "mail.example.org"      # port 587 and STARTTLS; 25 without it on this machine
# sender = "pubguard@example.org"
# username = "pubguard"
# password = "env:PUBGUARD_MAIL_PASSWORD"   # or "file:keys/mail"; never the password itself

# Calendars that `pubguard calendar import NAME` reads.
#
# [sources.ons]
# format = "ons"
# place = "https://api.beta.ons.gov.uk/v1/search/releases"
# trust_reason = true            # never for bringing a date forward
#
# [sources.ours]
# format = "csv"
# place = "releases.csv"
# columns = {{ id = "Ref", title = "Name", release_at = "Date" }}   # where its headers differ
# dates = "dmy"                  # 03/04/2026 is 3 April; never guessed
# zone = "Europe/London"         # of times without an offset; never guessed in summer

# The HTTP service, `pubguard serve`.
#
# [service]
# rate = 600                     # requests a minute that one token may make; left out: any number
# public_url = "https://guard.example.org"   # where publishing systems reach it

# Series that were agreed to come out at another time than 09:30.
#
# [[alternative_time]]
# series = "cpi"
# time = "07:00"
# reference = "..."              # the letter that agreed it
# considered = 2022-05-13
"""


def render(organisation: str, nation: str) -> str:
    """The file's text for one organisation.

    Args:
        organisation: its name, any text without control characters.
        nation: a value of config.Nation.
    """
    return _TEXT.format(
        plugins=", ".join(map(_quoted, PLUGINS)),
        organisation=_quoted(organisation),
        nation=_quoted(nation),
        **{name: _quoted(value) for name, value in STORE.items()},
    )


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's, only DEL needs one more."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")
