"""Generators that come back from the student: what they say of themselves is looked at first.

The state of torch's generator on the CPU is a Mersenne twister's (Matsumoto and Nishimura 1998): a
block of 624 words, how many of them are drawn, and the half of a pair of normal numbers that is
kept for the next time. torch believes any state whose numbers are in range, also one that would let
it draw from the memory behind the block.
"""

from __future__ import annotations

import struct

import torch

__all__ = ["follow", "generator_from"]

_BLOCK = 624
_MOST_BLOCKS = 10_000
_HEAD = struct.Struct("<QiiQ")  # seed, how many words are left, whether it is seeded, the next one
_WORDS = slice(_HEAD.size, _HEAD.size + 8 * _BLOCK)
_KEPT = slice(_WORDS.stop, None)  # the kept half of a pair, zeros if there is none


def generator_from(state: bytes) -> torch.Generator:
    """Return the generator of a state, as bytes; raises ValueError if it can be none."""
    if len(state) < _HEAD.size:
        raise ValueError("no state of a generator")
    _, left, _, following = _HEAD.unpack_from(state)
    if left + following != _BLOCK + 1 and (left, following) != (1, 0):
        raise ValueError(f"no state of a generator: {left} left after {following} of {_BLOCK}")
    generator = torch.Generator()
    generator.set_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
    return generator


def follow(generator: torch.Generator, theirs: torch.Generator) -> None:
    """Let `generator` draw as far as `theirs` has, if that lies ahead of it at all.

    Nothing else is taken over: a state that was made up could let a test draw nothing but zeros, or
    what it has drawn before. The kept half of a pair of normal numbers is kept if it can have come
    from this block.
    """
    ahead, wanted = _copy(generator), theirs.get_state()
    start = _copy(ahead)
    for _ in range(_MOST_BLOCKS):
        if torch.equal(ahead.get_state()[_WORDS], wanted[_WORDS]):
            if (num_drawn := _place(theirs) - _place(ahead)) >= 0:
                _draw(ahead, num_drawn)
                state = ahead.get_state()
                state[_KEPT] = wanted[_KEPT] if _may_keep(start, theirs) else 0
                generator.set_state(state)
            return
        _draw(ahead, _BLOCK - _place(ahead))
        start = _copy(ahead)
        _draw(ahead, 1)  # which makes the next block


def _may_keep(start: torch.Generator, theirs: torch.Generator) -> bool:
    """Whether one who draws from `start` on can have left over what `theirs` keeps."""
    kept, state = theirs.get_state()[_KEPT], start.get_state()
    if torch.equal(state[_KEPT], kept):
        return True
    state[_KEPT] = 0  # so that whoever draws makes a pair
    walker = torch.Generator().set_state(state)
    for _ in range(_BLOCK):
        pair = _copy(walker)
        torch.randn(1, generator=pair)
        if torch.equal(pair.get_state()[_KEPT], kept):
            return True
        _draw(walker, 1)
    return False


def _place(generator: torch.Generator) -> int:
    """How many words of its block are drawn; of a new generator's, which it never uses, all."""
    return int(_HEAD.unpack_from(generator.get_state().numpy().tobytes())[3]) or _BLOCK


def _draw(generator: torch.Generator, num_words: int) -> None:
    torch.empty(num_words, dtype=torch.int32).random_(generator=generator)


def _copy(generator: torch.Generator) -> torch.Generator:
    return torch.Generator().set_state(generator.get_state())
