"""Two sides talk: what a test may ask for, what it is told, and that nonsense ends the talk."""

import json
import operator
import random
import socket
import struct
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

from nblib import checks
from nbteach.grading.processes import examiner, student
from nbteach.grading.processes.channel import Channel, Closed
from nbteach.grading.processes.codec import CodecError
from nbteach.grading.processes.examiner import names_from_student
from nbteach.grading.processes.proxy import Proxy, ProxyError
from nbteach.grading.processes.rpc import Peer

SECONDS = 20  # until a silence counts as a hang


@pytest.fixture
def peer() -> Iterator[Callable[..., Peer]]:
    """Return a function that gives the test's end of a talk with a student who has these names."""
    channels, threads = [], []

    def talk(**namespace: Any) -> Peer:
        (ours, theirs), (control, other) = socket.socketpair(), socket.socketpair()
        ours.settimeout(SECONDS)
        mine = [Channel(each) for each in (ours, theirs, control, other)]
        channels.extend(mine)
        shell: Any = SimpleNamespace(user_ns=namespace, collect=lambda _: nullcontext())
        arguments = (mine[3], mine[1], shell, 1000)
        threads.append(threading.Thread(target=student.serve, args=arguments, daemon=True))
        threads[-1].start()
        return Peer(mine[0], examiner._answer, Proxy, lambda _: {})

    yield talk
    for channel in channels:
        with suppress(OSError):
            channel.socket.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive()
    for channel in channels:
        channel.close()


@pytest.fixture
def fetch(peer) -> Callable[[Any], Any]:
    """Return a function that gives what a test sees of a student's value."""
    return lambda value: peer(it=value).ask("names", ["it"])["it"]


def test_names_come_if_they_exist_and_can_be_sent(peer):
    endless: list[Any] = []
    endless.append(endless)
    given = peer(a=1, f=len, endless=endless, secret=2).ask("names", ["a", "f", "endless", "none"])
    assert given.keys() == {"a", "f"}
    assert given["a"] == 1
    assert type(given["f"]) is Proxy


def test_call_brings_back_values_with_their_types(fetch):
    def function(*args, **kwargs):
        return [args, kwargs]

    args, kwargs = (1, 2.0, "x", None, [torch.tensor([1.0])]), {"key": np.float32(3)}
    came = fetch(function)(*args, **kwargs)
    assert repr(came) == repr([args, kwargs])


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ZeroDivisionError("by zero"), ZeroDivisionError),
        (NotImplementedError(), NotImplementedError),
        (KeyError("key"), LookupError),
        (type("Mine", (IndexError,), {})("far"), IndexError),
        (UnicodeDecodeError("utf-8", b"", 0, 1, "half"), ValueError),
        (SystemExit(0), Exception),
        (KeyboardInterrupt(), Exception),
        (StopIteration(5), Exception),
        (Warning("w"), Exception),
    ],
    ids=lambda value: type(value).__name__,
)
def test_error_arrives_as_its_nearest_known_class(fetch, error, kind):
    def function():
        raise error

    with pytest.raises(kind) as raised:
        fetch(function)()
    assert type(raised.value).__name__ == type(error).__name__
    assert str(raised.value) == str(error)
    assert not isinstance(raised.value, StopIteration | CodecError | checks.CheckFailed)


def test_error_that_cannot_be_told_is_told_in_short(fetch):
    class Odd(ValueError):
        def __str__(self):
            raise RuntimeError

    def odd():
        raise Odd

    def long():
        raise ValueError("x" * 10**6)

    with pytest.raises(ValueError, match="could not be made"):
        fetch(odd)()
    with pytest.raises(ValueError, match="xxx") as raised:
        fetch(long)()
    assert len(str(raised.value)) == 2000


def test_error_names_the_line_of_the_notebook(fetch):
    names: dict[str, Any] = {}
    exec(compile("def half(x):\n    return x / 0\n", "<ipython-input-1>", "exec"), names)
    with pytest.raises(ZeroDivisionError) as raised:
        fetch(names["half"])(1)
    assert raised.value.student_line["at"].startswith("line 2 of half")


def test_function_of_the_test_is_called_where_it_lives(fetch):
    asked = []

    def slope(x, *, scale=1):
        asked.append(x)
        return scale * x

    def descend(slope, x):
        return [slope(x), slope(x, scale=3)], slope

    values, back = fetch(descend)(slope, 2)
    assert (values, asked) == ([2, 6], [2, 2])
    assert back is slope


