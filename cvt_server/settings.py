"""Every setting of the server: one row each, read from the environment, overridden by flags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cvt_server.errors import SettingWrong


@dataclass(frozen=True, slots=True)
class Setting:
    """One row. `kind` is `text`, `port`, `number`, `switch`, `secret` or the allowed words separated by `|`."""

    name: str
    env: str
    default: str
    kind: str
    help: str


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting("host", "CVT_HOST", "", "text", "Address to listen on. Empty: every interface, IPv4 and IPv6."),
    Setting("port", "CVT_PORT", "9550", "port", "Port of gRPC; 0 takes a free one."),
    Setting("metrics_port", "CVT_METRICS_PORT", "9551", "port", "Port of HTTP: metrics, health, REST; 0 takes a free one."),
    Setting("workers", "CVT_WORKERS", "1", "number", "Processes that share the ports."),
    Setting("log_level", "LOG_LEVEL", "info", "debug|info|warn|warning|error", "Least level that is logged."),
    Setting("log_format", "CVT_LOG_FORMAT", "json", "json|text", "Form of the log."),
    Setting("tls_enabled", "CVT_TLS_ENABLED", "false", "switch", "TLS on both ports."),
    Setting("tls_cert_file", "CVT_TLS_CERT_FILE", "/certs/server.crt", "text", "Certificate chain, PEM."),
    Setting("tls_key_file", "CVT_TLS_KEY_FILE", "/certs/server.key", "text", "Private key, PEM."),
    Setting("tls_ca_file", "CVT_TLS_CA_FILE", "", "text", "Authorities of client certificates, PEM."),
    Setting("tls_client_auth", "CVT_TLS_CLIENT_AUTH", "none", "none|request|require", "Whether clients show a certificate."),
    Setting("api_key_enabled", "CVT_API_KEY_ENABLED", "false", "switch", "Whether calls need an API key."),
    Setting("api_keys", "CVT_API_KEYS", "", "secret", "Keys as KEY or KEY:NAME, separated by commas; they have every scope."),
    Setting("api_keys_file", "CVT_API_KEYS_FILE", "", "text", "JSON file of keys with names, scopes and end dates; read again when it changes."),
    Setting("storage_enabled", "CVT_STORAGE_ENABLED", "true", "switch", "false keeps everything in memory."),
    Setting("storage_type", "CVT_STORAGE_TYPE", "sqlite", "sqlite|postgres|memory", "Where schemas, consumers and deployments are kept."),
    Setting("storage_dsn", "CVT_STORAGE_DSN", "cvt.db", "text", "File of the SQLite database."),
    Setting("postgres_dsn", "CVT_POSTGRES_DSN", "", "secret", "Address of the PostgreSQL database; wins over the single parts."),
    Setting("postgres_host", "CVT_POSTGRES_HOST", "localhost", "text", "Host."),
    Setting("postgres_port", "CVT_POSTGRES_PORT", "5432", "port", "Port."),
    Setting("postgres_user", "CVT_POSTGRES_USER", "cvt", "text", "User."),
    Setting("postgres_password", "CVT_POSTGRES_PASSWORD", "", "secret", "Password."),
    Setting("postgres_db", "CVT_POSTGRES_DB", "cvt", "text", "Database."),
    Setting("postgres_sslmode", "CVT_POSTGRES_SSLMODE", "disable", "disable|allow|prefer|require|verify-ca|verify-full", "TLS to the database."),
    Setting("postgres_max_conns", "CVT_POSTGRES_MAX_CONNS", "25", "number", "Connections that one process opens at most."),
    Setting("cache_max_schemas", "CVT_STORAGE_CACHE_MAX_SCHEMAS", "1000", "number", "Compiled descriptions kept in memory."),
    Setting("cache_max_mb", "CVT_CACHE_MAX_MB", "512", "number", "Memory for those descriptions, about, in MB."),
    Setting("retention_days", "CVT_VALIDATION_RETENTION_DAYS", "90", "number", "Days that counts, verdicts and audit events are kept; 0 keeps them for ever."),
    Setting("mutable_versions", "CVT_MUTABLE_VERSIONS", "false", "switch", "Whether other content may be registered under a known version."),
    Setting("undocumented_status", "CVT_UNDOCUMENTED_STATUS", "error", "error|ignore", "A response status that the description does not list."),
    Setting("rate_limit", "CVT_RATE_LIMIT", "0", "number", "Calls per second of one key, or of one address without keys; 0: no limit."),
    Setting("shutdown_grace", "CVT_SHUTDOWN_GRACE", "10", "number", "Seconds that calls under way have to finish when the server stops."),
    Setting("tracing_endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT", "", "text", "OpenTelemetry collector (gRPC); empty: no traces."),
)
_ON: Final = frozenset(("true", "1", "yes", "on"))
_OFF: Final = frozenset(("false", "0", "no", "off", ""))
_MAX_NUMBER: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set, checked. Secrets do not show."""

    host: str
    port: int
    metrics_port: int
    workers: int
    log_level: str
    log_format: str
    tls_enabled: bool
    tls_cert_file: str
    tls_key_file: str
    tls_ca_file: str
    tls_client_auth: str
    api_key_enabled: bool
    api_keys: str = field(repr=False)
    api_keys_file: str
    storage_enabled: bool
    storage_type: str
    storage_dsn: str
    postgres_dsn: str = field(repr=False)
    postgres_host: str
    postgres_port: int
    postgres_user: str
    postgres_password: str = field(repr=False)
    postgres_db: str
    postgres_sslmode: str
    postgres_max_conns: int
    cache_max_schemas: int
    cache_max_mb: int
    retention_days: int
    mutable_versions: bool
    undocumented_status: str
    rate_limit: int
    shutdown_grace: int
    tracing_endpoint: str

    @property
    def storage(self) -> str:
        """`sqlite`, `postgres` or `memory`."""
        return self.storage_type if self.storage_enabled else "memory"


