"""Downloads: the answer on the screen as a file, asked anew for whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote

from flask import Blueprint, Response, request

from gate.answer import Answer
from gate.csv_file import answer_csv, variables_csv
from gate.errors import UnknownQuestion
from gate.runs import RUN_HISTORY, run_history
from gate.session import current_actor, gate_of_app
from language import current_language, text

Renderer = Callable[[Answer], bytes]

_JAPAN = timezone(timedelta(hours=9))
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "variables.csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Parameters that say nothing to the reader of a file's name.
_UNSAID = frozenset({"start", "rows", "since", "delivery_id"})
_NOT_IN_A_NAME = frozenset('\\/:*?"<>|')


@dataclass(slots=True)
class Export:
    """GET /export/<question>.<extension>?<the page's own query>.

    ``renderers`` draw further kinds of file from an answer (``{"xlsx": …}``).
    """

    renderers: Mapping[str, Renderer] = field(default_factory=dict)

    def download(self, file: str) -> Response:
        """The file. Its audit record says "download" and holds the number of rows.

        Raises what Gate.ask raises, and UnknownQuestion for a kind of file that nobody draws.
        """
        question, _, extension = file.partition(".")
        renderers: dict[str, Renderer] = {
            "csv": answer_csv,
            "variables.csv": variables_csv,
            **self.renderers,
        }
        if extension not in renderers:
            raise UnknownQuestion
        if question == RUN_HISTORY:
            answer = run_history("download")
        else:
            answer = gate_of_app().ask(current_actor(), question, request.args, "download")
        response = Response(
            renderers[extension](answer),
            content_type=_MEDIA_TYPES.get(extension, "application/octet-stream"),
        )
        response.headers["Content-Disposition"] = _disposition(answer, extension)
        response.headers["X-Row-Count"] = str(answer.n_row)
        return response


def _disposition(answer: Answer, extension: str) -> str:
    """The name of the file in Japanese (RFC 5987), with a plain one for old programs."""
    day = datetime.now(UTC).astimezone(_JAPAN).strftime("%Y%m%d")
    title = text(f"question.{answer.question}")
    name = _file_name("_".join([title, *_filters(answer), day]))
    return (
        f'attachment; filename="{answer.question}_{day}.{extension}"; '
        f"filename*=UTF-8''{quote(f'{name}.{extension}', safe='')}"
    )


def _filters(answer: Answer) -> list[str]:
    """What was chosen, by its published name where it has one."""
    members = gate_of_app().members(current_actor())
    words: list[str] = []
    for name, value in answer.query.items():
        if name in _UNSAID:
            continue
        member = members.get(name, value)
        if member is None:
            words.append(value)
        else:
            is_english = current_language() == "en" and member.name_en
            words.append(member.name_en if is_english else member.name)
    return words


def _file_name(name: str) -> str:
    kept = (c if c.isprintable() and c not in _NOT_IN_A_NAME else "-" for c in name)
    return "".join(kept).replace(" ", "-")[:100]


def export_blueprint(renderers: Mapping[str, Renderer]) -> Blueprint:
    blueprint = Blueprint("export", __name__)
    blueprint.add_url_rule("/export/<file>", "download", Export(renderers).download)
    return blueprint
