"""Answers that draw from elsewhere, or not at all, are told from those that draw as they should."""

import pytest
import torch
from checked import said_by

from nblib.oracles import chance

SO = dict.fromkeys(chance.SAID_OF_CHANCE, True)


def some(n, generator):
    return torch.rand(n, generator=generator)


@pytest.mark.parametrize(
    ("mistake", "facts"),
    [
        *zip(
            chance.from_elsewhere(some).values(),
            [(False, True, False), (True, True, False), (True, False, True)],
            strict=True,
        )
    ],
    ids=["a seed of its own", "the seed again", "nobody's seed"],
)
def test_each_way_to_draw_from_elsewhere_has_facts_of_its_own(mistake, facts):
    def told(answer):
        drawn = chance.draws(lambda generator: answer(3, generator).tolist(), 0, 5)
        return chance.chance(*drawn)

    assert told(some) == SO
    assert tuple(told(mistake).values()) == facts


def test_a_generator_that_stands_still_is_told():
    def from_a_copy(n, generator):
        copy = torch.Generator()
        copy.set_state(generator.get_state())
        return some(n, copy)

    assert said_by(chance.moves_on, some, 9, torch.Generator()) == ""
    assert "stands where it stood" in said_by(chance.moves_on, from_a_copy, 9, torch.Generator())


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda g: torch.rand(5, generator=g), ""),
        (lambda g: torch.rand(5), "something else comes"),
        (lambda g: torch.zeros(5), "Do not seed"),
        (
            lambda g: torch.rand(5, generator=torch.Generator().manual_seed(g.initial_seed())),
            "Do not seed",
        ),
    ],
    ids=["right", "without it", "constant", "seeded anew"],
)
def test_the_generator_decides(draw, sentence):
    found = said_by(chance.drawn_by_the_generator, draw)
    assert found == "" if not sentence else sentence in found
