"""Alembic's way in: migrations run on the connection that `Database.upgrade` hands over."""

from alembic import context

from pipeline.storage.tables import schema

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=schema(), render_as_batch=connection.dialect.name == "sqlite")
with context.begin_transaction():
    context.run_migrations()
