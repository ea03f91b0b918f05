"""The house checks itself: what must not be in a tracked file, what every room and dependency must say."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mediane"


@cache
def tracked() -> list[Path]:
    """Text files under version control, and new ones that are not ignored; this file, which names what it looks for, is left out."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = []
    for name in listing.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path != Path(__file__) and b"\0" not in path.read_bytes()[:4096]:
            found.append(path)
    return found


def lines_with(pattern: str, suffixes: set[str] | None = None, without: tuple[str, ...] = ()) -> list[str]:
    """`path:line: text` of every line that matches."""
    expression = re.compile(pattern)
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if (suffixes and path.suffix not in suffixes) or name.startswith(without):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if expression.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    return found


def test_no_package_index_and_no_path_of_a_machine() -> None:
    # Given data is kept as it came.
    data = ("tests/data/",)
    assert (
        lines_with(r"https?://[^\s\"']*(/simple\b|/registry\b)|--(extra-)?index-url|--find-links", without=data) == []
    )
    assert lines_with(r"(^|[\s\"'=:(`])/(home/[a-z]|root/|Users/|work/)", without=data) == []


def test_nothing_is_left_for_later() -> None:
    source = {".py", ".html", ".js", ".css", ".sh", ".toml", ".typ", ".po"}
    assert lines_with(r"\b(TODO|FIXME|XXX|HACK)\b|[Ll]orem ipsum|raise NotImplementedError", source) == []


def test_no_test_is_skipped_without_a_condition() -> None:
    assert lines_with(r"@pytest\.mark\.(skip\b(?!if)|xfail)|pytest\.skip\(\)", {".py"}) == []


def test_no_conflict_marker_or_debugger() -> None:
    assert lines_with(r"^(<{7}|>{7}) ") == []
    assert lines_with(r"\b(breakpoint\(\)|import pdb|pdb\.set_trace)", {".py"}) == []


@pytest.mark.parametrize("name", ["run", "bootstrap", "demo", "dev"])
def test_every_dependency_says_why_it_is_there_and_is_locked(name: str) -> None:
    source, locked = (ROOT / "requirements" / f"{name}.{kind}" for kind in ("in", "txt"))
    pinned = {
        re.split(r"[=\[;]", line)[0].lower()
        for line in locked.read_text().splitlines()
        if line and not line.startswith((" ", "#", "-"))
    }
    for line in source.read_text().splitlines():
        if not line.strip() or line.startswith(("#", "-c", "-r")):
            continue
        wanted, _, why = line.partition("#")
        package = re.split(r"[<>=\[;! ]", wanted)[0].lower()
        assert len(why.strip()) > 3, f"{source.name}: {package} does not say why it is there"
        assert package in pinned, f"{package} is in {source.name} and not in {locked.name}: run `make lock`"
    assert "--hash=sha256:" in locked.read_text()


def rooms() -> list[Path]:
    """The rooms that are built: each has its subject in a folder, with an `apps.py`; the kernel has none and is one."""
    return [PACKAGE / "kernel", *sorted(path.parent for path in PACKAGE.rglob("apps.py"))]


@pytest.mark.parametrize("room", rooms(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_room_says_what_it_is_on_half_a_page(room: Path) -> None:
    readme = room / "README.md"
    assert readme.exists(), f"{readme.relative_to(ROOT)} is missing"
    text = readme.read_text()
    assert 3 <= len(text.splitlines()) <= 60
    assert text.startswith("# ")


def test_every_variable_of_the_environment_is_documented() -> None:
    named = re.compile(
        r"environ(?:\.get\(|\[|\.setdefault\(|\.pop\()\s*[\"']([A-Z_]+)[\"']|[\"']([A-Z_]+)[\"'] (?:not )?in os\.environ"
    )
    used = set()
    for path in PACKAGE.rglob("*.py"):
        if not {"tests", "migrations"} & set(path.relative_to(PACKAGE).parts) and path.name != "test_settings.py":
            used |= {first or second for first, second in named.findall(path.read_text())}
    known = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/guide/settings.md").read_text(), re.MULTILINE))
    internal = {"DJANGO_SETTINGS_MODULE", "PATH", "COLUMNS"}
    assert used - internal == known


def test_decisions_are_short_and_numbered_once() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(numbers), "two records bear one number"
    for path in records:
        text = path.read_text()
        assert re.match(rf"# {path.name[:4]}\b", text), f"{path.name}: its title does not begin with its number"
        assert len(text.split()) < 600, f"{path.name}: half a page is meant"
