"""What a lesson imports: the small library behind the course *Training Neural Networks*.

It needs nothing of `nbteach`, the package of authors and teachers, and importing `nblib` itself
imports nothing else.
"""

__version__ = "0.1.0"
