"""Exhausting: to take so much of the machine that others get nothing.

Archives are never unpacked when work is graded, hence no entry for those that swell.
"""

from attack import Attack

__all__ = ["EXHAUSTING"]


def answer(name: str, arguments: str, *lines: str) -> dict[str, str]:
    return {name: "\n    ".join([f"def {name}({arguments}):", *lines])}


TIME = [
    Attack(
        "an endless loop in a cell",
        "A cell that never ends. Only this cell is lost.",
        answers={"double": "while True:\n    pass"},
        reaches={"hung"},
    ),
    Attack(
        "an endless loop in a test",
        "The same when a test calls.",
        answers=answer("words", "text", "while True: pass"),
        reaches={"hung"},
    ),
    Attack(
        "sleep",
        "It takes no processor time, so the clock must end it.",
        answers=answer("words", "text", "import time", "time.sleep(10_000)"),
        reaches={"hung"},
    ),
    Attack(
        "a call that Python cannot interrupt",
        "A regular expression that takes years, with signals ignored as well.",
        answers=answer("words", "text", "import re", "return re.match('(a+)+$', 'a' * 60 + 'b')"),
        reaches={"hung"},
    ),
    Attack(
        "a sequence without end",
        "It says that it has a billion entries, and gives one after the other.",
        answers={
            "total": """\
class Endless:
    def __len__(self):
        return 10**9

    def __getitem__(self, index):
        return 0.0

def total(values):
    return Endless()"""
        },
        reaches={"hung"},
    ),
    Attack(
        "work that nobody counts",
        "Processes that burn a little each and are not waited for: the kernel forgets their time.",
        first="""\
import os, signal, time
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
    if os.fork() == 0:
        until = time.monotonic() + 0.02
        while time.monotonic() < until:
            pass
        os._exit(0)
    time.sleep(0.02)""",
        reaches={"hung"},
    ),
    Attack(
        "work in many processes",
        "Each stays below the limit of a cell; together they do not.",
        first="""\
import os
for _ in range(3):
    if os.fork() == 0:
        break
while True:
    pass""",
        reaches={"hung"},
    ),
]
MEMORY = [
    Attack(
        "memory",
        "More and more of it, all written to.",
        first="hoard = [b'1' * 2**26 for _ in range(17)]\nprint(LURE['told'])",
        reaches={"memory", "told"},
    ),
    Attack(
        "memory in many processes",
        "Each takes less than the limit.",
        first="""\
import os, time
for _ in range(4):
    if os.fork() == 0:
        hoard = b"1" * (350 * 2**20)
        time.sleep(2)
        os._exit(0)
if not any(os.wait()[1] for _ in range(4)):
    print(LURE["told"])""",
        reaches={"told"},
    ),
    Attack(
        "a gigantic array",
        "A return value that no grader could hold.",
        answers=answer("total", "values", "return np.ones(15 * 10**7)"),
        reaches={"memory"},
    ),
    Attack(
        "an array that only seems gigantic",
        "One number, seen as a million million: it swells when it is copied.",
        answers=answer("total", "values", "return np.broadcast_to(0.0, (10**6, 10**6)).copy()"),
        unshown="no machine has that much memory, with or without protection",
    ),
    Attack(
        "values that swell",
        "Small as they are sent: a range to iterate, a million of lists, an int of many digits.",
        answers={
            "double": "def double(x):\n    return range(10**18)",
            "total": "def total(values):\n    return [[] for _ in range(3 * 10**6)]",
            "words": "def words(text):\n    return 1 << 10**7",
        },
        unshown="only a grader that is told values by another process has to fear them",
    ),
]
THINGS = [
    Attack(
        "a fork bomb",
        # All wait for long: a busy machine takes its time to count them.
        "Every process makes two; cut off at 128, for the sake of who tries it out.",
        first="""\
import os, time
first = os.getpid()
for _ in range(7):
    os.fork()
if os.getpid() != first:
    time.sleep(2.7)
    os._exit(0)
time.sleep(2.5)
print(LURE["told"])""",
        reaches={"told"},
    ),
    Attack(
        "threads",
        "Hundreds that wait.",
        first="""\
import threading, time
for _ in range(200):
    threading.Thread(target=time.sleep, args=(2.7,)).start()
time.sleep(2.5)
print(LURE["told"])""",
        reaches={"told"},
    ),
    Attack(
        "the disk, by one file",
        "Larger than all that one may have.",
        first="open('large', 'wb').write(bytes(2**26))",
        reaches={"disk"},
    ),
    Attack(
        "the disk, by many files",
        "Each of them small enough.",
        first="""\
for i in range(20):
    open(f"part-{i}", "wb").write(bytes(2**22))""",
        reaches={"disk"},
    ),
    Attack(
        "descriptors",
        "Thousands of open files.",
        first="""\
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
files = [open("/dev/null") for _ in range(700)]
print(LURE["told"])""",
        reaches={"told"},
    ),
    Attack(
        "a flood of text",
        "Printed by a cell, to fill the feedback and the store.",
        first="for _ in range(2000):\n    print('x' * 10_000)",
        reaches={"flood"},
    ),
    Attack(
        "a flood of displays",
        "The same as pictures, updates and results.",
        first="""\
from IPython.display import display
for i in range(3000):
    display({"text/plain": "x" * 1000}, raw=True, display_id=i > 1500)""",
        reaches={"flood"},
    ),
    Attack(
        "deep recursion",
        "With Python's own limit lifted, the stack of the process overflows.",
        answers={
            "words": """\
import sys

def words(text):
    sys.setrecursionlimit(10**8)
    return repr(nested())

def nested():
    found = []
    for _ in range(10**6):
        found = [found]
    return found"""
        },
        reaches={"crashed"},
    ),
]
EXHAUSTING = [*TIME, *MEMORY, *THINGS]