def test_both_sides_may_call_one_another_in_turn(fetch):
    def theirs(ours, n):
        return [n, *ours(n - 1)] if n else []

    proxy = fetch(theirs)

    def ours(n):
        return proxy(ours, n)

    assert ours(20) == list(range(20, 0, -1))


def test_threads_of_a_student_take_turns(fetch):
    def many(function):
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(function, range(200)))

    assert fetch(many)(lambda n: n * n) == [n * n for n in range(200)]


def test_error_of_a_function_of_the_test_passes_through_the_student(fetch):
    def demanding(x):
        with checks.exercise("Inner", points=1) as check:
            check.that(x > 0, "Positive, please.")

    with pytest.raises(AssertionError, match="Inner: not right yet") as raised:
        fetch(lambda function: function(-1))(demanding)
    assert not isinstance(raised.value, checks.CheckFailed)
    assert fetch(catching)(demanding) == "caught"


def catching(function):
    try:
        function(-1)
    except AssertionError:
        return "caught"


def test_generator_moves_on_as_far_as_the_student_has_drawn(fetch):
    def draw(generator, n):
        return torch.randn(n, generator=generator)

    def keyword(*, generator):
        return torch.rand(3, generator=generator)

    theirs, ours = (torch.Generator().manual_seed(3) for _ in range(2))
    for n in (1, 16, 5000):
        assert torch.equal(fetch(draw)(theirs, n), draw(ours, n))
    assert torch.equal(fetch(keyword)(generator=theirs), keyword(generator=ours))
    assert torch.equal(torch.rand(4, generator=theirs), torch.rand(4, generator=ours))


def test_forged_state_of_a_generator_is_not_taken_over(fetch):
    generator = torch.Generator().manual_seed(3)
    before = generator.get_state()
    fetch(lambda generator: generator.manual_seed(0) and None)(generator)
    assert torch.equal(generator.get_state(), before)


def test_iteration_is_lazy_and_ends(fetch):
    made = []

    def numbers():
        n = 0
        while True:
            made.append(n)
            yield n
            n += 1

    proxy = fetch(numbers)()
    assert [next(proxy) for _ in range(3)] == [0, 1, 2]
    assert made == [0, 1, 2]
    assert list(fetch(iter([0, None, [], False]))) == [0, None, [], False]
    assert list(fetch({"a": 1}.items())) == [("a", 1)]
    with pytest.raises(StopIteration):
        next(fetch(iter([])))


def test_error_in_an_iteration_ends_it_as_an_error(fetch):
    def broken():
        yield 1
        raise KeyError("lost")

    came = []
    with pytest.raises(KeyError):
        came.extend(fetch(broken)())
    assert came == [1]


def test_attributes_items_and_length_are_asked_for(fetch):
    class Thing:
        colour = "red"

        def __getitem__(self, key):
            return [key]

        def __len__(self):
            return 7

    proxy = fetch(Thing())
    assert (proxy.colour, proxy["x"], len(proxy)) == ("red", ["x"], 7)
    with pytest.raises(AttributeError):
        _ = proxy.weight
    assert repr(proxy) == "<Thing>"
    assert proxy.__name__ == "Thing"


@pytest.mark.parametrize("name", ["count", "index", "keys", "split", "sum", "shape", "item"])
def test_an_object_is_not_asked_for_what_a_value_tells(fetch, name):
    class Lying(torch.nn.Module):
        pass

    setattr(Lying, name, lambda self, *_: 2)
    with pytest.raises(ProxyError, match="Return numbers, strings, lists"):
        getattr(fetch(Lying()), name)


def test_network_is_a_module_and_its_parameters_come_by_value(fetch):
    model = torch.nn.Linear(3, 2)
    proxy = fetch(model)
    assert isinstance(proxy, torch.nn.Module)
    assert torch.equal(proxy.weight, model.weight)
    assert [p.numel() for p in proxy.parameters()] == [6, 2]
    X = torch.randn(4, 3)
    assert torch.equal(proxy(X), model(X))


class AlwaysRight:
    """Says what a test wants to hear."""

    __eq__ = __ne__ = __lt__ = __gt__ = __le__ = __ge__ = __contains__ = lambda *_: True
    __hash__ = object.__hash__
    __bool__ = lambda _: True  # noqa: E731
    __float__ = __int__ = __index__ = lambda _: 1
    __array__ = lambda *_: np.ones(1)  # noqa: E731


