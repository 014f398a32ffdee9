"""Saved views: one's own, of pages that there are, opened under the rights of who opens them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import g
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import join
from gate import saved_views
from gate.accounts import actor_of, find_account
from gate.audit import AuditLog, verify_chain
from gate.errors import AuditFailed, Refused
from gate.saved_views import PAGES_EXTENSION, UnknownView, ViewError
from store.application import Account, AuditRecord, utc_now
from store.saved_view import SavedView
from tests.gate.little_store import PASSWORD, QUESTIONS, Application, layout, settings_for

PAGES = frozenset({"/", "/awards", "/awards/list", "/data/items"})


@pytest.fixture
def served(store_dir: Path) -> Iterator[Application]:
    settings = settings_for(store_dir.parent, demo_password=PASSWORD)
    built = Application(join(settings, QUESTIONS, layout, ""))
    built.server.extensions[PAGES_EXTENSION] = PAGES
    yield built
    built.gate.reader.close()
    built.engine.dispose()


@contextmanager
def signed_in(served: Application, username: str = "ministry") -> Iterator[None]:
    with served.server.test_request_context("/"):
        account = find_account(served.engine, username)
        assert account is not None
        g.actor = actor_of(account)
        yield


@contextmanager
def not_kept(reason: str) -> Iterator[None]:
    with pytest.raises(ViewError) as error:
        yield
    assert error.value.key == f"saved.error.{reason}"
    assert "{" not in str(error.value)


def records(served: Application) -> list[AuditRecord]:
    with Session(served.engine) as session:
        about = select(AuditRecord).where(AuditRecord.subject == "saved_view")
        return list(session.scalars(about.order_by(AuditRecord.audit_id)))


def test_a_view_is_kept_under_its_name_with_its_record(served: Application) -> None:
    with signed_in(served):
        kept = saved_views.save("  長野県　ﾓﾉﾂﾞｸﾘ ", "/awards?year=2024&region=20&size=")
        assert saved_views.saved_views() == [kept]
    assert kept.name == "長野県 モノヅクリ"
    assert kept.address == "/awards?year=2024&region=20"
    assert kept.used_at is None
    (record,) = records(served)
    assert (record.username, record.action) == ("ministry", "save")
    assert record.detail == {"view_id": kept.view_id, "address": kept.address}
    assert verify_chain(served.engine).first_broken is None


@pytest.mark.parametrize("name", ["", " ", "　", "あ" * 61, "a\u0000b", "a\u202eb", None, 3, ["x"]])
def test_a_name_has_one_to_sixty_characters_that_can_be_read(
    served: Application, name: object
) -> None:
    with signed_in(served), not_kept("name"):
        saved_views.save(name, "/awards")  # type: ignore[arg-type]
    assert not records(served)


@pytest.mark.parametrize("name", ["あ" * 60, "a", "  " + "x" * 60])
def test_a_name_of_sixty_characters_is_kept(served: Application, name: str) -> None:
    with signed_in(served):
        assert saved_views.save(name, "/").name == name.strip()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "awards",
        "?region=20",
        "//evil.example/awards",
        "https://evil.example/awards",
        "/\\evil.example",
        "\\awards",
        "/awards\n",
        "/awards/../login",
        "/nowhere",
        "/login",
        "/v/abc",
        "/export/award_rows.csv",
        "/_dash-layout",
        "/awards/",
        "/awards?x=" + "a" * 2_000,
        "/awards?x=" + "あ" * 300,
        "/awards?" + "&".join(f"a{i}=1" for i in range(101)),
        "/awards?x=\ud800",
        None,
        7,
    ],
)
def test_an_address_is_that_of_a_page_that_there_is(served: Application, address: object) -> None:
    with signed_in(served), not_kept("address"):
        saved_views.save("名前", address)  # type: ignore[arg-type]
    assert not records(served)


def test_a_name_is_used_once_by_one_reader(served: Application) -> None:
    with signed_in(served):
        first = saved_views.save("東北", "/awards?region=b02")
        other = saved_views.save("関東", "/awards?region=b03")
        with not_kept("taken"):
            saved_views.save("東北", "/")
        with not_kept("taken"):
            saved_views.rename(other.view_id, "東北")
        # Its own name is no obstacle.
        saved_views.rename(first.view_id, "東北")
    with signed_in(served, "analyst"):
        saved_views.save("東北", "/")


def test_an_account_keeps_so_many_and_no_more(served: Application) -> None:
    with signed_in(served):
        account = find_account(served.engine, "ministry")
        assert account is not None
        with Session(served.engine) as session:
            session.execute(
                insert(SavedView),
                [
                    {
                        "account_id": account.account_id,
                        "name": f"n{i}",
                        "address": "/",
                        "token": f"t{i}",
                        "created_at": utc_now(),
                    }
                    for i in range(saved_views.MOST_PER_ACCOUNT)
                ],
            )
            session.commit()
        with not_kept("full"):
            saved_views.save("one more", "/")
        saved_views.delete(saved_views.saved_views()[0].view_id)
        saved_views.save("one more", "/")


def test_only_its_owner_lists_renames_and_drops_a_view(served: Application) -> None:
    with signed_in(served):
        mine = saved_views.save("わたしの", "/awards?region=20")
    with signed_in(served, "analyst"):
        assert saved_views.saved_views() == []
        with pytest.raises(UnknownView):
            saved_views.rename(mine.view_id, "盗んだ")
        with pytest.raises(UnknownView):
            saved_views.delete(mine.view_id)
        with pytest.raises(UnknownView):
            saved_views.rename(mine.view_id + 1, "x")
    with signed_in(served):
        saved_views.rename(mine.view_id, "新しい名前")
        assert [view.name for view in saved_views.saved_views()] == ["新しい名前"]
        saved_views.delete(mine.view_id)
        assert saved_views.saved_views() == []
    assert [record.action for record in records(served)] == ["save", "rename", "delete"]


def test_whoever_has_no_account_keeps_nothing(served: Application) -> None:
    with signed_in(served):
        with Session(served.engine) as session:
            session.execute(
                update(Account).values(username="gone").where(Account.username == "ministry")
            )
            session.commit()
        with pytest.raises(Refused):
            saved_views.save("x", "/")


def test_without_its_record_nothing_is_kept(
    served: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("disk full", None, Exception())

    with signed_in(served):
        with monkeypatch.context() as patch:
            patch.setattr(AuditLog, "append", fail)
            with pytest.raises(AuditFailed):
                saved_views.save("x", "/")
        assert saved_views.saved_views() == []


def test_the_short_link_leads_on_whoever_is_signed_in(served: Application) -> None:
    with signed_in(served):
        kept = saved_views.save("宮城", "/awards?region=04&year=2024")
    for reader in ("ministry", "analyst", "chamber-miyagi"):
        response = served.client(reader).get(kept.link)
        assert (response.status_code, response.location) == (302, kept.address)
        assert "awards" not in response.headers.get("Set-Cookie", "")
    with signed_in(served):
        (view,) = saved_views.saved_views()
        assert view.used_at is not None
    assert [record.action for record in records(served)][1:] == ["open"] * 3


def test_a_stranger_signs_in_first_and_is_then_led_on(served: Application) -> None:
    with signed_in(served):
        kept = saved_views.save("宮城", "/awards?region=04")
    client = served.client()
    response = client.get(kept.link, headers={"Accept": "text/html"})
    assert response.status_code == 302
    assert response.location == f"/login?next={kept.link.replace('/', '%2F')}"
    program = client.get(kept.link, headers={"Accept": "application/json"})
    assert program.status_code == 401
    assert kept.address not in program.text


@pytest.mark.parametrize("token", ["x", "", "%2e%2e", "a" * 500, "1", "0"])
def test_a_link_that_nobody_made_leads_nowhere(served: Application, token: str) -> None:
    response = served.client("analyst").get(f"/v/{token}")
    assert response.status_code in (200, 404)
    assert not response.location


def test_a_dropped_view_and_one_of_a_page_that_is_gone_lead_nowhere(served: Application) -> None:
    with signed_in(served):
        dropped = saved_views.save("a", "/awards")
        gone = saved_views.save("b", "/awards/list")
        saved_views.delete(dropped.view_id)
    served.server.extensions[PAGES_EXTENSION] = PAGES - {"/awards/list"}
    client = served.client("ministry")
    for view in (dropped, gone):
        response = client.get(view.link, headers={"Accept": "text/html"})
        assert response.status_code == 404
        assert "保存した画面が見つかりません" in response.text


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil", "javascript:1"]
)
def test_even_a_row_that_was_tampered_with_leads_to_no_other_site(
    served: Application, address: str
) -> None:
    with signed_in(served):
        kept = saved_views.save("a", "/awards")
    with Session(served.engine) as session:
        session.execute(update(SavedView).values(address=address))
        session.commit()
    response = served.client("ministry").get(kept.link)
    assert response.status_code == 404
    assert response.location is None


def test_links_cannot_be_guessed_from_one_another(served: Application) -> None:
    with signed_in(served):
        links = {saved_views.save(f"n{i}", "/").link for i in range(20)}
    assert len(links) == 20
    assert all(len(link) == len("/v/") + 16 for link in links)
