"""nbgrader as everybody on the hub has it; the teacher's course folder says more, and first."""

import os

c = get_config()  # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = os.environ["NBLIB_CLASSROOM"]
c.Exchange.root = os.environ["NBLIB_EXCHANGE"]

if teacher := os.environ.get("NBLIB_ONE_ACCOUNT"):  # trying out: see try_config.py
    c.ExchangeCollect.check_owner = False
    if os.environ["JUPYTERHUB_USER"] != teacher:
        c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
