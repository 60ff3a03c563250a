"""`check`, from outside: what is refused, what is asked, what is let go, and when."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.guard.conftest import OTHER, PAGE, RELEASE, SLOT, Office


def test_an_approval_that_would_publish_at_once_is_blocked(office: Office) -> None:
    """Case A: "publish immediately" before the slot is refused, with how early and what instead."""
    office.clock.set("2026-11-24T14:05")
    result = office.check("approve", "--actor", "a.jones", "--role", "approver")
    assert result.code == 1
    assert result.codes["PG201"] == "block"
    assert result.doc["gap"] == "1 day 19 h 25 min early"
    assert result.doc["gap_us"] == -(43 * 3600 + 25 * 60) * 1_000_000
    assert result.doc["next_allowed_at"] == "2026-11-26T09:30:00Z"
    early = next(v for v in result.doc["verdicts"] if v["code"] == "PG201")
    assert early["practice"] == "Standard 3"
    assert early["remedy"]


def test_the_refusal_reads_well_without_json(office: Office) -> None:
    """People get the answer, when it would go out, the reason, and the remedy, in that order."""
    office.clock.set("2026-11-24T14:05")
    arguments = ("check", "approve", RELEASE, "--actor", "a.jones", "--role", "approver")
    text = office.run(*arguments, as_json=False).out
    marks = ["BLOCKED", "Consumer prices", "Tuesday 24 November 2026, 14:05", "PG201", "->"]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "\x1b" not in text


def test_a_confirmed_approval_for_the_slot_arms_and_the_publish_needs_no_prompt(
    office: Office,
) -> None:
    """Approved for the slot and confirmed; blocked a microsecond early, then allowed unasked."""
    asked = office.approve()
    assert asked.code == 3
    assert asked.doc["challenge"]["type_this"] == "26 November 2026"
    assert office.answer(asked).code == 0
    armed = office.approve()
    assert (armed.code, armed.doc["decision"], armed.doc["armed"]) == (0, "allow", True)
    office.clock.set("2026-11-26T09:29:59.999999")
    early = office.publish()
    assert (early.code, early.doc["gap_us"]) == (1, -1)
    office.clock.set(SLOT)
    gone = office.publish()
    assert (gone.code, gone.doc["decision"], gone.doc["challenge"]) == (0, "allow", None)
    assert gone.doc["valid_until"] == "2026-11-26T09:30:30Z"


def test_a_confirmation_lets_the_same_check_pass_once(office: Office) -> None:
    """The second time the same check asks again."""
    assert office.arm().code == 0
    assert office.approve().code == 3


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"digest": OTHER}, id="other content"),
        pytest.param({"slot": "2026-11-26T09:31"}, id="other time"),
    ],
)
def test_a_confirmation_is_bound_to_what_was_asked(office: Office, change: dict[str, str]) -> None:
    """Other content, or another effective time, does not pass on it."""
    office.answer(office.approve())
    assert office.approve(**change).code != 0


def test_another_actor_cannot_use_a_confirmation(office: Office) -> None:
    """A confirmation serves whom the challenge was put to."""
    office.answer(office.approve())
    other = office.check(
        *("approve", "--actor", "d.else", "--role", "approver", "--author", "b.shah"),
        *("--effective-at", SLOT, "--digest", PAGE),
    )
    assert other.code == 3


def test_another_manifest_than_the_armed_one_does_not_go_out(office: Office) -> None:
    """From the slot on, content that was not approved is blocked (PG401)."""
    office.arm()
    office.clock.set(SLOT)
    assert office.publish(digest=OTHER).codes["PG401"] == "block"
    missing = office.check("publish", "--actor", "cron")
    assert missing.codes["PG401"] == "block"


def test_each_output_of_an_armed_release_goes_out_by_itself(office: Office) -> None:
    """A publish of one output needs that output's digest and no other."""
    parts = ("--digest", f"page={PAGE}", "--digest", f"data={OTHER}")
    approve = (
        *("approve", "--actor", "a.jones", "--role", "approver", "--author", "b.shah"),
        *("--effective-at", SLOT, *parts),
    )
    office.answer(office.check(*approve))
    assert office.check(*approve).code == 0
    office.clock.set(SLOT)
    page = ("publish", "--actor", "cron", "--output", "page")
    assert office.check(*page, "--digest", f"page={PAGE}").code == 0
    assert office.check(*page, "--digest", PAGE).code == 0
    assert office.check(*page, "--digest", OTHER).code == 1
    assert office.check("publish", "--actor", "cron", "--digest", f"page={PAGE}").code == 1


