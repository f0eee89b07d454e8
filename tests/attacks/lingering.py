"""Lingering: to leave something behind for the next submission, which the same sandbox grades."""

from attack import Attack

__all__ = ["LINGERING"]


def left(path: str) -> dict[str, str]:
    return {
        "first": f"open({path!r}, 'w').write('answers')",
        "then": f"import os\nif os.path.exists({path!r}):\n    print(LURE['told'])",
    }


LINGERING = [
    Attack(
        "a file in the working folder",
        "Answers for a friend.",
        **left("answers.txt"),
        without="tidying",
        reaches={"told"},
    ),
    Attack(
        "a file in /tmp",
        "Outside of the working folder, but writable.",
        **left("/tmp/answers.txt"),
        without="tidying",
        reaches={"told"},
    ),
    Attack(
        "a file in shared memory",
        "Where semaphores and the like are kept.",
        **left("/dev/shm/answers"),
        without="tidying",
        reaches={"told"},
    ),
    Attack(
        "a module for others to import",
        "The working folder comes first on the path: a file there takes the place of a library.",
        first="open('wave.py', 'w').write('answers = 42')",
        then="import wave\nif hasattr(wave, 'answers'):\n    print(LURE['told'])",
        without="tidying",
        reaches={"told"},
    ),
    Attack(
        "settings of the shell and of libraries",
        "Files that IPython, matplotlib and Python read when they start.",
        first="""\
from pathlib import Path
for name in (".ipython/profile_default/startup/00.py", ".matplotlib/matplotlibrc", ".pdbrc"):
    path = Path.home() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("# answers")""",
        then="""\
from pathlib import Path
if [path for path in Path.home().rglob("*") if path.is_file()
    and "fontlist" not in path.name]:
    print(LURE["told"])""",
        without="tidying",
        reaches={"told"},
    ),
    Attack(
        "a daemon",
        "Forked twice, in a session of its own, deaf to signals: it could wait for the next.",
        first="""\
import ctypes, os, signal, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        ctypes.CDLL(None).prctl(15, b"lingerer", 0, 0, 0)
        time.sleep(30)
    os._exit(0)
os.wait()
time.sleep(0.1)""",
        then="""\
from pathlib import Path
for path in Path("/proc").glob("[0-9]*/comm"):
    if path.read_text() == "lingerer\\n":
        print(LURE["told"])""",
        without="tidying",
        reaches={"told"},
    ),
    Attack(
        "limits of the parent",
        "Those of a process of the same user can be lowered: for all that it forks from then on.",
        first="""\
import os, resource
resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (99, 99))
resource.prlimit(os.getppid(), resource.RLIMIT_DATA, (2**28, 2**28))""",
        then="""\
import resource
if resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 99:
    print(LURE["told"])""",
        without="tidying",
        reaches={"told"},
    ),
    Attack(
        "the pace of the parent",
        "Its priority is lowered and it is kept to one processor: the next would run out of time.",
        first="""\
import os
os.setpriority(os.PRIO_PROCESS, os.getppid(), 7)
os.sched_setaffinity(os.getppid(), {min(os.sched_getaffinity(0))})""",
        then="import os\nif os.getpriority(os.PRIO_PROCESS, 0) == 7:\n    print(LURE['told'])",
        without="tidying",
        reaches={"told"},
    ),
    Attack(
        "functions to run at the end",
        "They would run when the process ends, with the tests already graded.",
        first="""\
import atexit, weakref
class Last:
    def __del__(self):
        open("/tmp/last", "w").close()
last = Last()
atexit.register(last.__del__)
weakref.finalize(last, last.__del__)""",
        then="import os\nif os.path.exists('/tmp/last'):\n    print(LURE['told'])",
        unshown="the process is ended without them, tidied up after or not",
    ),
    Attack(
        "folders that cannot be removed",
        "Nested deeper than a path can be long, without permissions, with names of any bytes.",
        first="""\
import os
os.mkdir(b"\\xff\\n")
os.mkdir("locked")
open("locked/file", "w").close()
os.chmod("locked", 0)
for _ in range(1200):
    os.mkdir("d")
    os.chdir("d")""",
        then="import os\nif 'd' in os.listdir():\n    print(LURE['told'])",
        without="tidying",
        reaches={"told"},
    ),
]
