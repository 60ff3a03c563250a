from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Installed = Callable[[str, dict[str, str]], None]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """Installs distributions: name, and for each plugin its module's source."""

    def install(distribution: str, plugins: dict[str, str]) -> None:
        folder = tmp_path / distribution
        metadata = folder / f"{distribution}-1.2.dist-info"
        metadata.mkdir(parents=True)
        lines = [f"{name} = {distribution}_{name}" for name in plugins]
        (metadata / "entry_points.txt").write_text("\n".join(["[pubguard]", *lines, ""]))
        for name, source in plugins.items():
            (folder / f"{distribution}_{name}.py").write_text(source)
        monkeypatch.syspath_prepend(folder)

    return install
