"""What Prometheus is told: counted while it happens, or looked up when it asks.

Figures of the whole system (jobs by state, queue age, …) are the database's, so every process
tells the same; those of requests are the process's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus_client.core import Metric

__all__ = ["Figures", "Metrics"]

# Seconds. Long polls end within a minute.
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 60)
_LAGS: Final = (1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400)


@dataclass(frozen=True, slots=True)
class Figures:
    """How things stand in the database; ages in seconds, None when there is nothing to be old.

    Attributes:
        jobs: How many are in each of the states that do not last.
        queue_age: Since the oldest waiting job was made.
        overdue: Since the deadline of the lease or run that should have ended first; 0 when
            none is overdue.
        lost_day: Jobs of the last 24 hours of which nobody knows whether they ran.
        backup_age: Since the newest stored backup.
    """

    jobs: Mapping[str, int]
    queue_age: float | None
    overdue: float
    lost_day: int
    backup_age: float | None


class Metrics:
    """The metrics of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "ros_http_request_seconds",
            "Time from a request to its answer.",
            ("method", "route", "status"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._lag = Histogram(
            "ros_report_lag_seconds",
            "From what an agent reports, by its clock, until the report came in.",
            buckets=_LAGS,
            registry=self._registry,
        )
        self._reports = Counter(
            "ros_reports", "Reports of agents.", ("status",), registry=self._registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).observe(seconds)

    def reported(self, status: str, lag: float) -> None:
        """Count a report that was heard `lag` seconds after what it tells of."""
        self._reports.labels(status).inc()
        self._lag.observe(max(0.0, lag))

    def text(self, figures: Figures) -> bytes:
        """Return everything in Prometheus's text form."""
        of_database = CollectorRegistry()
        of_database.register(_Collected(figures))
        return generate_latest(of_database) + generate_latest(self._registry)


class _Collected(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        figures = self._figures
        jobs = GaugeMetricFamily("ros_jobs", "Jobs that have not ended.", labels=("state",))
        for state, number in figures.jobs.items():
            jobs.add_metric((state,), number)
        yield jobs
        gauges = {
            "ros_queue_age_seconds": ("Since the oldest waiting job was made.", figures.queue_age),
            "ros_overdue_seconds": (
                "Since the first deadline of a lease or run that was not kept.",
                figures.overdue,
            ),
            "ros_unknown_outcomes_24h": (
                "Jobs of the last 24 hours of which nobody knows whether they ran.",
                figures.lost_day,
            ),
            "ros_backup_age_seconds": ("Since the newest stored backup.", figures.backup_age),
        }
        for name, (text, value) in gauges.items():
            if value is not None:
                yield GaugeMetricFamily(name, text, value=value)
