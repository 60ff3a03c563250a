"""Everything pubguard raises on purpose.

::

    PubguardError                 exit 4
    |-- UsageError                exit 2  the call cannot mean anything
    |   |-- TimeError                     no such local time, or two of them
    |   `-- IdError                       not an id
    |-- ConfigError               exit 2  pubguard.toml or what it names is wrong
    |   `-- PluginError                   a plugin is missing, doubled or broken
    |-- Refused                   exit 1  understood, and the answer is no
    |   `-- RequestReused                 a request id that stands for another request
    |-- SourceError               exit 1  a calendar could not be read; nothing changed
    |-- NotTaken                  exit 1  a notifier could not hand a message on
    |-- NotLoaded                 exit 1  a web server did not take the file; the old one is back
    |-- NoAnswer                  exit 4  a guard on another machine gave no usable answer
    |-- LogError                  exit 4  the event log cannot be used
    |   |-- LogUnwritable                 nothing was stored
    |   |-- LogConflict                   what the event rests on has moved
    |   `-- LogCorrupt                    the log contradicts itself
    `-- KeyFileError              exit 4  a key is missing or unreadable
"""

from __future__ import annotations


class PubguardError(Exception):
    """What happened and why (`message`), and what to do now (`remedy`)."""

    exit_code = 4
    code = "error"

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class UsageError(PubguardError):
    """The call cannot mean anything."""

    exit_code = 2
    code = "usage"


class TimeError(UsageError):
    """A time that does not exist, exists twice, or cannot be read."""

    code = "time"


class IdError(UsageError):
    """Text that cannot be an id."""

    code = "id"


class ConfigError(PubguardError):
    """pubguard.toml, or something it names, is wrong."""

    exit_code = 2
    code = "config"


class PluginError(ConfigError):
    """A plugin is missing, offered twice or broken."""

    code = "plugin"


class Refused(PubguardError):
    """The call was understood and the answer is no."""

    exit_code = 1
    code = "refused"


class RequestReused(Refused):
    """The caller's own id of this request stands for another one already."""

    code = "request-reused"


class SourceError(PubguardError):
    """A calendar source could not be read as a whole; nothing was changed."""

    exit_code = 1
    code = "source"


class NotTaken(PubguardError):
    """A notifier could not hand a message on; names neither the contact nor a secret."""

    exit_code = 1
    code = "not-taken"


class NotLoaded(PubguardError):
    """A web server did not take its new file; the one before it is in its place again."""

    exit_code = 1
    code = "not-loaded"


class NoAnswer(PubguardError):
    """A guard on another machine gave no usable answer, so nothing was changed here."""

    code = "no-answer"


class LogError(PubguardError):
    """The event log cannot be used."""

    code = "log"


class LogUnwritable(LogError):
    """The event could not be stored in time; nothing was stored."""

    code = "log-unwritable"


class LogConflict(LogError):
    """A stream that the event rests on has moved since it was read."""

    code = "log-conflict"


class LogCorrupt(LogError):
    """The stored log contradicts itself."""

    code = "log-corrupt"


class KeyFileError(PubguardError):
    """A key file is missing or cannot be used."""

    code = "key"
