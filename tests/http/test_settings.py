"""The service and the command line decide under the same settings, whenever those change."""

from __future__ import annotations

from tests.http.conftest import Service
from tests.http.test_check import APPROVE, codes


def test_changed_settings_count_from_the_next_request_on(service: Service) -> None:
    """Without a restart; the change is recorded once, whoever meets it first."""
    path = service.office.folder / "pubguard.toml"
    assert service.check("approve", **APPROVE).json()["decision"] == "confirm"
    text = path.read_text()
    path.write_text(text.replace('confirm = ["approve", "schedule", "publish"]', "confirm = []"))
    assert service.check("approve", **APPROVE).json()["decision"] == "allow"
    service.office.command("check", "publish", "far-ahead", "--actor", "cron")
    service.check()
    changes = [e for e in service.office.events() if e["kind"] == "config.changed"]
    assert [c["data"]["changed"] for c in changes][1:] == [["gate.confirm"]]


def test_wrong_settings_leave_the_last_good_ones_and_raise_an_alarm(service: Service) -> None:
    """A slip on release morning stops nothing; it is said in the log and in /healthz."""
    path = service.office.folder / "pubguard.toml"
    good = path.read_text()
    for wrong in ("plugins = [", good.replace("[gate]", "[gate]\nnonsense = 1"), ""):
        path.write_text(wrong)
        answer = service.check("approve", **APPROVE)
        assert answer.json()["decision"] == "confirm"
        assert service.get("/healthz", token="").json()["settings"] == "refused"
    path.unlink()
    assert service.check("approve", **APPROVE).status_code == 200
    path.write_text(good)
    assert service.get("/healthz", token="").json()["settings"] == "ok"
    assert "PG303" not in codes(service.check("approve", **APPROVE).json())
    service.stop()
    refused = [line for line in service.lines() if line["event"] == "settings.refused"]
    assert len(refused) == 4
    assert all(line["level"] == "error" for line in refused)


def test_settings_that_others_could_write_are_refused(service: Service) -> None:
    """As on the command line."""
    path = service.office.folder / "pubguard.toml"
    path.chmod(0o666)
    service.check()
    assert service.get("/healthz", token="").json()["settings"] == "refused"


def test_another_machine_cannot_reach_it_by_a_slip(ahead) -> None:
    """An address that is not this machine's own needs a word; a taken port is named."""
    for host in ("0.0.0.0", "::", "192.0.2.1", "guard.example.org"):
        done = ahead.command("serve", "--host", host, "--port", "0")
        assert done.code == 2
        assert "--insecure-bind" in done.doc["error"]["remedy"]
