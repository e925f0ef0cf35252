"""What Alembic runs: the steps on the connection that `bring_up` holds, in its transaction."""

from __future__ import annotations

from typing import Final

from alembic import context

_LOADED_BY_ALEMBIC: Final = "env_py"


def take_steps() -> None:
    """Take every step that is wanted."""
    context.configure(
        connection=context.config.attributes["connection"],
        transactional_ddl=True,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if __name__ == _LOADED_BY_ALEMBIC:
    take_steps()
