"""A notebook says that PyTorch is being loaded, before it is; nothing else is told."""

import os

import pytest
from jupyter_client.manager import start_new_kernel

CELL = "from nblib import checks"


@pytest.fixture(params=["", "JPY_SESSION_NAME", "PYCHARM_HOSTED"])
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


def test_the_first_import_says_so_and_the_second_does_not(shown):
    mark, shown = shown
    said = shown(CELL)
    loading = "Loading PyTorch and the course. The first time it takes longest."
    if mark == "JPY_SESSION_NAME":
        first, (kind, last) = said
        assert first == ("display_data", loading)
        assert kind == "update_display_data"
        assert last.startswith("Ready after ")
    else:
        assert said == ([("stream", loading)] if mark else [])
    assert shown(CELL + "; import torch") == []
