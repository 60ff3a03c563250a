from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import jwt
import pytest

from tests.hooks.conftest import DIGEST, OUTPUT, RELEASE, Serve, Site, pem
from tests.servers.contract import POINT, Signer

OTHER = "sha256:" + "2b" * 32


def _good(signer: Signer, ago: float = 60, **other: object) -> str:
    return signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - ago, **other)


@pytest.mark.parametrize("fault", ["hang", "503", "html", "cut", "empty", "twice"])
def test_a_broken_guard_is_not_the_breach(
    dash_site: Site, serve: Serve, signer: Signer, fault: str
) -> None:
    """From the slot on, with a good permit, it goes out and the record waits or arrives."""
    guard = serve(fault=fault)
    dash_site.hold(signer, _good(signer))
    done = dash_site.publish(guard)
    assert done.returncode == 0, done.stderr
    assert "goes out on permit permit-17" in done.stderr
    assert [record["permit"] for record in guard.records] == ["permit-17"]


def test_a_permit_never_overrules_a_question(site: Site, serve: Serve, signer: Signer) -> None:
    """What the guard asks for counts while it can ask."""
    site.hold(signer, _good(signer))
    assert site.publish(serve("confirm")).returncode == 3
    assert not site.public.exists()


def test_an_error_of_the_guard_is_no_explicit_no(
    dash_site: Site, serve: Serve, signer: Signer
) -> None:
    """A decision "error" is a guard that could not decide."""
    dash_site.hold(signer, _good(signer))
    assert dash_site.publish(serve("error")).returncode == 0


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"nbf": int(time.time()) + 3600}, "the slot has not come"),
        ({"exp": int(time.time()) - 1}, "it has expired"),
        ({"aud": "another"}, "another enforcement point"),
        ({"aud": ["another", "third"]}, "another enforcement point"),
        ({"sub": "another-release"}, "another release"),
        ({"act": "approve"}, "not for publishing"),
        ({"digests": {OUTPUT: OTHER}}, "not this content"),
        ({"digests": {"other": DIGEST}}, "not this content"),
        ({"digests": {}}, "not this content"),
        ({"digests": DIGEST}, "not this content"),
        ({"iss": "another"}, "differ in who issued them"),
        ({"nbf": "0"}, "times cannot be read"),
        ({"nbf": 1.5}, "times cannot be read"),
        ({"nbf": None}, "times cannot be read"),
        ({"jti": "../../x"}, "times cannot be read"),
    ],
)
def test_a_permit_that_does_not_fit_is_none(
    dash_site: Site, signer: Signer, claims: dict[str, object], words: str
) -> None:
    """Each claim counts, and the message says which one it was."""
    dash_site.hold(signer, _good(signer, **claims))
    done = dash_site.publish(None)
    assert done.returncode == 4, done.stderr
    assert words in done.stderr
    assert not dash_site.public.exists()


def test_a_permit_may_name_several_points(site: Site, signer: Signer) -> None:
    """An audience may be a list."""
    site.hold(signer, _good(signer, aud=["another", POINT]))
    assert site.publish(None).returncode == 0


def _forged(signer: Signer, how: str) -> str:
    good = _good(signer)
    head, claims, signature = good.split(".")
    if how == "claims":
        body = json.loads(base64.urlsafe_b64decode(claims + "=="))
        claims = base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=").decode()
        return f"{head}.{claims}.{signature}"
    if how == "none":
        claims_of = jwt.decode(good, options={"verify_signature": False})
        return jwt.encode(
            claims_of, None, "none", jwt.get_unverified_header(good) | {"alg": "none"}
        )
    if how == "hmac":
        claims_of = jwt.decode(good, options={"verify_signature": False})
        kid = {"kid": signer.kid, "typ": "pubguard-permit+jwt"}
        return jwt.encode(claims_of, b"x" * 32, "HS256", kid)
    if how == "unsigned":
        return f"{head}.{claims}."
    if how == "foreign":
        return _good(Signer(signer.kid))
    if how == "path":
        return _good(_named(signer, "../keys/permit-1"))
    if how == "crit":
        return signer.sign(jwt.decode(good, options={"verify_signature": False}), crit=["x"], x=1)
    if how == "type":
        return signer.sign(jwt.decode(good, options={"verify_signature": False}), typ="JWT")
    return {"four": good + ".x", "text": "no token", "empty": "", "long": good * 500}[how]


