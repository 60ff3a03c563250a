"""`pubguard serve`: the HTTP service."""

from __future__ import annotations

from ipaddress import ip_address

import click

from pubguard.cli.frame import Session, command
from pubguard.errors import ConfigError, UsageError

HOST = "127.0.0.1"
PORT = 8930


@command(example="pubguard serve --port 8930")
@click.option("--host", default=HOST, show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="0: any free."
)
@click.option(
    "--insecure-bind",
    is_flag=True,
    help="Listen on an address that other machines reach, although tokens then travel in clear.",
)
def serve(session: Session, host: str, port: int, insecure_bind: bool) -> None:  # noqa: FBT001
    """Answer publishing systems over HTTP until told to stop.

    It speaks HTTP/1.1 without TLS, so it listens on this machine alone: put a web server
    with TLS in front for others. Its log goes to stderr as lines of JSON.
    """
    if not (insecure_bind or _loopback(host)):
        raise UsageError(
            f"{host} can be reached from other machines, and tokens would travel in clear.",
            "Listen on 127.0.0.1 behind a web server with TLS, or add --insecure-bind.",
        )
    try:
        from pubguard.http import server
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"The HTTP service needs {error.name}, which is not installed.",
            "Install it with: pip install 'pubguard[http]'",
        ) from error
    workspace = session.workspace
    own = server.listen(host, port)
    url = _address(own.getsockname())
    text = f"Listening on {url}"
    server.serve(workspace, own, lambda: session.emit({"url": url}, lambda: text))


def _address(place: tuple[str, int] | str) -> str:
    if isinstance(place, str):
        return f"unix:{place}"
    host, port = place[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
