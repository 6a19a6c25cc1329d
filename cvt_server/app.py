"""The composition: settings to storage, services, gate and both servers; the life of one process."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from sqlalchemy import URL

from cvt_engine.facade import ValidateOptions
from cvt_server import auth
from cvt_server.errors import SettingWrong
from cvt_server.metrics import Metrics, with_process
from cvt_server.rpc.contract import ContractCalls
from cvt_server.rpc.server import CONTRACT, Health, contract_service, listen, server_of
from cvt_server.service.schemas import Rules
from cvt_server.service.services import Services, services_on
from cvt_server.settings import Settings
from cvt_server.storage.base import Storage, storage_on
from cvt_server.storage.database import Database

THREADS: Final = 8
UPKEEP_SECONDS: Final = 2.0
CLEAN_SECONDS: Final = 3600.0
_log: Final = logging.getLogger("cvt.server")


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports that were opened."""

    grpc: int
    http: int


def database_of(settings: Settings) -> Database:
    """The database that the settings name. Raises SettingWrong."""
    if settings.storage == "memory":
        from cvt_server.storage.sqlite import open_memory

        return open_memory()
    if settings.storage == "sqlite":
        from cvt_server.storage.sqlite import open_file

        return open_file(settings.storage_dsn)
    from cvt_server.storage.postgres import open_url

    url: str | URL = settings.postgres_dsn or URL.create(
        "postgresql",
        username=settings.postgres_user,
        password=settings.postgres_password or None,
        host=settings.postgres_host,
        port=settings.postgres_port,
        database=settings.postgres_db,
        query={"sslmode": settings.postgres_sslmode},
    )
    return open_url(url, connections=settings.postgres_max_conns)


def services_of(settings: Settings, storage: Storage) -> Services:
    """The services as the settings want them."""
    return services_on(
        storage,
        rules=Rules(mutable=settings.mutable_versions),
        options=ValidateOptions(undocumented_status="ignore" if settings.undocumented_status == "ignore" else "error"),
        cache_most=settings.cache_max_schemas,
        cache_bytes=settings.cache_max_mb * 1_000_000,
    )


def gate_of(settings: Settings, services: Services) -> auth.Gate:
    """The gate. Raises SettingWrong where keys are asked for and there are none."""
    if not settings.api_key_enabled:
        return auth.Gate(None, rate=settings.rate_limit)
    keys = auth.Keys(auth.from_list(settings.api_keys), settings.api_keys_file, services.keys.list)
    keys.refresh()
    if not len(keys):
        hint = "set CVT_API_KEYS or CVT_API_KEYS_FILE, or make one with `python -m cvt_server keys create`"
        raise SettingWrong("API keys are required, but there is none", hint=hint)
    return auth.Gate(keys, rate=settings.rate_limit)


class App:
    """One serving process."""

    def __init__(self, settings: Settings) -> None:
        """Open the storage and build everything. Raises SettingWrong, Unavailable."""
        self.settings = settings
        self.storage = storage_on(database_of(settings))
        self.services = services_of(settings, self.storage)
        self.gate = gate_of(settings, self.services)
        self.metrics = with_process(Metrics())
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="cvt")
        self.health = Health()
        self.serving = False

    async def run(self, ready: Callable[[Ports], None]) -> None:
        """Serve until SIGTERM or SIGINT, then finish what is under way."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        calls = ContractCalls(self.services, self.pool, self.metrics)
        server = server_of([contract_service(calls, self.gate, self.metrics)], self.health, (CONTRACT,))
        port = listen(server, self.settings)
        await server.start()
        end_http, http = await self._http()
        await self.health.set(serving=True)
        self.serving = True
        self.metrics.up.set(1)
        upkeep = asyncio.create_task(self._upkeep())
        ready(Ports(port, http))
        await stop.wait()
        self.serving = False
        await self.health.set(serving=False)
        await server.stop(self.settings.shutdown_grace)
        await end_http()
        upkeep.cancel()
        await asyncio.gather(upkeep, return_exceptions=True)
        self.close()

    def close(self) -> None:
        """Write what waits and let everything go."""
        self.services.counts.flush()
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.storage.database.close()

    async def _http(self) -> tuple[Callable[[], Awaitable[None]], int]:
        async def end() -> None:
            return None

        return end, self.settings.metrics_port

    async def _upkeep(self) -> None:
        """What happens beside the calls: keys read again, counts written, old records removed."""
        cleaned = time.monotonic()
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
        self.metrics.cache_items.set(len(self.services.library))
        self.metrics.cache_bytes.set(self.services.library.size)