def _named(signer: Signer, kid: str) -> Signer:
    other = Signer(kid)
    other.key = signer.key
    return other


@pytest.mark.parametrize(
    "how",
    [
        "claims",
        "none",
        "hmac",
        "unsigned",
        "foreign",
        "path",
        "crit",
        "type",
        "four",
        "text",
        "empty",
        "long",
    ],
)
def test_a_forged_permit_is_none(dash_site: Site, signer: Signer, how: str) -> None:
    """Only what the guard's own key has signed, in the one way that counts."""
    dash_site.hold(signer, _forged(signer, how))
    done = dash_site.publish(None)
    assert done.returncode == 4, done.stderr
    assert not dash_site.public.exists()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "no signed list"),
        ({"revoked": ["other", "permit-17"]}, "it was revoked"),
        ({"revoked": [{"jti": "permit-17"}]}, "it was revoked"),
        ({"revoked": {"permit-17": 1}}, "it was revoked"),
        ({"exp": int(time.time()) - 1}, "too old"),
        ({"exp": "never"}, "too old"),
    ],
)
def test_a_permit_counts_only_beside_a_fresh_list_of_revoked_ones(
    dash_site: Site, signer: Signer, status: dict[str, object] | None, words: str
) -> None:
    """So a release that was moved later while this machine was cut off stays in."""
    dash_site.hold(signer, _good(signer), None if status is None else signer.status(**status))
    done = dash_site.publish(None)
    assert done.returncode == 4
    assert words in done.stderr


def test_a_permit_is_no_list_of_revoked_ones(dash_site: Site, signer: Signer) -> None:
    """One signed thing is not taken for another."""
    dash_site.hold(signer, _good(signer), _good(signer))
    assert dash_site.publish(None).returncode == 4
    dash_site.hold(signer, signer.status(), signer.status())
    assert dash_site.publish(None).returncode == 4


@pytest.mark.parametrize(("ahead", "code"), [(0, 0), (2, 0), (-2, 0), (3, 4), (-3, 4)])
def test_a_clock_that_was_wrong_at_the_last_contact_opens_nothing(
    dash_site: Site, signer: Signer, ahead: int, code: int
) -> None:
    """More than two seconds: no. Within two seconds: yes, from the slot on."""
    dash_site.hold(signer, _good(signer), ahead=ahead)
    assert dash_site.publish(None).returncode == code


def test_a_clock_that_was_ahead_waits_as_long(dash_site: Site, signer: Signer) -> None:
    """A permit that opens in a moment is waited for, never a second early."""
    slot = int(time.time()) + 1
    dash_site.hold(signer, signer.permit(RELEASE, OUTPUT, DIGEST, slot), ahead=2)
    done = dash_site.publish(None)
    assert done.returncode == 0, done.stderr
    assert dash_site.public.stat().st_ctime >= slot + 2


@pytest.mark.parametrize(
    "what", ["state", "permit", "status.jwt", "contact", "keys", "key", "link"]
)
def test_what_others_can_write_proves_nothing(dash_site: Site, signer: Signer, what: str) -> None:
    """A file or folder open to others is not believed."""
    dash_site.hold(signer, _good(signer))
    key = dash_site.state / "keys" / f"{signer.kid}.pem"
    if what == "link":
        key.unlink()
        (dash_site.folder / "mine.pem").write_bytes(pem(signer))
        key.symlink_to(dash_site.folder / "mine.pem")
    else:
        paths = {"state": dash_site.state, "key": key}
        paths["permit"] = dash_site.state / "permits" / f"{RELEASE}.jwt"
        paths.get(what, dash_site.state / what).chmod(0o777)
    done = dash_site.publish(None)
    assert done.returncode == 4
    assert "others could have written" in done.stderr


def test_without_openssl_there_is_no_permit(
    dash_site: Site, signer: Signer, tmp_path: Path
) -> None:
    """What cannot be verified does not count, and the message says why."""
    dash_site.hold(signer, _good(signer))
    (tmp_path / "bin" / "openssl").unlink()
    done = dash_site.publish(None)
    assert done.returncode == 4
    assert "openssl is not installed" in done.stderr


def test_without_a_point_there_is_no_permit(dash_site: Site, signer: Signer) -> None:
    """A permit is for one enforcement point, so this one must know its own name."""
    dash_site.hold(signer, _good(signer))
    done = dash_site.publish(None, PUBGUARD_POINT="")
    assert done.returncode == 4
    assert "PUBGUARD_POINT" in done.stderr
