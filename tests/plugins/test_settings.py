"""Settings become the fields of what a plugin offers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pubguard import plugins
from pubguard.errors import ConfigError
from pubguard.plugins import Plugins
from tests.plugins.conftest import Installed

SOURCE = """
from datetime import timedelta
from typing import ClassVar
from msgspec import Struct
from pubguard import hookimpl
from pubguard.model import Action

class Patient(Struct, frozen=True):
    code: ClassVar[str] = "BB1{number}"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "t"
    why: ClassVar[str] = "w"
    fix: ClassVar[str] = "f"
    duty: ClassVar[None] = None
    actions: ClassVar[frozenset] = frozenset(Action)
    late_after: timedelta = timedelta(0)
    tries: int = 3
    days: tuple[str, ...] = ()
    api_key: str = ""
    def judge(self, attempt, facts): return None

@hookimpl
def register_rules(register):
    register("patient", Patient)
"""
SHARED = {"late_after": timedelta(minutes=1), "two_person": True, "nation": "england"}


@pytest.fixture
def loaded(installed: Installed) -> Plugins:
    installed("patience", {"patience": SOURCE.replace("{number}", "01")})
    return plugins.load(["patience"])


def test_shared_settings_reach_the_fields_of_that_name(loaded: Plugins) -> None:
    """A rule takes from [gate] what it has a field for, and no more."""
    made = loaded.make("rules", "patient", SHARED)
    assert (made.late_after, made.tries) == (timedelta(minutes=1), 3)


def test_own_settings_win_and_are_converted(loaded: Plugins) -> None:
    """[rules.NAME] stands above [gate]; lengths of time are written as text."""
    own = {"late_after": "2 h", "tries": 5, "days": ["x"]}
    made = loaded.make("rules", "patient", SHARED, own)
    assert (made.late_after, made.tries, made.days) == (timedelta(hours=2), 5, ("x",))


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"trys": 5}, "rules.patient.trys: no such setting. Did you mean rules.patient.tries?"),
        ({"tries": "five"}, "rules.patient.tries: 'five' is not a whole number"),
        ({"late_after": "soon"}, "rules.patient.late_after: 'soon' is not a length of time"),
        ({"days": [1]}, "rules.patient.days[1]: 1 is not text"),
    ],
)
def test_settings_that_do_not_fit_are_told_by_key(
    loaded: Plugins, own: dict[str, object], told: str
) -> None:
    """An unknown key or a value of the wrong kind is named where it stands."""
    with pytest.raises(ConfigError) as caught:
        loaded.make("rules", "patient", SHARED, own, "[rules.patient]")
    assert told in caught.value.message


def test_a_secret_is_not_repeated_in_the_error(loaded: Plugins) -> None:
    """A key of the wrong type is complained about without being shown."""
    with pytest.raises(ConfigError) as caught:
        loaded.make("rules", "patient", {}, {"api_key": 123456})
    assert "123456" not in caught.value.message


def test_all_wrong_settings_are_told_at_once(loaded: Plugins) -> None:
    """Building everything of a kind lists every mistake."""
    own = {"patient": {"trys": 1, "tries": "x"}, "pateint": {}}
    with pytest.raises(ConfigError) as caught:
        loaded.make_all("rules", SHARED, own)
    for told in ("trys", "tries: 'x'", "rules.pateint", "Did you mean patient?"):
        assert told in caught.value.message


def test_what_nobody_offers_is_told_with_the_nearest(loaded: Plugins) -> None:
    """A store or format that no enabled plugin offers is a mistake in the configuration."""
    with pytest.raises(ConfigError) as caught:
        loaded.make("rules", "patent")
    assert "Did you mean patient?" in caught.value.message
    assert caught.value.exit_code == 2
