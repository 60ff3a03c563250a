"""A service that is killed, slow, full or crowded gives no yes that is not in the log."""

from __future__ import annotations

import contextlib
import json
import random
import signal
import socket
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import requests

from tests.faults.conftest import strace as strace
from tests.guard.conftest import PAGE
from tests.http.conftest import AHEAD, Service, question
from tests.http.test_doors import is_problem


class Load:
    """Callers that ask without a pause and remember what they were answered."""

    def __init__(self, services: list[Service], callers: int) -> None:
        self.services = services
        self.answered: list[dict] = []
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=self._ask, args=(services[n % len(services)],), daemon=True)
            for n in range(callers)
        ]
        for thread in self.threads:
            thread.start()

    def _ask(self, service: Service) -> None:
        session = requests.Session()
        headers = {"Authorization": f"Bearer {service.token}"}
        while not self.stop.is_set():
            try:
                answer = session.post(
                    f"{service.url}/v1/check", json=question(), headers=headers, timeout=30
                )
                self.answered.append(answer.json())
            except (requests.RequestException, ValueError):
                return

    def reach(self, count: int) -> None:
        end = time.monotonic() + 60
        while len(self.answered) < count and time.monotonic() < end:
            time.sleep(0.005)
        assert len(self.answered) >= count

    def end(self) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(60)


def all_there(service: Service, answered: list[dict]) -> None:
    held = {entry["index"]: entry for entry in service.office.events()}
    for document in answered:
        assert held[document["event"]["index"]]["data"]["decision"] == document["decision"]
    assert service.office.run("log", "verify", "--replay").code == 0


def test_killed_under_load_it_loses_nothing_that_it_answered(serve) -> None:
    """SIGKILL with sixteen callers, again and again: every acknowledged entry is there."""
    dice = random.Random(3)
    answered: list[dict] = []
    for _ in range(3):
        service = serve()
        load = Load([service], 16)
        load.reach(dice.randrange(20, 120))
        assert service.stop(signal.SIGKILL) == -signal.SIGKILL
        load.end()
        answered += load.answered
    all_there(service, answered)
    assert serve().check().status_code == 200


def test_two_services_share_a_workspace(serve) -> None:
    """Under load neither loses or doubles anything, and the log is one."""
    services = [serve(), serve()]
    load = Load(services, 16)
    load.reach(200)
    load.end()
    indexes = [document["event"]["index"] for document in load.answered]
    assert len(indexes) == len(set(indexes))
    all_there(services[0], load.answered)


def test_told_to_stop_it_answers_what_it_has_begun(serve) -> None:
    """SIGTERM under load: exit 0, every answer that came is whole and recorded."""
    service = serve()
    load = Load([service], 16)
    load.reach(50)
    assert service.stop(signal.SIGTERM) == 0
    load.end()
    all_there(service, load.answered)
    assert [line["event"] for line in service.lines()][-1] == "service.stopped"


def test_a_command_line_beside_a_loaded_service_is_answered_in_time(serve) -> None:
    """Its two seconds are enough: it is stored, again and again."""
    service = serve()
    load = Load([service], 32)
    load.reach(50)
    for _ in range(5):
        line = service.office.command("check", "publish", AHEAD, "--actor", "cron")
        assert line.code == 1, line.out
    load.end()
    all_there(service, load.answered)


def test_a_store_that_is_taken_for_longer_than_two_seconds(service: Service) -> None:
    """503, nothing is stored then or later, and the next request is answered."""
    file = service.office.folder / "pubguard.db"
    service.check()
    before = len(service.office.events())
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda _: blocked(service), range(8)))
        other.execute("ROLLBACK")
    assert statuses == [503] * 8
    assert len(service.office.events()) == before
    assert service.check().status_code == 200
    assert len(service.office.events()) == before + 1


def blocked(service: Service) -> int:
    answer = requests.post(
        f"{service.url}/v1/check",
        json=question(),
        headers={"Authorization": f"Bearer {service.token}"},
        timeout=30,
    )
    is_problem(answer, answer.status_code)
    assert answer.headers["retry-after"]
    return answer.status_code


