"""A chunk of the demo world, and the files that grow chunk by chunk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from etl.demo.application_files import ApplicationFiles
from etl.demo.consent_files import ConsentFiles
from etl.demo.consultations import ConsultationFiles
from etl.demo.course import Course, begin, run
from etl.demo.delivery import Delivery
from etl.demo.dice import dice
from etl.demo.life import Events, live
from etl.demo.payments import Payments, draw_grants, pay
from etl.demo.plan import Chunk, Plan
from etl.demo.population import Population, populate
from etl.demo.profiles import ProfileFile
from etl.demo.register import FILES as REGISTER_FILES
from etl.demo.register import register_lines
from etl.demo.rendering import spoil
from etl.demo.statement_files import Statements
from etl.demo.subsidy_files import SubsidyFiles
from etl.demo.support_files import SupportFiles
from etl.demo.truth import Truth


@dataclass(frozen=True, slots=True)
class World:
    """What happened in a chunk, to whom, and what the register tells of it."""

    course: Course
    people: Population
    events: Events


def live_through(plan: Plan, chunk: Chunk) -> World:
    """A chunk without research applicants."""
    return settle(run(begin(plan, chunk), None))


def settle(course: Course) -> World:
    """The firms of a course with names, places and entries in the register."""
    people = populate(course)
    return World(course, people, live(people))


class Files:
    """All files to which every chunk adds."""

    def __init__(self, out: Path, truth: Truth) -> None:
        self._truth = truth
        self._register = [Delivery(out, file.name, file.encoding) for file in REGISTER_FILES]
        self._sequence = [1] * len(REGISTER_FILES)
        self._profiles = ProfileFile(out)
        self._statements = Statements(out)
        self._subsidies = SubsidyFiles(out)
        self._applications = ApplicationFiles(out, truth)
        self._supports = SupportFiles(out, truth)
        self._consultations = ConsultationFiles(out, truth)
        self._consents = ConsentFiles(out)

    def add(self, world: World, more: Payments | None = None) -> None:
        """Write the records of a chunk; ``more`` payments go to research consortia."""
        people = world.people
        self._add_register(world)
        self._profiles.add(people)
        self._statements.add(people)
        grants = draw_grants(people)
        payments = pay(people, grants)
        self._subsidies.add(people, Payments.join([payments, more]) if more else payments)
        self._applications.add(people, grants)
        clients = [self._supports.add(people), self._consultations.add(people)]
        self._consents.add(people, np.concatenate(clients))
        successor = np.full(people.n, -1)
        merged = world.events.successor >= 0
        successor[world.events.firm[merged]] = world.events.successor[merged]
        self._truth.firms(people, successor)

    def _add_register(self, world: World) -> None:
        chunk = world.course.chunk.number
        lines = register_lines(world.people, world.events, self._sequence)
        for i, (file, own) in enumerate(zip(self._register, lines, strict=True)):
            self._sequence[i] += len(own)
            if REGISTER_FILES[i].encoding == "cp932" and chunk == 0:
                rng = dice(world.course.plan.seed, "spoil")
                own, _ = spoil(rng, own, 6, number=1, day=4, title=6)
            file.append(own)

    def close(self) -> None:
        for file in self._register:
            file.close()
        self._profiles.close()
        self._statements.close()
        self._subsidies.close()
        self._applications.close()
        self._supports.close()
        self._consultations.close()
        self._consents.close()