@pytest.mark.parametrize(
    "compare",
    [
        *(operator.eq, operator.ne, operator.lt, operator.gt, operator.le, operator.ge),
        *(lambda x, y: bool(x), lambda x, y: not x, lambda x, y: y in x, lambda x, y: x in [y]),
        *(lambda x, y: max(x, y), lambda x, y: sorted([x, y]), lambda x, y: all([x])),
        *(lambda x, y: float(x), lambda x, y: int(x), lambda x, y: abs(x) < 1, lambda x, y: -x),
        *(lambda x, y: x + y, lambda x, y: y - x, lambda x, y: f"{x:.3f}"),
    ],
)
def test_what_a_student_could_lie_about_is_refused(fetch, compare):
    for value in (AlwaysRight(), len):
        with pytest.raises(TypeError):
            compare(fetch(value), 1.0)
    assert issubclass(ProxyError, TypeError)


@pytest.mark.parametrize("value", [AlwaysRight(), len, torch.nn.Linear(1, 1)])
def test_proxy_is_never_taken_for_a_value(fetch, value):
    proxy = fetch(value)
    kinds = (bool, int, float, complex, str, bytes, list, tuple, dict, set, BaseException)
    assert not isinstance(proxy, (*kinds, np.ndarray, np.generic, torch.Tensor))
    for expected in (1.0, [1.0], np.ones(1), torch.ones(1), "x", {"a": 1}, None):
        with pytest.raises(checks.CheckFailed), checks.exercise("It", points=1) as check:
            check.close(proxy, expected)


def test_object_that_poses_as_a_number_becomes_one(fetch):
    class Posing(AlwaysRight):
        __class__ = property(lambda _: float)  # type: ignore[assignment]
        __float__ = lambda _: 1.5  # noqa: E731

    came = fetch(Posing())
    assert type(came) is float
    assert came == 1.5


def test_checks_reach_through_the_boundary(fetch):
    def double_(x, factor):
        x *= factor
        return x.sum()

    x = torch.tensor([1.0, 2.0])
    result, after = checks.call_inplace(fetch(double_), x, 2)
    assert result == 6
    assert after[0].tolist() == [2, 4]
    assert x.tolist() == [1, 2]
    assert checks.grad_of(fetch(lambda x: (x**3).sum()), x).tolist() == [3, 12]
    assert checks.grad_of(fetch(lambda x, a, b: (a * x + b).sum()), x, 5, x).tolist() == [5, 5]


@pytest.mark.parametrize(
    "gradient",
    [
        lambda loss, p: torch.autograd.grad(loss(p), list(p.values())),
        lambda loss, p: tuple(torch.func.grad(loss)(p).values()),
    ],
    ids=["torch.autograd", "torch.func"],
)
def test_student_may_differentiate_a_function_of_the_test(fetch, gradient):
    def loss(p):
        return (p["w"] ** 3).sum() * p["b"]

    p = {"w": torch.tensor([1.0, 2.0], requires_grad=True), "b": torch.tensor(2.0).requires_grad_()}
    came = fetch(gradient)(loss, p)
    assert [each.tolist() for each in came] == [[6, 24], 9]


def test_tensor_inside_vmap_has_no_value_to_send(fetch):
    with pytest.raises(ValueError, match="vmap"):
        fetch(lambda function: torch.vmap(function)(torch.ones(3)))(lambda x: 2 * x)


class Memory(NamedTuple):
    velocity: torch.Tensor
    steps: int = 0


def test_named_tuple_returns_as_itself_unless_changed(fetch):
    def step(state):
        memory = state.get("memory", Memory(torch.zeros(2)))
        return {"memory": memory._replace(velocity=memory.velocity + 1, steps=memory.steps + 1)}

    proxy, state = fetch(step), {}
    for _ in range(3):
        state = proxy(state)
    assert type(state["memory"]) is tuple
    assert state["memory"][1] == 3
    assert state["memory"][0].tolist() == [3, 3]
    kind = fetch(lambda value: type(value).__name__)
    assert kind(state["memory"]) == "tuple"  # of another student


