"""Event files are those of TensorBoard: it reads ours, and ours are read as it writes them."""

import math
import struct

import pytest

from nblib import events
from nblib.history import History


@pytest.fixture
def history():
    history = History()
    for step in range(0, 400, 3):  # beyond 127 and 255, where a step takes another byte
        history.record(step, loss=1 / (step + 1))
    history.record(400, loss=math.nan, **{"held out": 0.5})
    return history


def as_written(values):
    """Numbers as float32 has them."""
    return list(struct.unpack(f"<{len(values)}f", struct.pack(f"<{len(values)}f", *values)))


def test_tensorboard_reads_what_we_write(tmp_path, history):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events.write(tmp_path, history)
    told = EventAccumulator(str(tmp_path)).Reload()
    assert told.Tags()["scalars"] == ["loss", "held out"]
    assert [each.step for each in told.Scalars("loss")] == history.steps("loss")
    values = [each.value for each in told.Scalars("loss")]
    assert values == pytest.approx(as_written(history["loss"]), nan_ok=True, rel=0, abs=0)
    (held_out,) = told.Scalars("held out")
    assert (held_out.step, held_out.value) == (400, 0.5)


@pytest.mark.parametrize("new_style", [False, True])
def test_we_read_what_pytorch_writes(tmp_path, new_style):
    from torch.utils.tensorboard import SummaryWriter

    with SummaryWriter(str(tmp_path)) as writer:
        for step in (0, 7, 300):
            writer.add_scalar("acc", step / 9, step, new_style=new_style)
        writer.add_text("note", "no number")
    (path,) = tmp_path.iterdir()
    back = events.read(path)
    assert back.names == ("acc",)
    assert back.steps("acc") == [0, 7, 300]
    assert back["acc"] == as_written([0, 7 / 9, 300 / 9])


def test_what_was_written_is_read_back(tmp_path, history):
    back = events.read(events.write(tmp_path / "new" / "folder", history))
    assert back.names == history.names
    assert back.steps("loss") == history.steps("loss")
    assert back["loss"] == pytest.approx(as_written(history["loss"]), nan_ok=True, rel=0, abs=0)


def test_plain_lists_have_steps_from_one(tmp_path):
    assert events.read(events.write(tmp_path, {"loss": [3, 1]})).points("loss") == [(1, 3), (2, 1)]


def test_each_call_writes_a_file_of_its_own(tmp_path, history):
    paths = {events.write(tmp_path, history) for _ in range(3)}
    assert paths == {*tmp_path.iterdir()}
    assert len(paths) == 3


@pytest.mark.parametrize("place", [3, 9, 40, -1])
def test_a_damaged_byte_is_noticed(tmp_path, history, place):
    path = events.write(tmp_path, history)
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)
    with pytest.raises(events.EventFileError, match="checksums"):
        events.read(path)


@pytest.mark.parametrize("kept", [5, 14, -2])
def test_a_file_that_ends_within_a_record_is_noticed(tmp_path, history, kept):
    path = events.write(tmp_path, history)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(events.EventFileError):
        events.read(path)
