"""The tables, as the newest migration leaves them. Keys compare byte by byte in every database."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeEngine

HEAD: Final = "0001"
"""The newest migration."""

metadata: Final = MetaData()
_Key: Final[TypeEngine[str]] = String().with_variant(Text(collation="C"), "postgresql")
_Id: Final[TypeEngine[int]] = BigInteger().with_variant(Integer(), "sqlite")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


contents: Final = Table(
    "contents",
    metadata,
    Column("hash", _Key, primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
)
schemas: Final = Table(
    "schemas",
    metadata,
    Column("schema_id", _Key, primary_key=True),
    Column("latest", _Key, nullable=True),
    _text("owner"),
    _text("team"),
    _text("contact_email"),
    Column("read_only", Boolean, nullable=False, server_default="0"),
    _number("generation"),
    _number("created_at"),
    Index("schemas_owner", "owner", "schema_id"),
    Index("schemas_team", "team", "schema_id"),
)
versions: Final = Table(
    "versions",
    metadata,
    Column("schema_id", _Key, ForeignKey("schemas.schema_id"), primary_key=True),
    Column("version", _Key, primary_key=True),
    Column("hash", _Key, ForeignKey("contents.hash"), nullable=False),
    _text("revision"),
    _text("title"),
    _text("openapi_version"),
    Column("endpoint_count", Integer, nullable=False, server_default="0"),
    Column("rank", _Key, nullable=False),
    Column("released", Boolean, nullable=False),
    _number("registered_at"),
    _number("updated_at"),
    Column("deleted", Boolean, nullable=False, server_default="0"),
    Index("versions_rank", "schema_id", "deleted", "released", "rank", "version"),
    Index("versions_hash", "hash"),
)
consumers: Final = Table(
    "consumers",
    metadata,
    Column("schema_id", _Key, primary_key=True),
    Column("environment", _Key, primary_key=True),
    Column("consumer_id", _Key, primary_key=True),
    _text("version"),
    _text("schema_version"),
    _number("registered_at"),
    _number("last_validated_at"),
    Column("usages", Text, nullable=False, server_default="[]"),
)
deployments: Final = Table(
    "deployments",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("schema_id", _Key, nullable=False),
    Column("environment", _Key, nullable=False),
    Column("version", _Key, nullable=False),
    _text("revision"),
    _text("actor"),
    _number("deployed_at"),
    Column("current", Boolean, nullable=False),
    Index("deployments_place", "schema_id", "environment", "current"),
    Index("deployments_environment", "environment", "current"),
)
verdicts: Final = Table(
    "verdicts",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("run_id", _Key, nullable=False),
    Column("api", _Key, nullable=False),
    _text("verdict"),
    _text("commit"),
    _text("base"),
    _text("branch"),
    _text("pull_request"),
    _text("repository"),
    _text("url"),
    Column("breaking", Integer, nullable=False, server_default="0"),
    Column("warnings", Integer, nullable=False, server_default="0"),
    Column("fingerprints", Text, nullable=False, server_default="[]"),
    Column("waivers", Text, nullable=False, server_default="[]"),
    Column("consumers", Text, nullable=False, server_default="[]"),
    Column("duration", Float, nullable=False, server_default="0"),
    _number("time"),
    Index("verdicts_run", "run_id", "api", unique=True),
    Index("verdicts_time", "time", "id"),
    Index("verdicts_api", "api", "id"),
    Index("verdicts_repository", "repository", "id"),
)
audit: Final = Table(
    "audit",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    _number("time"),
    _text("actor"),
    _text("action"),
    _text("subject"),
    Column("detail", Text, nullable=False, server_default="{}"),
    Index("audit_subject", "subject", "id"),
    Index("audit_actor", "actor", "id"),
    Index("audit_time", "time"),
)
api_keys: Final = Table(
    "api_keys",
    metadata,
    Column("key_id", _Key, primary_key=True),
    _text("name"),
    Column("key_hash", _Key, nullable=False, unique=True),
    _text("scopes"),
    _number("created_at"),
    _number("expires_at"),
    _number("revoked_at"),
)
validations: Final = Table(
    "validations",
    metadata,
    Column("schema_id", _Key, primary_key=True),
    Column("version", _Key, primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("operation", _Key, primary_key=True),
    Column("valid", Boolean, primary_key=True),
    _number("count"),
    Index("validations_day", "day"),
)
leases: Final = Table(
    "leases",
    metadata,
    Column("name", _Key, primary_key=True),
    _text("holder"),
    _number("until"),
)
