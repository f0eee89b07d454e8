"""Helpers behind the course *Training Neural Networks*.

Student side: `runtime`, `history`, `data`, `rare`, `models`, `training`, `plots`, `playground`,
`checks`.
Teacher side: `build`, `grading`, `classroom`, `cli`. The student side never imports the
teacher side, and importing `nblib` itself imports nothing else.
"""

__version__ = "0.1.0"
