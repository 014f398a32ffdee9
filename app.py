"""Joins server, gate and pages. `python app.py` serves; nothing is decided here."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from dash import Dash, page_registry
from dash.development.base_component import Component
from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from plotly.offline import get_plotlyjs_version
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from etl.mapping import try_profile
from etl.sources._profiles import SHIPPED_DIR
from gate.asking import Gate, QuestionLike
from gate.audit import AuditLog
from gate.cancel import cancel_blueprint
from gate.compression import Compression
from gate.deliveries_api import Deliveries, deliveries_blueprint
from gate.demo import Demo
from gate.doctor import find_faults, is_demo
from gate.export import export_blueprint
from gate.failures import install_failures
from gate.guard import Guard, install_guard
from gate.headers import SecurityHeaders
from gate.health import health_blueprint
from gate.login import Login, login_blueprint
from gate.open_data import ENDPOINTS as OPEN_DATA
from gate.open_data import open_data_blueprint
from gate.packages import RELEASES_EXTENSION
from gate.packages_api import packages_blueprint
from gate.profiles import PROFILE_EXTENSION, ProfileTools
from gate.release_steps import Releases
from gate.running import progress_blueprint
from gate.saved_views import PAGES_EXTENSION, saved_view_blueprint
from gate.session import GATE_EXTENSION, MAP_EXTENSION
from gate.session_store import keep_sessions_in
from gate.snapshots import SnapshotReader
from gate.status import Status, status_blueprint
from language import current_language, text
from reports import json_file, workbook
from settings import ROOT, SettingError, Settings, application_database_url, load_settings
from store.application import open_application_database
from store.migration import upgrade
from store.snapshot import current_snapshot, private_folder, read_manifest

THREADS_PER_WORKER = 8
# A callback or a form is small; anything larger is no request of ours.
LARGEST_REQUEST = 2_000_000
MAKE_DEMO_STORE = "--make-demo-store"
DEMO_FIRMS = "20000"


# Our charts are lines, bars and contours: a third of the whole library draws them (decision 29).
PLOTLY = "plotly-cartesian.min.js"
PLOTLY_URL = f"/assets/{PLOTLY}?m={get_plotlyjs_version()}"
# What Dash asks for only when it meets the first chart, the largest script of all: the browser
# fetches it beside the others. Pages about data and long lists have hardly any chart.
DRAWS = ("/_dash-component-suites/dash/dcc/async-graph.js", PLOTLY_URL)
WITHOUT_CHARTS = re.compile("/data|.*/list$")


class LensDash(Dash):
    """Dash with our index page: the language of the reader, and nothing from elsewhere."""

    def _setup_plotlyjs(self) -> None:
        # Nothing to do: the whole library is asked for by no page.
        self._plotlyjs_url = PLOTLY_URL

    def _config(self) -> dict[str, Any]:
        # The only thing the browser uses these two for: told so, it asks for the address.
        config: dict[str, Any] = super()._config()  # type: ignore[no-untyped-call]
        return config | {"serve_locally": False, "plotlyjs_url": self._plotlyjs_url}

    def interpolate_index(self, **parts: Any) -> str:  # type: ignore[override]
        early = "".join(
            f'<link rel="preload" as="script" href="{script}">'
            for script in DRAWS
            if not WITHOUT_CHARTS.match(request.path)
        )
        entry = parts["app_entry"].replace("Loading...", text("waiting.loading"))
        return (
            f'<!doctype html><html lang="{current_language()}"><head>{parts["metas"]}{early}'
            f"<title>{parts['title']}</title>{parts['favicon']}{parts['css']}</head>"
            f"<body>{entry}{parts['config']}{parts['scripts']}"
            f"{parts['renderer']}</body></html>"
        )


def create_app(settings: Settings | None = None) -> LensDash:
    """The application: ``create_app(...).server`` is the WSGI server."""
    from pages._frame import layout
    from queries.catalogue import QUESTIONS as QUERIES
    from stats.catalogue import QUESTIONS as STATISTICS

    return join(settings or load_settings(), [*QUERIES, *STATISTICS], layout, str(ROOT / "pages"))


def join(
    settings: Settings,
    catalogue: Iterable[QuestionLike],
    layout: Callable[[], Component],
    pages_folder: str,
) -> LensDash:
    """Server, gate and Dash in one. The guard is registered first, so it sees every request."""
    settings = with_secret(settings)
    server = Flask(__name__, static_folder=None)
    server.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        # A form token lives as long as its session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.is_behind_tls:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]

    engine = open_database(settings)
    reader = SnapshotReader(settings.store_dir, settings.memory_limit, settings.threads)
    audit = AuditLog(engine)
    is_local = settings.is_loopback and not settings.is_behind_tls
    demo = Demo(engine, reader, settings.demo_password, is_local)
    demo.is_on()
    guard = Guard(engine, demo, OPEN_DATA if settings.is_open_data else frozenset())
    headers = SecurityHeaders(settings.is_behind_tls)

    install_guard(server, guard)
    install_failures(server)
    keep_sessions_in(server, engine.url, settings.is_behind_tls)
    server.after_request(headers.apply)
    server.after_request(Compression().apply)
    limiter = Limiter(get_remote_address, app=server, storage_uri="memory://")
    login = Login(engine, audit, demo, settings.is_behind_tls)
    server.register_blueprint(login_blueprint(login, limiter))
    server.register_blueprint(health_blueprint(reader, settings.max_age_hours))
    deliveries = Deliveries(audit, settings.inbox_dir, settings.max_delivery, header_lines())
    server.register_blueprint(deliveries_blueprint(deliveries, limiter))
    status = Status(engine, reader, settings.inbox_dir, settings.max_age_hours)
    server.register_blueprint(status_blueprint(status))
    server.register_blueprint(saved_view_blueprint())
    server.register_blueprint(cancel_blueprint())
    server.register_blueprint(progress_blueprint())
    server.register_blueprint(packages_blueprint(limiter))
    if settings.is_open_data:
        server.register_blueprint(open_data_blueprint(limiter))
    server.register_blueprint(export_blueprint({"xlsx": workbook.render, "json": json_file.render}))
    server.extensions[GATE_EXTENSION] = Gate(catalogue, reader, audit)
    server.extensions[MAP_EXTENSION] = settings.geojson_path
    server.extensions[RELEASES_EXTENSION] = Releases(audit, settings.releases_dir)
    server.extensions[PROFILE_EXTENSION] = ProfileTools(SHIPPED_DIR, try_profile)

    app = LensDash(
        "app",
        server=server,  # type: ignore[arg-type]
        title="SME Lens",
        update_title=None,  # type: ignore[arg-type]
        use_pages=True,
        pages_folder=pages_folder,
        assets_folder=str(ROOT / "assets"),
        # Served, but not a part of every page.
        assets_ignore=re.escape(PLOTLY),
        include_pages_meta=False,
        suppress_callback_exceptions=True,
        serve_locally=True,
        enable_mcp=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.layout = layout
    server.extensions[PAGES_EXTENSION] = frozenset(p["path"] for p in page_registry.values())
    guard.callbacks = app.callback_map
    # Dash finishes its set-up in the first request it sees. Let that be this one, so that no
    # reader meets it half done and the hashes of its inline scripts are known.
    server.test_client().get("/health")
    headers.script_hashes = tuple(app.csp_hashes())
    return app


def open_database(settings: Settings) -> Engine:
    """The application database, brought to the present form."""
    url = application_database_url(settings.store_dir, settings.database_url)
    engine = open_application_database(url)
    upgrade(engine)
    return engine


def header_lines() -> dict[str, int]:
    """How many lines of each source's files are headers, so that a receipt can count records."""
    from etl.sources import contracts

    return {c.name: min(layout.n_header for layout in c.layouts) for c in contracts()}


