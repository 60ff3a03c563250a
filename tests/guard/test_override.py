"""Two persons lift a refusal, once for each output, for half an hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from pubguard.build import Workspace
from pubguard.errors import PubguardError
from pubguard.model import Actor, Role
from tests.guard.conftest import OTHER, PAGE, RELEASE, SLOT, Office

LEAD = ("--role", "lead-official")
PARTED = f"""
[[release]]
id = "{RELEASE}"
title = "Consumer prices: October 2026"
release_at = 2026-11-26T09:30:00
[[release.output]]
id = "page"
[[release.output]]
id = "data"
"""
BOTH = ("--digest", f"page={PAGE}", "--digest", f"data={OTHER}")


def publish(office: Office, *more: str):
    return office.check("publish", "--actor", "e.dee", "--role", "publisher", *more)


def one(office: Office, output: str, digest: str):
    """One output is published, with its typed confirmation where that is asked for."""
    asked = publish(office, "--output", output, "--digest", f"{output}={digest}")
    if asked.code != 3:
        return asked
    assert office.answer(asked, "e.dee").code == 0
    return publish(office, "--output", output, "--digest", f"{output}={digest}")


def request(office: Office, *more: str, action: str = "publish", actor: str = "e.dee"):
    return office.run(
        *("override", "request", RELEASE, "--action", action, "--actor", actor),
        *("--reason", "Leaked at nine", *more),
    )


def second(office: Office, asked, *roles: str, actor: str = "c.lead"):
    return office.run("override", "second", asked.doc["id"], "--actor", actor, *roles)


@pytest.fixture
def parted(empty: Office) -> Office:
    """A release with a page and a data file."""
    calendar = empty.folder / "calendar.toml"
    calendar.write_text(PARTED)
    assert empty.run("calendar", "import", str(calendar)).code == 0
    return empty


def test_after_a_leak_everything_goes_out_at_once(parted: Office) -> None:
    """Each output of the release is let out once, before its slot, and no output twice."""
    assert one(parted, "page", PAGE).code == 1
    asked = request(parted, "--role", "publisher", *BOTH)
    assert (asked.code, asked.doc["codes"]) == (0, ["PG201", "PG402"])
    assert second(parted, asked, *LEAD).code == 0
    for output, digest in (("page", PAGE), ("data", OTHER)):
        done = one(parted, output, digest)
        assert done.code == 0, done.out
        lifted = {v["code"]: v for v in done.doc["verdicts"] if v["overridden_by"]}
        assert {v["effect"] for v in lifted.values()} == {"block"}
        assert {v["overridden_by"] for v in lifted.values()} == {asked.doc["id"]}
        assert done.codes["PG304"] == "warn"
    assert one(parted, "page", PAGE).code == 1
    (listed,) = parted.run("override", "list").doc
    assert (listed["status"], listed["used"]) == ("used", ["page", "data"])
    assert listed["reason"] == "Leaked at nine"
    said = parted.run(
        *("record", "published", RELEASE, "--actor", "e.dee", "--output", "page"),
        *("--digest", f"page={PAGE}"),
    )
    assert said.doc["bypass"] is False
    assert parted.run("log", "verify", "--replay").doc["ok"]


def test_what_was_armed_and_leaked_is_no_bypass_when_two_let_it_out(parted: Office) -> None:
    """It was allowed, so it is published in our books, and nobody is alarmed about it again."""
    slot = ("--effective-at", SLOT, *BOTH)
    approve = ("approve", "--actor", "a.jones", "--role", "approver", "--author", "b.shah", *slot)
    assert parted.answer(parted.check(*approve)).code == 0
    assert parted.check(*approve).doc["armed"] is True
    assert publish(parted, *BOTH).code == 1
    asked = request(parted, "--role", "publisher", *BOTH)
    assert second(parted, asked, *LEAD).code == 0
    assert parted.answer(publish(parted, *BOTH), "e.dee").code == 0
    assert publish(parted, *BOTH).code == 0
    record = ("record", "published", RELEASE, "--actor", "e.dee", *BOTH)
    assert parted.run(*record).doc["bypass"] is False
    assert parted.run("calendar", "show", RELEASE).doc["state"] == "published"
    assert parted.run("log", "verify", "--replay").doc["ok"]


def test_a_change_proposed_after_an_arming_is_not_lifted_by_it(office: Office) -> None:
    """Two persons let it out in spite of one proposal; the next one nobody has looked at."""

    def move(day: str) -> None:
        wish = ("move", RELEASE, "--to", f"{day}T09:30", "--actor", "b.shah", "--reason", "Late")
        assert office.run("calendar", *wish).code == 0

    move("2026-12-03")
    assert office.approve().codes["PG104"] == "block"
    more = ("--digest", PAGE, "--effective-at", SLOT, "--author", "b.shah")
    asked = request(office, *more, action="approve", actor="a.jones")
    assert (second(office, asked, *LEAD).code, office.arm().doc["armed"]) == (0, True)
    office.clock.set("2026-10-01T10:20")
    keep = ("agree", RELEASE, "--keep", "--actor", "c.lead", *LEAD)
    assert office.run("calendar", *keep).code == 0
    move("2026-12-10")
    office.clock.set(SLOT)
    assert office.publish().code == 1
    assert office.run("calendar", *keep).code == 0
    assert office.publish().code == 0
    assert office.run("log", "verify", "--replay").doc["ok"]


def test_what_is_armed_may_go_out_before_its_slot_too(office: Office) -> None:
    """After a leak it is no bypass that an armed release was published under an override."""
    assert office.arm().code == 0
    office.clock.set("2026-11-26T09:00")
    early = ("--actor", "e.dee", "--digest", PAGE)
    assert office.check("publish", *early).codes["PG201"] == "block"
    second(office, request(office), *LEAD)
    office.answer(office.check("publish", *early), "e.dee")
    assert office.check("publish", *early).code == 0
    assert office.run("record", "published", RELEASE, *early).doc["bypass"] is False
    assert office.run("calendar", "show", RELEASE).doc["state"] == "published"
    assert office.run("log", "verify", "--replay").doc["ok"]


def test_other_content_is_not_covered(parted: Office) -> None:
    """The override is for one manifest; another file stays blocked."""
    asked = request(parted, "--role", "publisher", *BOTH)
    second(parted, asked, *LEAD)
    assert one(parted, "page", OTHER).code == 1
    assert one(parted, "pages", PAGE).code == 1


def test_all_other_codes_still_count(office: Office) -> None:
    """What was not refused then is not lifted now."""
    asked = request(office, "--role", "publisher", "--digest", PAGE)
    second(office, asked, *LEAD)
    late = office.check("publish", "--actor", "nobody", "--digest", PAGE)
    assert late.code == 1
    standing = [
        v["code"] for v in late.doc["verdicts"] if v["effect"] == "block" and not v["overridden_by"]
    ]
    assert standing == ["PG303"]
    assert late.doc["next_allowed_at"] is None


def test_a_second_override_lifts_what_the_first_one_did_too(office: Office) -> None:
    """One covers an attempt, so the two together must not leave it blocked for ever."""
    second(office, request(office, "--role", "publisher", "--digest", PAGE), *LEAD)
    nobody = ("publish", "--actor", "nobody", "--digest", PAGE)
    assert office.check(*nobody).codes["PG303"] == "block"
    asked = request(office, "--digest", PAGE, actor="nobody")
    assert asked.doc["codes"] == ["PG201", "PG303", "PG402"]
    second(office, asked, *LEAD)
    question = office.check(*nobody)
    assert question.code == 3
    assert "Nothing blocks" in request(office, "--digest", PAGE).doc["error"]["message"]
    office.answer(question, "nobody")
    assert office.check(*nobody).code == 0


def test_it_answers_the_refusal_that_was_given(office: Office) -> None:
    """Its codes and its content, where the request names none."""
    refused = publish(office, "--digest", PAGE)
    asked = request(office)
    assert asked.doc["refusal"] == refused.doc["event"]["index"]
    assert (asked.doc["codes"], asked.doc["digests"]) == (["PG201", "PG402"], {"": PAGE})


def test_only_the_latest_answer_to_the_same_question_is_answered(office: Office) -> None:
    """No refusal of half an hour ago, none of another action, and none before a later yes."""
    refused = publish(office, "--digest", PAGE).doc["event"]["index"]
    asked = request(office, "--role", "approver", "--author", "e.dee", action="approve")
    assert (asked.doc["codes"], asked.doc["refusal"]) == (["PG201", "PG302"], None)
    office.clock.set("2026-10-01T10:29:59")
    assert request(office).doc["refusal"] == refused
    office.clock.set("2026-10-01T10:30")
    assert request(office).doc["refusal"] is None
    office.arm()
    office.clock.set("2026-11-26T09:30")
    assert office.publish().code == 0
    why = ("--actor", "b.shah", "--reason", "by mistake")
    office.run("calendar", "cancel", RELEASE, *why)
    late = request(office, "--digest", PAGE)
    assert (late.doc["codes"], late.doc["refusal"]) == (["PG103", "PG104"], None)


def test_the_refusal_of_half_the_content_is_none_of_the_whole(parted: Office) -> None:
    """The refusal of one output is, where that output's content is the same."""
    publish(parted, "--digest", f"page={PAGE}")
    assert request(parted, *BOTH).doc["refusal"] is None
    part = publish(parted, "--output", "page", "--digest", f"page={PAGE}").doc["event"]["index"]
    assert request(parted, *BOTH).doc["refusal"] == part


