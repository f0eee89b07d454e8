import gzip
import hashlib

import numpy as np
import pytest
import torch
from sklearn.datasets import load_breast_cancer, load_digits

from nblib import data
from nblib.data import fetch
from nblib.runtime import device

SETS = [data.digits, data.breast_cancer, data.moons, data.spirals]


@pytest.mark.parametrize("load", SETS)
def test_every_set_is_tensors_on_the_device(load):
    split = load()
    for X, y in [(split.X_train, split.y_train), (split.X_test, split.y_test)]:
        assert X.dtype == torch.float32
        assert y.dtype == torch.int64
        assert X.ndim == 2
        assert y.shape == (len(X),)
        assert X.device.type == y.device.type == device().type
        assert X.is_contiguous()


@pytest.mark.parametrize("load", SETS)
def test_the_seed_decides_everything(load):
    first = load(seed=3)
    torch.manual_seed(9)
    np.random.seed(9)  # noqa: NPY002  the global state must not matter
    assert all(torch.equal(a, b) for a, b in zip(load(seed=3), first, strict=True))
    assert not torch.equal(load(seed=4).X_train, first.X_train)


@pytest.mark.parametrize("load", SETS)
def test_the_training_part_alone_is_standardized(load):
    raw, scaled = load(standardize=False), load()
    X = raw.X_train.double()
    mean, std = X.mean(dim=0), X.std(dim=0, correction=0)
    std[std == 0] = 1  # pixels that are never inked
    for part, other in [(raw.X_train, scaled.X_train), (raw.X_test, scaled.X_test)]:
        torch.testing.assert_close(
            other.double(), (part.double() - mean) / std, atol=1e-5, rtol=1e-5
        )
    # Statistics of the test part, too, would make its mean exactly 0.
    assert scaled.X_test.mean(dim=0).abs().max() > 1e-3


@pytest.mark.parametrize("load", SETS)
def test_a_student_cannot_spoil_the_set(load):
    expected = load(standardize=False).X_train.clone()
    spoiled = load(standardize=False)
    spoiled.X_train.fill_(7)
    spoiled.y_train.fill_(7)
    assert torch.equal(load(standardize=False).X_train, expected)
    assert load(standardize=False).y_train.max() < 10
    a, b = load(), load()
    assert a.X_train.data_ptr() != b.X_train.data_ptr()


@pytest.mark.parametrize("load", SETS)
def test_each_class_keeps_its_share(load):
    split = load(test_size=0.4)
    n = len(split.y_train) + len(split.y_test)
    assert len(split.y_test) == pytest.approx(0.4 * n, abs=1)
    train, test = split.y_train.bincount() / 0.6, split.y_test.bincount() / 0.4
    torch.testing.assert_close(train, test, atol=5.0, rtol=0)


def rows(*parts):
    return sorted(tuple(row) for part in parts for row in part.cpu().numpy().tolist())


@pytest.mark.parametrize(
    ("load", "original"), [(data.digits, load_digits), (data.breast_cancer, load_breast_cancer)]
)
def test_no_example_is_lost_doubled_or_given_another_label(load, original):
    X, y = original(return_X_y=True)
    split = load(standardize=False)
    found = [torch.column_stack([split[i], split[i + 1]]) for i in (0, 2)]
    expected = torch.tensor(np.column_stack([X, y]), dtype=torch.float32)
    assert rows(*found) == rows(expected)


def test_spirals_lie_on_their_formula():
    split = data.spirals(standardize=False, noise=0, num_turns=2, num_samples=201)
    X = torch.cat([split.X_train, split.X_test]).double().cpu()  # (201, 2)
    y = torch.cat([split.y_train, split.y_test]).cpu()
    radius = X.norm(dim=1)
    assert radius.min() >= 1 / 13 - 1e-6
    assert radius.max() <= 1
    angle = 4 * torch.pi * radius
    curve = torch.stack([angle.cos(), angle.sin()], dim=1) * radius[:, None]
    sign = torch.where(y == 0, 1.0, -1.0)[:, None]
    torch.testing.assert_close(X, sign * curve, atol=1e-5, rtol=0)
    assert y.bincount().tolist() == [101, 100]


def test_noise_has_the_standard_deviation_asked_for():
    def points(noise):
        split = data.spirals(standardize=False, noise=noise, num_samples=4000)
        return torch.cat([split.X_train, split.X_test])

    assert (points(0.05) - points(0)).std().item() == pytest.approx(0.05, rel=0.05)


@pytest.mark.parametrize("load", SETS)
@pytest.mark.parametrize("bad", [{"test_size": 1.5}, {"test_size": 0.0}, {"seed": -1}])
def test_bad_arguments_are_refused(load, bad):
    with pytest.raises(ValueError, match=r"test_size|random_state|non-negative"):
        load(**bad)


@pytest.mark.parametrize("bad", [{"noise": -0.1}, {"num_samples": 0}])
@pytest.mark.parametrize("load", [data.moons, data.spirals])
def test_bad_shapes_are_refused(load, bad):
    (name,) = bad
    with pytest.raises(ValueError, match=rf"{name}|n_samples"):
        load(**bad)