def test_a_release_that_nobody_approved_is_not_published(office: Office) -> None:
    """PG402: the slot having come is not enough."""
    office.clock.set(SLOT)
    assert office.publish().codes["PG402"] == "block"


def test_an_unknown_release_is_blocked_with_the_nearest_ids(office: Office) -> None:
    """A typing error is answered with what was probably meant."""
    result = office.check("publish", "--actor", "cron", release="prices-octobre-2026")
    assert result.code == 1
    unknown = next(v for v in result.doc["verdicts"] if v["code"] == "PG101")
    assert RELEASE in unknown["reason"] + unknown["remedy"]


@pytest.mark.parametrize(
    "release", ["a/b", "..", "a b", "a\x07b", "x" * 10_000, "", "\u0430bc"], ids=ascii
)
def test_what_cannot_be_an_id_is_a_wrong_call(office: Office, release: str) -> None:
    """Exit code 2 and a message that shows no raw control character."""
    result = office.run("check", "publish", release, "--actor", "cron")
    assert result.code == 2
    assert result.doc["error"]["code"] == "id"
    assert "\x07" not in result.out


@pytest.mark.parametrize("family", ["calendar", "time", "people", "content"])
def test_leaving_out_a_rule_family_opens_nothing(office: Office, family: str) -> None:
    """PG001: the guard is incomplete, even at the slot of an armed release."""
    office.arm()
    office.set(f'"{family}_rules", ', "")
    office.clock.set(SLOT)
    result = office.publish()
    assert result.code == 1
    assert result.codes["PG001"] == "block"


def test_share_is_refused_while_nothing_speaks_for_access(office: Office) -> None:
    """Sharing before release wants the access rules, which do not exist yet."""
    result = office.check("share", "--actor", "a.jones", "--recipient", "x@example.org")
    assert result.codes["PG001"] == "block"
    assert "x@example.org" not in (office.run("log", "export").out)


def test_a_rehearsal_exits_5_and_uses_nothing_up(office: Office) -> None:
    """`--at` tells what would be, and leaves confirmations, challenges and arming alone."""
    office.arm()
    would = office.publish("--at", SLOT)
    assert (would.code, would.doc["decision"], would.doc["rehearsal"]) == (5, "allow", True)
    assert would.doc["valid_until"] is None
    asked = office.approve("--at", "2026-10-02T10:00", digest=OTHER)
    assert (asked.code, asked.doc["challenge"]) == (3, None)
    assert office.publish("--at", "2026-11-26T09:29:59").code == 1
    assert [e["kind"] for e in office.events()][-3:] == ["check.rehearsed"] * 3
    office.clock.set(SLOT)
    assert office.publish().code == 0


def test_withdrawing_is_never_refused(office: Office) -> None:
    """Law 14: unknown, cancelled or with the guard incomplete, containment is allowed."""
    assert office.check("withdraw", "--actor", "anyone").code == 0
    unknown = office.check("withdraw", "--actor", "anyone", release="who-knows")
    assert (unknown.code, unknown.codes["PG101"]) == (0, "warn")
    office.set('"calendar_rules", "time_rules", "people_rules", "content_rules", ', "")
    bare = office.check("withdraw", "--actor", "anyone")
    assert (bare.code, bare.codes["PG001"]) == (0, "warn")


def test_an_id_is_compared_without_case_and_spaces(office: Office) -> None:
    """The approver who is also the author under another spelling is the same person (PG302)."""
    result = office.check(
        *("approve", "--actor", " A.Jones ", "--role", "approver", "--author", "a.JONES"),
        *("--effective-at", SLOT),
    )
    assert result.codes["PG302"] == "block"


def test_people_who_are_listed_have_the_roles_that_are_listed(office: Office) -> None:
    """With [people], a claimed role counts for nothing and an unlisted id is refused."""
    path = office.folder / "pubguard.toml"
    path.write_text(path.read_text() + '\n[people."a.jones"]\nroles = ["author"]\n')
    assert office.approve().codes["PG303"] == "block"
    stranger = office.check("approve", "--actor", "z.else", "--role", "approver")
    assert stranger.codes["PG303"] == "block"


def test_an_asserted_identity_is_refused_where_a_proven_one_is_wanted(office: Office) -> None:
    """`require_authenticated` turns PG305 into a block for an approval."""
    assert office.approve().codes["PG305"] == "warn"
    office.set("require_authenticated = false", "require_authenticated = true")
    assert office.approve().codes["PG305"] == "block"