def test_it_ends_after_half_an_hour(office: Office) -> None:
    """Half an hour to be seconded, and half an hour to be used."""
    asked = request(office, "--role", "publisher", "--digest", PAGE)
    office.clock.set("2026-10-01T10:30")
    late = second(office, asked, *LEAD)
    assert (late.code, "could be seconded until" in late.doc["error"]["message"]) == (1, True)
    assert office.events()[-1]["kind"] == "override.expired"
    asked = request(office, "--role", "publisher", "--digest", PAGE)
    office.clock.set("2026-10-01T10:59:59")
    assert second(office, asked, *LEAD).code == 0
    office.clock.set("2026-10-01T11:29:58")
    assert publish(office, "--digest", PAGE).code == 3
    office.clock.set("2026-10-01T11:29:59")
    assert publish(office, "--digest", PAGE).code == 1
    assert [o["status"] for o in office.run("override", "list").doc] == ["expired", "expired"]


def test_a_moved_date_ends_it(office: Office) -> None:
    """It was given for the slot that was announced then."""
    asked = request(office, "--role", "publisher", "--digest", PAGE)
    second(office, asked, *LEAD)
    why = ("--reason", "x")
    office.run("calendar", "move", RELEASE, "--to", "2026-12-03T09:30", "--actor", "b.shah", *why)
    office.run("calendar", "agree", RELEASE, "--actor", "c.lead", *LEAD)
    done = publish(office, "--digest", PAGE)
    assert done.code == 1
    assert not any(v["overridden_by"] for v in done.doc["verdicts"])


