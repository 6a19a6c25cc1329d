"""The log: one JSON object a line, or plain text for people."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, TextIO

LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "warning": logging.WARNING, "error": logging.ERROR}


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        values: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        return json.dumps(values, ensure_ascii=True, default=str)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = "".join(f" {key}={value}" for key, value in getattr(record, "fields", {}).items())
        trouble = "\n" + self.formatException(record.exc_info) if record.exc_info else ""
        message = record.getMessage().replace("\n", " ")
        return f"{datetime.fromtimestamp(record.created, UTC):%H:%M:%S} {record.levelname.lower():7} {message}{fields}{trouble}"


def set_up(level: str, form: str, stream: TextIO = sys.stderr) -> None:
    """Log to a stream from now on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Json() if form == "json" else _Text())
    logging.basicConfig(level=LEVELS[level], handlers=[handler], force=True)
    for quiet in ("alembic", "sqlalchemy", "uvicorn.access", "uvicorn.error", "asyncio", "grpc._cython"):
        logging.getLogger(quiet).setLevel(max(LEVELS[level], logging.WARNING))
