"""Every service on one storage: what `app` builds and the wires are given."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cvt_engine.facade import ValidateOptions
from cvt_server.service.consumers import ConsumerService
from cvt_server.service.counts import Counts
from cvt_server.service.deploy import DeployService
from cvt_server.service.freshness import Freshness
from cvt_server.service.library import Library
from cvt_server.service.records import AuditService, KeyService, VerdictService
from cvt_server.service.schemas import Rules, SchemaService
from cvt_server.service.stats import StatService
from cvt_server.service.validation import ValidationService
from cvt_server.storage.base import Storage

CACHE_MOST: Final = 1000
CACHE_BYTES: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Services:
    """One of each."""

    storage: Storage
    library: Library
    freshness: Freshness
    counts: Counts
    schemas: SchemaService
    validation: ValidationService
    consumers: ConsumerService
    deploy: DeployService
    verdicts: VerdictService
    keys: KeyService
    audit: AuditService
    stats: StatService


def services_on(
    storage: Storage,
    *,
    rules: Rules,
    options: ValidateOptions,
    cache_most: int = CACHE_MOST,
    cache_bytes: int = CACHE_BYTES,
    now: Callable[[], int] = lambda: int(time.time()),
) -> Services:
    """The services of a server. `now` gives whole seconds since 1970."""
    library = Library(storage.schemas.content, options, most=cache_most, room=cache_bytes)
    freshness = Freshness(storage.schemas.generation)
    counts = Counts(storage, now)
    schemas = SchemaService(storage, library, freshness, rules, now)
    return Services(
        storage=storage,
        library=library,
        freshness=freshness,
        counts=counts,
        schemas=schemas,
        validation=ValidationService(schemas, library, freshness, counts),
        consumers=ConsumerService(storage, freshness, now),
        deploy=DeployService(storage, schemas, library, freshness, now),
        verdicts=VerdictService(storage, now),
        keys=KeyService(storage, now),
        audit=AuditService(storage),
        stats=StatService(storage, now),
    )
