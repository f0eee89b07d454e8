"""Breaking: to end, stop or confuse the process, and to take others with it."""

from attack import Attack

__all__ = ["BREAKING"]

_BOTH = "the grader's own messages; no other grader has any"

BREAKING = [
    Attack(
        "exit in a cell",
        "The process is gone at once, and with it all exercises before and after.",
        answers={"words": "import os\nos._exit(0)"},
        reaches={"crashed"},
    ),
    Attack(
        "exit in a test",
        "The same when a test calls, with the status of success.",
        answers={"words": "import os\n\ndef words(text):\n    os._exit(0)"},
        reaches={"crashed"},
    ),
    Attack(
        "a segmentation fault",
        "Memory that is not there is read.",
        answers={"words": "import ctypes\n\ndef words(text):\n    return ctypes.string_at(0)"},
        reaches={"crashed"},
    ),
    Attack(
        "a signal that kills",
        "Sent to itself.",
        answers={
            "words": "import os\n\ndef words(text):\n    os.kill(os.getpid(), 9)",
        },
        reaches={"crashed"},
    ),
    Attack(
        "a signal that stops",
        "The process is there, takes no time, and never answers.",
        answers={"words": "import os, signal\n\ndef words(text):\n    signal.raise_signal(19)"},
        reaches={"hung"},
    ),
    Attack(
        "signals that are blocked",
        "Who asks kindly is not heard.",
        answers={
            "words": """\
import signal

def words(text):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    for number in signal.valid_signals() - {9, 19, 32, 33}:
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass"""
        },
        reaches={"hung"},
    ),
    Attack(
        "descriptors closed",
        "All of them, the ones to the grader as well.",
        answers={"words": "import os\nos.closerange(3, 1000)"},
        reaches={"crashed"},
    ),
    Attack(
        "an exception that strikes when it is shown",
        "Asking for its message ends the process.",
        answers={
            "words": """\
import os

class Error(Exception):
    def __str__(self):
        os._exit(0)

def words(text):
    raise Error"""
        },
        reaches={"crashed"},
    ),
    Attack(
        "a value that strikes when it is sent",
        "Looking at it ends the process: its length, its items, its class, its name.",
        answers={
            "words": """\
import os

class Trap(dict):
    def items(self, *args):
        os._exit(0)

    __eq__ = __len__ = __iter__ = __repr__ = items

def words(text):
    return Trap()"""
        },
        reaches={"crashed"},
    ),
    Attack(
        "text that cannot be written",
        "Half characters and null characters, printed, displayed, raised and returned.",
        first="""\
print("half \\ud800 null \\0")
raise ValueError("half \\ud800 null \\0")""",
        answers={"words": "def words(text):\n    raise ValueError('half \\ud800 null \\0')"},
        reaches={"unwritable"},
    ),
    Attack(
        "scripts among the outputs",
        "HTML, JavaScript, SVG and widgets, for the browser of whoever reads the feedback.",
        first="""\
from IPython.display import display
for kind in ("text/html", "application/javascript", "image/svg+xml"):
    display({kind: "<svg><script>alert(1)</script></svg>"}, raw=True)""",
        reaches={"script"},
    ),
    Attack(
        "a folder that is gone",
        "The process stands in a folder that it has removed, and so do all that it starts.",
        first="""\
import os
os.mkdir("gone")
os.chdir("gone")
os.rmdir("../gone")""",
        unshown="it harms no grader that comes to mind",
    ),
    Attack(
        "half a message",
        "The first bytes of an answer, on every descriptor; then silence.",
        answers={
            "words": """\
import os, time
for descriptor in range(3, 64):
    try:
        os.write(descriptor, bytes(7))
    except OSError:
        pass
time.sleep(1000)"""
        },
        unshown=_BOTH,
    ),
    Attack(
        "an answer drop by drop",
        "It says that it is long, and comes one byte at a time.",
        answers={
            "words": """\
import os, struct, time
announced = struct.pack("!QQ", 2**20, 0)
while True:
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, announced[:1] or b"x")
        except OSError:
            pass
    announced = announced[1:]
    time.sleep(0.02)"""
        },
        unshown=_BOTH,
    ),
    Attack(
        "answers that are no messages",
        "What sends is replaced: sizes that are wrong, far too many parts, JSON that is none.",
        answers={
            "words": """\
import itertools, struct
from nbteach.grading.processes.channel import Channel
BAD = itertools.cycle([
    b"\\xff" * 64, struct.pack("!QQ", 2**63, 2**63), struct.pack("!QQ", 2, 0) + b"[[",
    struct.pack("!QQ", 3 * 2**21, 0) + b"[" * (3 * 2**21), struct.pack("!QQ", 4, 0) + b"null",
])
Channel.send = lambda self, *message: self.socket.sendall(next(BAD))"""
        },
        unshown=_BOTH,
    ),
    Attack(
        "a shell that is broken",
        "IPython itself is taken apart; only what comes after it in this process is lost.",
        first="""\
get_ipython().run_cell = None
get_ipython().outputs = None
import builtins
builtins.print = builtins.isinstance = builtins.len = None""",
        unshown="its own process is the only one that it harms",
    ),
]
