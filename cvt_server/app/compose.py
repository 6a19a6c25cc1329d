"""From settings to the parts of a server."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL

from cvt_engine.facade import ValidateOptions
from cvt_server import __version__, auth
from cvt_server.errors import SettingWrong
from cvt_server.service.schemas import Rules
from cvt_server.service.services import Services, services_on
from cvt_server.settings import Settings
from cvt_server.storage.base import Storage
from cvt_server.storage.database import Database


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
        hint = "set CVT_API_KEYS or CVT_API_KEYS_FILE, or make one with `cvt keys create NAME --scope admin`"
        raise SettingWrong("API keys are required, but there is none", hint=hint)
    return auth.Gate(keys, rate=settings.rate_limit)


def about_of(settings: Settings) -> dict[str, Any]:
    """What the server tells of itself; nothing that is secret."""
    return {
        "version": __version__,
        "storage": settings.storage,
        "api_keys": settings.api_key_enabled,
        "tls": settings.tls_enabled,
        "mutable_versions": settings.mutable_versions,
    }
