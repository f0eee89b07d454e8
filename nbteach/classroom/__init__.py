"""Teach with the course: a class of students, with or without a server.

`new` starts a class and `roster` fills it; `bundle` makes what students download; `collect` takes in
what comes back, which `archive` opens, `senders` puts a name to and `shelf` keeps, or `inbound` does from
nbgrader's exchange; `feedback` and `export` send pages and grades back to a learning-management system.
`demo` shows a sample class. Releasing and grading are nbgrader's and `nbteach.grading`'s; `commands` is
what is typed.
"""
