"""Does it show in anybody's grades that processes of the grader are killed while it works?

Classes are graded by `nblib grade`, on this machine and through a dask scheduler, while the
command, workers, sandboxes and what runs in them are killed at 200 random moments. Then each class
must have the gradebook, results, feedback and submissions of one that nobody disturbed. Takes about
7 minutes; to repeat a sequence of kills, give its seed.
"""

import json
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

KILLS = 200
SECONDS_BETWEEN_KILLS = 1.5  # on average: a sandbox takes about 4 s to be ready
SCRIPT = Path(__file__).parents[1] / "tests/support/killing.py"


def main() -> int:
    seed = sys.argv[1] if len(sys.argv) > 1 else str(secrets.randbelow(10**6))
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, SCRIPT, Path(folder, "course"), "--whole", "--seed", seed]
        command += ["--kills", str(KILLS), "--every", str(SECONDS_BETWEEN_KILLS)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
            last = ""
            for last in run.stdout:
                if not last.startswith("{"):
                    print(last, end="", flush=True)
    if run.returncode:
        return run.returncode
    report = json.loads(last)
    for kind, number in report["killed"].items():
        print(f"{number:4} times the {kind}")
    print(f"{report['commands']} commands for {report['classes']} classes")
    print("\n".join(report["wrong"] or ["no difference"]))
    killed = sum(report["killed"].values())
    print(f"faults killed={killed} differences={len(report['wrong'])} goal=0")
    return int(killed < KILLS or bool(report["wrong"]))


if __name__ == "__main__":
    sys.exit(main())
