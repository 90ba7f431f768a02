"""``write_dossier ROUND FOLDER --as LOGIN``: the documents of a round's result as three files."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.access import person_by_login
from contest.access import organised_round
from contest.dossier.exporting import CONTENT_TYPES, Export, file_name, record_export, write_file
from contest.dossier.layout import profile_names
from contest.dossier.reading import Paperwork, dossier_of
from contest.errors import ContestError
from contest.results.reading import table_at


class Command(BaseCommand):
    help = "Writes the minutes and tables of a round's result into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("round_id", type=int)
        parser.add_argument("folder", type=Path)
        parser.add_argument("--as", dest="login", required=True, help="login of the organiser")
        parser.add_argument("--result", default="", help="number of the result; the last one")
        parser.add_argument("--profile", choices=profile_names(), help="the contest's layout")
        parser.add_argument("--number", default="", help="number of the document, in digits")
        parser.add_argument("--dated", type=date.fromisoformat, help="its day, 2026-03-18")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = person_by_login(options["login"])
        if actor is None:
            raise CommandError(f"Không tìm thấy tài khoản “{options['login']}”.")
        try:
            result = table_at(organised_round(actor, options["round_id"]), options["result"])
        except ContestError as refusal:
            raise CommandError(refusal.message) from refusal
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        paperwork = Paperwork(number=options["number"], dated=options["dated"])
        profile = options["profile"] or result.round.contest.profile
        dossier = dossier_of(result, paperwork)
        for format in CONTENT_TYPES:
            record_export(actor=actor, export=Export(result, format, profile, paperwork))
            path = folder / file_name(dossier, format)
            with path.open("wb") as out:
                write_file(dossier, format, profile, out)
            self.stdout.write(str(path))
