"""Secrets that settings refer to and never hold: ``env:NAME`` or ``file:PATH``."""

from __future__ import annotations

import os

from pubguard import ownership
from pubguard.errors import ConfigError

LARGEST = 10_000
"""Bytes that a file with a secret may have."""
FORMS = ("env:", "file:")


def check_reference(text: str) -> None:
    """Refuse a setting that seems to hold the secret itself.

    Raises:
        ValueError: neither ``env:NAME`` nor ``file:PATH``; does not repeat the text.
    """
    if not any(text.startswith(form) and len(text) > len(form) for form in FORMS):
        raise ValueError("must say where the secret is kept: env:NAME or file:PATH")


def reveal(reference: str, folder: str) -> str:
    """The secret itself. A relative path starts at `folder`; a file's last line break is left out.

    Raises:
        ConfigError: the variable is not set, or the file is missing, empty or open to others.
    """
    form, _, place = reference.partition(":")
    if form == "env":
        value = os.environ.get(place, "")
        if not value:
            raise ConfigError(
                f"The environment variable {place} is not set.",
                "Set it where pubguard runs; pubguard.toml names it.",
            )
        return value
    path = os.path.join(folder, place)
    try:
        value = ownership.read_secret(path, LARGEST).decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not UTF-8 text.", "Save it as UTF-8.") from error
    if not value:
        raise ConfigError(f"{path} is empty.", "Put the secret into it.")
    return value
