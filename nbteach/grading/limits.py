"""What a submission may use while it is graded."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True)
class Limits:
    """Generous for honest work, and small enough that nobody can harm the others.

    Processor time counts, not the clock: a loaded machine must not fail honest work. The clock
    only ends what sleeps, after `wall_factor` times as long.
    """

    cpu_seconds_per_cell: float = 60
    cpu_seconds: float = 180  # of the whole notebook
    wall_factor: float = 5
    memory: int = 2 * 2**30  # bytes, of all the processes of one submission together
    processes: int = 128  # and threads
    disk: int = 256 * 2**20  # bytes, of its private folder
    output: int = 2**20  # bytes, of the outputs of one cell
    output_in_all: int = 8 * 2**20  # bytes, of the outputs of the whole notebook
    value: int = 256 * 2**20  # bytes, of one value that a test asks for

    @property
    def wall_seconds(self) -> float:
        """How long the whole notebook may take by the clock."""
        return self.wall_factor * self.cpu_seconds

    @property
    def wall_seconds_per_cell(self) -> float:
        """How long one cell may take by the clock."""
        return self.wall_factor * self.cpu_seconds_per_cell
