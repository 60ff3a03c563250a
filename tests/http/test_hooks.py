"""The shell's hook and the real service, on one clock: what each says, the other understands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.guard.conftest import Office
from tests.hooks.conftest import DIGEST, OUTPUT, RELEASE, Site
from tests.http.conftest import Service

SLOT = "2026-11-26T09:30"
CALENDAR = f"""
[[release]]
id = "{RELEASE}"
title = "Consumer prices: October 2026"
state = "confirmed"
release_at = 2026-11-26T09:30:00
[[release.output]]
id = "{OUTPUT}"
url = "https://stats.example/prices"
"""


@pytest.fixture
def guard(ahead: Office, serve: Callable[..., Service], show, tmp_path: Path) -> Service:
    """A service ten minutes before the slot, with the bulletin armed."""
    calendar = tmp_path / "calendar.toml"
    calendar.write_text(CALENDAR)
    assert ahead.run("calendar", "import", str(calendar)).code == 0
    ahead.clock.set("2026-11-25T09:00")
    approve = {"digest": f"{OUTPUT}={DIGEST}"}
    asked = ahead.approve("--output", OUTPUT, **approve)
    assert asked.code == 3, asked.out
    assert ahead.answer(asked).code == 0
    assert ahead.approve("--output", OUTPUT, **approve).doc["armed"] is True
    return serve(**show("2026-11-26T09:20"))


@pytest.fixture
def site(tmp_path: Path, guard: Service) -> Site:
    made = Site(tmp_path, ["sh"])
    made.token.write_text(guard.token + "\n")
    made.environment["PUBGUARD_POINT"] = "cms"
    made.environment["PUBGUARD_URL"] = guard.url
    return made


def publish(site: Site, **clock: str) -> subprocess.CompletedProcess[str]:
    move = ("mv", site.file, site.public)
    return site.curl("publish", RELEASE, OUTPUT, DIGEST, "--", *move, **clock)


def published(office: Office) -> list[str]:
    said = [event["data"] for event in office.events() if event["kind"] == "outcome.recorded"]
    return [each["happened_at"] for each in said if each["outcome"] == "published"]


def test_early_is_a_no_and_at_the_slot_it_goes_out(guard: Service, site: Site, show) -> None:
    """The service's own words reach whoever called; what went out is recorded once."""
    early = publish(site, **show("2026-11-26T09:29"))
    assert early.returncode == 1, early.stderr
    assert "NOT PUBLISHED" in early.stderr
    assert not site.public.exists()
    out = publish(site, **show(SLOT))
    assert out.returncode == 0, out.stderr
    assert site.public.exists()
    assert [at[:16] for at in published(guard.office)] == [SLOT]


def test_a_permit_fetched_before_publishes_while_the_service_is_down(
    guard: Service, site: Site, show
) -> None:
    """Synchronised, cut off, published at the slot from the permit, and told afterwards."""
    fetched = site.curl("sync", **show("2026-11-26T09:20"))
    assert fetched.returncode == 0, fetched.stderr
    assert "1 permits are held here" in fetched.stderr
    guard.stop()
    early = publish(site, **show("2026-11-26T09:29:50"))
    assert (early.returncode, site.public.exists()) == (4, False), early.stderr
    out = publish(site, **show("2026-11-26T09:30:02"))
    assert (out.returncode, site.public.exists()) == (0, True), out.stderr
    assert published(guard.office) == []
    guard.start(**show("2026-11-26T09:40"))
    sent = site.curl("send", PUBGUARD_URL=guard.url, **show("2026-11-26T09:40"))
    assert sent.returncode == 0, sent.stderr
    assert [at[:19] for at in published(guard.office)] == [f"{SLOT}:02"]
