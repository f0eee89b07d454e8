"""References for *Scaling*, and the mistakes in place of each: one change apart."""

from nblib.oracles.scaling.accumulating import ACCUMULATED, accumulated, joined, some_batches
from nblib.oracles.scaling.buffers import BUFFER, facts_of_buffer, say_of_buffer, shuffled
from nblib.oracles.scaling.checkpoints import (
    CHECKPOINTED,
    checkpointed,
    facts_of_checkpoints,
    some_layers,
)
from nblib.oracles.scaling.half import SCALED, STEPS, bowl, facts_of_asking, scaled_steps
from nblib.oracles.scaling.pipelines import PIPELINE, pipeline, scheduled, some_stages
from nblib.oracles.scaling.rings import (
    SENDING,
    SUMS,
    counted_sums,
    facts_of_sending,
    ring_all_reduce,
    ring_sums,
    say_of_sending,
)
from nblib.oracles.scaling.shards import SHARDS, facts_of_shards, my_shard, say_of_shards
from nblib.oracles.scaling.shared_gradients import GRADIENTS, mean_gradient
from nblib.oracles.scaling.speedups import SPEEDUP, speedup
from nblib.oracles.scaling.statistics import (
    STATISTICS,
    merged_statistics,
    say_of_digits,
    say_of_squares,
    some_shards,
)

__all__ = [
    "ACCUMULATED",
    "BUFFER",
    "CHECKPOINTED",
    "GRADIENTS",
    "PIPELINE",
    "SCALED",
    "SENDING",
    "SHARDS",
    "SPEEDUP",
    "STATISTICS",
    "STEPS",
    "SUMS",
    "accumulated",
    "bowl",
    "checkpointed",
    "counted_sums",
    "facts_of_asking",
    "facts_of_buffer",
    "facts_of_checkpoints",
    "facts_of_sending",
    "facts_of_shards",
    "joined",
    "mean_gradient",
    "merged_statistics",
    "my_shard",
    "pipeline",
    "ring_all_reduce",
    "ring_sums",
    "say_of_buffer",
    "say_of_digits",
    "say_of_sending",
    "say_of_shards",
    "say_of_squares",
    "scaled_steps",
    "scheduled",
    "shuffled",
    "some_batches",
    "some_layers",
    "some_shards",
    "some_stages",
    "speedup",
]