def read(environ: Mapping[str, str], flags: Mapping[str, str]) -> Settings:
    """The settings from flags (by name) and environment. Raises SettingWrong."""
    values: dict[str, Any] = {}
    for row in SETTINGS:
        given, source = (flags[row.name], f"--{row.name.replace('_', '-')}") if row.name in flags else (environ.get(row.env), row.env)
        text = row.default if given is None or (given == "" and row.kind != "switch") else given
        values[row.name] = _value(row, text.strip() if row.kind != "secret" else text, source)
    settings = Settings(**values)
    _together(settings)
    return settings


def _value(row: Setting, text: str, source: str) -> Any:
    match row.kind:
        case "text" | "secret":
            return text
        case "switch":
            return _switch(text, source)
        case "port":
            return _number(text, source, 65_535, "a port from 0 to 65535")
        case "number":
            return _number(text, source, _MAX_NUMBER, "a whole number from 0")
        case _:
            return _word(text, row.kind.split("|"), source)


def _switch(text: str, source: str) -> bool:
    if text.lower() in _ON:
        return True
    if text.lower() in _OFF:
        return False
    raise SettingWrong(f"{source} is '{text[:60]}', but must be true or false")


def _number(text: str, source: str, most: int, wanted: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or int(text) > most:
        raise SettingWrong(f"{source} is '{text[:60]}', but must be {wanted}")
    return int(text)


def _word(text: str, words: list[str], source: str) -> str:
    if text.lower() not in words:
        raise SettingWrong(f"{source} is '{text[:60]}', but must be one of: {', '.join(words)}")
    return text.lower()


def _together(settings: Settings) -> None:
    if settings.workers < 1 or settings.workers > 256:
        raise SettingWrong(f"--workers is {settings.workers}, but must be from 1 to 256")
    if settings.workers > 1 and settings.storage == "memory":
        raise SettingWrong("several workers need a storage that they share", hint="use SQLite or PostgreSQL, or one worker")
    if settings.workers > 1 and 0 in (settings.port, settings.metrics_port):
        raise SettingWrong("several workers need fixed ports", hint="name the ports, or use one worker")
    if settings.port and settings.port == settings.metrics_port:
        raise SettingWrong(f"gRPC and HTTP both ask for port {settings.port}", hint="give them two")
    if settings.tls_client_auth != "none" and not settings.tls_ca_file:
        raise SettingWrong("client certificates need the authorities that sign them", hint="set CVT_TLS_CA_FILE")
