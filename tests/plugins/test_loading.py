"""Which plugins are loaded, and which are refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pubguard import plugins
from pubguard.errors import PluginError
from pubguard.plugins.distributions import offered
from tests.plugins.conftest import Installed

RULE = """
from typing import ClassVar
from msgspec import Struct
from pubguard import hookimpl
from pubguard.model import Action, CLEAR

class Quiet(Struct, frozen=True):
    code: ClassVar[str] = "CODE"
    version: ClassVar[int] = 1
    title: ClassVar[str] = "t"
    why: ClassVar[str] = "w"
    fix: ClassVar[str] = "f"
    duty: ClassVar[None] = None
    actions: ClassVar[frozenset] = frozenset(Action)
    def judge(self, attempt, facts): return CLEAR

@hookimpl
def register_rules(register):
    register("NAME", Quiet)
"""


def rule(name: str, code: str) -> str:
    return RULE.replace("NAME", name).replace("CODE", code)


def refused(*names: str, kind: str = "") -> PluginError:
    def ask() -> None:
        loaded = plugins.load(names)
        if kind:
            loaded.offers(kind)

    with pytest.raises(PluginError) as caught:
        ask()
    assert caught.value.exit_code == 2
    assert caught.value.remedy
    return caught.value


def test_only_what_is_named_is_imported(installed: Installed) -> None:
    """A plugin that is installed and not named is not even imported."""
    installed("dist_a", {"one": rule("one", "AA101"), "two": rule("two", "AA102")})
    loaded = plugins.load(["one"])
    assert list(loaded.offers("rules")) == ["one"]
    assert "dist_a_one" in sys.modules
    assert "dist_a_two" not in sys.modules


def test_a_third_party_takes_the_same_road_as_our_own(installed: Installed) -> None:
    """Built-ins and strangers stand in one list, each with its distribution."""
    installed("dist_b", {"three": rule("three", "AA103")})
    listed = {each.name: each for each in plugins.load(["sqlite", "three"]).listing()}
    assert (listed["sqlite"].distribution, listed["sqlite"].enabled) == ("pubguard", True)
    assert (listed["three"].distribution, listed["three"].version) == ("dist-b", "1.2")
    assert listed["three"].offers == {"rules": ("three",)}
    assert not listed["toml"].enabled


def test_a_name_that_two_distributions_offer_is_refused(installed: Installed) -> None:
    """A stranger cannot take a built-in's place by calling itself the same."""
    installed("stranger", {"sqlite": rule("sqlite", "AA104")})
    message = refused("sqlite").message
    assert "stranger" in message
    assert "pubguard" in message
    assert "stranger_sqlite" not in sys.modules


def test_two_offers_of_one_name_are_refused(installed: Installed) -> None:
    """Two plugins that register the same name are an error naming both."""
    installed("dist_c", {"four": rule("same", "AA105"), "five": rule("same", "AA106")})
    message = refused("four", "five", kind="rules").message
    assert "four" in message
    assert "five" in message
    assert "'same'" in message


def test_two_rules_with_one_code_are_refused(installed: Installed) -> None:
    """A code means one thing."""
    installed("dist_d", {"six": rule("six", "AA107"), "seven": rule("seven", "AA107")})
    assert "AA107" in refused("six", "seven", kind="rules").message


def test_what_is_not_installed_is_named_with_the_nearest(installed: Installed) -> None:
    """A misspelt name is answered with what was probably meant."""
    assert "Did you mean sqlite?" in refused("sqlit").message
    assert "pip install" in refused("nothing_like_it").remedy


def test_a_name_listed_twice_is_refused() -> None:
    """Twice the same name in pubguard.toml is a mistake and said to be one."""
    assert "listed twice" in refused("sqlite", "toml", "sqlite").message


WRONG = {
    "misspelt": "from pubguard import hookimpl\n@hookimpl\ndef register_rule(register): ...\n",
    "wrapping": "from pubguard import hookimpl\n@hookimpl(wrapper=True)\n"
    "def register_rules(register):\n    return (yield)\n",
    "oldwrapping": "from pubguard import hookimpl\n@hookimpl(hookwrapper=True)\n"
    "def register_rules(register):\n    yield\n",
    "pushing": "from pubguard import hookimpl\n@hookimpl(tryfirst=True)\n"
    "def register_rules(register): ...\n",
    "waiting": "from pubguard import hookimpl\n@hookimpl(trylast=True)\n"
    "def register_rules(register): ...\n",
    "optional": "from pubguard import hookimpl\n@hookimpl(optionalhook=True)\n"
    "def register_rule(register): ...\n",
    "greedy": "from pubguard import hookimpl\n@hookimpl\n"
    "def register_rules(register, everything): ...\n",
    "raising": "raise RuntimeError('no licence')\n",
    "leaving": "raise SystemExit(0)\n",
    "absent": "import no_such_module\n",
    "garbled": "def (\n",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_plugin_that_does_not_fit_is_refused_by_name(installed: Installed, name: str) -> None:
    """Misspelt hooks, wrappers, wishes for an order, and plugins that break: exit 2, named."""
    installed(f"dist_{name}", {name: WRONG[name]})
    assert name in refused(name).message


OFFERS = {
    "loud": "raise RuntimeError('no licence')",
    "gone": "raise SystemExit(0)",
    "nameless": "register(5, None)",
    "function": "register('x', print)",
    "thawed": "register('x', Thawed)",
    "empty": "register('x', Empty)",
}


@pytest.mark.parametrize("name", OFFERS)
def test_a_plugin_that_offers_nonsense_is_refused_by_name(installed: Installed, name: str) -> None:
    """What is registered is looked at when it comes in, not when it is asked to decide."""
    source = "from msgspec import Struct\nfrom pubguard import hookimpl\n"
    source += "class Thawed(Struct): ...\nclass Empty(Struct, frozen=True): ...\n"
    source += f"@hookimpl\ndef register_rules(register):\n    {OFFERS[name]}\n"
    installed(f"dist_{name}", {name: source})
    message = refused(name, kind="rules").message
    assert name in message
    assert ("not frozen" in message) == (name == "thawed")


def test_a_broken_plugin_says_what_broke(installed: Installed) -> None:
    """The exception's own words are in the message, and it is chained."""
    installed("dist_e", {"eight": WRONG["raising"]})
    error = refused("eight")
    assert "RuntimeError: no licence" in error.message
    assert isinstance(error.__cause__, RuntimeError)


def test_the_first_of_two_installs_of_one_distribution_counts(tmp_path: Path) -> None:
    """As for imports, an earlier folder on the path hides a later one."""
    for folder, module in (("near", "a"), ("far", "b")):
        metadata = tmp_path / folder / "Some_Dist-1.0.dist-info"
        metadata.mkdir(parents=True)
        text = (
            f"[console_scripts]\nx = y\n\n[pubguard]\nplug = {module} [extra]\n# remark\n[z]\nq=w\n"
        )
        (metadata / "entry_points.txt").write_text(text)
    paths = [str(tmp_path / "near"), str(tmp_path / "far"), str(tmp_path / "nowhere")]
    (found,) = offered(paths)
    assert (found.name, found.module, found.distribution) == ("plug", "a", "some-dist")


def test_the_same_answer_as_the_standard_library() -> None:
    """Reading the metadata by hand finds what importlib.metadata finds."""
    from importlib.metadata import entry_points

    expected = {(point.name, point.value) for point in entry_points(group="pubguard")}
    assert {(each.name, each.module) for each in offered()} == expected
