"""What can be read: releases, proofs, keys, health, counters, and the description of it all."""

from __future__ import annotations

from tests.http.conftest import AHEAD, Service
from tests.http.test_doors import is_problem


def test_releases_are_the_calendars(service: Service) -> None:
    """The documents of `calendar list` and `calendar show`."""
    run = service.office.run
    assert service.get("/v1/releases").json() == run("calendar", "list").doc
    assert service.get(f"/v1/releases/{AHEAD}").json() == run("calendar", "show", AHEAD).doc
    for unknown in ("far-ahaed", "a%20b", "%00", "..%2f..", "a" * 300):
        is_problem(service.get(f"/v1/releases/{unknown}"), 404)
    assert AHEAD in service.get("/v1/releases/far-ahaed").json()["remedy"]


def test_a_proof_is_verified_with_the_key_alone(service: Service, tmp_path) -> None:
    """By the command that needs no log; another entry's index does not go through."""
    entry = service.check().json()["event"]["index"]
    key, proof = tmp_path / "log.pub", tmp_path / "proof"
    key.write_text(service.get("/v1/keys", token="").json()["log"] + "\n")
    proof.write_text(service.get(f"/v1/log/proof/{entry}").json()["proof"])
    run = service.office.run
    assert run("log", "verify-proof", str(proof), "--key", str(key)).code == 0
    for index in ("999", "-1", "1.5", "x", "9" * 30, "%D9%A3"):
        is_problem(service.get(f"/v1/log/proof/{index}"), 404)


def test_a_checkpoint_is_signed(service: Service, tmp_path) -> None:
    """The log verifies against it."""
    kept = tmp_path / "checkpoint"
    kept.write_text(service.get("/v1/log/checkpoint").json()["checkpoint"])
    assert service.office.run("log", "verify", "--checkpoint", str(kept)).code == 0


def test_counters_name_no_release(service: Service) -> None:
    """Requests, decisions, wrong tokens and the log's size, in Prometheus' form."""
    service.check()
    service.get(f"/v1/releases/{AHEAD}")
    response = service.get("/metrics")
    text = response.text
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'pubguard_decisions_total{action="publish",decision="block"} 1.0' in text
    assert 'pubguard_http_requests_total{route="release",status="200"} 1.0' in text
    assert AHEAD not in text
    assert "cron" not in text


def test_the_description_names_every_address(service: Service) -> None:
    """OpenAPI 3.1 from the route table, with a security scheme and problem documents."""
    document = service.get("/openapi.json", token="").json()
    assert document["openapi"].startswith("3.1")
    assert {"/v1/check", "/v1/releases/{id}", "/healthz", "/access/v1/evaluation"} <= set(
        document["paths"]
    )
    check = document["paths"]["/v1/check"]["post"]
    assert {"200", "400", "401", "403", "409", "413", "415", "429", "503"} <= set(
        check["responses"]
    )
