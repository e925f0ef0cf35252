"""The two stores of one place: the workspace with the streets, the register with the people."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.answers.atlas import Atlas, AtlasShelf
from webapp.register.house import Register
from webapp.register.opening import open_register
from webapp.register.storage.keys import find_passphrase
from webapp.register.viewer import Viewer
from webapp.settings import Settings
from webapp.workspace import Workspace


@dataclass(frozen=True)
class Premises:
    """What the settings name, opened."""

    settings: Settings
    workspace: Workspace
    register: Register

    @classmethod
    def open(cls, settings: Settings) -> Premises:
        """Both stores.

        Raises
        ------
        WorkspaceMissing, WorkspaceDamaged, RegisterMissing, KeyDoesNotFit
        """
        workspace = Workspace(settings.workspace)
        demo = workspace.index().demo
        passphrase = "" if settings.database else find_passphrase(settings, demo=demo)
        register = open_register(settings.workspace, passphrase, database=settings.database)
        return cls(settings, workspace, register)

    def shelf(self) -> AtlasShelf:
        """The layers in memory."""
        return AtlasShelf(self.workspace, self.register, self.settings.threshold)

    def atlas(self, viewer: Viewer, purpose: str) -> Atlas:
        """What ``viewer`` may see of it now."""
        return self.shelf().of(viewer, purpose)
