import struct

import pytest
import torch

from nbteach.grading.processes.generators import follow, generator_from


def bytes_of(generator):
    return generator.get_state().numpy().tobytes()


def forged(generator, offset, form, value):
    state = bytearray(bytes_of(generator))
    struct.pack_into(form, state, offset, value)
    return bytes(state)


def drawing(*steps):
    """Return what draws, from a generator, as the steps say: (function of torch, how many)."""

    def draw(generator):
        return [
            getattr(torch, name)(n, generator=generator, dtype=torch.float64) for name, n in steps
        ]

    return draw


DRAWN = {
    "nothing": drawing(),
    "one": drawing(("rand", 1)),
    "half of a pair": drawing(("randn", 1)),
    "a pair and some": drawing(("randn", 2), ("rand", 3)),
    "half of a pair, and some": drawing(("randn", 1), ("rand", 30)),
    "just a block": drawing(("rand", 312)),
    "many blocks": drawing(("randn", 5000), ("rand", 7)),
    "many blocks and half of a pair": drawing(("rand", 5000), ("randn", 3)),
}


@pytest.mark.parametrize("before", DRAWN.values(), ids=DRAWN)
@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_it_is_where_the_student_is(before, draw):
    ours, theirs = (torch.Generator().manual_seed(3) for _ in range(2))
    before(ours), before(theirs), draw(theirs)
    follow(ours, generator_from(bytes_of(theirs)))
    assert torch.equal(torch.randn(9, generator=ours), torch.randn(9, generator=theirs))


def test_a_state_that_lies_not_ahead_is_not_taken_over():
    ours = torch.Generator().manual_seed(3)
    torch.rand(5, generator=ours)
    before = bytes_of(ours)
    follow(ours, torch.Generator().manual_seed(0))
    assert bytes_of(ours) == before
    behind = torch.Generator().manual_seed(3)
    torch.rand(2, generator=behind)
    follow(ours, behind)
    assert bytes_of(ours) == before


def test_a_kept_normal_number_that_was_made_up_is_not_drawn():
    ours, theirs = (torch.Generator().manual_seed(3) for _ in range(2))
    torch.randn(1, generator=theirs)
    honest = _next(generator_from(bytes_of(theirs)))
    follow(ours, generator_from(forged(theirs, 5016 + 8, "<d", 42.0)))
    assert _next(ours) not in (42.0, honest)


@pytest.mark.parametrize(("left", "following"), [(624, 624), (1, 0), (300, 300), (2, 0)])
def test_words_behind_the_block_are_never_drawn(left, following):
    state = bytearray(bytes_of(torch.Generator().manual_seed(3)))
    struct.pack_into("<i", state, 8, left)
    struct.pack_into("<Q", state, 16, following)
    if (left, following) == (1, 0):  # as a new generator is
        assert torch.rand(1, generator=generator_from(bytes(state))) < 1
    else:
        with pytest.raises(ValueError, match=f"{left} left after {following} of 624"):
            generator_from(bytes(state))


@pytest.mark.parametrize("state", [b"", b"short", bytes(5056), bytes(99)])
def test_what_is_no_state_is_refused(state):
    with pytest.raises((ValueError, RuntimeError)):
        generator_from(state)


def _next(generator):
    return float(torch.randn(1, generator=generator, dtype=torch.float64))
