from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from pubguard_hooks.git.permit import NoPermit, Permits, Wanted

from tests.hooks.conftest import DIGEST, OUTPUT, RELEASE, Site
from tests.hooks.gitrepo import Faked, refused
from tests.servers.contract import POINT, Signer


def _state(
    faked: Faked, site: Site, signer: Signer, digest: str = DIGEST, **claims: object
) -> None:
    ago = time.time() - 60
    site.hold(signer, signer.permit(RELEASE, OUTPUT, digest, ago, **claims))
    faked.configure(state=site.state, point=POINT)


@pytest.mark.parametrize("answer", ["hang", "error", "crash", "mute"])
def test_a_broken_guard_is_not_the_breach(
    faked: Faked, dash_site: Site, signer: Signer, answer: str
) -> None:
    """From the slot on a good permit lets it in, and the record waits."""
    faked.start()
    faked.commit()
    _state(faked, dash_site, signer)
    faked.answer(answer)
    (faked.folder / "records").write_text("4")
    done = faked.push("main")
    assert done.returncode == 0, done.stderr
    assert "On permit permit-17" in done.stderr
    (kept,) = dash_site.queue
    assert "permit permit-17" in kept


OTHER = "sha256:" + "2b" * 32
WRONG: dict[str, dict[str, object]] = {
    "the slot has not come": {"nbf": int(time.time()) + 3600},
    "it has expired": {"exp": 1},
    "another enforcement point": {"aud": "x"},
    "another release": {"sub": "x"},
    "not for publishing": {"act": "approve"},
    "other content": {"digests": {OUTPUT: OTHER}},
    "times cannot be read": {"nbf": 1.5},
    "another guard": {"iss": "x"},
}


@pytest.mark.parametrize("words", WRONG)
def test_a_permit_that_does_not_fit_is_none(
    faked: Faked, dash_site: Site, signer: Signer, words: str
) -> None:
    """Each claim counts."""
    faked.start()
    faked.commit()
    _state(faked, dash_site, signer, **WRONG[words])
    faked.answer("error")
    refused(faked, "main", words=words)


@pytest.mark.parametrize("how", ["foreign", "revoked", "stale", "clock", "writable", "no-status"])
def test_a_permit_that_cannot_be_relied_on_is_none(
    faked: Faked, dash_site: Site, signer: Signer, how: str
) -> None:
    """Signature, list of revoked ones, clocks and ownership as in the shell hook."""
    faked.start()
    faked.commit()
    faked.configure(state=dash_site.state, point=POINT)
    permit = signer.permit(RELEASE, OUTPUT, DIGEST, time.time() - 60)
    status: str | None = signer.status()
    if how == "foreign":
        permit = Signer(signer.kid).permit(RELEASE, OUTPUT, DIGEST, time.time() - 60)
    if how == "revoked":
        status = signer.status(("permit-17",))
    if how == "stale":
        status = signer.status(exp=int(time.time()) - 1)
    dash_site.hold(signer, permit, None if how == "no-status" else status, 3600 * (how == "clock"))
    if how == "writable":
        (dash_site.state / "status.jwt").chmod(0o666)
    faked.answer("error")
    refused(faked, "main", words="no permit stands in for it")


@pytest.mark.parametrize("ahead", [0, 2])
def test_a_clock_that_was_ahead_waits_as_long(dash_site: Site, signer: Signer, ahead: int) -> None:
    """Never a moment early by the guard's clock, to the microsecond."""
    slot = int(time.time())
    dash_site.hold(signer, signer.permit(RELEASE, OUTPUT, DIGEST, slot), ahead=ahead)
    permits, wanted = Permits(str(dash_site.state), POINT), Wanted(RELEASE, OUTPUT, DIGEST)
    opens = datetime.fromtimestamp(slot + ahead, UTC)
    with pytest.raises(NoPermit, match="the slot has not come"):
        permits.find(wanted, opens - timedelta(microseconds=1))
    assert permits.find(wanted, opens) == "permit-17"
    assert permits.find(wanted, opens + timedelta(seconds=7199 - ahead)) == "permit-17"
    with pytest.raises(NoPermit, match="expired"):
        permits.find(wanted, opens + timedelta(seconds=7200 - ahead))
