"""Where nbgrader finds the lessons and keeps the class; used by its commands and by JupyterLab.

`NBLIB_CLASSROOM` chooses the class (default: `default`). All that a class produces lies in
`classroom/<class>/`, which git ignores.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader provides it

root = Path(__file__).resolve().parent
name = os.environ.get("NBLIB_CLASSROOM") or "default"
classroom = root / "classroom" / name
# nbgrader opens the gradebook and the exchange but does not make their folders, and nobody else
# on this machine is to read grades.
for folder in (classroom.parent, classroom, classroom / "exchange"):
    folder.mkdir(mode=0o700, exist_ok=True)

c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = name
c.CourseDirectory.source_directory = "build/source"
c.CourseDirectory.release_directory = "notebooks"
c.CourseDirectory.submitted_directory = f"classroom/{name}/submitted"
c.CourseDirectory.autograded_directory = f"classroom/{name}/autograded"
c.CourseDirectory.feedback_directory = f"classroom/{name}/feedback"
c.CourseDirectory.solution_directory = f"classroom/{name}/solution"
c.CourseDirectory.db_url = f"sqlite:///{(classroom / 'gradebook.db').as_posix()}"
c.Exchange.root = str(classroom / "exchange")
c.Exchange.cache = str(classroom / "cache")

c.ClearSolutions.code_stub = {"python": "# Your code here\nraise NotImplementedError"}
c.Execute.timeout = 60  # seconds per cell
c.Execute.skip_cells_with_tag = "demo"  # most of a lesson's time, and no test needs them
c.Execute.extra_arguments = ["--log-level=40"]  # or each kernel warns of TCP
# Without it, handing in again without a test cell would keep the points of that test.
c.OverwriteCells.add_missing_cells = True
