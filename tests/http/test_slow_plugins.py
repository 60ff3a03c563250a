"""A plugin that hangs costs the service a thread, and nobody an answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.guard.conftest import Office
from tests.http.conftest import Service, question

RULE = """
import time
from typing import ClassVar
from msgspec import Struct
from pubguard.hookspecs import hookimpl
from pubguard.model import CLEAR, Action

class Hanging(Struct, frozen=True):
    code: ClassVar[str] = "PG999"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Hanging"
    why: ClassVar[str] = "It hangs."
    fix: ClassVar[str] = "Wait."
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = frozenset(Action)

    def judge(self, attempt, facts):
        if attempt.actor.id == "slow":
            time.sleep(3600)
        return CLEAR

@hookimpl
def register_rules(register):
    register("hanging", Hanging)
"""
FACT = """
import time
from typing import ClassVar
from msgspec import Struct
from pubguard.hookspecs import hookimpl

class Weather(Struct, frozen=True):
    rain: bool = False

class Looks(Struct, frozen=True):
    kind: ClassVar[type[Struct]] = Weather

    def gather(self, attempt, record):
        if attempt.actor.id == "slow":
            time.sleep(3600)
        return Weather()

@hookimpl
def register_facts(register):
    register("weather", Looks)
"""


@pytest.fixture
def slow(ahead: Office, serve, tmp_path: Path):
    """Starts a service with one more plugin."""

    def start(source: str):
        folder = tmp_path / "slow"
        metadata = folder / "slow-1.0.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "entry_points.txt").write_text("[pubguard]\nslow = slow_plugin\n")
        (folder / "slow_plugin.py").write_text(source)
        ahead.set("\nplugins = [", '\nplugins = ["slow", ')
        return serve(PYTHONPATH=str(folder))

    return start


def decided(service: Service) -> int:
    folder = service.office.folder.parent / "slow"
    exported = service.office.command("log", "export", PYTHONPATH=str(folder)).out
    return exported.count('"kind":"check.decided"')


def test_a_rule_that_hangs_is_an_error_and_the_others_are_heard(slow) -> None:
    """Each time, within two seconds, and once recorded; who is not held up is answered as ever."""
    service = slow(RULE)
    assert service.check().json()["decision"] == "block"
    for _ in range(3):
        held = service.check(actor={"id": "slow"}).json()
        assert held["decision"] == "error"
        effects = {v["code"]: v["effect"] for v in held["verdicts"]}
        assert (effects["PG999"], effects["PG201"]) == ("error", "block")
        assert service.check().json()["decision"] == "block"
    assert service.check("withdraw", actor={"id": "slow"}).json()["decision"] == "allow"
    assert decided(service) == 8
    service.stop()
    assert "plugin.slow" in [line["event"] for line in service.lines()]


def test_whoever_sits_with_one_that_is_held_up_is_answered(slow) -> None:
    """Forty ask at once, one of whom a rule holds up: each has its answer, recorded once."""
    service = slow(RULE)
    people = ["slow", *("cron",) * 39]
    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(lambda who: _asked(service, who), people))
    assert [answer["decision"] for answer in answers] == ["error", *("block",) * 39]
    assert len({answer["event"]["index"] for answer in answers}) == len(people)
    assert decided(service) == len(people)


def _asked(service: Service, who: str):
    asked = question(actor={"id": who})
    bearer = {"Authorization": f"Bearer {service.token}"}
    return requests.post(f"{service.url}/v1/check", json=asked, headers=bearer, timeout=30).json()


def test_a_look_at_the_world_that_hangs_is_unknown(slow) -> None:
    """The check goes on without that fact."""
    service = slow(FACT)
    for _ in range(3):
        held = service.check(actor={"id": "slow"}).json()
        assert held["decision"] == "block"
    assert decided(service) == 3


def test_a_plugin_that_raises_is_an_error_as_on_the_command_line(slow) -> None:
    """Even one that wants to end the process with a yes."""
    service = slow(RULE.replace("time.sleep(3600)", "raise SystemExit(0)"))
    ours = service.check(actor={"id": "slow"}).json()
    assert ours["decision"] == "error"
