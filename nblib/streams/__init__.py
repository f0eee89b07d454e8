"""Streams of batches whose truth drifts, and a game: when to pay for labels, when to train anew.

`play(policy, draw("abrupt", generator)).score` is what a policy gets for one stream.
"""

from nblib.streams.game import Game, begin, play
from nblib.streams.stream import KINDS, NUM_BATCHES, Stream, draw

__all__ = ["KINDS", "NUM_BATCHES", "Game", "Stream", "begin", "draw", "play"]
