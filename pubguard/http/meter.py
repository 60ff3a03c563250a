"""What the service counts, for Prometheus; no release, person or token of a person is a label."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
_STEPS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)


class Meter:
    """Counts requests and decisions since the service began."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pubguard_http_requests",
            "Requests by route and status.",
            ["route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "pubguard_http_request_seconds",
            "Time from a request's head to its answer.",
            ["route"],
            buckets=_STEPS,
            registry=self._registry,
        )
        self._decisions = Counter(
            "pubguard_decisions",
            "Decisions by action and answer.",
            ["action", "decision"],
            registry=self._registry,
        )
        self._refused = Counter(
            "pubguard_tokens_refused", "Requests with a wrong token.", registry=self._registry
        )
        self._size = Gauge("pubguard_log_size", "Entries of the log.", registry=self._registry)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def decided(self, action: str, decision: str) -> None:
        """One check was decided."""
        self._decisions.labels(action, decision).inc()

    def refused(self) -> None:
        """A token was wrong."""
        self._refused.inc()

    def text(self, size: int) -> bytes:
        """All of it, with the log's size as it is now."""
        self._size.set(size)
        found: bytes = generate_latest(self._registry)
        return found