@pytest.mark.parametrize("name", ["e.dee", "E.Dee ", "\uff45.dee"])
def test_nobody_seconds_their_own_request(office: Office, name: str) -> None:
    """Not even the only lead official, however the id is spelt."""
    asked = request(office, *LEAD, "--digest", PAGE)
    refused = second(office, asked, *LEAD, actor=name)
    assert (refused.code, "somebody else" in refused.doc["error"]["message"]) == (1, True)


def test_the_only_lead_official_may_ask(office: Office) -> None:
    """Then anybody else may second it."""
    asked = request(office, *LEAD, "--digest", PAGE, actor="c.lead")
    assert second(office, asked, actor="a.jones").code == 0


def test_two_who_are_no_lead_officials_lift_nothing(office: Office) -> None:
    """One of the two has to be one."""
    asked = request(office, "--role", "approver", "--digest", PAGE)
    refused = second(office, asked, "--role", "approver")
    assert (refused.code, "lead official" in refused.doc["error"]["message"]) == (1, True)
    assert publish(office, "--digest", PAGE).code == 1


def test_what_nobody_can_lift(office: Office) -> None:
    """An unknown release and an incomplete guard stay blocked."""
    unknown = office.run(
        *("override", "request", "prices", "--action", "publish", "--actor", "e.dee"),
        *("--reason", "x"),
    )
    assert (unknown.code, "PG101" in unknown.doc["error"]["message"]) == (1, True)
    office.set('"time_rules", ', "")
    incomplete = request(office)
    assert (incomplete.code, "PG001" in incomplete.doc["error"]["message"]) == (1, True)


