"""The edge list as an nginx file; `$pubguard_closed` is what it is all for.

1 means closed, 0 open, and nothing that the address is not listed. Every map is
volatile, so that an internal redirect is judged by where it leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pubguard_hooks.nginx.spelling import Spelling
from pubguard_hooks.nginx.times import milliseconds, since
from pubguard_hooks.nginx.tree import PREFIX, Grower, Node, latest, state

from pubguard.addresses import DOUBT, FRONT_CONTROLLER, INDEX, RAW_DOUBT, TIDY
from pubguard.clock import stamp
from pubguard.protocols import Closing, EdgeList

_HEAD = """\
# The edge lock's addresses, each closed until its slot; they open by themselves.
# Made by pubguard; do not edit it, and keep it from readers: until
# the slots its addresses are embargoed. Include it once, inside http.
#
# log entries  {size}
# root         {root}
"""


def render(listed: EdgeList, *, case_sensitive: bool, per_host: bool, refusal: int) -> str:
    """The text of the include file, the same for the same list.

    Args:
        listed: what is closed.
        case_sensitive: /A and /a are different pages.
        per_host: a path is closed under its own host alone. Otherwise under any, so
            that a made-up Host header opens nothing; front pages always go by host.
        refusal: the status that refuses, 404 or 403.
    """
    spelling = Spelling(case_sensitive=case_sensitive)
    times = [*listed.doubtful, *(each.opens_at for each in listed.closings)]
    lines = [
        "map_hash_bucket_size 512;",
        "map_hash_max_size 65536;",
        *_map('""', "refusal", [f"default {refusal};"]),
        *_clocks(times),
        *_parts(max((len(each.segments) for each in listed.closings), default=0)),
        *_doubts(),
        *_trees(listed.closings, spelling, per_host=per_host),
        *_map('""', "any", [f"volatile; default {state(latest(times)) if times else 0};"]),
        *_map(
            f"{PREFIX}doubt",
            "closed",
            [f"volatile; default {PREFIX}any;", f'"" {PREFIX}listed;'],
        ),
    ]
    return "\n".join([_HEAD.format(size=listed.size, root=listed.root), *lines, ""])


def _map(source: str, name: str, rows: Sequence[str]) -> list[str]:
    return [f"map {source} {PREFIX}{name} {{", *(f"    {row}" for row in rows), "}"]


def _clocks(times: Sequence[datetime | None]) -> Iterator[str]:
    """One map for each slot: 1 until it comes."""
    for start in sorted({milliseconds(each): each for each in times if each}.items()):
        ms, instant = start
        yield f"# closed before {stamp(instant)}"
        yield from _map("$msec", f"t{ms}", ["volatile; default 1;", f'"~{since(ms)}" 0;'])


def _parts(depth: int) -> Iterator[str]:
    """Host and path of a request, as they are compared."""
    yield from _map("$host", "host", ["volatile; default $host;", '"~^www\\.(.+)$" $1;'])
    front = f'"~*{FRONT_CONTROLLER.decode()}(.*)$" $1;'
    yield from _map("$uri", "path", ["volatile; default $uri;", front])
    for number in range(max(depth, 1)):
        before = "[^/]*/" * number
        rows = ['volatile; default "";']
        rows += [f'"~*^/{INDEX.decode()}/?$" "";'] if number == 0 else []
        rows += [f'"~*^/{before}{TIDY.decode()}(?:/|$)" $1;']
        yield from _map(f"{PREFIX}path", f"s{number + 1}", rows)


def _doubts() -> Iterator[str]:
    """Something where programs could disagree about what is asked for."""
    yield from _map("$request_uri", "raw", ['volatile; default "";', f'"~{RAW_DOUBT.decode()}" 1;'])
    yield from _map("$uri", "decoded", ['volatile; default "";', f'"~*{DOUBT.decode()}" 1;'])
    # Some frameworks take the path from these headers instead of the request.
    yield from _map(
        f'"{PREFIX}raw{PREFIX}decoded$http_x_original_url$http_x_rewrite_url"',
        "doubt",
        ["volatile; default 1;", '"" "";'],
    )


def _trees(closings: Sequence[Closing], spelling: Spelling, *, per_host: bool) -> Iterator[str]:
    grower = Grower(spelling)
    fronts = {each.host: state(each.opens_at) for each in closings if not each.segments}
    rows = [f"{spelling.exact(host)} {value};" for host, value in sorted(fronts.items())]
    yield from _map(f"{PREFIX}host", "front", ['volatile; default "";', *rows])
    hosts = sorted({each.host for each in closings}) if per_host else [None]
    listed = ['volatile; default "";']
    for host in hosts:
        root = Node()
        for each in closings:
            if each.segments and host in (None, each.host):
                root.add(each, spelling)
        name, lines = grower.grow(root, f"{PREFIX}front")
        yield from lines
        listed.append(f"{spelling.exact(host)} {name};" if host else f"default {name};")
    rows = listed if per_host else [f"volatile; {listed[-1]}"]
    yield from _map(f"{PREFIX}host", "listed", rows)
