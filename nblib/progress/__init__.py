"""Keeping at it: what is solved, predictions against measurements, what comes next.

`store` is a file of the student's own, `notes` what checks and predictions write into it, `course`
what there is to do, `standing` what follows from both, `saved` what notebooks tell, `words` and
`sheet` how it is said. `show` ends each lesson, `command` is `nblib progress`. `worked` opens a
worked solution beside the student's own, with `answers` and `beside`. Nothing is sent, and the
grader reads none of it.
"""

from nblib.progress.show import show
from nblib.progress.worked import worked

__all__ = ["show", "worked"]