def test_there_must_be_something_to_lift(office: Office) -> None:
    """Neither an allowed action, nor a withdrawal, nor a blank reason."""
    assert office.arm().code == 0
    office.clock.set("2026-11-26T09:30")
    assert "Nothing blocks" in request(office, "--digest", PAGE).doc["error"]["message"]
    assert "always allowed" in request(office, action="withdraw").doc["error"]["message"]
    blank = office.run(
        *("override", "request", RELEASE, "--action", "publish", "--actor", "e", "--reason", " ")
    )
    assert blank.code == 2
    assert office.run("override", "second", "5f" * 16, "--actor", "c.lead").code == 1


def test_what_went_out_meanwhile_is_moved_no_more(office: Office) -> None:
    """A change that was open when the release had to go can only be turned down."""
    why = ("--reason", "Late returns")
    office.run("calendar", "move", RELEASE, "--to", "2026-12-03T09:30", "--actor", "b.shah", *why)
    second(office, request(office, "--role", "publisher", "--digest", PAGE), *LEAD)
    office.answer(publish(office, "--digest", PAGE), "e.dee")
    assert publish(office, "--digest", PAGE).code == 0
    office.run("record", "published", RELEASE, "--actor", "e.dee", "--digest", PAGE)
    agree = ("calendar", "agree", RELEASE, "--actor", "c.lead", *LEAD)
    refused = office.run(*agree)
    assert (refused.code, "published" in refused.doc["error"]["message"]) == (1, True)
    assert office.run(*agree, "--keep").doc["state"] == "published"


def test_what_an_override_armed_goes_out_by_itself(office: Office) -> None:
    """What stood against the approval then does not stop it on the morning."""
    mine = (
        "--actor",
        "b.shah",
        "--role",
        "approver",
        "--author",
        "b.shah",
        "--digest",
        PAGE,
        "--effective-at",
        "2026-11-26T09:30",
    )
    assert office.check("approve", *mine).codes["PG302"] == "block"
    asked = request(office, "--digest", PAGE, action="approve", actor="b.shah")
    assert asked.doc["codes"] == ["PG302"]
    second(office, asked, *LEAD)
    confirmed = office.check("approve", *mine)
    assert confirmed.code == 3
    office.answer(confirmed, "b.shah")
    assert office.check("approve", *mine).doc["armed"] is True
    office.clock.set("2026-11-26T09:29:59")
    assert office.publish().code == 1
    office.clock.set("2026-11-26T09:30")
    done = office.publish()
    assert (done.code, done.codes["PG302"]) == (0, "block")
    assert office.publish(digest=OTHER).code == 1
    assert office.run("log", "verify", "--replay").doc["ok"]


def test_a_rehearsal_uses_nothing_up(office: Office) -> None:
    """It says what the override would do, and the override is still there."""
    asked = request(office, "--role", "publisher", "--digest", PAGE)
    second(office, asked, *LEAD)
    would = publish(office, "--digest", PAGE, "--at", "2026-10-01T10:10")
    assert would.codes["PG304"] == "warn"
    assert office.run("override", "list").doc[0]["status"] == "in force"


def test_listed_people_are_told_who_can_second(empty: Office) -> None:
    """Ids and roles come from the configuration, unlisted ones are refused."""
    path = empty.folder / "pubguard.toml"
    people = {"e.dee": "publisher", "c.lead": "lead-official", "d.lead": "lead-official"}
    tables = [f'[people."{name}"]\nroles = ["{role}"]\n' for name, role in people.items()]
    path.write_text(path.read_text() + "\n".join(tables))
    calendar = empty.folder / "calendar.toml"
    calendar.write_text(PARTED)
    empty.run("calendar", "import", str(calendar))
    asked = request(empty, *BOTH)
    assert "c.lead, d.lead" in asked.err
    stranger = second(empty, asked, *LEAD, actor="x.y")
    assert (stranger.code, "not listed" in stranger.doc["error"]["message"]) == (1, True)
    assert request(empty, actor="x.y").code == 1
    assert second(empty, asked).code == 0
    assert "already" in second(empty, asked, actor="d.lead").doc["error"]["message"]


def test_an_asserted_identity_can_be_refused(office: Office) -> None:
    """`require_authenticated` wants proven ids for both."""
    asked = request(office, "--role", "publisher", "--digest", PAGE)
    office.set("require_authenticated = false", "require_authenticated = true")
    assert "proven identity" in request(office).doc["error"]["message"]
    assert "proven identity" in second(office, asked, *LEAD).doc["error"]["message"]


