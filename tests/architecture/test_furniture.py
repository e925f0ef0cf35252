"""What the documents say is there, is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

HOUSE = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "README.ja.md", *(
    f"docs/{reader}.md" for reader in ("workshop", "consultant", "planner", "host", "developer")
))  # fmt: skip


def read(name: str) -> str:
    return (HOUSE / name).read_text("utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(read("pyproject.toml"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_word_in_the_documents_is_in_the_makefile(name: str) -> None:
    code = re.findall(r"```.*?```|`[^`]+`", read(name), re.DOTALL)
    words = set(re.findall(r"make ([a-z]+)", "\n".join(code)))
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert words <= targets


@pytest.mark.parametrize("name", [*DOCUMENTS, "docs/adr/README.md", "data/boundaries/README.md"])
def test_every_link_between_documents_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", read(name))
    here = (HOUSE / name).parent
    assert [link for link in links if not (here / link).exists()] == []


def test_both_readmes_have_the_same_doors() -> None:
    doors = [set(re.findall(r"\]\((docs/\w+\.md)\)", read(name))) for name in DOCUMENTS[:2]]
    assert doors[0] == doors[1]
    assert {f"docs/{path.name}" for path in (HOUSE / "docs").glob("*.md")} <= doors[0]


def test_every_decision_is_in_the_index() -> None:
    index = read("docs/adr/README.md")
    pages = sorted(path.name for path in (HOUSE / "docs/adr").glob("[0-9]*.md"))
    assert pages
    assert [page for page in pages if f"({page})" not in index] == []


def test_every_decision_tells_context_options_choice_and_cost() -> None:
    for path in (HOUSE / "docs/adr").glob("[0-9]*.md"):
        parts = re.findall(r"^## (\w+)", path.read_text("utf-8"), re.MULTILINE)
        assert parts == ["Context", "Options", "Choice", "Cost"], path.name


def test_numbers_of_decisions_are_used_once() -> None:
    numbers = [path.name[:4] for path in (HOUSE / "docs/adr").glob("[0-9]*.md")]
    assert sorted(set(numbers)) == sorted(numbers)


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert re.search(r"^## \[Unreleased\]$", read("CHANGELOG.md"), re.MULTILINE)
    assert "### Breaking" in read("CHANGELOG.md")


def test_every_exception_to_a_style_rule_is_explained() -> None:
    settings = read("pyproject.toml").split("[tool.ruff.lint]")[1].split("[tool.pyright]")[0]
    rules = re.findall(r'^  "[A-Z]+\d+",?.*$', settings, re.MULTILINE)
    assert len(rules) > 10
    assert [rule for rule in rules if not re.search(r"# .{8,}", rule)] == []


def test_every_dependency_has_its_exact_version() -> None:
    pinned = {pin.split("==")[0].lower() for pin in read("constraints.txt").splitlines()}
    wanted = [
        *project()["project"]["dependencies"],
        *project()["project"]["optional-dependencies"]["dev"],
        *project()["build-system"]["requires"],
    ]
    names = [re.split(r"[\[<>=]", name)[0].lower() for name in wanted]
    assert [name for name in names if name not in pinned] == []


def test_every_file_of_the_sample_is_in_its_readme() -> None:
    told = read("data/boundaries/README.md")
    files = [path.name for path in (HOUSE / "data/boundaries").iterdir() if path.suffix != ".md"]
    assert [name for name in files if f"`{name}`" not in told] == []
