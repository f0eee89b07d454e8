"""What came out of grading a lesson, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Grades", "Result", "table"]


@dataclass(frozen=True)
class Result:
    """One student's result. `score` is None where there is no grade, and `note` then says why."""

    student: str
    score: float | None
    note: str
    handed_in: bool = True

    @property
    def needs_human(self) -> bool:
        """Whether there is a submission without a grade."""
        return self.handed_in and self.score is None


@dataclass(frozen=True)
class Grades:
    """The results of a class in one lesson."""

    lesson: str
    max_score: float
    results: tuple[Result, ...]
    differences: tuple[str, ...] = ()  # that the audit found

    @property
    def need_human(self) -> list[str]:
        """The students whose submission has no grade."""
        return [result.student for result in self.results if result.needs_human]


def table(grades: Grades) -> str:
    """Return the results as text: student, score, note; the mean; who needs a human; the audit.

    >>> print(table(Grades("01_x", 4, (Result("s01", 3, "wrong: adam"), Result("s02", None, "?")))))
    01_x, 4 points
      s01    3  wrong: adam
      s02    -  ?
    Mean of 1 graded: 3.0 of 4 (75%).
    Without a grade, see the notes above: s02.
    >>> print(table(Grades("01_x", 4, ())))
    01_x, 4 points
    Nobody of this class has handed it in.
    """
    width = max((len(result.student) for result in grades.results), default=0)
    lines = [f"{grades.lesson}, {grades.max_score:g} points"]
    for result in grades.results:
        score = "-" if result.score is None else f"{result.score:g}"
        lines.append(f"  {result.student:{width}} {score:>4}  {result.note}".rstrip())
    if not grades.results:
        lines.append("Nobody of this class has handed it in.")
    scores = [result.score for result in grades.results if result.score is not None]
    if scores and grades.max_score:
        mean = sum(scores) / len(scores)
        share = f"{mean:.1f} of {grades.max_score:g} ({mean / grades.max_score:.0%})"
        lines.append(f"Mean of {len(scores)} graded: {share}.")
    if grades.need_human:
        lines.append(f"Without a grade, see the notes above: {', '.join(grades.need_human)}.")
    if grades.differences:
        lines += [
            "The audit found:",
            *(f"  {text}" for text in grades.differences),
        ]
    return "\n".join(lines)
