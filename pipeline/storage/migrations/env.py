"""Alembic's way in: migrations run on the connection that `Database.upgrade` hands over."""

from alembic import context

from pipeline.storage.tables import Row

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Row.metadata, render_as_batch=connection.dialect.name == "sqlite"
)
with context.begin_transaction():
    context.run_migrations()
