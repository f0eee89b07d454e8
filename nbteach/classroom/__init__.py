"""Teach with the course: a class of students, with or without a server.

`create` starts a class, and `roster` fills it with the `people` of a `table`. `bundle` makes what
students download, `collect` takes in what comes back, `feedback` and `export` send pages and grades
back to a learning-management system. Without a server, work comes in by `listing` what lies in zips
and folders, `identify`, which says whose it is, `arrivals`, which sorts it, `archive`, which opens
it, and `submitted`, which keeps it. `identify` reads the `forms` of `names`, looks people up in a
`directory`, and asks `systems` and Moodle's `worksheet` about numbers. With a server, work comes
through the `exchange`. `demo` shows a sample class. Releasing and grading are nbgrader's and
`nbteach.grading`'s; `commands` is what is typed.
"""
