"""Winnowing keeps its promise: what is long enough and shared is found."""

from hypothesis import given
from hypothesis import strategies as st

from nbteach.similar.fingerprints import NOISE, WINDOW, fingerprints, winnow
from nbteach.similar.tokens import Token, statements

SYMBOLS = st.lists(st.sampled_from("abcd"), max_size=30)
HASHES = st.lists(st.integers(0, 5), max_size=30)


def spoken(symbols: list[str]) -> list[Token]:
    return [Token(symbol, 2 * at, 2 * at + 1) for at, symbol in enumerate(symbols)]


@given(HASHES, st.integers(1, 6))
def test_each_window_has_its_least_hash_and_no_other_is_chosen(hashes, window):
    chosen = winnow(hashes, window)
    windows = [hashes[at : at + window] for at in range(max(len(hashes) - window + 1, 1))]
    assert all(min(each) in (hashes[at] for at in chosen) for each in windows if each)
    assert {hashes[at] for at in chosen} == {min(each) for each in windows if each}
    assert chosen == sorted(set(chosen))


@given(SYMBOLS, SYMBOLS, st.lists(st.sampled_from("abcd"), min_size=NOISE + WINDOW - 1, max_size=9))
def test_a_shared_run_that_is_long_enough_is_found(before, after, shared):
    one = fingerprints([spoken([*before, *shared])])
    other = fingerprints([spoken([*shared, *after])])
    assert one.keys() & other.keys()


@given(SYMBOLS)
def test_what_is_shorter_than_noise_says_nothing(symbols):
    assert bool(fingerprints([spoken(symbols)])) == (len(symbols) >= NOISE)


@given(st.lists(SYMBOLS, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_statements_makes_no_difference(answer, random):
    shuffled = random.sample(answer, len(answer))
    ours, theirs = (fingerprints(map(spoken, each)).keys() for each in (answer, shuffled))
    assert ours == theirs


def test_a_fingerprint_knows_where_it_stands():
    text = "a = b.exp() + 1\nc = b.exp() + 1"
    places = fingerprints(statements(text), window=1).values()
    found = [[text[start:end] for start, end in each] for each in places]
    assert found == [
        ["a = b.", "c = b."],
        ["= b.exp", "= b.exp"],
        ["b.exp() +", "b.exp() +"],
        [".exp() + 1", ".exp() + 1"],
    ]


def test_fingerprints_are_the_same_in_every_process():
    assert [*fingerprints(statements("return x - 1"))] == [11540405314144977314]
