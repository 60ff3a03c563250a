"""How often: requests of one token where a rate is set, and wrong tokens of one address always."""

from __future__ import annotations

from collections import OrderedDict
from time import monotonic

MOST = 10_000
"""Names that are remembered; the one that was quiet for longest is forgotten first."""
WRONG = 60
"""Wrong tokens that one address may send in a minute before it is told to wait."""


class Rates:
    """A bucket for each name, filled `rate` times a minute and never beyond that."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, name: str) -> int:
        """Take one; 0, or the whole seconds after which there is one again."""
        now = monotonic()
        left, since = self._buckets.pop(name, (float(self.rate), now))
        left = min(left + (now - since) * self.rate / 60, self.rate)
        enough = left >= 1
        self._buckets[name] = (left - 1 if enough else left, now)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return 0 if enough else max(1, round((1 - left) * 60 / self.rate + 0.5))
