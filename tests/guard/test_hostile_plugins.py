"""Rules of a third party that fail, in every way we could think of, through the real command."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.guard.conftest import SLOT, Office

PLUGIN = """
import re, time
from typing import ClassVar
from msgspec import Struct
from pubguard.hookspecs import hookimpl
from pubguard.model import CLEAR, Action

class Hostile(Struct, frozen=True):
    code: ClassVar[str] = "EX900"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "Hostile"
    why: ClassVar[str] = "To see what happens."
    fix: ClassVar[str] = "Take it out."
    duty: ClassVar[str | None] = None
    actions: ClassVar[frozenset[Action]] = frozenset(Action)

    def judge(self, attempt, facts):
        {body}

@hookimpl
def register_rules(register):
    register("hostile", Hostile)
"""
WAYS = [
    pytest.param("raise ValueError('secret-4711')", id="raises"),
    pytest.param("raise SystemExit(0)", id="exits with 0"),
    pytest.param("raise KeyboardInterrupt", id="interrupts"),
    pytest.param("return 'allow'", id="returns text"),
    pytest.param("return True", id="returns true"),
    pytest.param("return attempt", id="returns something else"),
    pytest.param("time.sleep(3600)", id="never returns"),
    pytest.param("while True: pass", id="spins"),
]


@pytest.fixture
def hostile(empty: Office, tmp_path: Path):
    """A workspace with a plugin whose rule does that, and the variable that installs it."""
    done = empty.command(
        *("calendar", "announce", "far-ahead", "--title", "Far ahead"),
        *("--release-at", "2037-12-15T09:30", "--actor", "c.lee"),
    )
    assert done.code == 0

    def install(body: str) -> dict[str, str]:
        folder = tmp_path / "hostile"
        metadata = folder / "hostile-1.0.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "entry_points.txt").write_text("[pubguard]\nhostile = hostile_rule\n")
        (folder / "hostile_rule.py").write_text(PLUGIN.format(body=body))
        empty.set("plugins = [", 'plugins = ["hostile", ')
        return {"PYTHONPATH": str(folder)}

    return install


DIGEST = "sha256:" + "1a" * 32
APPROVE = (
    *("check", "approve", "far-ahead", "--actor", "a.jones", "--role", "approver"),
    *("--author", "b.shah", "--effective-at", "2037-12-15T09:30"),
)


@pytest.mark.parametrize("body", WAYS)
def test_a_rule_that_fails_is_an_error_and_the_others_are_heard(
    empty: Office, hostile, body: str
) -> None:
    """Exit code 4, never an allow; every other verdict is shown; no secret of it leaves."""
    result = empty.command(*APPROVE, **hostile(body))
    assert result.code == 4, result.out + result.err
    assert result.doc["decision"] == "error"
    assert result.codes["EX900"] == "error"
    assert result.codes["PG301"] == "confirm"
    assert "secret-4711" not in result.out + result.err


@pytest.mark.parametrize("body", WAYS)
def test_a_rule_that_fails_does_not_hold_up_a_withdrawal(empty: Office, hostile, body: str) -> None:
    """Containment is never refused."""
    result = empty.command("check", "withdraw", "far-ahead", "--actor", "it", **hostile(body))
    assert (result.code, result.codes["EX900"]) == (0, "warn")


def test_a_rule_that_lets_nobody_else_run_is_ended(empty: Office, hostile) -> None:
    """A regular expression that takes for ever holds Python itself; the kernel ends it."""
    stuck = r"re.match('(a+)+$', 'a' * 60 + 'b')"
    result = empty.command(*APPROVE, **hostile(stuck))
    assert result.code not in (0, 3, 5)
    assert "allow" not in result.out


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
        time.sleep(3600)

@hookimpl
def register_facts(register):
    register("weather", Looks)
"""


def test_a_look_at_the_world_that_never_ends_is_unknown(empty: Office, tmp_path: Path) -> None:
    """The check goes on without that fact, and within its two seconds."""
    folder = tmp_path / "slow"
    metadata = folder / "slow-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "entry_points.txt").write_text("[pubguard]\nslow = slow_fact\n")
    (folder / "slow_fact.py").write_text(FACT)
    empty.set("plugins = [", 'plugins = ["slow", ')
    result = empty.command(
        *("check", "approve", "nobody-knows", "--actor", "a.jones", "--effective-at", SLOT),
        PYTHONPATH=str(folder) + os.pathsep + os.environ.get("PYTHONPATH", ""),
    )
    assert (result.code, result.doc["decision"]) == (1, "block")


@pytest.mark.parametrize(
    ("field", "value"),
    [("float", "0.5"), ("int", "2**70"), ("str", r"'\udcff'"), ("object", "object()")],
)
def test_a_fact_that_the_log_cannot_hold_is_a_no_but_to_a_withdrawal(
    empty: Office, tmp_path: Path, field: str, value: str
) -> None:
    """Nobody gets permission on what cannot be recorded; taking down is allowed and kept."""
    folder = tmp_path / "odd"
    metadata = folder / "odd-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "entry_points.txt").write_text("[pubguard]\nodd = odd_fact\n")
    source = FACT.replace("rain: bool = False", f"rain: {field} = {value}")
    (folder / "odd_fact.py").write_text(source.replace("time.sleep(3600)", "return Weather()"))
    empty.set("plugins = [", 'plugins = ["odd", ')
    there = {"PYTHONPATH": str(folder)}
    refused = empty.command("check", "publish", "r", "--actor", "a", **there)
    assert refused.code in (2, 4)
    allowed = empty.command("check", "withdraw", "r", "--actor", "it", **there)
    assert (allowed.code, allowed.doc["decision"], allowed.doc["event"]) == (0, "allow", None)
    assert (empty.folder / "withdrawals.spool").stat().st_size > 0


def test_from_the_slot_on_two_persons_lift_a_failed_rule(empty, hostile, show):
    """A broken plugin must not be the breach; before the slot it is one more reason to wait."""
    broken = hostile("raise ValueError")
    asks = ("override", "request", "far-ahead", "--action", "publish", "--actor", "e.dee")
    why = ("--role", "publisher", "--reason", "The plugin is broken", "--digest", DIGEST)
    publish = ("check", "publish", "far-ahead", "--actor", "e.dee", "--role", "publisher")
    publish = (*publish, "--digest", DIGEST, "--author", "b.shah")

    def at(time: str, *arguments: str):
        return empty.command(*arguments, **show(f"2037-12-15T{time}"), **broken)

    early = at("09:29", *asks, *why)
    assert (early.code, "repair its plugin" in early.doc["error"]["remedy"]) == (1, True)
    assert at("09:31", *publish).code == 4
    asked = at("09:31", *asks, *why)
    assert asked.doc["codes"] == ["EX900", "PG402"]
    second = ("override", "second", asked.doc["id"], "--actor", "c.lead", "--role", "lead-official")
    assert at("09:32", *second).code == 0
    question = at("09:33", *publish)
    assert question.code == 3
    challenge = question.doc["challenge"]
    typed = ("--actor", "e.dee", "--typed", challenge["type_this"])
    assert at("09:33", "confirm", challenge["id"], *typed).code == 0
    done = at("09:33", *publish)
    assert (done.code, done.codes["EX900"]) == (0, "error")
