"""A JupyterHub for one class on one server: real accounts, nbgrader's exchange, this course.

`install.sh` copies this folder to PREFIX/etc; docs/classroom.md says how to go on. Whoever has an
account in the group GROUP logs in with its password, and each server runs as its own Unix user.
So students are kept apart from one another and from the teacher's files; into the exchange they can
put things, but not look.

Set in the environment of the hub:

    NBLIB_COURSE     the course folder, in the teacher's home (a clone of the repository)
    NBLIB_TEACHER    the teacher's account (default: teacher), which need not be in the group
    NBLIB_CLASSROOM  the class (default: default)
    NBLIB_GROUP      the Unix group of those who may log in (default: students)
    NBLIB_HUB_URL    where to listen (default: http://127.0.0.1:8000)
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - JupyterHub provides it

prefix = Path(__file__).resolve().parents[1]
state = prefix / "state"  # closed to all but the hub
teacher = os.environ.get("NBLIB_TEACHER", "teacher")
course = os.environ["NBLIB_COURSE"]

c.JupyterHub.bind_url = os.environ.get("NBLIB_HUB_URL", "http://127.0.0.1:8000")
c.JupyterHub.db_url = f"sqlite:///{state / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.JupyterHub.pid_file = str(state / "jupyterhub.pid")
c.ConfigurableHTTPProxy.command = str(prefix / "proxy/node_modules/.bin/configurable-http-proxy")
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")

c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {os.environ.get("NBLIB_GROUP", "students")}
c.PAMAuthenticator.allowed_users = {teacher}
c.PAMAuthenticator.open_sessions = False

c.JupyterHub.spawner_class = "jupyterhub.spawner.LocalProcessSpawner"
c.Spawner.cmd = [str(prefix / "env/bin/jupyterhub-singleuser")]
c.Spawner.default_url = "/lab"
c.Spawner.environment = {
    "NBLIB_CLASSROOM": os.environ.get("NBLIB_CLASSROOM", "default"),
    "NBLIB_EXCHANGE": str(prefix / "exchange"),
    "JUPYTER_CONFIG_PATH": str(prefix / "etc"),
    "PATH": f"{prefix / 'env/bin'}:/usr/local/bin:/usr/bin:/bin",
}


def serve_course(spawner):
    """Let the teacher's server show the course folder, and read nbgrader's settings there."""
    if spawner.user.name == teacher:
        spawner.notebook_dir = course
        path = os.pathsep.join([course, spawner.environment["JUPYTER_CONFIG_PATH"]])
        spawner.environment = {**spawner.environment, "JUPYTER_CONFIG_PATH": path}


c.Spawner.pre_spawn_hook = serve_course
