"""Where the server keeps what it knows: one SQL implementation for SQLite (file or memory) and PostgreSQL."""
