"""What goes wrong with a sweep."""

__all__ = ["SweepError"]


class SweepError(ValueError):
    """A sweep cannot be run, or its results not be shown, as asked; the message says why."""