def test_withdrawals_are_allowed_while_the_store_is_taken(service: Service) -> None:
    """They are kept beside the log and appended with the next check."""
    file = service.office.folder / "pubguard.db"
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = service.check("withdraw").json()
        other.execute("ROLLBACK")
    assert (done["decision"], done["event"]) == ("allow", None)
    service.check()
    kept = [e for e in service.office.events() if e["data"].get("action") == "withdraw"]
    assert [e["data"]["spooled"] for e in kept] == [True]


def test_a_full_disk_is_a_503_until_there_is_room(serve, strace: str) -> None:
    """No answer is a yes, nothing of what was refused is stored."""
    service = serve(before=(strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
                            "inject=pwrite64:error=ENOSPC:when=1..40"))  # fmt: skip
    statuses = []
    for _ in range(60):
        statuses.append(service.check().status_code)
        if statuses[-1] == 200:
            break
    assert statuses[0] == 503
    assert statuses[-1] == 200
    decided = [e for e in service.office.events() if e["kind"] == "check.decided"]
    assert len(decided) == statuses.count(200)
    assert service.office.run("log", "verify").code == 0


def test_an_allow_that_was_stored_too_late_is_given_to_nobody(serve, ahead, strace: str) -> None:
    """A disk that syncs for three seconds: 503 for what would be allowed."""
    ahead.set('confirm = ["approve", "schedule", "publish"]', "confirm = []")
    slow = ("-e", "trace=fdatasync", "-e", "inject=fdatasync:delay_enter=2500000")
    service = serve(before=(strace, "-f", "-qq", "-o", "/dev/null", *slow))
    approve = {
        "actor": {"id": "a.jones", "roles": ["approver"]},
        "authors": ["b.shah"],
        "effective_at": "2037-12-15T09:30",
    }
    is_problem(service.check("approve", **approve), 503)


def test_a_thousand_slow_clients_hold_up_nobody(service: Service) -> None:
    """Each sends half a head and waits; a check is answered, and the slow ones are let go."""
    slow = []
    try:
        for _ in range(1000):
            to = socket.create_connection(("127.0.0.1", service.port), timeout=30)
            to.sendall(b"POST /v1/check HTTP/1.1\r\nHost: a\r\nX-Slow: ")
            slow.append(to)
        assert service.check().status_code == 200
        line = service.office.command("check", "publish", AHEAD, "--actor", "cron")
        assert line.code == 1
        assert slow[0].recv(4096) == b""
        assert slow[-1].recv(4096) == b""
    finally:
        for to in slow:
            to.close()


def test_a_body_that_does_not_come_is_not_waited_for(service: Service) -> None:
    """A head with a length and nothing after it: 408, and the connection ends."""
    head = (
        f"POST /v1/check HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {service.token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    answer = service.raw(head.encode(), seconds=60)
    assert b" 408 " in answer.split(b"\r\n")[0]


def test_a_log_that_nobody_reads_holds_up_no_answer(ahead, serve) -> None:
    """A pipe that is full on stderr: lines fall away, answers do not."""
    import subprocess

    from tests.http.conftest import PUBGUARD

    token = serve().token
    running = subprocess.Popen(
        [PUBGUARD, "serve", "--port", "0", "--json", "--config", ahead.folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert running.stdout
    assert running.stderr
    url = json.loads(running.stdout.readline())["url"]
    session = requests.Session()
    for _ in range(1500):
        assert session.get(f"{url}/healthz", timeout=30).status_code == 200
    answer = session.post(
        f"{url}/v1/check",
        json={**question(), "digest": PAGE},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert answer.status_code == 200
    session.close()
    running.terminate()
    running.communicate(timeout=30)
    assert running.returncode == 0


def test_a_port_that_is_taken_is_named(ahead, service: Service) -> None:
    """Exit code 2 and what to do."""
    done = ahead.command("serve", "--port", str(service.port))
    assert done.code == 2
    assert "--port" in done.doc["error"]["remedy"]
