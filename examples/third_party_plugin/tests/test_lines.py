"""What the calendar reads and what it refuses."""

from pathlib import Path

from pubguard_example.lines import Lines

from pubguard.protocols import Document
from pubguard.testing import CalendarContract

RELEASES = Path(__file__).parent.parent / "releases.txt"


class TestLines(CalendarContract):
    calendar = Lines()
    good = (Document("releases.txt", RELEASES.read_bytes()),)


def test_a_bad_line_is_refused_and_the_others_land():
    """A line that cannot be read is named by number with its reason."""
    read = Lines().read([Document("x", b"a | 2026-11-26T09:30 | A\nb | soon | B\n")])
    assert [release.id for release in read.releases] == ["a"]
    (refused,) = read.refused
    assert refused.where == "x: line 2"
    assert "soon" in refused.reason
