"""Workers that compute together and know of each other only what they send, as machines do.

`run` has them as threads that take turns: every run is the same, and any sandbox allows it.
`run_processes` does it with processes, which really run at once.
"""

from nblib.workers.comm import Comm
from nblib.workers.processes import ProcessesError, run_processes
from nblib.workers.threads import DeadlockError, parallel, run

__all__ = ["Comm", "DeadlockError", "ProcessesError", "parallel", "run", "run_processes"]
