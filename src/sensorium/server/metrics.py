"""What the server counts, for Prometheus.

The counts of answers are plain numbers that the request path adds to; they take Prometheus' form when they
are scraped, since its own counters would cost each request several microseconds.
"""

from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Callable, Iterable
from itertools import accumulate
from threading import Lock
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

BOUNDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Answers:
    """The answers of one operation: how many of each status, and how long they took."""

    __slots__ = ("buckets", "by_status", "operation", "seconds")

    def __init__(self, operation: str) -> None:
        self.operation = operation
        self.by_status: Tally[int] = Tally()
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def add(self, status: int, seconds: float) -> None:
        """Count one answer."""
        self.by_status[status] += 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class _AnswersCollector(Collector):
    def __init__(self) -> None:
        self.operations: list[Answers] = []

    def collect(self) -> Iterable[Any]:
        total = CounterMetricFamily(
            "sensorium_answers", "Answers by operation and status.", labels=["operation", "status"]
        )
        times = HistogramMetricFamily(
            "sensorium_answer_seconds", "Time to the end of an answer.", labels=["operation"]
        )
        for answers in self.operations:
            for status, count in answers.by_status.items():
                total.add_metric([answers.operation, str(status)], count)
            counts = accumulate(answers.buckets)
            buckets = [
                (str(bound), float(count)) for bound, count in zip((*BOUNDS, "+Inf"), counts, strict=True)
            ]
            times.add_metric([answers.operation], buckets, answers.seconds)
        return total, times


class Metrics:
    """The server's figures; each instance has a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._scraping = Lock()  # what is read then may be for one thread at a time
        ProcessCollector(registry=self.registry)
        self._answers = _AnswersCollector()
        self.registry.register(self._answers)
        self.refusals = Counter(
            "sensorium_refusals_total",
            "What was refused, by reason.",
            ["dialect", "reason"],
            registry=self.registry,
        )
        self.cuts = Counter(
            "sensorium_cut_connections_total",
            "Connections cut: by the deadline that they missed, their headers' size, or as no HTTP came.",
            ["reason"],
            registry=self.registry,
        )
        self.engine_starts = Counter(
            "sensorium_engine_starts_total",
            "How often the engine process was started.",
            registry=self.registry,
        )

    def answers(self, operation: str) -> Answers:
        """The figures of one operation, shown from now on."""
        answers = Answers(operation)
        self._answers.operations.append(answers)
        return answers

    def observe(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Show a figure that is read at each scrape."""
        Gauge(name, meaning, registry=self.registry).set_function(read)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        with self._scraping:
            return generate_latest(self.registry)
