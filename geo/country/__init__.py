"""The same studies for every municipality of a prefecture or the country.

::

    from geo.country import CoverageStudy, FolderSource, local_crew, run_study

    with local_crew(workers=2) as crew:
        run_study(FolderSource("data"), CoverageStudy(("garbage",)), "results", crew=crew)
"""

from __future__ import annotations

from geo.country.access import AccessStudy
from geo.country.cluster import DaskCrew, local_crew, remote_crew
from geo.country.covering import CoverageStudy, UncoveredStudy
from geo.country.folder import FolderSource
from geo.country.lines import network_of_lines
from geo.country.municipality import CODE, LAYERS, Municipality, Share, Source, gather
from geo.country.recruiting import RecruitStudy
from geo.country.run import Progress, Run, read_results, run_study
from geo.country.studies import Study
from geo.country.work import Alone, Crew, Failure

__all__ = [
    "CODE",
    "LAYERS",
    "AccessStudy",
    "Alone",
    "CoverageStudy",
    "Crew",
    "DaskCrew",
    "Failure",
    "FolderSource",
    "Municipality",
    "Progress",
    "RecruitStudy",
    "Run",
    "Share",
    "Source",
    "Study",
    "UncoveredStudy",
    "gather",
    "local_crew",
    "network_of_lines",
    "read_results",
    "remote_crew",
    "run_study",
]
