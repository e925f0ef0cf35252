"""Faults at the door: signing in, passwords, invitations, roles."""

from __future__ import annotations

from geo.errors import GeoError


class SignInWanted(GeoError):
    """Only staff may see this."""

    code = "sign_in_wanted"
    sentence = "This is for staff. Sign in first."


class SignInWrong(GeoError):
    """Login, password or code do not fit; which of them is not said."""

    code = "sign_in_wrong"
    sentence = "That does not fit. Look again at what you typed."


class TokenWrong(GeoError):
    """No token of a program here."""

    code = "token_wrong"
    sentence = "The token is wrong, too old or revoked. Make another: welfaremap token new"


class RoleWrong(GeoError):
    """The role may not open this. Facts: role."""

    code = "role_wrong"
    sentence = "Your role may not open this page."


class PasswordWanted(GeoError):
    """The password is asked again before this."""

    code = "password_wanted"
    sentence = "Enter your password again first."


class PasswordWeak(GeoError):
    """A password too short or easily guessed. Facts: length."""

    code = "password_weak"
    sentence = (
        "Choose another password: at least {length} characters, not one that many people use, "
        "and not your login."
    )


class InvitationWrong(GeoError):
    """The code opens no account, or no longer."""

    code = "invitation_wrong"
    sentence = "This invitation code is wrong, used or too old. Ask for a new one."


class LoginTaken(GeoError):
    """Another account has the login."""

    code = "login_taken"
    sentence = "This login is taken. Choose another."


class LoginWrong(GeoError):
    """A login cannot be written so."""

    code = "login_wrong"
    sentence = "A login has 3 to 40 characters and no spaces."


class LastAdministrator(GeoError):
    """The last administrator stays."""

    code = "last_administrator"
    sentence = "This is the last administrator. Invite another first."


class FormStale(GeoError):
    """The form belongs to an earlier sign-in."""

    code = "form_stale"
    sentence = "This form is too old. Open the page again and send it from there."


class TooManyTries(GeoError):
    """Guessing is throttled. Facts: minutes."""

    code = "too_many_tries"
    sentence = "There were too many wrong tries. Wait {minutes} minutes and try again."


class RequestForeign(GeoError):
    """A form came from another site."""

    code = "request_foreign"
    sentence = "The form was not sent from this site. Open the page again and send it from there."