def test_changed_copy_is_sent_by_value(peer):
    bag = type("Bag", (OrderedDict,), {})
    names = peer(
        make=lambda: bag(a=1), kind=lambda x: [type(x).__name__, {**x}], empty=bag, count=Counter
    ).ask("names", ["make", "kind", "empty", "count"])
    made = names["make"]()
    assert type(made) is OrderedDict
    assert names["kind"](made) == ["Bag", {"a": 1}]
    made["b"] = 2
    assert names["kind"](made) == ["OrderedDict", {"a": 1, "b": 2}]
    assert names["kind"]({"a": 1}) == ["dict", {"a": 1}]
    assert names["kind"](names["empty"]()) == ["Bag", {}]
    assert names["kind"](names["count"]()) == ["Counter", {}]


def test_objects_of_an_earlier_test_are_forgotten(peer):
    talk = peer(f=len, g=abs)
    f = talk.ask("names", ["f"])["f"]
    assert f([1, 2]) == 2
    talk.ask("forget")
    with pytest.raises(ValueError, match="no value"):
        f([1, 2])


@pytest.mark.parametrize("op", ["__class__", "peer", "", "names_", "_names", 5, None])
def test_unknown_question_is_an_error_and_the_talk_goes_on(peer, op):
    talk = peer(a=1)
    with pytest.raises((AttributeError, TypeError)):
        talk.ask(op, "a")
    assert talk.ask("names", ["a"]) == {"a": 1}


def frame(content: bytes | str, buffers: bytes = b"", **claimed: int) -> bytes:
    """Return a message; it may claim another length of its header or its buffers."""
    header = content if isinstance(content, bytes) else content.encode()
    lengths = {"header": len(header), "size": len(buffers)} | claimed
    return struct.pack("!QQ", *lengths.values()) + header + buffers


