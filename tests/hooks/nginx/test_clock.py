from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from tests.hooks.nginx.conftest import get
from tests.servers.backend import Backend
from tests.servers.nginx import Nginx, server

ROUNDS = 500


def test_nginx_s_clock_never_runs_ahead(tmp_path) -> None:
    """What `$msec` says is never later than the wall clock just after, also on a busy worker.

    nginx keeps the time of its last look at it, one for each round of events: late
    at worst by what one round takes, never early.
    """
    backend = Backend()
    (tmp_path / "nginx").mkdir()
    told = "location = /.msec { return 200 $msec; }"
    nginx = Nginx(tmp_path / "nginx", server(backend.port, after=told))
    nginx.map.write_text(
        'map "" $pubguard_closed { default ""; } map "" $pubguard_refusal { default 404; }'
    )
    nginx.start()

    def late(_: int) -> float:
        said = float(nginx.ask(get("/.msec")).rpartition(b"\r\n\r\n")[2])
        return time.time() - said

    try:
        with ThreadPoolExecutor(8) as askers:
            found = list(askers.map(late, range(ROUNDS)))
    finally:
        nginx.stop()
        backend.stop()
    assert min(found) >= 0, "ahead of the wall clock"
