"""Weights that come with the course: whole, as published, small, and made by the script."""

import hashlib
import os
import pickle
from pathlib import Path

import pytest
import torch

import nblib
from nblib import models, pretrained
from nblib.pretrained import Pretrained, WeightsError, make
from nblib.pretrained.make import Recipe

CARD = (pretrained.FOLDER / "README.md").read_text(encoding="utf-8")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("source", pretrained.SHA256)
def test_the_weights_are_as_published_and_read_what_the_card_says(source):
    weights = pretrained.load(source)
    assert sha256(pretrained.FOLDER / f"{source}.pt") == pretrained.SHA256[source]
    (row,) = [line for line in CARD.splitlines() if line.startswith(f"| `{source}.pt`")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert int(cells[2]) == weights.num_classes
    assert make.accuracy(source, weights) == pytest.approx(float(cells[5]), abs=0.002)


def test_all_of_them_are_small_and_in_the_package():
    files = [pretrained.FOLDER / f"{source}.pt" for source in pretrained.SHA256]
    assert sum(file.stat().st_size for file in files) < 1_000_000
    assert pretrained.FOLDER.parent == Path(nblib.__file__).parent  # hence in the wheel


def test_each_load_gives_new_tensors():
    pretrained.load("grain").state["head.bias"].fill_(7)
    assert pretrained.load("grain").state["head.bias"].abs().max() < 7


def test_no_such_source():
    with pytest.raises(WeightsError, match="only letters, stripes, grain, garden"):
        pretrained.load("cats")


@pytest.fixture
def copy(tmp_path):
    """A file of weights, to be spoilt."""
    path = tmp_path / "copy.pt"
    path.write_bytes((pretrained.FOLDER / "grain.pt").read_bytes())
    return path


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(WeightsError, match=r"cannot be read.*git checkout"):
        pretrained.read(tmp_path / "none.pt", pretrained.SHA256["grain"])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-1],
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: content[:9000] + bytes([content[9000] ^ 1]) + content[9001:],
        lambda content: content + b"\0",
        lambda content: (pretrained.FOLDER / "letters.pt").read_bytes(),
    ],
    ids=["a byte short", "half", "empty", "a bit changed", "a byte more", "another source"],
)
def test_a_damaged_file_is_refused(copy, spoil):
    copy.write_bytes(spoil(copy.read_bytes()))
    with pytest.raises(WeightsError, match=r"not the file that was published.*bytes"):
        pretrained.read(copy, pretrained.SHA256["grain"])


def changed_state(change):
    state = pretrained.load("grain").state
    change(state)
    return {"state": state, "mean": 0.0, "std": 1.0}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (changed_state(lambda s: s.pop("block2.1.running_var")), "block2.1.running_var"),
        (changed_state(lambda s: s.update({"block4.0.weight": torch.ones(1)})), "block4.0.weight"),
        (changed_state(lambda s: s.update({"block1.0.weight": torch.ones(3)})), "block1.0.weight"),
        ({"state": {}, "mean": 0.0, "std": 1.0}, "head.bias"),
        ({"mean": 0.0}, "holds no weights of this course"),
        ([1, 2], "holds no weights of this course"),
    ],
)
def test_weights_that_do_not_fit_are_refused_even_with_the_right_checksum(copy, content, says):
    torch.save(content, copy)
    with pytest.raises(WeightsError, match=says):
        pretrained.read(copy, sha256(copy))


class Harmful:
    def __reduce__(self):
        return os.system, ("echo owned > owned",)


def plain_pickle(it, path):
    path.write_bytes(pickle.dumps(it, protocol=2))


@pytest.mark.parametrize("save", [torch.save, plain_pickle])
def test_a_program_in_the_file_is_not_run(copy, monkeypatch, tmp_path, save):
    monkeypatch.chdir(tmp_path)
    save({"state": Harmful(), "mean": 0.0, "std": 1.0}, copy)
    with pytest.raises(WeightsError):
        pretrained.read(copy, sha256(copy))
    assert not (tmp_path / "owned").exists()


def test_what_is_written_is_read_again(tmp_path):
    model = models.convnet(5, torch.Generator().manual_seed(0)).cpu()
    path = tmp_path / "deep" / "mine.pt"
    checksum = pretrained.write(path, Pretrained(dict(model.state_dict()), 4.5, 6.0))
    again = pretrained.read(path, checksum)
    assert (again.mean, again.std, again.num_classes) == (4.5, 6.0, 5)
    assert all(torch.equal(again.state[n], t) for n, t in model.state_dict().items())


SHORT = Recipe(num_per_class=20, num_steps=20, batch_size=16)
LONGER = Recipe(num_per_class=20, num_steps=200, batch_size=16)  # without batch norm


@pytest.mark.parametrize("source", make.RECIPES)
def test_the_script_learns_and_its_seed_decides_every_bit(tmp_path, source, monkeypatch):
    monkeypatch.setenv("NBLIB_DEVICE", "cpu")  # as the command does
    recipe = LONGER if source == "garden" else SHORT
    first, again, other = (make.pretrain(source, recipe, seed) for seed in (0, 0, 1))
    checksums = [pretrained.write(tmp_path / "w.pt", w) for w in (first, again, other)]
    assert checksums[0] == checksums[1] != checksums[2]
    assert make.accuracy(source, first, num_per_class=20) > 2 / first.num_classes


def test_the_script_writes_what_can_be_loaded(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make, "RECIPES", dict.fromkeys(make.RECIPES, Recipe(4, 12, 4)))
    make.main(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(pretrained.SHA256)
    for line in lines:
        source, _, rest = line.partition(": ")
        path, network = tmp_path / f"{source}.pt", pretrained.NETWORKS[source]
        assert pretrained.read(path, rest.split(",")[0], network).num_classes >= 12


def test_weights_of_another_network_are_refused():
    path = pretrained.FOLDER / "garden.pt"
    with pytest.raises(WeightsError, match="does not fit the network"):
        pretrained.read(path, pretrained.SHA256["garden"], models.convnet)
