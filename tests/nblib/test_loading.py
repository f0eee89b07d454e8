"""A notebook says that PyTorch is being loaded, before it is; nothing else is told."""

import os

import pytest
from jupyter_client.manager import start_new_kernel

CELL = "from nblib import checks"
OPTIMIZER = "import torch\noptimizer = torch.optim.SGD([torch.ones(1, requires_grad=True)])"
OWN_NAME = "PyTorch's optimizers"


SLOW = [pytest.param(mark, marks=pytest.mark.slow) for mark in ("", "PYCHARM_HOSTED")]


@pytest.fixture(params=["JPY_SESSION_NAME", *SLOW])
def shown(request):
    """What a cell that imports a part of nblib shows, in a kernel with this mark of a front end."""
    marks = {request.param: "lesson.ipynb"} if request.param else {}
    manager, client = start_new_kernel(env=os.environ | marks)
    found = []

    def shown(code):
        found.clear()
        client.execute_interactive(code, output_hook=hear, timeout=300)
        return list(found)

    def hear(message):
        content = message["content"]
        if message["header"]["msg_type"] != "status" and "execution_count" not in content:
            text = content.get("text") or content["data"]["text/plain"]
            found.append((message["header"]["msg_type"], text.strip()))

    yield request.param, shown
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_what_takes_long_to_load_is_said_before_it_is_loaded(shown):
    mark, shown = shown
    for code, name in [(CELL, "PyTorch"), ("import pandas", "pandas"), (OPTIMIZER, OWN_NAME)]:
        first, last = f"Loading {name} …", f"Loaded {name}: once in each kernel."
        if mark == "JPY_SESSION_NAME":
            assert shown(code) == [("display_data", first), ("update_display_data", last)]
        else:
            assert shown(code) == ([("stream", first)] if mark else [])
        assert shown(code) == []
