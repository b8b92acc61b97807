"""Rate, errors and duration of requests, for Prometheus.

Names and labels follow OpenTelemetry's semantic conventions for HTTP servers.
"""

from prometheus_client import CollectorRegistry, GCCollector, Histogram, ProcessCollector

# In seconds; the bounds that OpenTelemetry advises.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)

METHODS = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}


class Metrics:
    """What is counted, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._duration = Histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP requests",
            ["http_request_method", "http_route", "http_response_status_code"],
            buckets=BUCKETS,
            registry=self.registry,
        )

    def record(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one request. A client may invent methods; a label must not follow it."""
        method = method if method in METHODS else "_OTHER"
        self._duration.labels(method, route, str(status)).observe(seconds)
