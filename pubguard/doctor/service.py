"""The HTTP service: whether it can run, and who may ask it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

from pubguard.build import Workspace
from pubguard.doctor.diagnosis import Diagnosis, advice, ok, wrong

NEEDED = ("starlette", "uvicorn", "httptools", "prometheus_client")


def service(workspace: Workspace) -> Iterator[Diagnosis]:
    """What it is made of is installed, its tokens can be read, and its address is safe."""
    valid = workspace.tokens.valid()
    missing = [name for name in NEEDED if find_spec(name) is None]
    url = workspace.config.service.public_url
    if missing and valid:
        yield wrong(
            "service",
            f"There are tokens for the HTTP service, and {', '.join(missing)} is not installed.",
            "Publishing systems that ask over HTTP get no answer.",
            "Install it: pip install 'pubguard[http]'",
        )
        return
    if url.startswith("http://"):
        yield advice(
            "service",
            "service.public_url is not an https address.",
            "Tokens travel in clear, and whoever hears one can ask with it.",
            "Put a web server with TLS in front, and give its address.",
        )
    if valid:
        names = ", ".join(token.name for token in valid)
        yield ok("service", f"These may ask over HTTP: {names}.")
    else:
        yield ok("service", "No publishing system has a token; the HTTP service is not used.")
