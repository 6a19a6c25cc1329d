"""The storage as the service sees it."""

from __future__ import annotations

from dataclasses import dataclass

from cvt_server.storage.consumers import ConsumerTables, DeploymentTables
from cvt_server.storage.database import Database
from cvt_server.storage.migrate import migrate
from cvt_server.storage.records import AuditTables, Cleaning, CountTables, KeyTables, VerdictTables
from cvt_server.storage.schemas import Packed, SchemaTables, Stored, pack

__all__ = ["Packed", "Storage", "Stored", "pack", "storage_on"]


@dataclass(frozen=True, slots=True)
class Storage:
    """Every table of one database; writes that belong together share `database.write()`."""

    database: Database
    schemas: SchemaTables
    consumers: ConsumerTables
    deployments: DeploymentTables
    verdicts: VerdictTables
    audit: AuditTables
    keys: KeyTables
    counts: CountTables
    cleaning: Cleaning


def storage_on(database: Database) -> Storage:
    """Tables brought up to date. Raises Unavailable, and SettingWrong for a database of a newer server."""
    migrate(database)
    return Storage(
        database,
        SchemaTables(database),
        ConsumerTables(database),
        DeploymentTables(database),
        VerdictTables(database),
        AuditTables(database),
        KeyTables(database),
        CountTables(database),
        Cleaning(database),
    )
