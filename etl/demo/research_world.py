"""The first chunk, where the research applicants are: run twice, so that effects are exact."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from etl.demo.consortia import Members, Money, draw_members, share_out
from etl.demo.course import Applicants, begin, run
from etl.demo.effect_truth import write_effects
from etl.demo.payments import Payments
from etl.demo.plan import Chunk, Plan
from etl.demo.research import (
    Projects,
    choose_applicants,
    draw_projects,
    past_sales,
    unplanted,
)
from etl.demo.research_application_files import (
    write_applications,
    write_members,
    write_scores,
)
from etl.demo.research_desk import Research, ResearchDesk
from etl.demo.research_effect import calibrate
from etl.demo.research_outcome import (
    completion_years,
    draw_evaluations,
    draw_reports,
    draw_scores,
    surveyed,
)
from etl.demo.research_payments import research_payments
from etl.demo.research_report_files import (
    write_evaluations,
    write_execution,
    write_reports,
    write_survey,
)
from etl.demo.truth import Truth
from etl.demo.world import World, settle


@dataclass(frozen=True, slots=True)
class ResearchWorld:
    """The first chunk with its projects."""

    world: World
    applicants: Applicants
    projects: Projects
    members: Members
    money: Money

    def payments(self) -> Payments:
        """What gBizINFO has of the projects' payments."""
        return research_payments(self.world.people, self.projects, self.members, self.money)

    def write(self, out: Path, truth: Truth) -> None:
        """The files of サポイン, and the planted effects."""
        plan = self.world.course.plan
        completed = completion_years(self.projects, self.money)
        last_years = self.world.people.last_year[self.projects.place]
        reports = draw_reports(plan, self.projects, completed, last_years)
        research = Research(
            self.world.people,
            self.projects,
            self.members,
            self.money,
            draw_scores(plan, self.projects),
            draw_evaluations(plan, self.projects, completed),
            reports,
            surveyed(plan, reports),
        )
        desk = ResearchDesk(out, truth, research)
        for write in (
            write_applications, write_members, write_scores, write_execution, write_evaluations,
            write_reports, write_survey,
        ):  # fmt: skip
            write(desk)
        write_effects(truth.folder, self.world.course, self.projects, self.applicants)


def open_research(plan: Plan, chunk: Chunk) -> ResearchWorld:
    """Applicants are chosen, a course is run without effects, effects are calibrated, and the
    course is run again with the same exits and uses."""
    trial = begin(plan, chunk)
    choose_applicants(trial)
    log_sales = past_sales(trial)
    projects = draw_projects(plan, log_sales)
    applicants = unplanted(trial, log_sales, projects)
    run(trial, applicants)
    applicants = calibrate(trial, applicants, projects)
    course = begin(plan, chunk)
    choose_applicants(course)
    world = settle(run(course, applicants, fixed=trial))
    members = draw_members(world.people, projects)
    money = share_out(world.people, projects, members)
    return ResearchWorld(world, applicants, projects, members, money)