def with_secret(settings: Settings) -> Settings:
    """The settings with a random secret where none was given; the doctor says where it must be."""
    if settings.secret_key:
        return settings
    return replace(settings, secret_key=secrets.token_hex(32))


def wsgi() -> Flask:
    """The WSGI server, as each worker builds it for itself."""
    server: Flask = create_app().server
    return server


def gunicorn_command(settings: Settings) -> list[str]:
    """What serves: gunicorn with threads, in a process of its own.

    It must not be forked off this one: Arrow, once loaded, does not survive a fork.
    """
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    options = {
        "bind": f"{host}:{settings.port}",
        "chdir": str(ROOT),
        "workers": str(settings.workers),
        "worker-class": "gthread",
        "threads": str(THREADS_PER_WORKER),
        "log-level": "warning",
    }
    written = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "gunicorn", *written, "--no-control-socket", "app:wsgi()"]


def become_server(settings: Settings) -> NoReturn:
    """Replace this process by gunicorn; all workers share one secret."""
    environ = {**os.environ, "LENS_SECRET_KEY": with_secret(settings).secret_key}
    os.execve(sys.executable, gunicorn_command(settings), environ)  # noqa: S606


def make_demo_store(settings: Settings) -> int:
    """Fill an empty store with synthetic data; leaves a store or an inbox in use alone.

    Returns the exit code of the ETL.
    """
    from etl.__main__ import main as etl

    inbox = settings.inbox_dir
    if current_snapshot(settings.store_dir) or (inbox.is_dir() and any(inbox.iterdir())):
        return 0
    with TemporaryDirectory() as deliveries:
        made = etl(["demo", "--firms", DEMO_FIRMS, "--out", deliveries])
        return made or etl(["run", "--inbox", deliveries, "--store", str(settings.store_dir)])


def start_demo_edition(settings: Settings) -> None:
    """Let a process of its own build the demo chamber's packages, once, while the server starts."""
    current = current_snapshot(settings.store_dir)
    if current is None or not read_manifest(settings.store_dir, current).is_synthetic:
        return
    if is_demo(settings):
        quiet = {**os.environ, "TQDM_DISABLE": "1"}
        # Whoever opens the first page comes first.
        last = partial(os.nice, 10)
        subprocess.Popen(
            [sys.executable, "-m", "reports", "demo"], cwd=ROOT, env=quiet, preexec_fn=last
        )


def serve(arguments: Sequence[str]) -> int:
    """Check, then become the server. Returns 1, with the reasons, when it is not safe to."""
    # Files made from here on belong to this user alone.
    os.umask(0o077)
    try:
        settings = load_settings()
    except SettingError as error:
        print(error, file=sys.stderr)
        return 1
    if MAKE_DEMO_STORE in arguments and make_demo_store(settings):
        return 1
    private_folder(settings.store_dir)
    engine = open_database(settings)
    # Before any worker is there: two workers creating one table would meet.
    keep_sessions_in(Flask(__name__), engine.url, settings.is_behind_tls)
    faults = find_faults(settings, engine, os.environ)
    engine.dispose()
    if faults:
        print("\n".join([text("gate.server.refused"), *faults]), file=sys.stderr)
        return 1
    if MAKE_DEMO_STORE in arguments:
        start_demo_edition(settings)
    print(text("gate.server.starting", url=f"http://{settings.host}:{settings.port}/"), flush=True)
    return become_server(settings)


if __name__ == "__main__":
    sys.exit(serve(sys.argv[1:]))
