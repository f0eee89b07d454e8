"""Where nbgrader finds the lessons and keeps the class; used by its commands and by JupyterLab.

`NBLIB_CLASSROOM` chooses the class (default: `default`). All that a class produces lies in
`classroom/<class>/`, which git ignores. `NBLIB_EXCHANGE` is the exchange that a class shares with
students who have accounts on this machine; without it, the exchange is the class's own.
"""

import os
from importlib.resources import files
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
c.Exchange.root = os.environ.get("NBLIB_EXCHANGE") or str(classroom / "exchange")
c.Exchange.cache = str(classroom / "cache")
# Everybody may put anything into an exchange; nbgrader's own collecting would follow their links.
c.ExchangeFactory.collect = "nbteach.classroom.exchange.Collect"

c.ClearSolutions.code_stub = {"python": "# Your code here\nraise NotImplementedError"}
# Grading: students' code runs in a sandbox, before or when `Replay` asks for what came of it. So
# `nbgrader autograde`, formgrader's button and `nblib grade` all give the same points.
c.Replay.require = "strong"  # the least sandbox that will do: or "container", or "none"
c.Replay.limits = {"cpu_seconds_per_cell": 60}  # and others of nbteach.grading.limits.Limits
c.Autograde.exporter_class = "nbteach.grading.pages.exporters.SubmissionExporter"
c.Autograde.sanitize_preprocessors = ["nbteach.grading.records.replay.Rebuild"]
c.Autograde.autograde_preprocessors = [
    "nbteach.grading.records.replay.Replay",
    "nbgrader.preprocessors.IgnorePattern",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]
c.AssignLatePenalties.plugin_class = "nbteach.grading.policy.lateness.LatePenalty"
c.GenerateFeedback.exporter_class = "nbteach.grading.pages.exporters.PageExporter"

# What students write is shown in the teacher's browser, where no script of theirs may run;
# nbgrader's own templates let them (see nbteach.grading.pages.sanitize). Formulas are MathML, so
# that formgrader fetches MathJax from nowhere.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    name: f"nbteach.grading.pages.sanitize.{name}"
    for name in ("clean_html", "highlight_code", "markdown2html")
} | {"math_style": "nbteach.grading.pages.formulas.math_style"}
c.HTMLExporter.extra_template_basedirs.insert(0, str(files("nbteach.grading.pages") / "templates"))
