import signal
import threading

import pytest

from nblib import hooks


class Ends:
    def __init__(self):
        self.told = []

    def on_end(self, run):
        self.told.append(run)


def test_a_hook_needs_a_method_for_one_moment_at_least():
    hooks.check([Ends()])
    with pytest.raises(hooks.HookError, match="on_start, on_step, on_epoch, on_end; got 'panel'"):
        hooks.check([Ends(), "panel"])


def test_a_hook_is_told_only_what_it_wants_to_know():
    hook = Ends()
    hooks.tell([hook, hook], "on_step", "run 1")
    hooks.tell([hook, hook], "on_end", "run 2")
    assert hook.told == ["run 2", "run 2"]


def test_an_interrupt_waits_for_the_end_of_the_block():
    reached = []
    before = signal.getsignal(signal.SIGINT)

    def update():
        with hooks.uninterrupted():
            signal.raise_signal(signal.SIGINT)
            reached.append("end of block")

    with pytest.raises(KeyboardInterrupt):
        update()
    assert reached == ["end of block"]
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_there_is_nothing_to_hold_back():
    reached = []

    def work():
        with hooks.uninterrupted():
            reached.append("block")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert reached == ["block"]
