"""What collecting static files does to them."""

from __future__ import annotations

from pathlib import Path

from django.core.files.base import ContentFile

from config.static import HashedModulesStorage, without_comments


def test_comments_with_lines_of_their_own_go_and_nothing_else() -> None:
    text = """/** About
 * the module. */
import {a} from "./a.js"; // why
  // a line
/** @type {number} */ const b = 1; /* kept */
const address = "https://example.vn/"; const c = 1 /* one */ + 2;
/* one */
const d = "/*";
const e = "*/";
"""
    assert (
        without_comments(text)
        == """import {a} from "./a.js"; // why
/** @type {number} */ const b = 1; /* kept */
const address = "https://example.vn/"; const c = 1 /* one */ + 2;
const d = "/*";
const e = "*/";
"""
    )


def test_collected_files_are_without_them(tmp_path: Path) -> None:
    storage = HashedModulesStorage(location=str(tmp_path), base_url="/static/")
    storage.save("js/a.js", ContentFile(b"// why\nexport const a = 1;\n"))
    storage.save("admin/js/jquery.js", ContentFile(b"/* MIT */\n"))
    assert (tmp_path / "admin/js/jquery.js").read_text() == "/* MIT */\n"
    storage.save("verify/a.py", ContentFile(b"# why\n"))
    hashed = list(storage.post_process({"js/a.js": (storage, "js/a.js")}))
    assert [(tmp_path / name).read_text() for _, name, _ in hashed] == ["export const a = 1;\n"]
    assert (tmp_path / "js/a.js").read_text() == "export const a = 1;\n"
    assert (tmp_path / "verify/a.py").read_text() == "# why\n"
