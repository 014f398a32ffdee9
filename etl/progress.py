"""How the intake says what it is doing; silent unless someone listens."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Progress(Protocol):
    """Hears the steps of a run and how far each has come."""

    def step(self, code: str, **values: object) -> None:
        """A step begins, or has something to say; ``etl.step.<code>`` holds the words."""

    def bar(self, label: str, n_byte: int) -> AbstractContextManager[Callable[[int], object]]:
        """A piece of work over ``n_byte`` bytes; the context gives what hears the bytes done."""


class Silence:
    """Says nothing."""

    def step(self, code: str, **values: object) -> None:
        pass

    def bar(self, label: str, n_byte: int) -> AbstractContextManager[Callable[[int], object]]:  # noqa: ARG002
        return nullcontext(lambda _: None)