@pytest.mark.parametrize("n", [1, 7, 12])
@pytest.mark.parametrize("batch_size", [1, 4, 12, 50])
@pytest.mark.parametrize("shuffled", [False, True])
def test_batches_hold_every_example_once(n, batch_size, shuffled):
    X, y = torch.arange(2.0 * n).reshape(n, 2), torch.arange(n)
    generator = torch.Generator().manual_seed(1) if shuffled else None
    parts = list(data.batches(X, y, batch_size, generator))
    assert [len(y_batch) for _, y_batch in parts[:-1]] == [batch_size] * ((n - 1) // batch_size)
    seen = torch.cat([y_batch for _, y_batch in parts])
    assert sorted(seen.tolist()) == list(range(n))
    for X_batch, y_batch in parts:
        assert torch.equal(X_batch, X[y_batch])  # labels stay with their examples
    if not shuffled:
        assert torch.equal(seen, y)


def test_the_generator_draws_a_new_order_each_epoch():
    X, y = torch.zeros(50, 2), torch.arange(50)

    def epochs(seed):
        generator = torch.Generator().manual_seed(seed)
        return [torch.cat([b for _, b in data.batches(X, y, 8, generator)]) for _ in range(2)]

    first, second = epochs(0)
    assert not torch.equal(first, second)
    assert all(torch.equal(a, b) for a, b in zip(epochs(0), [first, second], strict=True))
    assert torch.equal(first, torch.randperm(50, generator=torch.Generator().manual_seed(0)))
    assert torch.equal(y, torch.arange(50))


def test_batches_in_order_are_views_without_any_copy():
    X, y = torch.zeros(10, 2), torch.arange(10)
    for i, (X_batch, _) in enumerate(data.batches(X, y, 4)):
        assert X_batch.data_ptr() == X[4 * i :].data_ptr()


def test_a_short_last_batch_is_kept_unless_dropped():
    X, y = torch.zeros(10, 2), torch.arange(10)
    assert [len(b) for _, b in data.batches(X, y, 4)] == [4, 4, 2]
    assert [len(b) for _, b in data.batches(X, y, 4, drop_last=True)] == [4, 4]
    assert [len(b) for _, b in data.batches(X, y, 5, drop_last=True)] == [5, 5]


@pytest.mark.parametrize(
    ("n", "batch_size", "drop_last", "message"),
    [
        (9, 4, False, "X has 10 examples, but y has 9"),
        (10, 0, False, "at least 1, got 0"),
        (10, -3, False, "at least 1, got -3"),
        (10, 11, True, "10 examples make no batch of 11"),
    ],
)
def test_impossible_batches_are_refused_before_the_first(n, batch_size, drop_last, message):
    with pytest.raises(ValueError, match=message):
        data.batches(torch.zeros(10, 2), torch.zeros(n), batch_size, drop_last=drop_last)


def write_idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, dtype=">u4").tobytes()
    path.write_bytes(gzip.compress(header + array.tobytes()))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def small_fashion(tmp_path, rng):
    """Fashion-MNIST in miniature, already downloaded."""
    arrays = [
        rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        rng.integers(0, 10, 30, dtype=np.uint8),
        rng.integers(0, 256, (8, 28, 28), dtype=np.uint8),
        rng.integers(0, 10, 8, dtype=np.uint8),
    ]
    names = fetch.FASHION_MNIST
    sums = {name: write_idx(tmp_path / name, a) for name, a in zip(names, arrays, strict=True)}
    return arrays, {"root": tmp_path, "checksums": sums, "base_url": "http://127.0.0.1:9/"}


def test_fashion_mnist_becomes_tensors(small_fashion):
    arrays, where = small_fashion
    split = data.fashion_mnist(standardize=False, **where)
    for tensor, array in zip(split, arrays, strict=True):
        assert tensor.device.type == device().type
        if array.ndim == 1:
            assert tensor.dtype == torch.int64
            assert tensor.tolist() == array.tolist()
        else:
            assert tensor.dtype == torch.float32
            expected = torch.tensor(array.reshape(len(array), 784) / 255, dtype=torch.float32)
            torch.testing.assert_close(tensor.cpu(), expected)


def test_fashion_mnist_is_standardized_by_its_training_part(small_fashion):
    arrays, where = small_fashion
    split = data.fashion_mnist(**where)
    train, test = (array.reshape(len(array), 784) / 255 for array in (arrays[0], arrays[2]))
    expected = torch.tensor((test - train.mean()) / train.std(), dtype=torch.float32)
    torch.testing.assert_close(split.X_test.cpu(), expected, atol=1e-5, rtol=1e-5)
    assert split.X_train.mean().item() == pytest.approx(0, abs=1e-5)
    assert split.X_train.std(correction=0).item() == pytest.approx(1, abs=1e-5)


def test_a_mirror_is_chosen_by_the_environment(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(fetch, "download", lambda title, url, *rest: asked.append(url) or 1 / 0)
    monkeypatch.setenv("NBLIB_FASHION_MNIST_URL", "http://mirror.example/")
    for given in (None, "http://other.example/"):
        with pytest.raises(ZeroDivisionError):
            data.fashion_mnist(base_url=given)
    monkeypatch.delenv("NBLIB_FASHION_MNIST_URL")
    with pytest.raises(ZeroDivisionError):
        data.fashion_mnist()
    assert asked == ["http://mirror.example/", "http://other.example/", fetch.FASHION_MNIST_URL]
