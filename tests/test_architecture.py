"""The shape of the house: imports go left, pure modules import no Django, drawers stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "quizzes", "contest", "leaderboard", "config"]
PURE = [
    "config/rehearsal/figures.py",
    "config/rehearsal/words.py",
    "accounts/text.py",
    "accounts/phones.py",
    "accounts/unit_words.py",
    "accounts/yaml_files.py",
    "quizzes/banks.py",
    "quizzes/checks.py",
    "quizzes/clauses.py",
    "quizzes/documents/differences.py",
    "quizzes/flow.py",
    "quizzes/documents/glued.py",
    "quizzes/documents/old_fonts.py",
    "quizzes/documents/syllables.py",
    "quizzes/derivation/candidates.py",
    "quizzes/derivation/enumerations.py",
    "quizzes/derivation/excerpts.py",
    "quizzes/derivation/matching.py",
    "quizzes/derivation/siblings.py",
    "quizzes/derivation/stems.py",
    "quizzes/derivation/wordkinds.py",
    "quizzes/guessing.py",
    "quizzes/report.py",
    "quizzes/report_text.py",
    "contest/blueprints.py",
    "contest/dossier/blocks.py",
    "contest/dossier/content.py",
    "contest/dossier/csv_file.py",
    "contest/dossier/decisions.py",
    "contest/dossier/docx_file.py",
    "contest/dossier/docx_parts.py",
    "contest/dossier/facts.py",
    "contest/dossier/layout.py",
    "contest/dossier/outcome.py",
    "contest/dossier/phrases.py",
    "contest/dossier/tables.py",
    "contest/dossier/wording.py",
    "contest/dossier/xlsx_file.py",
    "contest/eligibility.py",
    "contest/irregularities/__init__.py",
    "contest/irregularities/devices.py",
    "contest/irregularities/neighbours.py",
    "contest/irregularities/patterns.py",
    "contest/irregularities/reading.py",
    "contest/irregularities/records.py",
    "contest/irregularities/statements.py",
    "contest/irregularities/tails.py",
    "contest/names.py",
    "contest/proofs.py",
    "contest/regrading/appeal_rules.py",
    "contest/results/prizes.py",
    "contest/results/reasons.py",
    "contest/results/table.py",
    "contest/results/units.py",
    "contest/rules/amendments.py",
    "contest/rules/facts.py",
    "contest/rules/fairness.py",
    "contest/rules/outcome.py",
    "contest/rules/presets_data.py",
    "contest/rules/sitting.py",
    "contest/rules/text.py",
    "contest/rules/who.py",
    "contest/rulings.py",
    "contest/settling.py",
    "contest/visibility.py",
    "accounts/ages.py",
    "quizzes/exchange/aiken.py",
    "quizzes/exchange/encoding.py",
    "quizzes/exchange/formats.py",
    "quizzes/exchange/gift.py",
    "quizzes/exchange/gift_text.py",
    "quizzes/exchange/live_sheet.py",
    "quizzes/exchange/moodle.py",
    "quizzes/exchange/own_sheet.py",
    "quizzes/exchange/reading.py",
    "quizzes/exchange/sheets.py",
    "quizzes/exchange/yaml_file.py",
    "quizzes/quotes.py",
    "quizzes/library/finding.py",
    "contest/phases.py",
    "contest/papers.py",
    "contest/scoring.py",
    "contest/journal.py",
    "contest/ordering.py",
    "contest/predictions.py",
    "contest/reviews.py",
    "contest/wording.py",
    "leaderboard/cells.py",
    "leaderboard/certificates/words.py",
    "leaderboard/monitor_words.py",
    "leaderboard/ranking.py",
]
IMPURE = {"django", "channels", "random", "time", "secrets"}
LONGEST_MODULE, LONGEST_CONSUMER_FILE = 350, 60


def modules(app: str) -> list[Path]:
    return [p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("app", APPS)
def test_imports_go_left(app: str) -> None:
    forbidden = set(APPS[APPS.index(app) + 1 :])
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(app)
        for name in imported(path)
        if name.split(".")[0] in forbidden
    ]
    assert wrong == []


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_know_no_framework_clock_or_chance(name: str) -> None:
    assert {module.split(".")[0] for module in imported(ROOT / name)} & IMPURE == set()


def test_pure_modules_import_only_pure_modules() -> None:
    pure = {name.removesuffix(".py").replace("/", ".") for name in PURE}
    wrong = [
        f"{name} imports {module}"
        for name in PURE
        for module in imported(ROOT / name)
        if module.split(".")[0] in APPS and module not in pure
    ]
    assert wrong == []


def test_no_signals() -> None:
    names = {"django.dispatch", "django.db.models.signals"}
    wrong = [p for app in APPS for p in modules(app) if names & set(imported(p))]
    assert wrong == []


def test_modules_are_no_drawers() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for app in APPS
        for path in modules(app)
        if (lines := len(path.read_text().splitlines())) > LONGEST_MODULE
    }
    assert long == {}


def test_consumers_stay_thin() -> None:
    assert (
        len((ROOT / "leaderboard/consumers.py").read_text().splitlines()) <= LONGEST_CONSUMER_FILE
    )


def test_only_gatekeepers_and_services_reach_attempts() -> None:
    """Views never fetch people's attempts themselves."""
    edges = [
        "contest/views.py",
        "contest/attempt_views.py",
        "contest/api.py",
        "leaderboard/views.py",
    ]
    assert [e for e in edges if "Attempt.objects" in (ROOT / e).read_text()] == []


def test_nothing_inline_in_templates() -> None:
    """The CSP forbids inline scripts and styles; JSON data blocks come from json_script."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if " style=" in (text := path.read_text())
        or "<style" in text
        or " onclick=" in text
        or "<script>" in text
    ]
    assert wrong == []
