"""From the text of a lesson to what students open, and to solutions and slides.

`lesson` reads a text, `rules` and `grading_rules` say what it must keep to, `build` makes the
notebooks, `leaks` looks at them once more.
"""
