"""Sentences about films: the vocabulary fits together, and each operation does what it says."""

import pytest
import torch

from nblib.data import text


def draws(operation, sentence, p, count=400):
    generator = torch.Generator().manual_seed(0)
    return [operation(sentence.split(), p, generator) for _ in range(count)]


def test_every_translation_finds_its_way_back():
    for word, abroad in text.TO_GERMAN.items():
        assert all(foreign in text.TO_ENGLISH for foreign in abroad)
        assert any(word in text.TO_ENGLISH[foreign] for foreign in abroad)


def test_synonyms_praise_and_blame_alike():
    for word, others in text.SYNONYMS.items():
        assert {text.polarity([other]) for other in others} == {text.polarity([word])}


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("good", 1),
        ("not good", -1),
        ("not really good", -1),
        ("never dull", 1),
        ("not good but funny", 0),
        ("a film", 0),
        ("", 0),
    ],
)
def test_polarity(sentence, sign):
    assert text.polarity(sentence.split()) == sign


def test_there_is_praise_and_blame_among_the_reviews():
    signs = [text.polarity(review.split()) for review in text.REVIEWS]
    assert signs.count(1) == signs.count(-1) == len(signs) / 2


def test_replacement_keeps_the_length_and_the_words_it_does_not_know():
    came = draws(text.replace_synonyms, "the film is good", 0.5)
    assert {len(words) for words in came} == {4}
    assert {(words[0], words[2]) for words in came} == {("the", "is")}
    kept = sum(words[1] == "film" for words in came) / len(came)
    assert kept == pytest.approx(0.5, abs=0.1)
    assert {words[1] for words in came} == {"film", "movie", "picture"}


def test_insertion_keeps_all_words_in_their_order():
    sentence = "the film is good"
    came = draws(text.insert_synonyms, sentence, 1.0)
    for words in came:
        assert len(words) == 6
        assert [word for word in words if word in sentence.split()] == sentence.split()
    assert len({words.index(word) for words in came for word in words if word == "fine"}) == 6


@pytest.mark.parametrize("operation", [text.replace_synonyms, text.insert_synonyms])
def test_p_0_changes_nothing_and_the_input_stays(operation):
    words = ["the", "film", "is", "good"]
    assert operation(words, 0.0) == words
    operation(words, 1.0)
    assert words == ["the", "film", "is", "good"]