def test_a_changed_setting_is_an_event_with_its_difference(office: Office) -> None:
    """The next event is preceded by config.changed, naming the keys that differ."""
    office.approve()
    office.set("two_person = true", "two_person = false")
    office.approve()
    changes = [e for e in office.events() if e["kind"] == "config.changed"]
    assert changes[-1]["data"]["changed"] == ["gate.two_person"]
    assert changes[-1]["data"]["settings"]["gate.two_person"] is False


def test_every_recorded_decision_is_decided_again_alike(office: Office) -> None:
    """Law 4, across a change of settings and of the clock."""
    office.arm()
    office.set("two_person = true", "two_person = false")
    office.check("approve", "--actor", "b.shah", "--author", "b.shah", "--role", "approver")
    office.clock.set("2026-11-26T09:29")
    office.publish()
    office.clock.set(SLOT)
    office.publish()
    office.publish("--at", "2026-11-26T12:00")
    result = office.run("log", "verify", "--replay")
    assert (result.code, result.doc["ok"]) == (0, True)


def test_a_weekend_is_blocked_and_a_bank_holiday_is_warned_about(empty: Office) -> None:
    """PG203 and PG204, from the slot's own London day."""
    empty.announce("on-saturday", "2026-11-28T09:30")
    empty.announce("boxing-day-observed", "2026-12-28T09:30")
    saturday = ("approve", "--actor", "a.jones", "--role", "approver", "--author", "b.shah")
    result = empty.check(*saturday, "--effective-at", "2026-11-28T09:30", release="on-saturday")
    assert result.codes["PG203"] == "block"
    result = empty.check(
        *saturday, "--effective-at", "2026-12-28T09:30", release="boxing-day-observed"
    )
    assert result.codes["PG204"] == "warn"


def test_an_effective_time_that_is_past_means_now(office: Office) -> None:
    """The gap is how early or late it would really be public, and the words agree with it."""
    office.clock.set("2026-11-24T14:05")
    early = office.approve(slot="2020-01-01T09:30").doc
    assert early["gap"] == "1 day 19 h 25 min early"
    reason = next(v["reason"] for v in early["verdicts"] if v["code"] == "PG201")
    assert "at once, 1 day 19 h 25 min early" in reason
    office.clock.set("2026-11-26T12:00")
    late = office.approve(slot=SLOT).doc
    assert (late["gap"], late["gap_us"]) == ("2 h 30 min late", 9_000_000_000)


@pytest.mark.parametrize("option", ["--effective-at", "--at"])
def test_an_empty_time_is_no_time(office: Office, option: str) -> None:
    """A caller whose variable was empty hears of it, and is not taken to mean "at once"."""
    result = office.check("approve", "--actor", "a.jones", option, "")
    assert (result.code, result.doc["error"]["code"]) == (2, "time")


def test_the_question_without_a_terminal_says_how_to_answer_it(office: Office) -> None:
    """The command to answer with is printed as it can be copied, and answers."""
    arguments = (
        *("check", "approve", RELEASE, "--actor", "a jones", "--role", "approver"),
        *("--effective-at", SLOT, "--digest", PAGE),
    )
    asked = office.run(*arguments, as_json=False)
    assert asked.code == 3
    command = asked.out[asked.out.index("pubguard confirm") :].split("\nRecorded")[0]
    assert office.run(*shlex.split(command.replace("\\\n", ""))[1:]).code == 0
    assert office.run(*arguments).code == 0


def test_the_answer_fits_80_columns(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of a refusal or a question is wider."""
    monkeypatch.setenv("COLUMNS", "80")
    arguments = ("check", "approve", RELEASE, "--actor", "a.jones", "--role", "approver")
    for more in ((), ("--effective-at", SLOT)):
        lines = office.run(*arguments, *more, as_json=False).out.splitlines()
        assert max(map(len, lines)) <= 80


def test_a_number_never_parts_from_its_unit(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the width, "19 h" stands on one line."""
    office.clock.set("2026-11-24T14:05")
    arguments = ("check", "approve", RELEASE, "--actor", "a.jones", "--role", "approver")
    for columns in range(60, 100):
        monkeypatch.setenv("COLUMNS", str(columns))
        text = office.run(*arguments, as_json=False).out
        assert not re.search(r"\d\n\s+(days?|h|min|s)\b", text), text


def test_a_missing_action_is_called_by_its_name(office: Office) -> None:
    """The message for a wrong call speaks of ACTION and lists what it can be."""
    error = office.run("check").doc["error"]
    assert "Missing argument 'ACTION'" in error["message"]
    assert "withdraw" in error["message"]
