"""The life of one serving process: from settings to ready, and from a signal to the end."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from cvt_server import __version__
from cvt_server.app import listen
from cvt_server.app.compose import about_of, database_of, gate_of, services_of
from cvt_server.app.http import HttpServer
from cvt_server.errors import Unavailable
from cvt_server.metrics import Metrics, with_process
from cvt_server.operations.state import State
from cvt_server.rest.site import site
from cvt_server.rpc.contract import ContractCalls
from cvt_server.rpc.registry import REGISTRY, registry_service
from cvt_server.rpc.server import CONTRACT, Health, Service, contract_service, server_of
from cvt_server.rpc.server import listen as listen_grpc
from cvt_server.settings import Settings
from cvt_server.stopping import SIGNALS
from cvt_server.storage.base import storage_on
from cvt_server.tracing import traces_to

THREADS: Final = 8
UPKEEP_SECONDS: Final = 2.0
SIZES_SECONDS: Final = 30.0
CLEAN_SECONDS: Final = 3600.0
LAST_WORD_SECONDS: Final = 0.1
"""How long the server still answers after it said that it is not serving, so that watchers hear of it."""
LOOPBACK: Final = frozenset(("localhost", "127.0.0.1", "::1", "[::1]"))
_log: Final = logging.getLogger("cvt.server")


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports that were opened."""

    grpc: int
    http: int


class App:
    """One serving process."""

    def __init__(self, settings: Settings, *, shared: bool = False, lifeline: int = -1) -> None:
        """Open the storage and build everything. `shared`: other processes listen on the same ports.

        `lifeline` is a pipe that ends with the parent, -1 for none. Raises SettingWrong, Unavailable.
        """
        self.settings = settings
        self._lifeline = lifeline
        self._tls = listen.ssl_context(settings)
        if not shared:
            listen.free(settings)
        self._shared = shared
        self.storage = storage_on(database_of(settings))
        self.services = services_of(settings, self.storage)
        self.gate = gate_of(settings, self.services)
        self.metrics = with_process(Metrics())
        self.pool, self.writers = ThreadPoolExecutor(THREADS, "cvt"), ThreadPoolExecutor(THREADS, "cvt-write")
        traces = traces_to(settings.tracing_endpoint, __version__)
        self.state = State(self.services, self.gate, self.metrics, self.pool, self.writers, about_of(settings), traces=traces)
        self.health = Health()
        self._sized = float("-inf")

    async def run(self, ready: Callable[[Ports], None]) -> None:
        """Serve until SIGTERM or SIGINT, then finish what is under way."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in SIGNALS:  # not the loop's own handlers: those end with the loop, and the next signal would kill what is ending well
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        if self._lifeline >= 0:
            loop.add_reader(self._lifeline, stop.set)
        grpc = server_of(self._services(), self.health, (CONTRACT, REGISTRY), shared=self._shared)
        port = listen_grpc(grpc, self.settings)
        bound = listen.open_socket(self.settings.host, self.settings.metrics_port, what="HTTP", option="--metrics-port", shared=self._shared)
        http = HttpServer(site(self.state, local=self.settings.host in LOOPBACK), bound, tls=self._tls, grace=self.settings.shutdown_grace)
        await grpc.start()
        await http.start()
        await self.health.set(serving=True)
        self.state.serving = True
        self.metrics.up.set(1)
        upkeep = asyncio.create_task(self._upkeep())
        gc.collect()
        gc.freeze()  # what was built so far stays: later collections need not look at it
        ready(Ports(port, http.port))
        await stop.wait()
        self.state.serving = False
        await self.health.end()
        await asyncio.sleep(LAST_WORD_SECONDS)
        await asyncio.gather(grpc.stop(self.settings.shutdown_grace), http.stop())
        upkeep.cancel()
        await asyncio.gather(upkeep, return_exceptions=True)
        self.storage.database.hurry()
        await asyncio.to_thread(self.close)
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def close(self) -> None:
        """Write what waits and let everything go."""
        self.services.counts.flush()
        if self.state.traces is not None:
            self.state.traces.close()
        for threads in (self.pool, self.writers):
            threads.shutdown(wait=False, cancel_futures=True)
        self.storage.database.close()

    def _services(self) -> list[Service]:
        calls = ContractCalls(self.services, self.pool, self.writers, self.metrics)
        return [contract_service(calls, self.gate, self.metrics, self.state.traces), registry_service(self.state)]

    async def _upkeep(self) -> None:
        """What happens beside the calls: keys read again, counts written, old records removed."""
        cleaned = float("-inf")
        while True:
            await asyncio.sleep(UPKEEP_SECONDS)
            try:
                await asyncio.to_thread(self._look_after)
                if time.monotonic() - cleaned > CLEAN_SECONDS:
                    cleaned = time.monotonic()
                    await asyncio.to_thread(self.services.stats.clean, self.settings.retention_days)
            except Exception:  # noqa: BLE001 upkeep goes on whatever happens
                _log.exception("upkeep failed")

    def _look_after(self) -> None:
        if self.gate.keys is not None:
            self.gate.keys.refresh()
        self.services.counts.flush()
        self.metrics.look(self.services.library)
        if time.monotonic() >= self._sized + SIZES_SECONDS:
            self._sized = time.monotonic()
            self._take_sizes()

    def _take_sizes(self) -> None:
        try:
            self.metrics.sizes(self.services.stats.sizes())
        except Unavailable as problem:
            self.metrics.refused(problem)


def live(settings: Settings, ready: Callable[[Ports, str], None], *, shared: bool = False, lifeline: int = -1) -> None:
    """Serve until a signal asks to stop. `ready` is told the ports and the storage's name. Raises SettingWrong, Unavailable."""
    app = App(settings, shared=shared, lifeline=lifeline)
    gc.enable()
    with asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(app.run(lambda ports: ready(ports, app.storage.database.name)))


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The faster event loop where there is one."""
    try:
        import uvloop
    except ImportError:
        return None
    made: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return made
