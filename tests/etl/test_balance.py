"""Generated dirty files: every record is counted once, and every refused one can be found again."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.application import open_application_database
from store.migration import upgrade
from tests.etl.deliveries import SUBSIDY_HEADER, Desk, counts, payment

TEXTS = st.sampled_from(["株式会社試験", "㈱髙﨑", "ａｂｃ", "ー－‐", ""]) | st.text(max_size=8)
SOUND = st.builds(
    payment,
    st.integers(0, 3),
    st.sampled_from(["0", "-5", "1,000", '"1,000"', "１２", "x", ""]),
    st.sampled_from(["2024-05-01", "令和6年5月1日", "2024-02-30", ""]),
    TEXTS,
)
BROKEN = st.sampled_from(
    [
        b'"', b'1,"2', b'""",,,,', b"\x00", b"a\tb,,,,", b"\xff\xfe", b"\x81", b",,,,", b" ",
        b"\r", b"a\rb", b"\xef\xbb\xbf", "\u202e".encode(), b"'", b'a"b,c,d,e,f', b'"a"b,,,,',
        SUBSIDY_HEADER.encode(),
    ]
)  # fmt: skip


@st.composite
def dirty_files(draw: st.DrawFn) -> bytes:
    encoding = draw(st.sampled_from(["utf-8", "cp932"]))
    sound = SOUND.map(lambda line: line.encode(encoding, "replace"))
    lines = draw(st.lists(sound | BROKEN | st.binary(max_size=12), max_size=12))
    newline = draw(st.sampled_from([b"\n", b"\r\n"]))
    mark = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    tail = draw(st.sampled_from([b"", newline]))
    return mark + newline.join([SUBSIDY_HEADER.encode(), *lines]) + tail


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(dirty_files(), min_size=1, max_size=3))
def test_records_in_are_accepted_rejected_or_duplicate_and_none_is_lost(
    files: list[bytes],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = _open_desk(Path(folder))
        for i, content in enumerate(files):
            desk.put(f"{i}.csv", content)
        desk.take_in()
        seen: set[bytes] = set()
        for i, content in enumerate(files):
            _check_file(desk, f"{i}.csv", content, is_new=content not in seen)
            seen.add(content)
        assert desk.take_in() == []
        desk.engine.dispose()


def _check_file(desk: Desk, name: str, content: bytes, *, is_new: bool) -> None:
    delivery = desk.find(name)
    records_in, accepted, rejected, duplicate = counts(delivery)
    assert records_in == accepted + rejected + duplicate
    assert desk.kept(name) == content
    if not is_new:
        assert (delivery.status, accepted, rejected) == ("duplicate", 0, 0)
        return
    filled = [line for line in content.split(b"\n") if line.strip(b" \t\r\v\f")]
    assert records_in == max(len(filled) - 1, 0)
    assert sum(desk.reasons(name).values()) == rejected
    if delivery.status == "refused":
        assert accepted == duplicate == 0
        return
    staged = desk.staged(name)
    assert len(staged) == accepted + duplicate
    lines = [*staged["line"]]
    if rejected:
        quarantined = desk.quarantine(name)
        assert Counter(str(line["reason"]) for line in quarantined) == desk.reasons(name)
        lines += [line["line"] for line in quarantined]
        for line in quarantined:
            raw, offset = str(line["raw"]), int(str(line["byte_offset"]))
            assert content[:offset].count(b"\n") == int(str(line["line"])) - 1
            physical = content[offset:].split(b"\n")[0]
            assert physical.decode(delivery.encoding, "backslashreplace").startswith(raw)
    assert len(lines) == len(set(lines)) == records_in


def _open_desk(root: Path) -> Desk:
    (root / "inbox").mkdir()
    engine = open_application_database(f"sqlite:///{root / 'store' / 'application.db'}")
    upgrade(engine)
    return Desk(root / "inbox", root / "store", engine)
