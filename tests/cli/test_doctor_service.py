"""The doctor looks at the HTTP service before a publishing system does."""

from __future__ import annotations

import pytest

from pubguard.testing import call, make_workspace


def looked(folder) -> list[dict]:
    document = call("doctor", "--json", config=folder).document
    found = document["findings"] if isinstance(document, dict) else document
    return [each for each in found if each["code"] == "service"]


@pytest.fixture
def office(tmp_path):
    make_workspace(tmp_path / "office").close()
    return tmp_path / "office"


def test_who_may_ask_is_named(office) -> None:
    """Nobody at first, then the names of the tokens."""
    assert "No publishing system" in looked(office)[0]["what"]
    call("token", "add", "wordpress", config=office)
    (found,) = looked(office)
    assert (found["state"], "wordpress" in found["what"]) == ("ok", True)


def test_an_address_without_tls_is_advised_against(office) -> None:
    """Tokens would travel in clear."""
    path = office / "pubguard.toml"
    path.write_text(path.read_text() + '\n[service]\npublic_url = "http://guard.example.org"\n')
    assert looked(office)[0]["state"] == "advice"


def test_tokens_that_cannot_be_read_are_wrong(office) -> None:
    """With what to do."""
    call("token", "add", "wordpress", config=office)
    (office / "tokens.json").write_text("[]]")
    (found,) = looked(office)
    assert found["state"] == "wrong"
    assert "backup" in found["fix"]
