"""The first tables."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Key = String().with_variant(Text(collation="C"), "postgresql")
Id = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Create everything."""
    op.create_table(
        "api_keys",
        Column("key_id", Key, nullable=False),
        Column("name", Text(), server_default="", nullable=False),
        Column("key_hash", Key, nullable=False),
        Column("scopes", Text(), server_default="", nullable=False),
        Column("created_at", BigInteger(), server_default="0", nullable=False),
        Column("expires_at", BigInteger(), server_default="0", nullable=False),
        Column("revoked_at", BigInteger(), server_default="0", nullable=False),
        PrimaryKeyConstraint("key_id"),
        UniqueConstraint("key_hash"),
    )
    op.create_table(
        "audit",
        Column("id", Id, autoincrement=True, nullable=False),
        Column("time", BigInteger(), server_default="0", nullable=False),
        Column("actor", Text(), server_default="", nullable=False),
        Column("action", Text(), server_default="", nullable=False),
        Column("subject", Text(), server_default="", nullable=False),
        Column("detail", Text(), server_default="{}", nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("audit_actor", "audit", ["actor", "id"], unique=False)
    op.create_index("audit_subject", "audit", ["subject", "id"], unique=False)
    op.create_index("audit_time", "audit", ["time"], unique=False)
    op.create_table(
        "consumers",
        Column("schema_id", Key, nullable=False),
        Column("environment", Key, nullable=False),
        Column("consumer_id", Key, nullable=False),
        Column("version", Text(), server_default="", nullable=False),
        Column("schema_version", Text(), server_default="", nullable=False),
        Column("registered_at", BigInteger(), server_default="0", nullable=False),
        Column("last_validated_at", BigInteger(), server_default="0", nullable=False),
        Column("usages", Text(), server_default="[]", nullable=False),
        PrimaryKeyConstraint("schema_id", "environment", "consumer_id"),
    )
    op.create_table(
        "contents",
        Column("hash", Key, nullable=False),
        Column("data", LargeBinary(), nullable=False),
        Column("size", Integer(), nullable=False),
        PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "deployments",
        Column("id", Id, autoincrement=True, nullable=False),
        Column("schema_id", Key, nullable=False),
        Column("environment", Key, nullable=False),
        Column("version", Key, nullable=False),
        Column("revision", Text(), server_default="", nullable=False),
        Column("actor", Text(), server_default="", nullable=False),
        Column("deployed_at", BigInteger(), server_default="0", nullable=False),
        Column("current", Boolean(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("deployments_environment", "deployments", ["environment", "current"], unique=False)
    op.create_index("deployments_place", "deployments", ["schema_id", "environment", "current"], unique=False)
    op.create_table(
        "leases",
        Column("name", Key, nullable=False),
        Column("holder", Text(), server_default="", nullable=False),
        Column("until", BigInteger(), server_default="0", nullable=False),
        PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "schemas",
        Column("schema_id", Key, nullable=False),
        Column("latest", Key, nullable=True),
        Column("owner", Text(), server_default="", nullable=False),
        Column("team", Text(), server_default="", nullable=False),
        Column("contact_email", Text(), server_default="", nullable=False),
        Column("read_only", Boolean(), server_default="0", nullable=False),
        Column("generation", BigInteger(), server_default="0", nullable=False),
        Column("created_at", BigInteger(), server_default="0", nullable=False),
        PrimaryKeyConstraint("schema_id"),
    )
    op.create_index("schemas_owner", "schemas", ["owner", "schema_id"], unique=False)
    op.create_index("schemas_team", "schemas", ["team", "schema_id"], unique=False)
    op.create_table(
        "validations",
        Column("schema_id", Key, nullable=False),
        Column("version", Key, nullable=False),
        Column("day", Integer(), nullable=False),
        Column("operation", Key, nullable=False),
        Column("valid", Boolean(), nullable=False),
        Column("count", BigInteger(), server_default="0", nullable=False),
        PrimaryKeyConstraint("schema_id", "version", "day", "operation", "valid"),
    )
    op.create_index("validations_day", "validations", ["day"], unique=False)
    op.create_table(
        "verdicts",
        Column("id", Id, autoincrement=True, nullable=False),
        Column("run_id", Key, nullable=False),
        Column("api", Key, nullable=False),
        Column("verdict", Text(), server_default="", nullable=False),
        Column("commit", Text(), server_default="", nullable=False),
        Column("base", Text(), server_default="", nullable=False),
        Column("branch", Text(), server_default="", nullable=False),
        Column("pull_request", Text(), server_default="", nullable=False),
        Column("repository", Text(), server_default="", nullable=False),
        Column("url", Text(), server_default="", nullable=False),
        Column("breaking", Integer(), server_default="0", nullable=False),
        Column("warnings", Integer(), server_default="0", nullable=False),
        Column("fingerprints", Text(), server_default="[]", nullable=False),
        Column("waivers", Text(), server_default="[]", nullable=False),
        Column("consumers", Text(), server_default="[]", nullable=False),
        Column("duration", Float(), server_default="0", nullable=False),
        Column("time", BigInteger(), server_default="0", nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("verdicts_api", "verdicts", ["api", "id"], unique=False)
    op.create_index("verdicts_repository", "verdicts", ["repository", "id"], unique=False)
    op.create_index("verdicts_run", "verdicts", ["run_id", "api"], unique=True)
    op.create_index("verdicts_time", "verdicts", ["time", "id"], unique=False)
    op.create_table(
        "versions",
        Column("schema_id", Key, nullable=False),
        Column("version", Key, nullable=False),
        Column("hash", Key, nullable=False),
        Column("revision", Text(), server_default="", nullable=False),
        Column("title", Text(), server_default="", nullable=False),
        Column("openapi_version", Text(), server_default="", nullable=False),
        Column("endpoint_count", Integer(), server_default="0", nullable=False),
        Column("rank", Key, nullable=False),
        Column("released", Boolean(), nullable=False),
        Column("registered_at", BigInteger(), server_default="0", nullable=False),
        Column("updated_at", BigInteger(), server_default="0", nullable=False),
        Column("deleted", Boolean(), server_default="0", nullable=False),
        ForeignKeyConstraint(
            ["hash"],
            ["contents.hash"],
        ),
        ForeignKeyConstraint(
            ["schema_id"],
            ["schemas.schema_id"],
        ),
        PrimaryKeyConstraint("schema_id", "version"),
    )
    op.create_index("versions_hash", "versions", ["hash"], unique=False)
    op.create_index("versions_rank", "versions", ["schema_id", "deleted", "released", "rank", "version"], unique=False)
