"""`pubguard edge sync`: a web server's edge lock follows the guard, slot by slot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from pubguard.cli.edge_formats import RELOADS, chosen, not_closed, renderer, written
from pubguard.cli.frame import Session, command
from pubguard.cli.terminal import plain
from pubguard.errors import PubguardError

if TYPE_CHECKING:
    from pubguard.edge.following import Followed, Follower

RARELY = 60
"""How often the same trouble comes before it is said again: every ten minutes."""


@command(
    example="""\
pubguard edge sync --url https://guard.example --token-file /etc/pubguard/edge.token \\
    --format nginx --output /etc/nginx/pubguard/pubguard-map.conf"""
)
@click.option("--url", required=True, help="The guard's service: https, or http on this machine.")
@click.option(
    "--token-file",
    required=True,
    metavar="FILE",
    help="Holds a token that may read; for its owner alone.",
)
@chosen
@click.option("--output", required=True, metavar="FILE", help="What the web server includes.")
@click.option(
    "--reload",
    "reloads",
    multiple=True,
    metavar="COMMAND",
    help="Has the web server load it; repeatable, run in order. Else nginx -t, nginx -s reload.",
)
@click.option("--once", is_flag=True, help="One round, for a timer.")
@written
def sync(
    session: Session,
    url: str,
    token_file: str,
    name: str,
    output: str,
    reloads: tuple[str, ...],
    once: bool,  # noqa: FBT001
    **how: Any,
) -> None:
    """Follow the guard: write its list of embargoed addresses, reload, say what is held.

    It comes again when the guard asks for it: every five minutes, every five seconds near
    a slot; at once on SIGHUP. SIGTERM ends it. Whatever goes wrong, the file that was
    loaded last stays, and the web server opens by it. A token for it:
    pubguard token add NAME --read --actions withdraw

    Exit codes with --once: 0 in step, 1 the web server did not take the file, or an
    address cannot be closed by itself, 4 the guard gave no usable answer.
    """
    from pubguard.clock import SystemClock
    from pubguard.edge.asking import RemoteGuard
    from pubguard.edge.following import Follower
    from pubguard.edge.holding import Holder
    from pubguard.edge.reloading import commands, reload

    guard = RemoteGuard(url, token_file)
    guard.token()
    wanted = commands(reloads or RELOADS[name])
    trouble = _Trouble(session)
    with Holder(output, renderer(name, **how), partial(reload, wanted)) as holder:
        follower = Follower(guard, holder, session.clock or SystemClock(), trouble.say)
        if once:
            _once(session, follower, output)
        else:
            _follow(session, follower, trouble, output)


class _Trouble:
    """Says what went wrong, and the same again only now and then."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last, self._times = "", 0

    def say(self, error: PubguardError) -> None:
        self._times = self._times + 1 if error.message == self._last else 0
        self._last = error.message
        if self._times % RARELY == 0:
            self._session.say(plain(f"{error.message} {error.remedy}".rstrip()))

    def over(self) -> None:
        if self._last:
            self._session.say("In step again.")
        self._last, self._times = "", 0


def _once(session: Session, follower: Follower, output: str) -> None:
    done = follower.follow()
    if done.failed and session.json:
        raise done.failed
    if done.failed:  # it was said already
        session.exit(1)
    _tell(session, done, output)
    session.exit(1 if done.document.refused else 0)


def _follow(session: Session, follower: Follower, trouble: _Trouble, output: str) -> None:
    from pubguard.cli.calls import Calls
    from pubguard.edge.following import AGAIN

    with Calls() as calls:
        first = True
        while not calls.ended:
            seconds = AGAIN
            try:
                done = follower.follow()
                seconds = follower.pause(done)
                if not done.failed:
                    trouble.over()
                    if done.changed or first:
                        _tell(session, done, output)
                    first = False
            except PubguardError as error:
                trouble.say(error)
            calls.wait(seconds)


def _tell(session: Session, done: Followed, output: str) -> None:
    for each in done.document.refused:
        session.say(plain(not_closed(each)))
    session.emit(_shown(done, output), lambda: _words(done, output))


def _shown(done: Followed, output: str) -> dict[str, Any]:
    closings = done.document.closings
    return {
        "output": output,
        "changed": done.changed,
        "addresses": len(closings),
        "without_time": sum(each.opens_at is None for each in closings),
        "size": done.document.size,
        "root": done.document.root,
        "refused": done.document.refused,
        "next_sync": done.next_sync,
    }


def _words(done: Followed, output: str) -> str:
    closings = done.document.closings
    dated = sum(each.opens_at is not None for each in closings)
    state = "Loaded" if done.changed else "In step"
    return (
        f"{state}: {plain(output)}, from {done.document.size} log entries. Addresses that open "
        f"by themselves at their slot: {dated}; that stay closed: {len(closings) - dated}."
    )
