"""``invite`` and ``token``: letting people and programs in, at the machine itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, cast

import click

from webapp.accounts import staffing, tokens
from webapp.accounts.policy import Role, at_the_terminal
from webapp.accounts.staffing import STAFF_ROLES, VALID, Post
from webapp.register.house import Register
from webapp.terminal.options import open_premises, workspace_option
from webapp.terminal.speech import remark, tell, word

_ROLES: Final = click.Choice(STAFF_ROLES)
_PROGRAMS: Final = click.Choice([role for role in STAFF_ROLES if role != "supporter"])

_district_option: Final = click.option(
    "--district", "districts", multiple=True, metavar="ID", help=word("of_district")
)


@click.command(help=word("invite"))
@click.option("--role", type=_ROLES, required=True, help=word("role"))
@click.option("--name", default="", help=word("invited_name"))
@click.option("--supporter", metavar="ID", default=None, help=word("of_supporter"))
@_district_option
@workspace_option
def invite(
    role: str, name: str, supporter: str | None, districts: tuple[str, ...], workspace: Path | None
) -> None:
    """Print a code that opens an account once."""
    post = Post(role, sorted(set(districts)) or None, supporter)
    with open_premises(workspace).register as register:
        tell_invitation(register, name, post)


def tell_invitation(register: Register, name: str, post: Post) -> None:
    """Invite somebody and say the code, which is kept nowhere."""
    _, code = staffing.invite(register, at_the_terminal(), name, post, datetime.now(UTC))
    tell("invitation", code=code)
    remark("invitation_use", hours=int(VALID.total_seconds() // 3600))


@click.group(help=word("token"))
def token() -> None:
    """Tokens of programs."""


@token.command("new", help=word("token_new"))
@click.option("--role", type=_PROGRAMS, required=True, help=word("role"))
@click.option("--label", default="", help=word("token_label"))
@click.option(
    "--days", type=click.IntRange(1, 3650), default=365, show_default=True, help=word("token_days")
)
@_district_option
@workspace_option
def new_token(
    role: str, label: str, days: int, districts: tuple[str, ...], workspace: Path | None
) -> None:
    """Print a token, which is kept nowhere."""
    chosen = sorted(set(districts)) or None
    with open_premises(workspace).register as register:
        identity, made = tokens.make_token(
            register,
            at_the_terminal(),
            cast("Role", role),
            chosen,
            datetime.now(UTC),
            label=label,
            lifetime=timedelta(days=days),
        )
    tell("token_made", token=made)
    remark("token_use", id=identity, days=days)


@token.command("list", help=word("token_list"))
@workspace_option
def list_tokens(workspace: Path | None) -> None:
    """Say which tokens there are."""
    now = datetime.now(UTC)
    with open_premises(workspace).register as register:
        for one in tokens.list_tokens(register):
            dead = one.revoked_at is not None or one.expires_at <= now
            tell(
                "token_dead" if dead else "token_row",
                id=one.id,
                role=one.role,
                districts=", ".join(one.districts or ["*"]),
                label=one.label or "–",
                until=f"{one.expires_at:%Y-%m-%d}",
            )


@token.command("revoke", help=word("token_revoke"))
@click.argument("identity", metavar="ID")
@workspace_option
def revoke_token(identity: str, workspace: Path | None) -> None:
    """Make a token worthless at once."""
    with open_premises(workspace).register as register:
        tokens.revoke_token(register, at_the_terminal(), identity, datetime.now(UTC))
    tell("token_revoked", id=identity)
