"""Sets up a workspace: keys, an empty log, and last the configuration that makes it one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from pubguard import config, keys, ownership, plugins
from pubguard.errors import ConfigError, KeyFileError, Refused, UsageError
from pubguard.founding import template


class Founded(Struct, frozen=True):
    """What `init` made, and what to do next."""

    folder: str
    files: tuple[str, ...]
    next: tuple[str, ...]


def found(folder: Path, organisation: str, nation: config.Nation) -> Founded:
    """Make a workspace in `folder`, which need not exist; overwrites nothing.

    Raises:
        UsageError: the organisation's name is empty or not printable.
        Refused: a file of a workspace is there already; nothing was written.
        ConfigError: the folder cannot be made, or others can write to it.
    """
    organisation = organisation.strip()
    if not organisation or not organisation.isprintable():
        raise UsageError(
            f"{organisation[:50]!r} cannot be an organisation's name.",
            'Give its name as printable text: --organisation "Office for Example Statistics".',
        )
    folder = folder.absolute()
    targets = _targets(folder)
    there = [path for path in targets if os.path.lexists(path)]
    if there:
        raise Refused(
            "Nothing was written, because this is there already: "
            + ", ".join(str(path.relative_to(folder)) for path in there)
            + f" in {folder}.",
            "Choose another folder, or move these away if you mean to start afresh.",
        )
    with _undone_on_failure() as made:
        _make_folder(folder, made)
        _make_folder(folder / "keys", made)
        try:
            made += keys.create_log_pair(folder / "keys" / "log.pem", keys.origin(organisation))
        except KeyFileError as error:
            if not os.path.lexists(folder / "keys" / "log.pem"):
                raise
            raise Refused(
                f"Nothing was written, because another init is at work in {folder}.",
                "Choose another folder, or wait and see what that one made.",
            ) from error
        made += keys.create_permit_pair(folder / "keys" / "permit.pem")
        _make_store(folder, made)
        _make_config(folder / config.NAME, template.render(organisation, nation.value), made)
    return Founded(str(folder), tuple(str(path.relative_to(folder)) for path in targets), _NEXT)


_NEXT = (
    "In that folder: pubguard doctor",
    "Then the release calendar: pubguard calendar import SOURCE --dry-run",
    "Keep a copy of keys/ where this machine's users cannot reach it.",
)


def _targets(folder: Path) -> tuple[Path, ...]:
    log, permit = (folder / "keys" / f"{name}.pem" for name in ("log", "permit"))
    public = [keys.public_path(path) for path in (log, permit)]
    return (
        log,
        public[0],
        permit,
        public[1],
        folder / template.STORE["path"],
        folder / config.NAME,
    )


def _make_store(folder: Path, made: list[Path]) -> None:
    own = {name: value for name, value in template.STORE.items() if name != "kind"}
    loaded = plugins.load(template.PLUGINS)
    store = loaded.make("stores", template.STORE["kind"], {"folder": str(folder)}, own, "store")
    made.append(folder / template.STORE["path"])  # whoever else is here has failed at the keys
    store.create()
    store.close()


def _make_config(path: Path, text: str, made: list[Path]) -> None:
    with open(path, "x", encoding="utf-8", opener=_private_to_write) as file:
        made.append(path)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    config.load(path)


def _private_to_write(path: str, flags: int) -> int:
    return os.open(path, flags, 0o644)


def _make_folder(folder: Path, made: list[Path]) -> None:
    try:
        for parent in (*reversed(folder.parents), folder):
            if not parent.exists():
                with suppress(FileExistsError):  # another init was faster
                    parent.mkdir(mode=0o700)
                    made.append(parent)
    except OSError as error:
        raise ConfigError(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Choose a folder that you may write to.",
        ) from error
    problem = ownership.exposed_folder(folder / config.NAME)
    if problem:
        raise ConfigError(*problem)


@contextmanager
def _undone_on_failure() -> Iterator[list[Path]]:
    """What was made so far does not stay behind when the rest cannot be made."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else _remove(path)
        raise


def _remove(path: Path) -> None:
    for part in (path, *path.parent.glob(f"{path.name}-*")):
        part.unlink(missing_ok=True)
