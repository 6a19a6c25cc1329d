"""What operations are answered from."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

from cvt_server.auth import Gate
from cvt_server.metrics import Metrics
from cvt_server.service.services import Services
from cvt_server.tracing import Traces


@dataclass(slots=True)
class State:
    """The parts of a serving process. `serving` is what the probes are told; `about` is what the server says of itself.

    What writes has threads of its own (`writers`): it may wait for the database as long as another process writes, and reading goes on meanwhile.
    """

    services: Services
    gate: Gate
    metrics: Metrics
    pool: Executor
    writers: Executor
    about: Mapping[str, Any] = field(default_factory=dict)
    serving: bool = False
    traces: Traces | None = None
