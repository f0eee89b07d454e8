"""Grade a class: fast, in a sandbox, and so that nothing is lost.

`grade` is the command and `pipeline` leads each submission along. Its way through the rooms:
`records.submissions` finds it, `notebooks.rebuild` makes the notebook to run,
`processes.worker_pool` has it run by a `processes.supervisor` in a `sandbox`,
`records.result_store` keeps what came of it, `records.recorder` and `records.replay` bring that
into nbgrader's gradebook, `pages.feedback` prints the page for the student, and `records.audit`
compares all of these.
"""
