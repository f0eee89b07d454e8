import queue
import time

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from nblib.live.pump import pump

LONG = 120  # seconds; nothing takes so long unless something is wrong, even on a busy machine

LISTEN = f"""
import time
import comm
from nblib.live.pump import pump

heard = []
line = comm.create_comm(target_name="test")
line.on_msg(lambda message: heard.append(message["content"]["data"]["n"]))
print(line.comm_id)
end = time.monotonic() + {LONG}
while len(heard) < 3 and time.monotonic() < end:
    possible = pump()
    time.sleep(0.01)
print("heard " + str(heard) + " " + str(possible) + "\\n", end="")  # in one piece
"""


@pytest.fixture(scope="module")
def client():
    manager, client = start_new_kernel(startup_timeout=300, extra_arguments=["--log-level=ERROR"])
    while not listening(client):
        pass
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def listening(client: BlockingKernelClient) -> bool:
    """Whether outputs arrive: a kernel may begin before its client is subscribed to them."""
    client.execute("pass")
    try:
        while client.get_iopub_msg(timeout=2)["content"].get("execution_state") != "idle":
            pass
    except queue.Empty:
        return False
    return True


def printed(client: BlockingKernelClient) -> tuple[str, str]:
    """Return the next text that a cell prints, and the id of the request that it belongs to."""
    while True:
        message = client.get_iopub_msg(timeout=LONG)
        if message["content"].get("name") == "stdout":
            return message["content"]["text"].strip(), message["parent_header"]["msg_id"]


def send(client: BlockingKernelClient, comm_id: str, n: int) -> None:
    content = {"comm_id": comm_id, "data": {"n": n}}
    client.shell_channel.send(client.session.msg("comm_msg", content))


def test_widget_messages_arrive_while_the_cell_runs_and_cells_keep_their_order(client):
    cells = [client.execute(LISTEN)]
    comm_id, _ = printed(client)
    send(client, comm_id, 1)
    cells.append(client.execute("print('second')"))
    send(client, comm_id, 2)
    cells.append(client.execute("print('third')"))
    time.sleep(0.2)
    send(client, comm_id, 3)
    cells.append(client.execute("print('fourth')"))

    # Each output belongs to its own cell, although the messages came in between.
    outputs = [printed(client) for _ in cells]
    texts = ["heard [1, 2, 3] True", "second", "third", "fourth"]
    assert outputs == list(zip(texts, cells, strict=True))


def test_a_page_that_is_loaded_anew_gets_its_answers_while_the_cell_runs(client):
    client.execute(LISTEN)
    comm_id, _ = printed(client)
    asked = client.comm_info()
    while (reply := client.get_shell_msg(timeout=LONG))["parent_header"]["msg_id"] != asked:
        pass
    assert comm_id in reply["content"]["comms"]
    with pytest.raises(queue.Empty):
        client.get_shell_msg(timeout=0.3)  # the cell runs on
    for n in (1, 2, 3):
        send(client, comm_id, n)
    assert printed(client)[0] == "heard [1, 2, 3] True"


def test_an_error_of_a_widget_does_not_reach_the_cell(client):
    client.execute(LISTEN.replace("heard.append(", "heard.append(1 // "))
    comm_id, cell = printed(client)
    for n in (0, 1, 1, 1):
        send(client, comm_id, n)
    assert printed(client) == ("heard [1, 1, 1] True", cell)


def test_without_a_kernel_it_does_nothing():
    assert pump() is False


def test_it_does_nothing_in_a_thread_and_in_a_kernel_that_is_built_differently(client):
    client.execute(
        "import threading\n"
        "from types import SimpleNamespace\n"
        "import IPython\n"
        "from nblib.live.pump import pump\n"
        "possible = []\n"
        "thread = threading.Thread(target=lambda: possible.append(pump()))\n"
        "thread.start(); thread.join()\n"
        "real = IPython.get_ipython\n"
        "IPython.get_ipython = lambda: SimpleNamespace(kernel=object())\n"
        "print(possible, pump())\n"
        "IPython.get_ipython = real"
    )
    assert printed(client)[0] == "[False] False"
