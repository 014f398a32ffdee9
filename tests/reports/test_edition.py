"""An edition from the command line: built, kept, checked, and stopped where it must not leave."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from gate.edition_state import State
from gate.editions import all_editions, packages_of
from gate.new_package import NewPackage
from gate.package_audit import AuditFault
from gate.package_files import build_lock
from gate.workshop import Workshop, open_workshop
from queries.catalogue import QUESTIONS as QUERIES
from reports.__main__ import EXIT_LOCKED, main, this_month
from reports.edition import build_edition, check_edition, in_regions
from reports.package.build import Scope
from settings import application_database_url
from stats.catalogue import QUESTIONS as STATISTICS
from store.snapshot import current_snapshot

MONTH = "2026-11"
JAPAN = in_regions({"japan"})


@pytest.fixture
def data_dir(demo_dir: Path, tmp_path: Path) -> Path:
    """The demo store by itself, without editions of other tests."""
    snapshot = str(current_snapshot(demo_dir / "store"))
    shutil.copytree(demo_dir / "store" / snapshot, tmp_path / "store" / snapshot)
    (tmp_path / "store" / "current").write_text(snapshot, encoding="ascii")
    return tmp_path


@pytest.fixture
def workshop(data_dir: Path) -> Iterator[Workshop]:
    store = data_dir / "store"
    opened = open_workshop(
        store,
        data_dir / "releases",
        application_database_url(store),
        [*QUERIES, *STATISTICS],
    )
    yield opened
    opened.close()


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setenv("LENS_DATA_DIR", str(data_dir))
    monkeypatch.delenv("LENS_DEMO_PASSWORD", raising=False)


def test_a_region_means_its_packages_and_no_field_of_technology() -> None:
    wanted = in_regions({"04", "japan"})
    assert [wanted(s) for s in (Scope("04"), Scope("04", "E"), Scope())] == [True] * 3
    assert not any(wanted(s) for s in (Scope("13"), Scope("b02"), Scope(field="01")))
    assert in_regions(())(Scope(field="01"))


def test_what_was_built_from_the_same_inputs_is_kept(workshop: Workshop) -> None:
    first = build_edition(workshop, MONTH, JAPAN)
    assert (first.n_new, first.n_kept) == (1, 0)
    assert (build_edition(workshop, MONTH, JAPAN).n_kept) == 1
    # A file that is not as it was is drawn again; what no longer belongs to it goes.
    path = workshop.releases.folder / MONTH / "japan" / "data.csv"
    good = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    again = build_edition(workshop, MONTH, JAPAN)
    assert again.n_new == 1
    # The same inputs give the same bytes.
    assert path.read_bytes() == good
    (package,) = packages_of(workshop.releases.audit.engine, again.edition.edition_id)
    assert package.n_row == package.files["data.csv"].n_row
    assert {f"preview-{n}.png" for n in range(1, package.n_page + 1)} < set(package.files)


def test_a_number_that_was_changed_after_the_drawing_stops_the_check(workshop: Workshop) -> None:
    edition = build_edition(workshop, MONTH, JAPAN).edition
    folder = workshop.releases.folder / MONTH / "japan"
    lines = (folder / "data.csv").read_bytes().split(b"\r\n")
    place = next(n for n, line in enumerate(lines) if b",n_award," in line)
    lines[place] = lines[place].replace(b",n_award,", b",n_award,9")
    package = packages_of(workshop.releases.audit.engine, edition.edition_id)[0]
    files = {name: (folder / name).read_bytes() for name in package.files}
    wrong = _again(files | {"data.csv": b"\r\n".join(lines)})
    workshop.releases.keep(edition, wrong)
    with pytest.raises(AuditFault, match="differs"):
        check_edition(workshop, edition)
    assert workshop.releases.edition(MONTH).state is State.BUILT


def _again(files: dict[str, bytes]) -> NewPackage:
    return NewPackage("japan", "", "", "", "other inputs", files, 1, 1, 1)


@pytest.mark.usefixtures("environ")
def test_the_command_builds_checks_and_then_lets_nobody_change_it(
    workshop: Workshop, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["build", "--edition", MONTH, "--region", "japan"]
    with build_lock(workshop.releases.folder):
        assert main(arguments) == EXIT_LOCKED
    assert main(arguments) == 0
    out = capsys.readouterr().out
    assert "検査に合格しました" in out
    assert "HiGHS" not in out
    (edition,) = all_editions(workshop.releases.audit.engine)
    assert edition.state is State.CHECKED
    assert edition.statement["n_attacked"] > 0
    assert main(arguments) == 1
    assert "変えられません" in capsys.readouterr().err
    assert main(["build", "--edition", "2026-13"]) == 2
    assert main(["build", "--edition", "2026-12", "--region", "99"]) == 1
    assert main(["status"]) == 0
    assert "確認待ち" in capsys.readouterr().out
    path = workshop.releases.folder / MONTH / "japan" / "report.pdf"
    path.chmod(0o600)
    path.write_bytes(b"%PDF")
    assert main(["status"]) == 1
    assert "破損" in capsys.readouterr().out


@pytest.mark.usefixtures("environ")
def test_the_demo_is_published_once_by_two_of_its_accounts(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # One package instead of twenty: the steps are the same.
    monkeypatch.setattr("reports.__main__.DEMO_REGIONS", ("japan",))
    monkeypatch.setenv("LENS_HOST", "0.0.0.0")  # noqa: S104
    assert main(["demo"]) == 1
    assert not all_editions(workshop.releases.audit.engine)
    monkeypatch.delenv("LENS_HOST")
    assert main(["demo"]) == 0
    (edition,) = all_editions(workshop.releases.audit.engine)
    assert (edition.name, edition.state) == (this_month(), State.PUBLIC)
    assert (edition.author, edition.approver) == ("analyst", "ministry")
    capsys.readouterr()
    assert main(["demo"]) == 0
    assert "何もしません" in capsys.readouterr().out
    assert len(all_editions(workshop.releases.audit.engine)) == 1
