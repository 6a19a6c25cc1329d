"""What Alembic runs: migrations on the connection that `migrate` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from cvt_server.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
