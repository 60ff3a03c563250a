"""`confirm`: who may answer, how often, and how long."""

from __future__ import annotations

from tests.guard.conftest import Office


def _typed(office: Office, challenge: str, text: str, actor: str = "a.jones") -> int:
    return office.run("confirm", challenge, "--actor", actor, "--typed", text).code


def test_spaces_and_capitals_do_not_matter(office: Office) -> None:
    """The announced date in capitals, with spaces around it, is the announced date."""
    asked = office.approve().doc["challenge"]
    assert _typed(office, asked["id"], "  26 NOVEMBER 2026 ") == 0


def test_three_wrong_answers_end_a_challenge(office: Office) -> None:
    """The right answer after them is refused, and a new check asks anew."""
    asked = office.approve().doc["challenge"]
    for _ in range(3):
        assert _typed(office, asked["id"], "yes") == 1
    assert _typed(office, asked["id"], asked["type_this"]) == 1
    again = office.approve().doc["challenge"]
    assert again["id"] != asked["id"]
    assert _typed(office, again["id"], again["type_this"]) == 0


def test_a_challenge_lasts_fifteen_minutes(office: Office) -> None:
    """At its last microsecond it can be answered, after it no more."""
    asked = office.approve()
    office.clock.set("2026-10-01T10:15")
    late = office.answer(asked)
    assert (late.code, late.doc["confirmed"]) == (1, False)
    asked = office.approve()
    office.clock.set("2026-10-01T10:29:59.999999")
    assert office.answer(asked).code == 0
    office.clock.set("2026-10-01T10:30")
    assert office.approve().code == 3


def test_nobody_answers_for_somebody_else(office: Office) -> None:
    """A challenge is answered by whom it was put to."""
    asked = office.approve().doc["challenge"]
    assert _typed(office, asked["id"], asked["type_this"], actor="b.shah") == 1
    assert _typed(office, asked["id"], asked["type_this"]) == 0


def test_a_challenge_that_never_was_is_refused(office: Office) -> None:
    """An id out of thin air gets a clear no."""
    assert _typed(office, "00" * 16, "26 November 2026") == 1


def test_an_answered_challenge_cannot_be_answered_again(office: Office) -> None:
    """Nor can a used one."""
    asked = office.approve()
    assert office.answer(asked).code == 0
    assert office.answer(asked).code == 1
    office.approve()
    assert office.answer(asked).code == 1


def test_asking_again_gives_the_same_challenge_while_it_is_fresh(office: Office) -> None:
    """Repeating a check does not multiply challenges; one about to end is replaced."""
    first = office.approve().doc["challenge"]["id"]
    assert office.approve().doc["challenge"]["id"] == first
    office.clock.set("2026-10-01T10:11")
    assert office.approve().doc["challenge"]["id"] != first


def test_challenge_ids_are_128_random_bits(office: Office) -> None:
    """32 hex digits that differ from challenge to challenge."""
    one = office.approve().doc["challenge"]["id"]
    two = office.approve(digest="sha256:" + "3c" * 32).doc["challenge"]["id"]
    assert len(bytes.fromhex(one)) == len(bytes.fromhex(two)) == 16
    assert one != two


def test_who_is_no_longer_listed_confirms_nothing(office: Office) -> None:
    """[people] may change between question and answer; the answer goes by it as it is then."""
    asked = office.approve()
    path = office.folder / "pubguard.toml"
    path.write_text(path.read_text() + '\n[people."somebody.else"]\nroles = ["approver"]\n')
    refused = office.answer(asked)
    assert (refused.code, refused.doc["error"]["code"]) == (1, "refused")
    assert "not listed" in refused.doc["error"]["message"]


def test_an_asserted_identity_confirms_nothing_where_proof_is_wanted(office: Office) -> None:
    """`require_authenticated`, set between question and answer, counts for the answer."""
    asked = office.approve()
    office.set("require_authenticated = false", "require_authenticated = true")
    refused = office.answer(asked)
    assert (refused.code, refused.doc["error"]["code"]) == (1, "refused")
    assert "asserted" in refused.doc["error"]["message"]
