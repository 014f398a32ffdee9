"""Downloads: the answer on the screen as a file, asked anew for whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, Response, request

from gate.answer import Answer
from gate.csv_file import answer_csv, variables_csv
from gate.errors import UnknownQuestion
from gate.file_name import content_disposition
from gate.runs import answer_to
from gate.session import current_actor, gate_of_app

Renderer = Callable[[Answer], bytes]

VARIABLES = "variables.csv"
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    VARIABLES: "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
            VARIABLES: variables_csv,
            **self.renderers,
        }
        if extension not in renderers:
            raise UnknownQuestion
        answer = answer_to(question, request.args, "download")
        response = Response(
            renderers[extension](answer),
            content_type=_MEDIA_TYPES.get(extension, "application/octet-stream"),
        )
        response.headers["Content-Disposition"] = content_disposition(
            answer, extension, gate_of_app().members(current_actor()), _usual(question)
        )
        n_row = len(answer.columns) if extension == VARIABLES else answer.n_row
        response.headers["X-Row-Count"] = str(n_row)
        return response


def _usual(question: str) -> dict[str, str]:
    """The query of a reader who chooses nothing; the history of the runs has none."""
    gate = gate_of_app()
    asked = gate.questions.get(question)
    return asked.parse({}, gate.members(current_actor())).to_query() if asked else {}


def export_blueprint(renderers: Mapping[str, Renderer]) -> Blueprint:
    blueprint = Blueprint("export", __name__)
    blueprint.add_url_rule("/export/<file>", "download", Export(renderers).download)
    return blueprint
