"""An inbox of invented deliveries in the real layouts, with the dirt that real ones have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from etl.demo.catalogue import write_catalogue
from etl.demo.plan import Chunk, Plan
from etl.demo.recipients import write_recipients
from etl.demo.research_world import ResearchWorld, open_research
from etl.demo.statistic import write_statistics
from etl.demo.truth import Truth
from etl.demo.world import Files, World, live_through
from language import speaking, text

MARK = "SYNTHETIC"


def generate(
    out: Path,
    firms: int = 20_000,
    seed: int = 1,
    progress: Callable[[int, int, str], None] | None = None,
    truth: Path | None = None,
) -> None:
    """Write the demo inbox into ``out``, and into ``truth`` what must not lie in an inbox.

    ``firms`` operate in each of the last twelve fiscal years. The same ``firms`` and ``seed`` give
    the same bytes. ``truth`` is ``<out>.truth`` unless given. ``progress`` is told the step, the
    number of steps and what is being made. Raises ValueError for fewer than 100 firms.
    """
    if firms < 100:
        raise ValueError(text("demo.too_few", n=firms))
    plan = Plan(firms, seed)
    n_step = len(plan.chunks) + 2

    def tell(done: int, step: str) -> None:
        if progress is not None:
            progress(done, n_step, text(f"demo.step.{step}"))

    out.mkdir(parents=True, exist_ok=True)
    # The mark is part of the bytes that a seed determines, so it has one language.
    with speaking("ja"):
        (out / MARK).write_text(text("demo.mark") + "\n", encoding="utf-8")
    told = Truth(truth or out.with_name(f"{out.name}.truth"))
    tell(0, "statistic")
    write_statistics(out, seed)
    write_catalogue(out, seed)
    files = Files(out, told)
    for chunk in plan.chunks:
        tell(1 + chunk.number, "research" if chunk.number == 0 else "firm")
        _write_chunk(plan, chunk, files, out, told)
    tell(n_step - 1, "close")
    files.close()
    told.close()
    tell(n_step, "done")


def _write_chunk(plan: Plan, chunk: Chunk, files: Files, out: Path, told: Truth) -> None:
    if chunk.number:
        files.add(live_through(plan, chunk))
        return
    research: ResearchWorld = open_research(plan, chunk)
    world: World = research.world
    files.add(world, research.payments())
    research.write(out, told)
    write_recipients(out, world.people, told)
