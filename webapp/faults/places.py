"""Faults of a place: its workspace, its layers, its address."""

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


class LayerMisplaced(GeoError):
    """The workspace takes no layer of people. Facts: layer."""

    code = "layer_misplaced"
    sentence = "The workspace is not encrypted: {layer} belong in the register."


class LayerAbsent(GeoError):
    """A layer was not imported. Facts: layer."""

    code = "layer_absent"
    sentence = (
        "There are no {layer} in the workspace yet. Import them first: welfaremap import KIND FILE"
    )


class AddressTaken(GeoError):
    """Another program listens there. Facts: host, port."""

    code = "address_taken"
    sentence = "Port {port} on {host} cannot be used. Choose another: --port {other}"
