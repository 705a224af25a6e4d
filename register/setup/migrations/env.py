"""What Alembic runs. `register.setup.migrating` gives it the connection."""

from alembic import context

from register.setup.migrating import every_table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=every_table(), render_as_batch=False)
with context.begin_transaction():
    context.run_migrations()