def test_of_many_who_second_at_once_one_does(office: Office) -> None:
    """The others are told that it is done."""
    asked = request(office, "--role", "publisher", "--digest", PAGE)
    workspace = Workspace.open(office.folder, office.clock)
    barrier = Barrier(20)

    def stand(number: int) -> bool:
        barrier.wait()
        lead = Actor(f"lead{number}", frozenset({Role.LEAD_OFFICIAL}), "token:cms")
        try:
            workspace.overrider.second(asked.doc["id"], lead)
        except PubguardError as error:
            assert "already" in error.message  # noqa: PT017
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(stand, range(20))) == 1
    workspace.close()


def test_no_reason_stands_in_the_log(office: Office) -> None:
    """It is kept beside it, shown in the list, and can be erased."""
    asked = request(office, "--role", "publisher", "--digest", PAGE)
    assert "Leaked" not in office.run("log", "export").out
    index = next(e["index"] for e in office.events() if e["kind"] == "override.requested")
    office.run("log", "erase", str(index), "reason", "--actor", "d.p", "--reason", "asked to")
    (listed,) = office.run("override", "list").doc
    assert (listed["id"], listed["reason"]) == (asked.doc["id"], None)
    assert "(erased)" in office.run("override", "list", as_json=False).out


def test_what_was_armed_last_is_what_goes_out(office: Office) -> None:
    """Two persons may arm other content than was approved; it goes, and the approved does not."""
    assert office.arm().code == 0
    slot = ("--actor", "a.jones", "--role", "approver", "--author", "b.shah", "--digest", OTHER)
    slot = (*slot, "--effective-at", "2026-11-26T09:30")
    assert office.check("schedule", *slot).codes["PG401"] == "block"
    asked = request(office, "--digest", OTHER, action="schedule")
    second(office, asked, *LEAD)
    office.answer(office.check("schedule", *slot))
    assert office.check("schedule", *slot).doc["armed"] is True
    armings = [each["data"] for each in office.events() if each["kind"] == "release.armed"]
    assert [each.get("override") for each in armings] == [None, asked.doc["id"]]
    office.clock.set("2026-11-26T09:30")
    assert office.publish(digest=PAGE).code == 1
    done = office.publish(digest=OTHER)
    assert (done.code, "PG401" in done.codes) == (0, False)


def test_arming_again_needs_what_the_first_arming_needed(office: Office) -> None:
    """An arming that an override made possible is no approval to build on."""
    slot = ("--actor", "a.jones", "--role", "approver", "--author", "b.shah", "--digest", PAGE)
    slot = (*slot, "--effective-at", "2026-11-26T09:30")
    assert office.check("schedule", *slot).codes["PG402"] == "block"
    second(office, request(office, "--digest", PAGE, action="schedule"), *LEAD)
    office.answer(office.check("schedule", *slot))
    assert office.check("schedule", *slot).doc["armed"] is True
    again = office.check("schedule", *slot)
    assert (again.code, again.codes["PG402"]) == (1, "block")
    office.clock.set("2026-11-26T09:30")
    assert office.publish().code == 0


def test_a_change_proposed_after_the_request_is_not_lifted(office: Office) -> None:
    """Two persons looked at one proposal; nobody has looked at the next."""
    move = ("calendar", "move", RELEASE, "--actor", "b.shah", "--reason", "late", "--to")
    office.run(*move, "2026-12-03T09:30")
    publish(office, "--digest", PAGE)
    second(office, request(office), *LEAD)
    assert publish(office, "--digest", PAGE).code == 3
    office.clock.set("2026-10-01T10:05")
    office.run(*move, "2026-12-10T09:30")
    again = publish(office, "--digest", PAGE)
    assert (again.code, again.codes["PG104"]) == (1, "block")


def test_what_was_out_before_the_override_is_a_bypass(office: Office) -> None:
    """It covers what was let out, not what had gone out already."""
    publish(office, "--digest", PAGE)
    second(office, request(office), *LEAD)
    assert office.answer(publish(office, "--digest", PAGE), "e.dee").code == 0
    assert publish(office, "--digest", PAGE).code == 0
    said = ("record", "published", RELEASE, "--actor", "e.dee", "--digest", PAGE)
    assert office.run(*said, "--happened-at", "2026-10-01T09:59").doc["bypass"] is True
    assert office.run(*said).doc["bypass"] is False
