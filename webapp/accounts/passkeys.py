"""Passkeys (WebAuthn): a key in a telephone or a stick that signs what we challenge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.accounts.policy import on_own_behalf
from webapp.accounts.sessions import SignedIn, mark_session
from webapp.faults import SignInWrong
from webapp.register.house import Register
from webapp.register.records.base import new_id
from webapp.register.records.credential import Credential
from webapp.register.records.staff_account import StaffAccount


@dataclass(frozen=True)
class Site:
    """The name and the address by which the browser knows this server."""

    name: str
    origin: str


def ask_for_new_key(register: Register, here: SignedIn, site: Site) -> dict[str, Any]:
    """What a browser needs to make a key for this account; the challenge stays in the session."""
    account = here.account
    options = generate_registration_options(
        rp_id=site.name,
        rp_name="福祉マップ",
        user_name=account.login,
        user_id=account.id.encode(),
        user_display_name=account.name or account.login,
        exclude_credentials=_descriptors(register, account),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.DISCOURAGED,
        ),
    )
    _remember(register, here, options.challenge)
    return orjson.loads(options_to_json(options))


def keep_key(
    register: Register, here: SignedIn, site: Site, answer: dict[str, Any], now: datetime
) -> None:
    """Keep the key that the browser made.

    Raises
    ------
    SignInWrong
        The answer is not to our challenge, or the key is kept already.
    """
    challenge = _take_challenge(register, here)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise SignInWrong from None
    credential = Credential(
        id=new_id("k"),
        account_id=here.account.id,
        kind="passkey",
        secret=bytes_to_base64url(made.credential_public_key),
        handle=bytes_to_base64url(made.credential_id),
        label=here.session.browser,
        counter=made.sign_count,
        made_at=now,
        confirmed_at=now,
    )
    with register.change(on_own_behalf(here.account), "administration", "passkey") as change:
        known = select(Credential.id).where(Credential.handle == credential.handle)
        if change.session.scalar(known) is not None:
            raise SignInWrong
        change.session.add(credential)
        change.note("factor", id=here.account.id, kind="passkey")


def ask_for_key(register: Register, here: SignedIn, site: Site) -> dict[str, Any]:
    """What a browser needs to sign with one of the account's keys."""
    options = generate_authentication_options(
        rp_id=site.name,
        allow_credentials=_descriptors(register, here.account),
        user_verification=UserVerificationRequirement.DISCOURAGED,
    )
    _remember(register, here, options.challenge)
    return orjson.loads(options_to_json(options))


def take_key(
    register: Register, here: SignedIn, site: Site, answer: dict[str, Any], now: datetime
) -> None:
    """Take what a key of the account signed.

    Raises
    ------
    SignInWrong
        It is not of a key of this account, not to our challenge, or of a copied key.
    """
    challenge = _take_challenge(register, here)
    key = _find_key(register, here.account, answer.get("id"))
    if key is None:
        raise SignInWrong
    try:
        taken = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(key.secret),
            credential_current_sign_count=key.counter,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise SignInWrong from None
    with register.change(on_own_behalf(here.account), "administration", "passkey") as change:
        counted = {"counter": taken.new_sign_count, "used_at": now}
        change.session.execute(update(Credential).where(Credential.id == key.id).values(counted))


def _remember(register: Register, here: SignedIn, challenge: bytes) -> None:
    mark_session(register, here.session, here.account, challenge=bytes_to_base64url(challenge))


def _take_challenge(register: Register, here: SignedIn) -> bytes:
    """The challenge of this session, good for one answer."""
    challenge = here.session.challenge
    if challenge is None:
        raise SignInWrong
    mark_session(register, here.session, here.account, challenge=None)
    return base64url_to_bytes(challenge)


def _find_key(register: Register, account: StaffAccount, handle: object) -> Credential | None:
    if not isinstance(handle, str):
        return None
    with Session(register.engine, expire_on_commit=False) as session:
        return session.scalar(
            select(Credential).where(
                Credential.account_id == account.id,
                Credential.kind == "passkey",
                Credential.handle == handle,
            )
        )


def _descriptors(register: Register, account: StaffAccount) -> list[PublicKeyCredentialDescriptor]:
    with Session(register.engine) as session:
        handles = session.scalars(
            select(Credential.handle).where(
                Credential.account_id == account.id, Credential.kind == "passkey"
            )
        ).all()
    return [
        PublicKeyCredentialDescriptor(id=base64url_to_bytes(handle))
        for handle in handles
        if handle is not None
    ]
