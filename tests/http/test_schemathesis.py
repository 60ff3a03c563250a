"""What the description promises, the service keeps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.http.conftest import Service


def test_schemathesis_finds_nothing(service: Service, tmp_path: Path) -> None:
    """Over every address: examples, edge cases, random and hostile requests, and sequences."""
    done = subprocess.run(
        [
            *(Path(sys.executable).parent / "schemathesis", "run", f"{service.url}/openapi.json"),
            *("-H", f"Authorization: Bearer {service.token}", "--max-examples", "25"),
            *("--phases", "examples,coverage,fuzzing,stateful", "--seed", "1", "--no-color"),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout[-8000:]
    assert "No issues found" in done.stdout
    service.stop()
    assert [line for line in service.lines() if line["level"] == "error"] == []
