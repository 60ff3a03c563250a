"""`pubguard plugins`."""

from __future__ import annotations

from pathlib import Path

from pubguard.testing import call, make_workspace


def test_it_lists_what_is_enabled_and_what_is_only_installed(tmp_path: Path) -> None:
    """Each plugin with its distribution and what it offers; the others apart."""
    place = make_workspace(tmp_path / "guard").config.path
    place.write_text(place.read_text().replace('"govuk", ', ""))
    listed = {each["name"]: each for each in call("plugins", "--json", config=place).document}
    assert listed["sqlite"]["offers"] == {"stores": ["sqlite"]}
    assert listed["sqlite"]["enabled"]
    assert listed["sqlite"]["distribution"] == "pubguard"
    assert not listed["govuk"]["enabled"]
    text = call("plugins", config=place).out
    above, below = text.split("Installed, not enabled:")
    assert "sqlite" in above
    assert "govuk" in below
