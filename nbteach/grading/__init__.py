"""Grade a class: fast, in a sandbox, and so that nothing is lost.

The way of a submission, in the order of the modules: `manifest` and `reading` find it, `rebuild`
makes the notebook to run, `pool` has it run by a `supervisor` in a `sandbox`, `store` keeps what
came of it, `record` and `replay` bring that into nbgrader's gradebook, `feedback` prints the page
for the student, and `audit` compares all of these. `line` leads each submission along, and `grade`
is the command.
"""
