"""Teach with the course: a class of students, with or without a server.

`new` starts a class and `roster` fills it; `bundle` makes what students download; `collect` takes in
what comes back, which `archive` unpacks and `senders` puts a name to, or `inbound` does from
nbgrader's exchange; `export` writes the grades for a learning-management system. `demo` shows it all
on a sample class. Releasing, grading and feedback are nbgrader's and `nblib.grading`'s.
"""
