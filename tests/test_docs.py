"""What is documented and what exists are the same: settings, calls, codes, commands, packages."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.api import api
from contest.errors import ContestError
from contest.scoring import receipt
from quizzes.banks import DIFFICULTIES, parse_bank
from quizzes.checks import bank_faults
from quizzes.loading import read_banks, shipped_bank_files
from quizzes.report import report_on

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "quizzes", "contest", "leaderboard", "config"]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def doc(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def code_files() -> list[Path]:
    return [ROOT / "manage.py", *(p for app in APPS for p in sorted((ROOT / app).rglob("*.py")))]


def first_cells(text: str) -> set[str]:
    """What stands in backticks in the first cell of every table row."""
    rows = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def section(text: str, heading: str) -> str:
    """The text under a heading, up to the next one of the same or a higher level."""
    level = heading.split()[0]
    found = re.search(
        rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.DOTALL | re.MULTILINE
    )
    assert found, f"no heading {heading!r}"
    return found[1]


def test_every_environment_variable_is_in_running() -> None:
    settings = (ROOT / "config/settings.py").read_text()
    read = set(re.findall(r"\benv\.\w+\(\s*\"(\w+)\"", settings))
    for path in code_files():
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r"os\.environ(?:\.\w+\(|\[)\s*\"(\w+)\"", text))
        read |= set(re.findall(r"os\.getenv\(\s*\"(\w+)\"", text))
    assert first_cells(section(doc("running.md"), "## Environment")) == read


def calls() -> list[str]:
    schema = api.get_openapi_schema()
    return [
        f"{method.upper()} {path}"
        for path, operations in schema["paths"].items()
        for method in operations
    ]


def test_every_call_is_in_the_contract_and_no_other() -> None:
    described = re.findall(r"^### `([A-Z]+ /\S+)`$", doc("contract.md"), re.MULTILINE)
    assert sorted(described) == sorted(calls())


def errors(base: type[ContestError] = ContestError) -> Iterator[type[ContestError]]:
    yield base
    for error in base.__subclasses__():
        yield from errors(error)


def test_every_error_code_is_in_the_contract_with_its_status() -> None:
    table = section(doc("contract.md"), "## Error codes")
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", table, re.MULTILINE)
    described = {code: int(status) for code, status in rows}
    edges = "".join((ROOT / name).read_text() for name in ("config/api.py", "config/faults.py"))
    of_the_api = set(re.findall(r"error_body\(\s*\"(\w+)\"", edges))
    raised = {error.code: error.status for error in errors()}
    assert set(described) == set(raised) | of_the_api
    assert {code: described[code] for code in raised} == raised


def test_every_close_code_is_in_the_contract() -> None:
    used = {
        code
        for path in code_files()
        for code in re.findall(r"\bCLOSE_\w+ = (\d{4})\b", path.read_text(encoding="utf-8"))
    }
    table = section(doc("contract.md"), "## WebSocket")
    assert set(re.findall(r"^\| (\d{4}) \|", table, re.MULTILINE)) == used != set()


def test_the_receipt_of_the_contract_is_true() -> None:
    text = section(doc("contract.md"), "## Receipt")
    found = re.search(r"```json\n(.+?)\n```\n\ngives `(\S+)`", text, re.DOTALL)
    assert found is not None
    assert receipt(json.loads(found[1])) == found[2]


@pytest.mark.parametrize(
    ("file", "heading"),
    [
        ("requirements.in", "## In production (`requirements.in`)"),
        ("requirements-dev.in", "## For development (`requirements-dev.in`)"),
    ],
)
def test_every_direct_requirement_is_explained(file: str, heading: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    asked = {found[0] for line in lines if (found := re.match(r"[A-Za-z0-9][\w.-]*", line))}
    assert first_cells(section(doc("dependencies.md"), heading)) == asked


def test_every_command_is_described() -> None:
    commands = {
        path.stem
        for app in APPS
        for path in (ROOT / app).glob("management/commands/*.py")
        if path.stem != "__init__"
    }
    described = re.findall(
        r"`(\w+)(?: [^`]*)?`|manage\.py (\w+)", doc("running.md") + doc("question-banks.md")
    )
    assert commands - {name for pair in described for name in pair} == set()


def test_the_example_of_a_bank_is_valid() -> None:
    found = re.search(r"```yaml\n(.+?)```", doc("question-banks.md"), re.DOTALL)
    assert found is not None
    bank, faults = parse_bank(file="example.yaml", text=found[1])
    assert faults == []
    assert bank is not None
    assert bank_faults([bank]) == []


def links(text: str) -> list[str]:
    found = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"<img[^>]* src=\"([^\"]+)\"", text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(text: str) -> set[str]:
    """The headings of a page as the addresses that Markdown viewers give them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page.read_text(encoding="utf-8")):
        target, _, anchor = link.partition("#")
        path = ((page.parent / target) if target else page).resolve()
        found = path.is_relative_to(ROOT) and path.exists()
        if not found or (anchor and anchor not in anchors(path.read_text(encoding="utf-8"))):
            broken.append(link)
    assert broken == []


def test_nothing_names_a_place_on_somebodys_machine() -> None:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("not a git checkout")
    # Put together here, or this file would name them itself.
    places = re.compile(
        "|".join(["/" + "work/", "/" + "root/", "/" + "home/", r"\.\./" + "shared"])
    )
    wrong = []
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or b"\0" in (content := path.read_bytes()):
            continue
        if places.search(content.decode("utf-8", errors="replace")):
            wrong.append(name)
    assert wrong == []


def test_figures_of_the_banks_are_those_of_the_report() -> None:
    """Each bank has its two rows: what it holds, and how often a strategy hits the key."""
    text = doc("question-banks.md")
    banks, faults = read_banks(shipped_bank_files())
    assert faults == []
    for report in map(report_on, banks):
        code, types = report.bank.programme.code, report.types
        kinds = ("single", "multiple", "true_false", "fill", "order", "match")
        counts = [len(report.bank.questions), ", ".join(str(types[kind]) for kind in kinds)]
        counts += [", ".join(str(report.difficulties[level]) for level in DIFFICULTIES)]
        counts += [", ".join(str(report.positions[key]) for key in "abcd")]
        counts += [min(report.per_clause.values())]
        figures = list(report.figures.values())
        rates = [figures[0].chance, *(figure.rate for figure in figures)]
        for row in (counts, [f"{float(rate) * 100:.1f}" for rate in rates]):
            assert f"| {code} | {' | '.join(map(str, row))} |" in text
