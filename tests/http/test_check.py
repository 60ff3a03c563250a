"""The service gives the command line's answers, and a token stands for who asks."""

from __future__ import annotations

import json

from tests.guard.conftest import PAGE, SLOT
from tests.http.conftest import AHEAD, Service, add_token, question

APPROVE = {
    "actor": {"id": "a.jones", "roles": ["approver"]},
    "authors": ["b.shah"],
    "effective_at": "2037-12-15T09:30",
}


def codes(document) -> dict[str, str]:
    return {v["code"]: v["effect"] for v in document["verdicts"]}


def test_the_document_is_the_command_lines(service: Service) -> None:
    """The same question gives the same keys, verdicts and words; PG305 alone is the line's."""
    ours = service.check().json()
    line = service.office.command(
        "check", "publish", AHEAD, "--actor", "cron", "--digest", PAGE
    ).doc
    assert list(ours) == list(line)
    theirs = [v for v in line["verdicts"] if v["code"] != "PG305"]
    assert [v["code"] for v in ours["verdicts"]] == [v["code"] for v in theirs]
    assert ours["decision"] == line["decision"] == "block"


def test_approved_confirmed_and_published_at_its_slot(serve, ahead, show) -> None:
    """Over HTTP alone: challenge, answer, arming, early no, and an allow from the slot on."""
    ahead.announce("prices-october-2026", SLOT)
    service = serve(**show("2026-11-20T10:00"))
    approve = {**APPROVE, "effective_at": SLOT}
    asked = service.check("approve", "prices-october-2026", **approve).json()
    assert asked["decision"] == "confirm"
    challenge = asked["challenge"]
    typed = {"challenge": challenge["id"], "actor": {"id": "a.jones"}}
    wrong = service.post("/v1/confirm", {**typed, "typed": "tomorrow"}).json()
    assert (wrong["confirmed"], wrong["tries_left"]) == (False, 2)
    right = service.post("/v1/confirm", {**typed, "typed": challenge["type_this"]})
    assert right.json()["confirmed"] is True
    armed = service.check("approve", "prices-october-2026", **approve).json()
    assert (armed["decision"], armed["armed"]) == ("allow", True)
    assert service.check(release="prices-october-2026").json()["decision"] == "block"
    show(SLOT)
    out = service.check(release="prices-october-2026").json()
    assert (out["decision"], codes(out).get("PG301")) == ("allow", None)
    said = {**question(release="prices-october-2026"), "outcome": "published"}
    del said["action"]
    kept = service.post("/v1/record", {**said, "occurred_at": "2026-11-26T09:30:00.250Z"}).json()
    assert (kept["recorded"], kept["counts"], kept["bypass"]) == ("published", True, False)
    last = ahead.events()[-1]
    assert last["data"]["happened_at"] == "2026-11-26T09:30:00.250000Z"
    assert last["identity"] == "token:cms"
    assert ahead.run("log", "verify", "--replay").code == 0


def test_a_challenge_belongs_to_the_token_that_asked(service: Service) -> None:
    """Another token cannot answer it, and neither can the command line."""
    other = add_token(service.office, "other", "--assert-roles")
    challenge = service.check("approve", **APPROVE).json()["challenge"]
    typed = {
        "challenge": challenge["id"],
        "actor": {"id": "a.jones"},
        "typed": challenge["type_this"],
    }
    refused = service.post("/v1/confirm", typed, token=other)
    assert refused.status_code == 409
    assert "somebody else" in refused.json()["detail"]
    line = service.office.command(
        "confirm", challenge["id"], "--actor", "a.jones", "--typed", challenge["type_this"]
    )
    assert line.code == 1
    assert service.post("/v1/confirm", typed).json()["confirmed"] is True


def test_no_token_is_named_as_a_door_of_our_own(ahead) -> None:
    """A token called cli could answer the command line's challenges."""
    assert ahead.run("token", "add", "cli").code == 1


def test_roles_count_only_from_a_token_that_may_assert_them(service: Service) -> None:
    """Sent by any other they are as if nobody had said them: PG303."""
    plain = add_token(service.office, "plain")
    asked = {**question("approve"), **APPROVE}
    assert "PG303" in codes(service.post("/v1/check", asked, token=plain).json())
    assert "PG303" not in codes(service.post("/v1/check", asked).json())


def test_listed_people_have_the_roles_of_the_settings(service: Service) -> None:
    """Whatever a token asserts."""
    path = service.office.folder / "pubguard.toml"
    path.write_text(path.read_text() + '\n[people."a.jones"]\nroles = ["author"]\n')
    assert "PG303" in codes(service.check("approve", **APPROVE).json())


def test_a_token_asks_only_about_its_actions(service: Service) -> None:
    """403 with what to do; it may record anything but an approval."""
    narrow = add_token(service.office, "narrow", "--actions", "publish")
    refused = service.post("/v1/check", question("approve"), token=narrow)
    assert refused.status_code == 403
    assert "--actions approve" in refused.json()["remedy"]
    assert service.post("/v1/check", question("publish"), token=narrow).status_code == 200
    said = {"release": AHEAD, "actor": {"id": "cron"}, "outcome": "failed"}
    assert service.post("/v1/record", said, token=narrow).status_code == 200
    approved = service.post("/v1/record", {**said, "outcome": "approved"}, token=narrow)
    assert approved.status_code == 403


def test_authzen_says_true_only_for_a_real_allow(service: Service) -> None:
    """Subject, action, resource and context in; a boolean and the check's document out."""
    body = {
        "subject": {"type": "user", "id": "it.desk"},
        "action": {"name": "withdraw"},
        "resource": {"type": "release", "id": AHEAD},
        "context": {"digest": PAGE, "something": "else"},
    }
    allowed = service.post("/access/v1/evaluation", body).json()
    assert allowed["decision"] is True
    assert allowed["context"]["decision"] == "allow"
    body["action"] = {"name": "publish"}
    assert service.post("/access/v1/evaluation", body).json()["decision"] is False
    approving = {
        **body,
        "subject": {"type": "user", "id": "a.jones", "properties": {"roles": ["approver"]}},
        "action": {"name": "approve"},
        "context": {"authors": ["b.shah"], "effective_at": "2037-12-15T09:30", "digest": PAGE},
    }
    confirm = service.post("/access/v1/evaluation", approving).json()
    assert (confirm["decision"], confirm["context"]["decision"]) == (False, "confirm")


def test_what_is_personal_stands_in_no_entry_and_no_line(service: Service) -> None:
    """Recipients, notes and titles are sealed; the service's log has none of them, and no token."""
    service.check("share", recipients=["d.khan@example.org"], item={"title": "By D. Khan"})
    said = {"release": AHEAD, "actor": {"id": "cron"}, "outcome": "failed", "note": "D. Khan saw"}
    assert service.post("/v1/record", said).status_code == 200
    service.get("/v1/keys", token="a-wrong-token-of-Khan")
    service.stop()
    told = json.dumps(service.office.events()) + service.err.read_text()
    assert "Khan" not in told
    assert service.token not in told


def test_withdraw_is_allowed_and_repeats_as_any_other(service: Service) -> None:
    """Containment is never refused, over HTTP neither."""
    done = service.check("withdraw", request_id="w-1").json()
    assert done["decision"] == "allow"
    assert service.check("withdraw", request_id="w-1").json() == done
