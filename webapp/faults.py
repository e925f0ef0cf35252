"""Faults of the serving side, in the manner of `geo.errors`: a code, facts, a sentence.

::

    GeoError
    ├── WorkspaceMissing     no workspace in that folder
    ├── WorkspaceTaken       the folder already holds one
    ├── WorkspaceDamaged     its index or a file it names cannot be read
    ├── LayerAbsent          the work needs a layer that was not imported
    ├── SignInWanted         only staff may see this
    ├── KeyWrong             that is not the staff key
    ├── TooManyTries         keys were guessed; wait
    ├── RequestForeign       the form was sent from another site
    ├── PageMissing          no page of that address
    ├── MethodWrong          the address is there, the method is not
    ├── BodyTooLarge         more was sent than is taken
    ├── RequestWrong         the request cannot be understood
    ├── AddressTaken         the port is in use
    └── Unexpected           anything else; carries a ticket number only
"""

from __future__ import annotations

from geo.errors import GeoError


class WorkspaceMissing(GeoError):
    """No workspace in the folder. Facts: folder."""

    code = "workspace_missing"
    sentence = "There is no workspace in {folder}. Make one with: welfaremap init {folder}"


class WorkspaceTaken(GeoError):
    """The folder is in use. Facts: folder."""

    code = "workspace_taken"
    sentence = "{folder} already holds files. Name a new or empty folder."


class WorkspaceDamaged(GeoError):
    """A file of the workspace cannot be read. Facts: folder, part."""

    code = "workspace_damaged"
    sentence = (
        "The workspace {folder} cannot be read: {part} is missing or damaged. Put back a copy."
    )


class LayerAbsent(GeoError):
    """A layer was not imported. Facts: layer."""

    code = "layer_absent"
    sentence = (
        "There are no {layer} in the workspace yet. Import them first: welfaremap import KIND FILE"
    )


class SignInWanted(GeoError):
    """Only staff may see this."""

    code = "sign_in_wanted"
    sentence = "This is for staff. Sign in with the staff key."


class KeyWrong(GeoError):
    """Not the staff key."""

    code = "key_wrong"
    sentence = "That is not the staff key. Look at it again; capitals and dashes do not matter."


class TooManyTries(GeoError):
    """Guessing is throttled. Facts: minutes."""

    code = "too_many_tries"
    sentence = "There were too many wrong tries. Wait {minutes} minutes and try again."


class RequestForeign(GeoError):
    """A form came from another site."""

    code = "request_foreign"
    sentence = "The form was not sent from this site. Open the page again and send it from there."


class PageMissing(GeoError):
    """No page of that address."""

    code = "page_missing"
    sentence = "There is no page at this address."


class MethodWrong(GeoError):
    """The address does not take that method."""

    code = "method_wrong"
    sentence = "This address cannot be used in that way."


class BodyTooLarge(GeoError):
    """More was sent than is taken."""

    code = "body_too_large"
    sentence = "More was sent than can be taken at once."


class RequestWrong(GeoError):
    """The request cannot be understood."""

    code = "request_wrong"
    sentence = "The request could not be understood."


class AddressTaken(GeoError):
    """Another program listens there. Facts: host, port."""

    code = "address_taken"
    sentence = "Port {port} on {host} cannot be used. Choose another: --port {other}"


class Unexpected(GeoError):
    """A fault nobody foresaw; its text stays inside. Facts: ticket."""

    code = "unexpected"
    sentence = "Something went wrong inside. Nothing was changed. Ticket number: {ticket}"
