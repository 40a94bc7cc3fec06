from tests import picture
from tests.browser.tools import LOOKED_AT_ONCE

pytestmark = LOOKED_AT_ONCE


def test_picture_leaves_out_arrows_that_others_imply():
    arrows = {"desk": {"articles", "core"}, "articles": {"core"}, "core": set()}
    assert picture.without_detours(arrows) == {
        "desk": {"articles"},
        "articles": {"core"},
        "core": set(),
    }


def test_check_tells_an_old_picture_from_the_present_one(tmp_path):
    document = tmp_path / "architecture.md"
    document.write_text(f"Before.\n{picture.BEGIN}Old.\n{picture.END}After.\n")
    assert "architecture.md" in picture.main(["--check"], document)
    assert picture.main([], document) == 0
    assert document.read_text().startswith(f"Before.\n{picture.BEGIN}```mermaid\n")
    assert document.read_text().endswith(f"{picture.END}After.\n")
    assert not picture.main(["--check"], document)
