"""A request id stands for one request: the same answer again, and never a second decision."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import requests

from tests.http.conftest import AHEAD, Service, add_token, question
from tests.http.test_check import APPROVE
from tests.http.test_doors import is_problem


def decided(service: Service) -> int:
    return sum(event["kind"] == "check.decided" for event in service.office.events())


def test_the_same_request_has_the_same_answer(service: Service) -> None:
    """Byte for byte, its entry and its challenge included; nothing more is recorded."""
    asked = {**question("approve", request_id="r-1"), **APPROVE}
    first = service.post("/v1/check", asked)
    assert first.json()["challenge"]
    again = service.post("/v1/check", dict(reversed(asked.items())))
    assert again.content == first.content
    assert decided(service) == 1


def test_another_body_is_a_409(service: Service) -> None:
    """Whatever of it differs; the first answer stays."""
    first = service.check(request_id="r-1")
    for other in ({"output": "page"}, {"authors": ["b.shah"]}, {"actor": {"id": "root"}}):
        document = is_problem(service.check(request_id="r-1", **other), 409)
        assert document["type"].endswith("request-reused")
    assert service.check(request_id="r-1").content == first.content


def test_ids_belong_to_their_token(service: Service) -> None:
    """Another token's request of the same id is another request, and so is a new token's."""
    other = add_token(service.office, "other")
    first = service.check(request_id="r-1").json()
    second = service.post("/v1/check", question(request_id="r-1"), token=other).json()
    assert first["event"] != second["event"]
    service.office.run("token", "revoke", "other")
    again = add_token(service.office, "other")
    third = service.post("/v1/check", question(request_id="r-1"), token=again).json()
    assert third["event"] not in (first["event"], second["event"])


def test_it_survives_a_restart_and_holds_for_two_services(serve) -> None:
    """The answer lies in the log, not in a process."""
    one, two = serve(), serve()
    first = one.check(request_id="r-1").content
    assert two.check(request_id="r-1").content == first
    one.stop()
    two.stop()
    assert serve().check(request_id="r-1").content == first


def test_many_at_once_are_one_request(serve) -> None:
    """Forty callers at two services: one decision, and forty times its answer."""
    services = [serve(), serve()]

    def ask(number: int) -> bytes:
        service = services[number % 2]
        return requests.post(
            f"{service.url}/v1/check",
            json=question(request_id="r-1"),
            headers={"Authorization": f"Bearer {service.token}"},
            timeout=30,
        ).content

    with ThreadPoolExecutor(40) as pool:
        answers = set(pool.map(ask, range(40)))
    assert len(answers) == 1
    assert decided(services[0]) == 1


def test_records_repeat_too(service: Service) -> None:
    """The same outcome is written down once."""
    said = {
        "release": AHEAD,
        "actor": {"id": "cron"},
        "outcome": "failed",
        "note": "It did not start",
        "request_id": "r-1",
    }
    first = service.post("/v1/record", said)
    assert service.post("/v1/record", said).content == first.content
    is_problem(service.post("/v1/record", {**said, "outcome": "corrected"}), 409)
    kinds = [event["kind"] for event in service.office.events()]
    assert kinds.count("outcome.recorded") == 1


def test_an_answer_that_was_erased_is_not_made_up(service: Service) -> None:
    """It says where the answer stood, and asks for another id."""
    entry = service.check(request_id="r-1").json()["event"]["index"]
    words = ("answer", "--actor", "a.jones", "--reason", "Asked for")
    assert service.office.run("log", "erase", str(entry), *words).code == 0
    assert "another request id" in is_problem(service.check(request_id="r-1"), 409)["remedy"]


def test_the_log_verifies_with_them(service: Service) -> None:
    """What is kept follows from the entries alone, and each decision is made again the same."""
    service.check(request_id="r-1")
    service.check("withdraw", request_id="r-2")
    assert service.office.run("log", "verify", "--replay").code == 0
    assert service.office.run("log", "rebuild").code == 0
    assert service.check(request_id="r-1").status_code == 200


def test_a_used_request_id_never_refuses_a_withdrawal(service: Service) -> None:
    """Containment is allowed whatever the id stood for, and recorded."""
    service.check(request_id="r-1")
    done = service.check("withdraw", request_id="r-1")
    assert (done.status_code, done.json()["decision"]) == (200, "allow")
    assert done.json()["event"]["index"] > 0
