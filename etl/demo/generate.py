"""An inbox of invented deliveries in the real layouts, with the dirt that real ones have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from etl.demo import profiles, recipients, statistic
from etl.demo.awards import draw_payments
from etl.demo.firms import draw_firms
from etl.demo.inbox import deliver, spoil
from etl.demo.life import live
from etl.demo.register import register_lines
from etl.demo.subsidy_files import deliver_subsidies
from language import speaking, text

MARK = "SYNTHETIC"
_STEPS = ("firm", "register", "award", "profile", "recipient", "statistic")


def generate(
    out: Path,
    firms: int = 20_000,
    seed: int = 1,
    progress: Callable[[int, int, str], None] | None = None,
) -> None:
    """Write the demo inbox into ``out``: about 1.3 register rows and 1.5 payments per firm.

    The same ``firms`` and ``seed`` give the same bytes. ``progress`` is told the step, the number
    of steps and what is being made. Raises ValueError for fewer than 100 firms.
    """
    if firms < 100:
        raise ValueError(text("demo.too_few", n=firms))

    def tell(step: str) -> None:
        if progress is not None:
            progress(_STEPS.index(step), len(_STEPS), text(f"demo.step.{step}"))

    out.mkdir(parents=True, exist_ok=True)
    # The mark is part of the bytes that a seed determines, so it has one language.
    with speaking("ja"):
        (out / MARK).write_text(text("demo.mark") + "\n", encoding="utf-8")
    tell("firm")
    lives = live(draw_firms(firms, seed), seed)
    tell("register")
    rng = Random(f"{seed}:spoil")
    for file, lines in register_lines(lives, seed):
        if file.encoding == "cp932":
            lines = spoil(rng, lines, 6, number=1, day=4, title=6)
        deliver(out, file.name, "".join(lines).encode(file.encoding))
    tell("award")
    deliver_subsidies(out, draw_payments(lives, seed), seed)
    tell("profile")
    content = "".join(profiles.profile_lines(lives, seed))
    deliver(out, profiles.FILE, content.encode("utf-8-sig"))
    tell("recipient")
    deliver(out, recipients.FILE, "".join(recipients.recipient_lines(lives, seed)).encode())
    tell("statistic")
    deliver(out, statistic.FILE, "".join(statistic.statistic_lines(seed)).encode("cp932"))
    if progress is not None:
        progress(len(_STEPS), len(_STEPS), text("demo.step.done"))