def heard(data: bytes) -> Any:
    """Return what a test hears that has asked something, and gets these bytes for an answer."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(SECONDS)
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        channel = Channel(ours, limit=10**6)
        try:
            return Peer(channel, examiner._answer, Proxy, lambda _: {}).ask("names", [])
        finally:
            channel.close()


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"x", b"\xff" * 15, b"\xff" * 16, b"\xff" * 999, b"\x00" * 16, b"\x00" * 999),
        *(frame(text) for text in ("nonsense", "[]", "[1, 2]", '{"a": 1}', "NaN", "[null, null]")),
        *(frame(b"\xff\xfe"), frame("[" * 10_000), frame("[" + "[]," * 40_000 + "[]]")),
        *(frame(f"[[], [{size}]]", b"1234") for size in (5, 4.5, '"4"', "-1, 5", "null", 10**12)),
        *(frame("[[], []]", header=2**63), frame("[[], []]", size=2**63), frame("", header=10**9)),
        *(frame("[[], [9]]", size=9), frame("[[], [2]]", b"1", size=2), frame("[[], []]", b"1")),
    ],
    ids=lambda data: repr(data[16:40]),
)
def test_malformed_message_ends_the_talk(data):
    with pytest.raises((CodecError, Closed)):
        heard(data)


@pytest.mark.parametrize(
    "content",
    [
        *('["answer"]', '["shout", 1]', '["answer", 1, 2]', "5", '"answer"', "{}", '["ask", 1]'),
        *('["answer", ["yours", 0]]', '["answer", ["yours", -1]]', '["answer", ["yours"]]'),
        *('["answer", ["theirs", "0", {}]]', '["answer", ["theirs", 0, 1]]', '["answer", [[]]]'),
        *('["answer", ["copy", ["theirs", 0, {}], 5]]', '["answer", ["copy", [], ["list", []]]]'),
        *('["error", 5]', '["error", {"name": 1}]', '["error", {}]', '["answer", ["bytes", 0]]'),
    ],
)
def test_malformed_answer_ends_the_talk(content):
    with pytest.raises((CodecError, Closed)):
        heard(frame(f"[{content}, []]"))


def test_mutated_messages_are_an_answer_or_end_the_talk():
    error = '{"name": "KeyError", "base": "KeyError", "text": "x", "line": {"at": "line 1"}}'
    tensor = '["tensor", "float32", [2], 0, false]'
    valid = [
        frame(f'[["answer", ["list", [{tensor}, 1.5, ["theirs", 3, {{}}]]]], [8]]', b"abcdefgh"),
        frame(f'[["error", {error}], []]'),
        frame('[["answer", ["copy", ["theirs", 0, {}], ["dict", ["a", 1]]]], []]'),
    ]
    assert [heard(valid[0])[1], heard(valid[2])] == [1.5, {"a": 1}]
    ended = 0
    for seed in range(1500):
        chance = random.Random(seed)
        data = bytearray(chance.choice(valid))
        for _ in range(chance.randrange(1, 5)):
            place = chance.randrange(len(data))
            change = chance.randrange(4)
            if change == 0:
                data[place] = chance.randrange(256)
            elif change == 1:
                del data[place]
            elif change == 2:
                data[place:place] = data[place : place + chance.randrange(9)]
            else:
                data[place] = ord(chance.choice('[]{}",0123456789'))
        try:
            heard(bytes(data))
        except (CodecError, Closed):
            ended += 1
        except Exception as error:
            if not hasattr(error, "student_line"):  # then it is none that the student's side told
                raise
    assert ended > 500


@pytest.mark.parametrize(
    "error",
    [
        {"name": "x y", "base": "SystemExit", "text": "t", "line": {}},
        {"name": "é" * 500, "base": "eval", "text": "t" * 10**5, "line": {"at": "x" * 10**5}},
        {"name": "__class__", "base": "__class__", "text": "", "line": {"at": ["list"]}},
    ],
)
def test_told_error_is_an_exception_of_bearable_size(error):
    with pytest.raises(Exception) as raised:  # noqa: PT011 - its class is what is looked at
        heard(frame(json.dumps([["error", error], []]).encode()))
    assert Exception in type(raised.value).__bases__
    assert len(str(raised.value)) <= 2000
    assert all(len(line) <= 300 for line in raised.value.student_line.values())


def test_channel_carries_what_is_larger_than_any_buffer():
    ours, theirs = socket.socketpair()
    here, there = Channel(ours), Channel(theirs)
    content, buffers = ["x" * 10**6, "größer", 2**80], [b"", bytes(10**7), b"abc"]
    sender = threading.Thread(target=here.send, args=(content, buffers))
    sender.start()
    assert there.receive() == (content, buffers)
    sender.join()
    here.close()
    with pytest.raises(Closed):
        there.receive()
    with pytest.raises(Closed):
        there.send("x" * 10**7)
    there.close()


def test_channel_limits_what_is_sent_and_what_is_taken():
    ours, theirs = socket.socketpair()
    here, there = Channel(ours, limit=1000), Channel(theirs, limit=100)
    with pytest.raises(CodecError, match="bytes"):
        here.send(None, [bytes(1000)])
    here.send(None, [bytes(200)])
    with pytest.raises(CodecError, match="bytes"):
        there.receive()
    here.close()
    there.close()


def test_half_a_surrogate_pair_does_not_break_a_channel():
    here, there = map(Channel, socket.socketpair())
    here.send(["a\ud800b"])
    assert there.receive() == (["a?b"], [])
    here.close()
    there.close()


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("f(x)", "f x"),
        ("y = f(1); y + z", "f z"),
        ("[f(i) for i in range(n) if g(i)]", "f g n"),
        ("{k: h(v) for k, v in d.items()}", "d h"),
        ("lambda a, b=c: a + b + e", "c e"),
        ("def inner(x: T = u) -> V:\n    global w\n    return x + w + inner(k)", "T V k u w"),
        ("class A(B):\n    x = y\n    def m(self):\n        return self.x + z", "B y z"),
        ("import math as m, os.path\nm.pi; os.sep; from_me", "from_me"),
        ("with f() as g:\n    g(h)", "f h"),
        ("try:\n    a\nexcept E as e:\n    e", "E a"),
        ("for i, (j, *k) in pairs:\n    i, j, k", "pairs"),
        ("if (n := f()) > 1:\n    n", "f"),
        ("x += 1", ""),
        ("obj.attr[key].other = value", "key obj value"),
        ("f'{a!r:>{width}} {b.c}'", "a b width"),
        ("@decorator\ndef f(): pass", "decorator"),
        ("match p:\n    case {'a': q, **rest}: q, rest\n    case C(x=1): s", "C p s"),
        ("print(len(known), max, math)", "math"),
        ("def outer():\n    x = 1\n    def inner():\n        return x + y\n    return inner", "y"),
        ("del f", ""),
        ("'f' # g", ""),
    ],
)
def test_names_that_a_test_takes_from_the_student(test, names):
    assert names_from_student(test, {"known"}) == names.split()
