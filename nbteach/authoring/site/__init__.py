"""The course as a website: lessons without answers, figures, a playground that needs no kernel.

`site` builds it; `sources` writes what Sphinx reads, with `front`, `lesson_page` and `claims`;
`recording` keeps the scenes of a playground for a page without Python.
"""
