"""What a lesson imports: the small library behind the course *Training Neural Networks*.

It needs nothing of `nbteach`, the package of authors and teachers. Importing `nblib` itself imports
nothing that takes time, but says in a notebook that what follows will.
"""

from nblib import loading

__version__ = "0.1.0"

loading.announce()
