"""Values cross as they are; whatever else comes is refused, and nothing of it runs."""

import copy
import json
import math
import random
from array import array
from collections import (
    ChainMap,
    Counter,
    OrderedDict,
    UserDict,
    UserList,
    defaultdict,
    deque,
    namedtuple,
)
from enum import IntEnum, StrEnum
from itertools import count
from types import MappingProxyType

import numpy as np
import pytest
import torch

from nbteach.grading.processes.codec import CodecError, Decoder, Encoder

FLOATS = [torch.float16, torch.bfloat16, torch.float32, torch.float64]
WHOLE = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint16]
DTYPES = [*FLOATS, *WHOLE, torch.bool, torch.complex64, torch.complex128, torch.float8_e5m2]
SHAPES = [(), (1,), (3,), (0,), (2, 3), (0, 4), (2, 1, 3)]
NUMPY_DTYPES = ["?", "u1", "i2", ">i4", "i8", "f2", "f4", ">f8", "c8", "c16", "U3", "S2", "M8[s]"]


def refuse(kind, rest):
    raise CodecError(f"{kind} is not known")


def sent(value):
    """Return the value after a journey through JSON and bytes."""
    encoder = Encoder(refuse_to_refer)
    tree = json.loads(json.dumps(encoder.tree(value)))
    return Decoder([bytearray(buffer) for buffer in encoder.buffers], refuse).value(tree)


def refuse_to_refer(value):
    raise CodecError(f"{value!r} has no value")


def same(came, value):
    """Whether two values are equal to the last bit, in type too."""
    if type(came) is not type(value):
        return False
    if isinstance(value, torch.Tensor):
        alike = (came.dtype, came.shape) == (value.dtype, value.shape)
        return alike and bytes_of(came) == bytes_of(value)
    if isinstance(value, np.ndarray | np.generic):
        alike = (came.dtype, came.shape) == (value.dtype, value.shape)
        return alike and came.tobytes() == value.tobytes()
    if isinstance(value, dict):
        return same([*came.items()], [*value.items()])
    if isinstance(value, list | tuple):
        return len(came) == len(value) and all(map(same, came, value))
    if isinstance(value, float | complex):
        return repr(came) == repr(value)  # NaN, and the sign of zero
    return came == value


