"""A real nginx on loopback, unprivileged, with all its files in one folder."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pubguard_hooks
import pytest

CONFS = Path(pubguard_hooks.__file__).parent / "nginx"
MAIN = """\
user {user};
env PUBGUARD_TEST_CLOCK;
daemon off;
master_process on;
worker_processes {workers};
pid nginx.pid;
error_log error.log info;
events {{ worker_connections 256; }}
http {{
    access_log off;
    keepalive_timeout 300ms;
    client_body_timeout 2s;
    lingering_timeout 300ms;
    client_body_temp_path tmp;
    proxy_temp_path tmp;
    fastcgi_temp_path tmp;
    uwsgi_temp_path tmp;
    scgi_temp_path tmp;
    include pubguard-map.conf;
    {http}
}}
"""
SERVER = """
server {{
    listen {listen};
    server_name statistics.example;
    {before}
    include {confs}/pubguard-edge.conf;
    {after}
    location / {{
        include {confs}/pubguard-proxy.conf;
        proxy_pass http://127.0.0.1:{port};
    }}
}}
"""


def program() -> str:
    """Where nginx is; without it the test is left out."""
    found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip("needs nginx (Debian package nginx-light), to show the edge lock at work")
    return found


def server(port: int, listen: str = "unix:http.sock", before: str = "", after: str = "") -> str:
    """A server block behind the edge lock, in front of a site on this port."""
    return SERVER.format(listen=listen, port=port, before=before, after=after, confs=CONFS)


def open_server(port: int) -> str:
    """The same site on another socket, without the lock."""
    lock = f"include {CONFS}/pubguard-edge.conf;"
    return server(port, "unix:open.sock").replace(lock, "")


def _user() -> str:
    """Ourselves, so that a worker can read our files."""
    return f"{pwd.getpwuid(os.getuid()).pw_name} {grp.getgrgid(os.getgid()).gr_name}"


class Nginx:
    """One nginx in `folder`; it listens on unix sockets there unless the blocks say otherwise."""

    def __init__(self, folder: Path, http: str, workers: int = 1) -> None:
        self.folder = folder
        (folder / "tmp").mkdir(exist_ok=True)
        self.map = folder / "pubguard-map.conf"
        text = MAIN.format(workers=workers, http=http, user=_user())
        (folder / "nginx.conf").write_text(text)
        self._process: subprocess.Popen[bytes] | None = None

    def command(self, *more: str) -> list[str]:
        place = ["-p", str(self.folder), "-e", str(self.folder / "error.log")]
        return [program(), *place, "-c", str(self.folder / "nginx.conf"), *more]

    def test(self) -> subprocess.CompletedProcess[str]:
        """What `nginx -t` says of the configuration."""
        return subprocess.run(
            self.command("-t"),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=self.folder,
        )

    def start(self, environment: dict[str, str] | None = None) -> Nginx:
        """Run it until `stop`; returns when it listens."""
        found = self.test()
        assert found.returncode == 0, found.stderr
        self._process = subprocess.Popen(
            self.command(),
            env={**os.environ, **(environment or {})},
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
        )
        self.listening()
        return self

    def listening(self) -> None:
        """Wait until a request is answered."""
        while True:
            assert self._process is not None
            assert self._process.poll() is None, (self.folder / "error.log").read_text()
            try:
                if self.ask(b"GET /.ready HTTP/1.0\r\n\r\n"):
                    return
            except (FileNotFoundError, ConnectionError):
                continue

    def workers(self) -> set[str]:
        """The ids of its worker processes."""
        assert self._process is not None
        own = self._process.pid
        return set(Path(f"/proc/{own}/task/{own}/children").read_text().split())

    def signal(self, number: int) -> None:
        """Send a signal to the master process."""
        assert self._process is not None
        self._process.send_signal(number)

    def settled(self, old: set[str]) -> None:
        """Wait until none of these workers is left."""
        while self.workers() & old or not self.workers():
            self.ask(b"GET /.ready HTTP/1.0\r\n\r\n")

    def reload(self) -> None:
        """`nginx -s reload`; returns when the signal is sent, the old workers still at work."""
        subprocess.run(self.command("-s", "reload"), capture_output=True, timeout=60, check=True)

    def connect(self, name: str = "http.sock") -> socket.socket:
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(30)
        try:
            made.connect(os.path.relpath(self.folder / name))
        except OSError:
            made.close()
            raise
        return made

    def ask(self, request: bytes, name: str = "http.sock") -> bytes:
        """Everything that comes back until nginx hangs up."""
        with self.connect(name) as made:
            made.sendall(request)  # nginx drops a request whose sender hangs up
            return received(made)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=30)


def received(made: socket.socket) -> bytes:
    """What arrives until the other side hangs up."""
    parts = []
    while True:
        try:
            part = made.recv(65536)
        except ConnectionResetError:
            part = b""
        if not part:
            return b"".join(parts)
        parts.append(part)


def status(answer: bytes) -> int:
    """The status of the first response."""
    return int(answer.split(b" ", 2)[1])
