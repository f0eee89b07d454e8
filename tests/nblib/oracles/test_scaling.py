import pytest
import torch

from nblib.oracles import scaling as oracle


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("d", [1, 4, 7])
def test_the_ring_of_real_workers_is_the_simulated_one(n, d):
    tensors = list(torch.randn(n, d))
    totals, sent = oracle.ring_all_reduce.counted(tensors)
    simulated, counted = oracle.counted_sums(tensors)
    assert all(map(torch.equal, totals, simulated))
    assert sent == counted
