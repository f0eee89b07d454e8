import operator
import os
import signal
import sys
import threading

import pytest
import torch

from nblib import workers


def passed_round(comm, x):
    """Each worker adds up all that it has heard, and passes on what it heard last."""
    total, heard = x, x
    for _ in range(comm.size - 1):
        comm.send(heard, (comm.rank + 1) % comm.size)
        heard = comm.recv((comm.rank - 1) % comm.size)
        total = total + heard
    return total


@pytest.mark.parametrize("n", [1, 2, 5])
def test_what_is_sent_arrives(n):
    X = torch.arange(n * 3).reshape(n, 3)
    results = workers.run(passed_round, n, X)
    assert all(torch.equal(result, X.sum(dim=0)) for result in results)


def test_each_worker_has_its_items_and_one_after_the_other_its_turn():
    heard = []

    def tell(comm, name, number):
        heard.append(f"{name} starts")
        comm.send(torch.tensor(number), (comm.rank + 1) % comm.size)
        got = comm.recv((comm.rank - 1) % comm.size).item()
        heard.append(f"{name} got {got}")
        return comm.rank, comm.size, got

    results = workers.run(tell, 3, "abc", [10, 11, 12])
    assert results == [(0, 3, 12), (1, 3, 10), (2, 3, 11)]
    assert heard == ["a starts", "b starts", "b got 10", "c starts", "c got 11", "a got 12"]


def test_tensors_come_in_the_order_in_which_they_were_sent_by_each():
    def gather(comm):
        if comm.rank:
            for k in range(3):
                comm.send(torch.tensor(10 * comm.rank + k), 0)
            return None
        return [comm.recv(source).item() for source in (2, 1, 1, 2, 1, 2)]

    assert workers.run(gather, 3)[0] == [20, 10, 11, 21, 12, 22]


def test_what_is_sent_or_shared_is_a_copy():
    def change(comm, x):
        comm.send(x, 1 - comm.rank)
        x += 100
        got = comm.recv(1 - comm.rank)
        got += 1
        return x, got

    x = torch.zeros(2)
    (mine, got), (other, _) = workers.run(change, 2, [x, x])
    assert x.tolist() == [0, 0]
    assert [t.tolist() for t in (mine, got, other)] == [[100, 100], [1, 1], [100, 100]]


def test_items_of_one_worker_stay_together():
    model = torch.nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters())

    def owns(comm, model, optimizer):
        return model.weight is optimizer.param_groups[0]["params"][0], model

    (first, one), (second, other) = workers.run(owns, 2, [model] * 2, [optimizer] * 2)
    assert first
    assert second
    assert len({id(each.weight) for each in (model, one, other)}) == 3


def test_messages_carry_no_graph():
    def send(comm):
        comm.send(torch.ones(2, requires_grad=True) * 2, 1 - comm.rank)
        return comm.recv(1 - comm.rank).requires_grad

    assert workers.run(send, 2) == [False, False]


def test_numbers_and_bytes_are_counted():
    def send(comm):
        if comm.rank == 0:
            comm.send(torch.zeros(3, 5), 1)
            comm.send(torch.zeros(4, dtype=torch.bfloat16), 2)
        return comm.numbers_sent, comm.bytes_sent

    assert workers.run(send, 3) == [(19, 68), (0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({0: 1, 1: 0}, "worker 0 waits for worker 1; worker 1 waits for worker 0"),
        (
            {0: 2, 1: 0},
            "worker 0 waits for worker 2, which has returned; worker 1 waits for worker 0",
        ),
        ({1: 0}, "worker 1 waits for worker 0, which has returned"),
    ],
)
def test_a_deadlock_says_who_waits_for_whom(sources, said):
    def wait(comm):
        if comm.rank in sources:
            comm.recv(sources[comm.rank])

    with pytest.raises(workers.DeadlockError) as caught:
        workers.run(wait, 3)
    assert str(caught.value) == f"nobody sends any more: {said}"


def test_a_deadlock_can_be_expected_and_ends():
    def stubborn(comm):
        try:
            return comm.recv(1 - comm.rank)
        except workers.DeadlockError:
            comm.send(torch.tensor(7), 1 - comm.rank)
            return comm.recv(1 - comm.rank)

    with pytest.raises(workers.DeadlockError, match=r"worker 0 waits for worker 1, which has"):
        workers.run(stubborn, 2)


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_what_one_raises_ends_all_and_comes_from_its_line(failing):
    error, ended = KeyError("a"), []

    def work(comm):
        if comm.rank == failing:
            raise error
        try:
            comm.recv(failing)
        except Exception:
            ended.append("an except of its own held it up")
        ended.append("went on")

    with pytest.raises(KeyError) as caught:
        workers.run(work, 3)
    assert caught.value is error
    assert error.__notes__ == [f"raised by worker {failing} of 3"]
    assert caught.traceback[-1].name == "work"
    assert ended == []
    assert threading.active_count() == 1


@pytest.mark.parametrize(
    ("act", "kind", "said"),
    [
        (lambda comm: comm.send(torch.ones(1), 3), ValueError, r"worker 0 .* \[1, 2\]; got 3"),
        (lambda comm: comm.recv(comm.rank - 1), ValueError, r"worker 0 .* \[1, 2\]; got -1"),
        (lambda comm: comm.recv(comm.rank), ValueError, r"worker 0 .* \[1, 2\]; got 0"),
        (lambda comm: comm.send(1.5, 1), TypeError, "workers send tensors; got float"),
    ],
)
def test_what_cannot_be_sent(act, kind, said):
    with pytest.raises(kind, match=said):
        workers.run(act, 3)


@pytest.mark.parametrize("shares", [["ab"], ["abc", "abcd"]])
def test_each_worker_needs_an_item(shares):
    with pytest.raises(ValueError, match="3 workers need 3 items"):
        workers.run(operator.add, 3, *shares)


def test_there_must_be_a_worker():
    with pytest.raises(ValueError, match="0 workers"):
        workers.run(passed_round, 0, [])


def test_autograd_is_on_or_off_as_for_the_caller():
    with torch.no_grad():
        assert workers.run(lambda comm: torch.is_grad_enabled(), 2) == [False, False]
    assert workers.run(lambda comm: torch.is_grad_enabled(), 2) == [True, True]


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends the process there")
def test_an_interrupt_ends_an_endless_worker():
    def endless(comm):
        if comm.rank == 0:
            comm.recv(1)
        os.kill(os.getpid(), signal.SIGINT)
        while True:
            pass

    with pytest.raises(KeyboardInterrupt):
        workers.run(endless, 2)
    for thread in threading.enumerate()[1:]:
        thread.join(timeout=60)
    assert threading.active_count() == 1


def test_a_parallel_function_takes_what_all_workers_get():
    @workers.parallel
    def scaled_sum(comm, x, factor):
        """Add."""
        return passed_round(comm, x * factor)

    assert (scaled_sum.__name__, scaled_sum.__doc__) == ("scaled_sum", "Add.")
    X = torch.arange(6).reshape(3, 2)
    assert [result.tolist() for result in scaled_sum(X, [1, 2, 2])] == [[12, 17]] * 3
    results, numbers = scaled_sum.counted(list(X), [1, 2, 2])
    assert [result.tolist() for result in results] == [[12, 17]] * 3
    assert numbers == [4, 4, 4]


def test_a_worker_calls_a_parallel_function_as_it_stands():
    total = workers.parallel(passed_round)
    results = workers.run(lambda comm, x: total(comm, x) / comm.size, 2, [torch.ones(1)] * 2)
    assert results == [torch.ones(1)] * 2