def bytes_of(tensor):
    return tensor.detach().clone().reshape(-1).contiguous().view(torch.uint8).tolist()


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -1, 2**63 - 1, 2**63, -(2**63), -(2**64), 10**300),
        *(0.0, -0.0, 0.1, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan),
        *("", "text", "größer 日本 🎉", "\x00\x1b\n", '"\\', "\ud800", "a\udfffb"),
        *(b"", b"\x00\xff", 1 + 2j, complex(math.nan, -0.0), range(0), range(5, -7, -3)),
        *([], (), set(), frozenset(), {}, [[]], ((),), {"a": {}}),
        *([1, 2.0, "3", None, True], (1, (2, [3])), {1, 2}, frozenset({"a", (1, 2)})),
        *({"b": 1, "a": 2}, {1: "one", (2, 3): [4], None: None, 1.5: {}}, {"list": ["dict", []]}),
        *(torch.Size([2, 3]), torch.Size([]), torch.float32, torch.bfloat16),
        *(["tensor", "float32", [2], 0], ["theirs", 1, {}], ["yours", 0], ["int", "0x1"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_plain_value_comes_as_it_went(value):
    assert same(sent(value), value)


@pytest.mark.parametrize(
    "value",
    [
        *(deque(), deque([1, [2]]), deque([1, 2], 2), deque(maxlen=0), UserList([1, (2,)])),
        *(OrderedDict(b=1, a=[2]), Counter("abba"), Counter(), UserDict(a=1), ChainMap({"a": 1})),
        *(defaultdict(int, a=1), defaultdict(list), defaultdict(None, a=1)),
        *(MappingProxyType({"a": 1}), {2: 1, 1: 2}.keys(), {1: (2,)}.values(), {1: 2}.items()),
        *(array("d", [0.1, -0.0]), array("B"), bytearray(b"ab")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_container_of_pythons_library_comes_as_it_went(value):
    came = sent([value])[0]
    assert type(came) is type(value)
    assert repr(came) == repr(value)  # in order, with maxlen
    if isinstance(value, defaultdict):
        assert came.default_factory is value.default_factory


@pytest.mark.parametrize("text", ["", "größer", "a\0b"])
def test_text_of_numpy_comes_as_text(text):
    assert same(sent([np.str_(text), np.bytes_(b"a")]), [text, b"a"])


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_tensor_comes_as_it_went(dtype, shape):
    value = (8 * torch.randn(shape)).to(dtype)
    assert same(sent(value), value)
    assert same(sent([value, {"again": value}]), [value, {"again": value}])


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.T,
        lambda x: x[::2, 1:],
        lambda x: x.flip(0),
        lambda x: x[:, :1].expand(-1, 5),
        lambda x: torch.complex(x, x).conj(),
        lambda x: torch.complex(x, x).conj().imag,
        lambda x: x[1, 2],
        lambda x: torch.nn.Parameter(x).detach(),
        lambda x: x.to_sparse().to_dense(),
    ],
)
def test_view_comes_with_its_values(view):
    value = view(torch.randn(4, 3))
    came = sent(value)
    assert came.is_contiguous()
    torch.testing.assert_close(came, value.resolve_conj().resolve_neg(), rtol=0, atol=0)


def test_tensor_keeps_whether_it_requires_gradients_and_no_more():
    w = torch.randn(3, requires_grad=True)
    assert sent(w).requires_grad
    assert sent(2 * w).is_leaf
    assert not sent(w.detach()).requires_grad
    assert type(sent(torch.nn.Parameter(w))) is torch.Tensor
    assert same(sent(w.detach().to_sparse()), w.detach())


def test_what_comes_can_be_changed_and_is_nobody_elses():
    value = {"list": [1], "tensor": torch.zeros(2), "array": np.zeros(2)}
    came = sent(value)
    came["list"].append(2)
    came["tensor"] += 1
    came["array"] += 1
    assert same(value, {"list": [1], "tensor": torch.zeros(2), "array": np.zeros(2)})


@pytest.mark.parametrize("dtype", NUMPY_DTYPES)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_array_comes_as_it_went(rng, dtype, shape):
    value = np.asarray(rng.integers(0, 2, size=shape)).astype(dtype)
    assert same(sent(value), value)
    assert same(sent(value.T), np.ascontiguousarray(value.T).reshape(value.T.shape))
    if not shape and value.dtype.kind not in "US":
        assert same(sent(value[()]), value[()])


def test_special_numbers_survive_in_every_float():
    numbers = [math.nan, math.inf, -math.inf, -0.0]
    for dtype in FLOATS:
        assert same(sent(torch.tensor(numbers, dtype=dtype)), torch.tensor(numbers, dtype=dtype))
    for dtype in (np.float16, np.float32, np.float64):
        assert same(sent(np.array(numbers, dtype)), np.array(numbers, dtype))
        assert all(same(sent(dtype(number)), dtype(number)) for number in numbers)


def test_generator_continues_where_it_was():
    generator = torch.Generator().manual_seed(7)
    torch.randn(5, generator=generator)
    assert torch.equal(*(torch.randn(9, generator=g) for g in (sent(generator), generator)))


def test_instances_of_subclasses_come_as_the_plain_type():
    number, word = IntEnum("Number", "ONE").ONE, StrEnum("Word", "HI").HI
    assert same(sent([number, word, type("F", (float,), {})(1.5)]), [1, "hi", 1.5])
    assert same(sent(type("S", (str,), {"__str__": lambda _: "other"})("text")), "text")

    def tree(value):
        return Encoder(lambda each: ["theirs", type(each).__name__]).tree(value)

    pair = namedtuple("Pair", "a b")
    assert tree(pair(1, 2)) == ["copy", ["theirs", "Pair"], ["tuple", [1, 2]]]
    for kind in (dict, defaultdict, UserDict):
        value = type("Mine", (kind,), {})()
        value["a"] = 1
        came = tree(value)
        assert came[:2] == ["copy", ["theirs", "Mine"]]
        assert came[2][1][-2:] == ["a", 1]
    value = defaultdict(lambda: 7, a=1)  # with a function of the student's own
    assert tree(value) == ["copy", ["theirs", "defaultdict"], ["dict", ["a", 1]]]


@pytest.mark.parametrize(
    "value",
    [
        *(object(), len, int, torch, lambda: 0, torch.nn.Linear(1, 1), iter([]), map(int, [])),
        *(np.array([None]), np.zeros(1, [("a", "f4")]), torch.device("cpu"), ..., NotImplemented),
    ],
    ids=lambda value: type(value).__name__,
)
def test_object_without_a_value_is_referred_to(value):
    asked = []
    encoder = Encoder(lambda each: asked.append(each) or ["theirs", 5, {}])
    assert encoder.tree([1, value]) == ["list", [1, ["theirs", 5, {}]]]
    assert len(asked) == 1
    assert asked[0] is value
    assert not encoder.buffers


def test_nesting_has_an_end():
    deep = []
    for _ in range(50):
        deep = [deep]
    assert same(sent(deep), deep)
    endless = []
    endless.append(endless)
    with pytest.raises(CodecError, match="deep"):
        sent(endless)
    tree = []
    for _ in range(500):
        tree = ["list", [tree]]
    with pytest.raises(CodecError, match="deep"):
        Decoder([], refuse).value(tree)


def test_random_nested_values_come_as_they_went():
    for seed in range(200):
        value = random_value(random.Random(seed), depth=4)
        assert same(sent(value), value), seed


def random_value(chance, depth):
    def leaf():
        dtype = chance.choice([torch.float32, torch.float64, torch.int64, torch.bool])
        shape = [chance.randrange(3) for _ in range(chance.randrange(3))]
        return chance.choice(
            [
                chance.randrange(-(2**70), 2**70),
                chance.gauss(0, 1e10),
                "".join(chr(chance.randrange(1, 0x3000)) for _ in range(chance.randrange(5))),
                chance.random() < 0.5,
                None,
                torch.randn(shape).to(dtype),
                np.full(shape, chance.random(), dtype=chance.choice(["f4", "f8", "i8"])),
                np.float32(chance.random()),
            ]
        )

    if depth == 0 or chance.random() < 0.3:
        return leaf()
    items = [random_value(chance, depth - 1) for _ in range(chance.randrange(4))]
    return chance.choice([items, tuple(items), dict(zip(count(), items, strict=False))])


@pytest.mark.parametrize(
    "tree",
    [
        *([], [[]], ["unknown"], ["unknown", 1], [1, 2], {}, {"dict": []}, ["list"], ["list", 1]),
        *(["list", [], []], ["set", [["list", []]]], ["dict", [1]], ["dict", [["list", []], 1]]),
        *(["deque", []], ["deque", [-1]], ["deque", ["1", 2]], ["keys", [["list", []]]]),
        *(["counter", [1]], ["counter", [["list", []], 1]], ["chain", [1]], ["proxy", [1]]),
        *(["defaults", []], ["defaults", ["eval", 1, 2]], ["defaults", [None, 1]], ["items", [1]]),
        *(["numbers", "u", 1], ["numbers", "d", 2], ["numbers", "dd", 1], ["userdict", [1]]),
        *(["int", "ten"], ["int", 5], ["int", ""], ["bytes", 2], ["bytes", "0"]),
        *(["complex", "1", []], ["complex", None, 0], ["range", 1, 2, 0], ["range", 1, 2, 1.5]),
        *(["dtype", "float33"], ["dtype", "__class__"], ["dtype", 3], ["size", ["x"]]),
        *(["generator", 0], ["generator", 1], ["generator", 99], ["copy", ["theirs", 0, {}], 1]),
        *(["array", "O", [1], 1], ["array", "f4", [1], 1], ["array", "nonsense", [1], 1]),
        *(["array", "f8", [-1], 1], ["array", "f8", [2, -1, -1], 1], ["array", "f8", [1.0], 1]),
        *(["array", "f8", ["1"], 1], ["array", "f8", [True], 99], ["array", "V8", [1], 1]),
        *(["array", "f8,f8", [1], 1], ["array", "f8", [2**62, 2**62], 1], ["array", "U0", [9], 0]),
        *(["array", "f8", [1] * 100, 1], ["scalar", "f8", [3], 0], ["array", "f8", 1, 1]),
        *(["tensor", "float64", [2], 1, False], ["tensor", "float64", [1], 1, 0]),
        *(["tensor", "float64", [1], 1], ["tensor", "float64", [-1], 1, False]),
        *(["tensor", "int64", [1], 1, True], ["tensor", "__name__", [1], 1, False]),
        ["tensor", "float64", [0, 2**63], 0, False],
        *(["tensor", "float64", [2**70, 0], 0, False], ["yours", 0], ["theirs", 0, {}]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_malformed_tree_is_refused(tree):
    with pytest.raises(CodecError):
        Decoder([bytearray(), bytearray(8)], refuse).value(tree)


def test_mutated_trees_give_a_value_or_are_refused():
    value = {
        "params": [torch.randn(2, 3), np.arange(4), (1, 2**80, b"raw"), {3.5: None}],
        "more": [torch.float32, range(3), 1j, torch.Generator(), np.float64(1), frozenset({1})],
    }
    encoder = Encoder(refuse_to_refer)
    tree, refused = encoder.tree(value), 0
    buffers = [bytearray(buffer) for buffer in encoder.buffers]
    for seed in range(3000):
        mutant, chance = copy.deepcopy(tree), random.Random(seed)
        for _ in range(chance.randrange(1, 4)):
            mutate(mutant, chance)
        try:
            Decoder(buffers, refuse).value(mutant)
        except CodecError:
            refused += 1
    assert refused > 500


def mutate(tree, chance):
    """Change one place of a tree, somewhere."""
    places = [tree]
    for place in places:
        places += [each for each in place if isinstance(each, list) and each]
    place, strange = chance.choice(places), chance.choice(STRANGE)
    i = chance.randrange(len(place))
    action = chance.randrange(4)
    if action == 0:
        place[i] = copy.deepcopy(strange)
    elif action == 1:
        place.insert(i, copy.deepcopy(strange))
    elif action == 2 and len(place) > 1:
        del place[i]
    else:
        place[i] = copy.deepcopy(chance.choice(places))


STRANGE = [
    *(None, True, -1, 0, 2**31, 2**64, 1e308, math.nan, "", "list", "dict", "tensor", "float16"),
    *([], [[]], {}, {"a": 1}, ["list", []], ["bytes", 7], "O", "S5", "M8", -(2**63), "\ud800"),
]
