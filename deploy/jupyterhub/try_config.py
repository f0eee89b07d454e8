"""The same hub to try out, by `make hub`: no accounts needed, on loopback, all in `build/hub/`.

Everybody is the Unix user who started it, so nothing keeps `ada` from reading the solutions or the
gradebook in a terminal. It shows how a class works, and is for nobody but yourself.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - JupyterHub provides it

course = Path(__file__).resolve().parents[2]
here = course / "build" / "hub"
for folder in (here / "state", here / "exchange"):
    folder.mkdir(parents=True, exist_ok=True)
(here / "exchange").chmod(0o777)  # as nbgrader wants it
os.environ.setdefault("NBLIB_COURSE", str(course))
os.environ.setdefault("NBLIB_CLASSROOM", "hub")
load_subconfig(str(Path(__file__).with_name("etc") / "jupyterhub_config.py"))  # noqa: F821

c.JupyterHub.db_url = f"sqlite:///{here / 'state' / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(here / "state" / "cookie_secret")
c.JupyterHub.pid_file = str(here / "state" / "jupyterhub.pid")
c.ConfigurableHTTPProxy.command = str(here / "node_modules/.bin/configurable-http-proxy")
c.ConfigurableHTTPProxy.pid_file = str(here / "state" / "proxy.pid")

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = "try-it-out"
c.Authenticator.allowed_users = {"teacher", "ada", "emmy", "kurt"}

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(here / "home" / "{username}")
c.Spawner.cmd = ["jupyterhub-singleuser", *(["--allow-root"] if os.getuid() == 0 else [])]
c.Spawner.environment.update(
    {
        "NBLIB_EXCHANGE": str(here / "exchange"),
        "NBLIB_ONE_ACCOUNT": "teacher",
        "PATH": os.environ["PATH"],
    }
)
