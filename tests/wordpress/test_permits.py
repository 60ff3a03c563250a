"""A permit counts in WordPress when it should and never else: verified without the guard."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pubguard import clock
from tests.hooks.conftest import pem
from tests.servers.clock import ShiftedClock
from tests.servers.contract import Signer
from tests.wordpress.conftest import Start
from tests.wordpress.office import POINT, SLOT
from tests.wordpress.trying import Try

RELEASE, OUTPUT, DIGEST = "prices-october-2026", "page", "sha256:" + "1a" * 32
OPENS = int(clock.parse(SLOT).timestamp())
DAY = 86400
ASKED = f"'{RELEASE}', '{OUTPUT}', '{DIGEST}'"
STATUS = "pubguard-permit-status+jwt"

Change = Callable[["Held"], None]


class Held:
    """What lies in PUBGUARD_STATE, all of it as it should be until a test changes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.signer = Signer()
        self.contact = [OPENS - 60.0, OPENS - 60.0, OPENS - 60.0]
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.revoked: tuple[str, ...] = ()
        self.listed: dict[str, Any] = {}
        self.after: Callable[[], None] = lambda: None

    @property
    def permit(self) -> Path:
        return self.folder / "permits" / f"{RELEASE}.jwt"

    def token(self) -> str:
        own = {"aud": POINT, "iss": "guard", **self.claims}
        made = self.signer.permit(RELEASE, OUTPUT, DIGEST, OPENS, **own)
        if not self.header:
            return made
        import jwt

        claims = jwt.decode(made, options={"verify_signature": False})
        return self.signer.sign(claims, **self.header)

    def write(self) -> None:
        status = {"iat": OPENS - DAY // 2, "exp": OPENS + DAY // 2, **self.listed}
        self.put("status.jwt", self.signer.status(self.revoked, **status))
        self.put(f"permits/{RELEASE}.jwt", self.token())
        self.put(f"keys/{self.signer.kid}.pem", pem(self.signer).decode())
        self.put("contact", " ".join(f"{each:.6f}" for each in self.contact))
        self.after()

    def put(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)


@pytest.fixture
def t(start: Start) -> Try:
    return start(f"{SLOT}:01", RELEASE)


@pytest.fixture
def held(t: Try) -> Held:
    return Held(t.site.state)


def why(t: Try) -> str:
    """Why no permit counts now; '' if one does, and then it has an id."""
    done = t.code(f"return [Pubguard\\Permit::good({ASKED}), Pubguard\\Permit::why({ASKED})];")
    found, words = json.loads(done.text)
    assert (found == "permit-17") is (words == ""), done.text
    return words


TIMES = {
    -3600: "has not come",
    -0.000001: "has not come",
    0: "",
    7199.9: "",
    7200: "expired",
}


@pytest.mark.parametrize(("after", "said"), TIMES.items())
def test_it_counts_from_its_slot_on(t: Try, held: Held, site_clock, after, said) -> None:
    """Not a microsecond before, and for two hours."""
    held.contact = [OPENS - 4000] * 3
    held.write()
    site_clock.stop((clock.parse(SLOT) + timedelta(seconds=after)).isoformat())
    assert (said in why(t)) if said else why(t) == ""


def unsigned(held: Held) -> None:
    import jwt

    none = jwt.encode(
        jwt.decode(held.token(), options={"verify_signature": False}),
        None,
        "none",
        {"typ": "pubguard-permit+jwt", "kid": held.signer.kid},
    )
    held.put(f"permits/{RELEASE}.jwt", none.rstrip(".") + ".AAAA")


def with_a_shared_secret(held: Held) -> None:
    import hashlib
    import hmac
    from base64 import urlsafe_b64encode

    def part(data: bytes) -> str:
        return urlsafe_b64encode(data).rstrip(b"=").decode()

    head = {"alg": "HS256", "typ": "pubguard-permit+jwt", "kid": held.signer.kid}
    signed = part(json.dumps(head).encode()) + "." + held.token().split(".")[1]
    key = held.signer.key.public_key().public_bytes_raw()
    code = part(hmac.digest(key, signed.encode(), hashlib.sha256))
    held.put(f"permits/{RELEASE}.jwt", f"{signed}.{code}")


def foreign(held: Held) -> None:
    other = Signer(held.signer.kid)
    own = {"aud": POINT, "iss": "guard"}
    held.put(f"permits/{RELEASE}.jwt", other.permit(RELEASE, OUTPUT, DIGEST, OPENS, **own))


def changed(held: Held) -> None:
    head, body, signature = held.token().split(".")
    held.put(f"permits/{RELEASE}.jwt", f"{head}.{body[:-4]}AAAA.{signature}")


def linked(held: Held) -> None:
    aside = held.folder / "aside.jwt"
    held.permit.rename(aside)
    held.permit.symlink_to(aside)


def claims(**changes: Any) -> Change:
    return lambda held: held.claims.update(changes)


def header(**changes: Any) -> Change:
    return lambda held: held.header.update(changes)


def listed(**changes: Any) -> Change:
    return lambda held: held.listed.update(changes)


def contact(before: float, after: float, theirs: float) -> Change:
    return lambda held: held.contact.__setitem__(
        slice(None), [OPENS + before, OPENS + after, OPENS + theirs]
    )


def after(change: Change) -> Change:
    return lambda held: setattr(held, "after", lambda: change(held))


def revoke(held: Held) -> None:
    held.revoked = ("permit-17",)


NONE = {
    "another release": (claims(sub="another"), "for another release"),
    "other content": (claims(digests={OUTPUT: "sha256:" + "2b" * 32}), "other content"),
    "another output": (claims(digests={"table": DIGEST}), "other content"),
    "another point": (claims(aud="cms"), "another enforcement point"),
    "another act": (claims(act="approve"), "not for publishing"),
    "no slot": (claims(nbf=None), "does not say what"),
    "a slot in words": (claims(nbf="0"), "does not say what"),
    "no id": (claims(jti=""), "does not say what"),
    "revoked": (revoke, "it was revoked"),
    "a list too old": (listed(exp=OPENS), "too old"),
    "a list by another guard": (listed(iss="other"), "another guard"),
    "a list of nothing": (listed(exp="later"), "cannot be read"),
    "no list": (after(lambda held: (held.folder / "status.jwt").unlink()), "revoked permits does"),
    "a permit for a list": (
        after(lambda held: held.put("status.jwt", held.token())),
        "revoked permits does not count",
    ),
    "a list for a permit": (
        after(lambda held: held.put(f"permits/{RELEASE}.jwt", held.signer.status())),
        "it is no pubguard-permit",
    ),
    "no permit": (after(lambda held: held.permit.unlink()), "none here"),
    "no signature": (after(unsigned), "one way that counts"),
    "another algorithm": (after(with_a_shared_secret), "one way that counts"),
    "a foreign key": (after(foreign), "signature does not hold"),
    "changed": (after(changed), "signature does not hold"),
    "demands": (header(crit=["exp"]), "one way that counts"),
    "an unknown key": (header(kid="other"), "not known here"),
    "a key elsewhere": (header(kid="../keys/permit-1"), "not known here"),
    "another type": (header(typ="JWT"), "it is no pubguard-permit"),
    "too long": (after(lambda held: held.put(f"permits/{RELEASE}.jwt", "a" * 100_001)), "none"),
    "a clock ahead": (contact(-60, -60, -62.1), "did not agree"),
    "a clock behind": (contact(-60, -60, -57.9), "did not agree"),
    "a slow contact": (contact(-63, -60, -63), "did not agree"),
    "a clock set back since": (contact(10, 10, 10), "did not agree"),
    "no contact": (after(lambda held: (held.folder / "contact").unlink()), "did not agree"),
    "a strange contact": (after(lambda held: held.put("contact", "1e9 1e9 x")), "did not agree"),
    "others may write the permit": (after(lambda held: held.permit.chmod(0o620)), "none here"),
    "others may write the folder": (after(lambda held: held.folder.chmod(0o770)), "none here"),
    "others may write the permits": (
        after(lambda held: held.permit.parent.chmod(0o707)),
        "none here",
    ),
    "others may write the key": (
        after(lambda held: (held.folder / "keys" / "permit-1.pem").chmod(0o602)),
        "not known here",
    ),
    "a link": (after(linked), "none here"),
}


@pytest.mark.parametrize(("change", "said"), NONE.values(), ids=NONE)
def test_it_does_not_count(t: Try, held: Held, change: Change, said: str) -> None:
    """And the words say why."""
    change(held)
    held.write()
    assert said in why(t)
    held.folder.chmod(0o700)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give a file to somebody else")
def test_somebody_elses_file_does_not_count(t: Try, held: Held) -> None:
    """Whatever its mode is."""
    held.write()
    os.chown(held.permit, 12345, -1)
    assert "none here" in why(t)


def test_what_is_asked_for_must_be_named(t: Try, held: Held) -> None:
    """No release that is a path, and no empty digest."""
    held.claims["digests"] = {OUTPUT: ""}
    held.write()
    asked = "Pubguard\\Permit::why('%s', 'page', '%s')"
    strange = ("../status", "", "a..b", "x/y", "-a", "a" * 201)
    for release in strange:
        assert "proper id" in t.code(f"return {asked % (release, DIGEST)};").text
    assert "other content" in t.code(f"return {asked % (RELEASE, '')};").text


def test_an_audience_may_be_a_list(t: Try, held: Held) -> None:
    """RFC 7519 has both; ours is among them or not."""
    held.claims["aud"] = ["cms", POINT]
    held.write()
    assert why(t) == ""
    held.claims["aud"] = ["cms"]
    held.write()
    assert "another enforcement point" in why(t)


def test_a_clock_that_is_ahead_waits(t: Try, held: Held, site_clock: ShiftedClock) -> None:
    """By as much as it may have been ahead of the guard's at the last contact."""
    held.contact = [OPENS - 60.2, OPENS - 60.0, OPENS - 61.5]
    held.write()
    site_clock.stop(f"{SLOT}:01.499999")
    assert "has not come" in why(t)
    site_clock.stop(f"{SLOT}:01.5")
    assert why(t) == ""


def test_a_clock_that_is_behind_waits_too(t: Try, held: Held, site_clock: ShiftedClock) -> None:
    """It opens by its own clock: late, never early."""
    held.contact = [OPENS - 61.5, OPENS - 61.5, OPENS - 60.0]
    held.write()
    site_clock.stop("2026-11-26T09:29:59.999999")
    assert "has not come" in why(t)


def test_only_genuine_permits_are_kept(t: Try, held: Held) -> None:
    """Whole, 0600, under their release; what is foreign changes nothing."""
    held.write()
    held.permit.unlink()
    good, bad = held.token(), Signer(held.signer.kid).permit(RELEASE, OUTPUT, DIGEST, OPENS)
    keep = "return Pubguard\\Permit::keep('%s');"
    for token in (bad, "", "a.b.c", good[:-4], held.signer.status()):
        assert t.code(keep % token).text == "false"
    assert not held.permit.exists()
    assert t.code(keep % good).text == "true"
    assert held.permit.stat().st_mode & 0o777 == 0o600
    assert why(t) == ""
    held.claims["aud"] = "cms"
    assert t.code(keep % held.token()).text == "false"
    assert why(t) == ""


def test_its_slot_is_known(t: Try, held: Held) -> None:
    """Of one that is held and genuine; nothing of the others."""
    held.write()
    code = f"$f = Pubguard\\Permit::from('{RELEASE}'); return $f ? $f->getTimestamp() : null;"
    assert t.code(code).text == str(OPENS)
    foreign(held)
    assert t.code(code).text == "null"


def test_a_folder_that_is_served_keeps_nothing(t: Try, held: Held) -> None:
    """Below the document root nobody can rely on it."""
    wrong = "return Pubguard\\State::wrong();"
    assert t.code(wrong).text == '""'
    path = t.site.folder / "settings.json"
    settings = json.loads(path.read_text())
    settings["constants"]["PUBGUARD_STATE"] = str(t.site.root / "state")
    path.write_text(json.dumps(settings))
    assert "served to the public" in t.code(wrong).text
    (t.site.root / "state").rmdir()
