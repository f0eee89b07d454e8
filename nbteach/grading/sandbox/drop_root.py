"""Root becomes an ordinary user before it starts a sandbox, who sees what only root could open.

To the kernel, root in a user namespace remains root: exempt from the limit of processes, and the
owner of /proc/sys. Yet Python may lie in root's home, which others cannot enter. Hence:

`python -m nbteach.grading.sandbox.drop_root UID PATHS PROGRAM ...` shows the paths (a JSON list)
under STAGE, to itself alone, becomes that user, then the program.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

from nbteach.grading.sandbox.linux import mount, unshare

__all__ = ["STAGE", "main"]

STAGE = Path("/tmp")

_NEW_MOUNTS = 0x20000
_BIND, _RECURSIVE, _PRIVATE = 0x1000, 0x4000, 0x40000


def main() -> None:
    """Do as the command line says; raises OSError if root is not allowed to mount."""
    uid, paths, program = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    unshare(_NEW_MOUNTS)
    mount("none", "/", "none", _RECURSIVE | _PRIVATE)
    opened = [os.open(path, os.O_PATH) for path in paths]  # some may lie below the stage
    mount("tmpfs", str(STAGE), "tmpfs", 0, "mode=0755")
    for i, fd in enumerate(opened):
        place = STAGE / str(i)
        place.mkdir() if stat.S_ISDIR(os.fstat(fd).st_mode) else place.touch()
        mount(f"/proc/self/fd/{fd}", str(place), "none", _BIND)
        os.close(fd)
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    os.execv(program[0], program)


if __name__ == "__main__":
    main()
