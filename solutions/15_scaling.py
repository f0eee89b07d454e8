# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson · Scaling
#
# > **The myth.** *Two GPUs are twice as fast. A bigger batch is the same training, only faster. And my loader is not the
# > bottleneck.*
#
# The network is good, and now it should be larger, or done sooner. So one takes more machines, larger batches,
# numbers of 16 bits, a faster disk. Each of these shortens *one* part of the work, and the others stay what they
# were. This lesson counts the parts. You build what the large libraries do, in small: workers that add up their
# gradients round a ring, a batch larger than the memory, a training in 16 bits that loses next to nothing, a stream
# that is shuffled in a buffer.
#
# **You will be able to**
#
# - say, before you rent them, how many times as fast $n$ machines will be;
# - make many workers compute exactly what one would, and name the places where they do not;
# - train with a batch, and with a network, that does not fit into memory;
# - scale a loss so that float16 is enough, and find out when there is nothing to scale;
# - feed a training in an order that is random enough.
#
# **Time** about 6 hours, in as many sittings as you like. **You need** SGD, momentum, clipping
# ({{gradient_descent}}), the chain rule ({{backpropagation}}), batch norm ({{initialization}}), bfloat16 and its
# rounding ({{training_strategies}}). **Points** 24, in 10 exercises; each stands on its own: skip one and come back.

# %% nbgrader={"grade_id": "setup", "locked": true, "schema_version": 3}
import itertools
import math
import statistics
import time
from concurrent import futures

from nblib import (
    checks,
    data,
    memory,
    models,
    oracles,
    playground,
    plots,
    predict,
    runtime,
    workers,
)
from nblib.oracles import scaling as oracle

import torch
import torch.nn.functional as F
from torch import nn
from torch.func import grad, vmap
from torch.utils.checkpoint import checkpoint

runtime.seed_everything(0)
torch.set_num_threads(1)  # small networks: several threads would mostly wait for one another

# %% [markdown]
# ## Before you begin
#
# A question from before, answered at once, and three that are asked again at the end. Nothing is graded. Write
# one of the texts in quotes in place of three dots, then run both cells.
#
# - **larger batches**: with batches of 8 the rate that suits them is about 1/8. Which one suits batches of 512?
#   `"about 1/64"`, `"about 1/8"` or `"about 2"`.
# - **64 workers**: a step takes 0.1 s of computing, and its gradients are 100 megabytes, sent at 80 gigabits a
#   second. How many times as fast as one are 64 workers that share the step? `"about 4"`, `"about 30"` or
#   `"about 60"`.
# - **loader**: a batch is loaded in 6 ms, and a step computes for 10. For how much of the time does the training
#   wait, if nothing is loaded ahead? `"not at all"`, `"for 38 %"` or `"for 60 %"`.
# - **checkpointing**: checkpointing took the memory of a deep network from 8.4 megabytes to 2.0. What is its price?
#   `"one forward pass more"`, `"less exact gradients"` or `"twice as many steps"`.

# %% tags=["prediction"]
at_first = {
    "larger batches": ...,
    "64 workers": ...,
    "loader": ...,
    "checkpointing": ...,
}

# %% tags=["demo"]
predict.first("scaling", at_first)

# %% [markdown]
# ## Predict first
#
# A small network learns to read digits by SGD. With batches of 8 examples it needs over 200 steps until its
# training loss is 0.1. Now we take batches of 1,200, so **150 times as many** examples in each step, and look for the
# best learning rate anew. With how many times *fewer* steps does it get there? Replace the three dots by `"about
# 150"`, `"about 60"` or `"about 20"`. A guess is free, and it is not graded.

# %% tags=["prediction"]
prediction = ...

# %% tags=["demo"]
predict.note(prediction, ["about 150", "about 60", "about 20"])

# %% [markdown]
# ## One idea
#
# How long does a training take? As long as a step takes, times the number of steps:
#
# $$\text{time of a training} = \text{time of a step} \times \text{number of steps} .$$
#
# And a step has three parts: load some examples, compute the gradient, send it to the others. All that is called
# scaling here works on one of these parts, or on the number of steps. In **data parallel** training, $n$ workers have
# the same weights. Each takes $1/n$ of the batch and computes the gradient on its share; then they send each other
# their gradients, add them up, and all make the same step.
#
# > **data parallel**: several workers with the same weights, each of which computes the gradient on its own share of the batch.
#
# So *compute* becomes $n$ times shorter. What is *sent* does not: it is as large as the network, and does not shrink
# with the share; and the number of steps stays the same, if the batch stays the same. Take a larger batch, and there
# is enough to compute to make sending worthwhile; but then fewer steps must do, and whether they do is a question about
# *learning*, not about machines. And *loading* is divided where each worker has a loader of its own that is quick
# enough; otherwise all wait.
#
# That is all. The rest of the lesson is to take each part seriously.
#
# ## Explore
#
# A model of a training on several workers. Left, what each part of a step does when; in the middle, how many times as
# fast it is with 1 to 16 workers, in examples a second and in time until a fixed loss is reached; right, how many steps
# each batch size needs (measured, on another small network and on digits of which some have a wrong label).
#
# **Your goal**: with 4 workers on a network that passes 1 gigabyte, 8 gigabits, a second, reach the *loss* **3 times
# as fast as one worker** does with the batch that is best for it. Change the batch first, and look at both curves in
# the middle. Then look at the rows on the left: what is everybody waiting for, and what could go on at the same time?

# %% tags=["demo"]
playground.workers()

# %% [markdown]
# ## Many workers
#
# ### Exercise · How many times as fast?
# *1 point · 15 minutes · difficulty ●○○*
#
# One worker computes the gradient of a batch in $c$ seconds. Besides, each step has a part of $s$ seconds that cannot
# be shared, such as writing a log, or the optimizer's step. So alone it takes $c + s$. With $n$ workers, each needs
# $c/n + s$, and then the gradients must be added up. The usual way, which you build in the next exercise, lets each
# worker send $2(n-1)$ messages one after another, each with $1/n$ of the gradient. If the gradient has $G$ bytes, $B$
# bytes pass in a second, and each message takes $\alpha$ seconds more (its *latency*), a step with $n$ workers takes
#
# $$T_n = \frac cn + s + 2(n-1)\,\alpha + \frac{2(n-1)}n \cdot \frac GB .$$
#
# > **latency**: the time that a message takes however small it is.
# >
# > **bandwidth**: how many bytes, or bits, pass in a second.
#
# (Without the last two terms this is *Amdahl's law*: $T_1/T_n$ stays below $(c+s)/s$, with any number of workers,
# Amdahl 1967.) Return $T_1/T_n$, the **speed-up**, which may be below 1 and is not rounded. One trap: networks are sold in **gigabits** a second, 1 gigabit being
# $10^9$ bits, and a byte has 8 bits.
#
# <details><summary>Hint 1</summary>For n = 1 the formula has no sending left by itself.</details>
# <details><summary>Hint 2</summary><code>bandwidth = gigabits * 1e9 / 8</code>.</details>


# %% nbgrader={"grade_id": "speedup", "schema_version": 3, "solution": true}
def speedup(
    n: int, compute: float, serial: float, num_bytes: float, gigabits: float, latency: float
) -> float:
    """Return how many times as fast n workers make a step on the same batch as one.

    `compute`, `serial` and `latency` are in seconds, `compute` > 0, the others ≥ 0; `num_bytes` ≥ 0 is the size of
    the whole gradient (messages have their latency also where it is 0); `gigabits` > 0 is the bandwidth in 10⁹ bits a
    second. n ≥ 1; for n = 1 it is 1.
    """
    ### BEGIN SOLUTION
    bandwidth = gigabits * 1e9 / 8
    sending = 2 * (n - 1) * (latency + num_bytes / n / bandwidth)
    return (compute + serial) / (compute / n + serial + sending)
    ### END SOLUTION


# %% nbgrader={"grade_id": "speedup-test", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("How many times as fast?", points=1, hidden=1)
def _(check):
    check.agree(
        speedup,
        oracle.speedup,
        (4, 0.2, 0.02, 5e7, 40.0, 0.001),
        (1, 0.3, 0.1, 1e8, 8.0, 0.0001),
        (7, 0.5, 0.0, 0.0, 1.0, 0.003),
        (16, 0.9, 0.03, 2e6, 0.5, 0.0),
        (3, 0.02, 0.001, 1e8, 2.5, 0.002),
        mistakes=oracle.SPEEDUP,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other machines")
def _(check):
    generator = oracles.fresh_generator()
    for n in (2, 5, 64):
        compute, serial, size, gigabits, latency = (
            0.1 + torch.rand(5, generator=generator, dtype=torch.float64)
        ).tolist()
        case = (n, compute, serial / 9, 4e7 * size, 25 * gigabits, latency / 500)
        check.agree(speedup, oracle.speedup, case)
        check.agree(speedup, oracle.speedup, (n, compute, serial, 1e9 * size, gigabits, latency))


### END HIDDEN TESTS

# %% [markdown]
# Take a neural network of 25 million parameters, 100 million bytes of gradients in float32, 0.1 s for a
# batch, and networks between the workers with a latency of 50 microseconds. (The cells between the exercises call the
# course's own functions, `oracle.…`, so that they run if you skip one. Yours do the same.)

# %% tags=["demo"]
print("workers   8 Gbit/s   80 Gbit/s   80 Gbit/s, 8 times the share   Amdahl, 5 % serial")
speedups = {}
for n in (1, 2, 4, 8, 64):
    settings = ((0.1, 8), (0.1, 80), (0.8, 80))  # seconds to compute, bandwidth
    found = [
        oracle.speedup(n, compute, 0.0, 1e8, gigabits, 50e-6) for compute, gigabits in settings
    ]
    speedups[n] = *found, oracle.speedup(n, 0.095, 0.005, 0.0, 1.0, 0.0)
    print("{:7}{:11.2f}{:12.2f}{:31.2f}{:22.1f}".format(n, *speedups[n]))


def hidden_sending(n, gigabits):
    """Return the speed-up if sending goes on during the way back, two thirds of computing."""
    compute = 0.1 / n
    step = 0.1 / oracle.speedup(n, 0.1, 0.0, 1e8, gigabits, 50e-6)
    return 0.1 / (compute + max(0.0, step - compute - 2 / 3 * compute))


print("2 workers that send while they compute, 8 and 80 Gbit/s:", end="")
print("{:5.2f} and{:5.2f}".format(*(hidden_sending(2, g) for g in (8, 80))))

# %% [markdown]
# On the slower network **two workers are slower than one**, and every further one makes it worse: 0.67, 0.57, 0.53.
# To send a gradient takes 0.1 s there, as long as to compute it. On the faster one 8 workers are 3.3 times as fast,
# and 64 only 3.6 times. More workers do not help where sending is the larger part; a larger share for each of them
# does: with 8 times as many examples, 8 workers are 6.8 times as fast. And a part of a twentieth that nobody can
# share, with nothing to send at all, leaves 64 workers 15.4 times.
#
# Libraries begin to send while the way back is still being computed. On the faster network that hides all of it: two
# workers go from 1.66 to 2.0. On the slower one, 0.67 becomes 0.86: still slower than one.
#
# ### Exercise · Round the ring
# *4 points · 60 minutes · difficulty ●●●*
#
# $n$ workers have a tensor each, and all want the **sum**. (This is called *all-reduce*.) One of them could collect
# all tensors, add them up and send the sum to everybody; then all wait for that one. Or each sends its whole tensor
# round, and all add up what comes by: $n-1$ whole tensors from each. There is a better way (Patarasuk and Yuan 2009).
# The workers stand in a ring. Worker $r$ sends only to the one on its right, $r+1$, and receives from the one on its
# left, $r-1$; all numbers are meant modulo $n$, so the right of the last one is worker 0. Each cuts its tensor into
# $n$ pieces.
#
# 1. **Add up**, in $n-1$ rounds $k = 0, 1, \dots, n-2$: worker $r$ sends its piece $r-k$, receives piece $r-k-1$ of its left
#    neighbour, and adds it to its own. After the last round, worker $r$ holds the complete sum of **one** piece: of $r+1$.
# 2. **Pass round**, in $n-1$ rounds more: worker $r$ sends its piece $r+1-k$, receives piece $r-k$, which is complete, and puts it
#    in the place of its own.
#
# Each worker sends $2(n-1)$ pieces of $1/n$ of the tensor: less than two whole tensors, with any number of workers.
# And since each sum is completed in *one* place, in one order, and then copied, all hold the same numbers, to the last
# bit. With three workers that have $a_0a_1a_2$, $b_0b_1b_2$ and $c_0c_1c_2$, whoever holds the sum of what:
#
# | | worker 0 | worker 1 | worker 2 |
# |---|---|---|---|
# | k = 0 | $a_2 + c_2$ | $b_0 + a_0$ | $c_1 + b_1$ |
# | k = 1 | $a_1 + b_1 + c_1$: done | $a_2 + b_2 + c_2$: done | $a_0 + b_0 + c_0$: done |
# | pass round | gets piece 0, then 2 | gets piece 1, then 0 | gets piece 2, then 1 |
#
# > **all-reduce**: every worker gives a tensor, and every worker gets the sum (or the mean) of all of them.
#
# The workers here are *threads* in your notebook, parts of one program that take turns; each of them runs your function
# with its own `comm` and its own copy of `x`. They know of each other only what they send:
#
# - `comm.rank` is the number of this worker, `comm.size` is $n$;
# - `comm.send(tensor, to=...)` sends a copy, and does not wait;
# - `comm.recv(source=...)` waits for the next tensor from that worker, and returns it.
#
# The line `@workers.parallel` turns your function, written for one worker, into one that takes a list with a tensor
# for each worker and returns the list of their results. (`ring_all_reduce.counted` also counts the numbers that
# each has sent.) If all wait for each other, it says so and ends.


# %% tags=["demo"]
@workers.parallel
def from_the_left(comm, x):
    comm.send(x, to=(comm.rank + 1) % comm.size)
    return comm.recv(source=(comm.rank - 1) % comm.size)


came = from_the_left([torch.tensor(10), torch.tensor(20), torch.tensor(30)])
print("from the left, to worker 0, 1 and 2:", *(x.item() for x in came))

# %% [markdown]
# One half of the points is for right sums, the other for a ring: that nobody sends more than $2(n-1)$ pieces, also
# where there are fewer numbers than workers (a piece has $d/n$ numbers, rounded up), and that all have the same numbers
# to the last bit.
#
# <details><summary>Hint 1</summary><code>pieces = list(x.tensor_split(n))</code> cuts into n pieces of nearly equal length, and <code>torch.cat(pieces)</code> puts them together.</details>
# <details><summary>Hint 2</summary>In Python <code>(r - k - 1) % n</code> lies between 0 and n − 1, also where r − k − 1 is negative.</details>
# <details><summary>Hint 3</summary>First phase: <code>comm.send(pieces[(r - k) % n], to=right)</code>, then <code>i = (r - k - 1) % n</code> and <code>pieces[i] = pieces[i] + comm.recv(source=left)</code>.</details>


# %% nbgrader={"grade_id": "ring", "schema_version": 3, "solution": true}
@workers.parallel
def ring_all_reduce(comm, x: torch.Tensor) -> torch.Tensor:
    """Return the sum of the x of all workers, in the shape and dtype of x.

    `x` has shape (d,), the same for all workers, float32 or float64, d ≥ 1; d may be less than the number of
    workers, or not a multiple of it. There may be one worker alone, who sends nothing. Source: Patarasuk and
    Yuan (2009).
    """
    ### BEGIN SOLUTION
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)
    ### END SOLUTION


# %% nbgrader={"grade_id": "ring-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Round the ring: the sums", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    four = list(torch.randn(4, 10, generator=generator))
    check.agree(
        ring_all_reduce,
        oracle.ring_sums,
        (four,),
        (list(torch.randn(3, 2, generator=generator).double()),),
        (list(torch.randn(5, 15, generator=generator).double()),),
        ([torch.tensor([3.0, -1.0])],),
        (list(torch.randn(2, 5, generator=generator)),),
        mistakes=oracle.SUMS,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other numbers of workers")
def _(check):
    generator = oracles.fresh_generator()
    for n, size, dtype in ((6, 13, torch.float32), (3, 3, torch.float64), (4, 1, torch.float32)):
        tensors = list(torch.randn(n, size, generator=generator, dtype=dtype))
        check.agree(ring_all_reduce, oracle.ring_sums, (tensors,), same_dtype=True)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "ring-test-2", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Round the ring: what is sent", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(1)
    plays = [
        oracle.facts_of_sending(list(torch.randn(n, size, generator=generator)))
        for n, size in ((4, 100), (8, 61), (1, 3), (6, 3))
    ]
    oracle.say_of_sending(check, ring_all_reduce.counted, *plays)
    check.agree(ring_all_reduce.counted, oracle.counted_sums, *plays, mistakes=oracle.SENDING)


### BEGIN HIDDEN TESTS
@checks.hidden("Other tensors")
def _(check):
    generator = oracles.fresh_generator()
    for n, size in ((5, 90), (7, 200), (8, 3)):
        tensors = list(torch.randn(n, size, generator=generator))
        play = oracle.facts_of_sending(tensors)
        check.agree(ring_all_reduce.counted, oracle.counted_sums, play)


### END HIDDEN TESTS

# %% [markdown]
# How much is sent, and are the results the same? A ring beside whole tensors that go round:


# %% tags=["demo"]
@workers.parallel
def whole_round(comm, x):
    total, passing = x.clone(), x
    for _ in range(comm.size - 1):
        comm.send(passing, to=(comm.rank + 1) % comm.size)
        passing = comm.recv(source=(comm.rank - 1) % comm.size)
        total = total + passing
    return total


sent = {}
generator = torch.Generator().manual_seed(0)
print("workers                 sent by each, in tensors    all alike to the last bit")
for n in (2, 3, 4, 8):
    tensors = list(torch.randn(n, 4000, generator=generator))
    for name, way in (("ring", oracle.ring_all_reduce), ("whole tensors", whole_round)):
        totals, counts = way.counted(tensors)
        alike = all(torch.equal(totals[0], total) for total in totals)
        sent[n, name] = max(counts) / 4000, alike
        print(f"{n:7}  {name:15}{sent[n, name][0]:24.2f}    {'yes' if alike else 'no'}")

# %% [markdown]
# With whole tensors, from three workers on, the sums differ, and in a training so would the networks: $(a+b)+c$ and
# $a+(b+c)$ differ in the last bit, and each worker adds in another order. Each step adds to the difference, and
# nothing takes it away. (With two workers $a + b = b + a$, and all is well.)
#
# In real work each worker is a *process*, a program of its own, often on a machine of its own, and PyTorch's `torch.distributed` has the
# ring, and other ways, ready (`dist.all_reduce`; Li et al. 2020). The same function in two real processes, if they
# are allowed here:

# %% tags=["demo"]
try:
    pair = [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([10.0, 20.0, 30.0])]
    for rank, total in enumerate(workers.run_processes(oracle.ring_all_reduce, 2, pair)):
        print(f"process {rank} has", *total.tolist())
except workers.ProcessesError as error:
    print("Not here:", error)

# %% [markdown]
# ### Exercise · The mean of whom?
# *2 points · 10 minutes · difficulty ●○○*
#
# The loss of a batch is the *mean* over its $N$ examples. Worker $k$ has $n_k$ of them, and computes the gradient
# $g_k$ of the mean over *its* examples. Return the gradient of the mean over **all** examples. (Most libraries compute
# another number: the sum of the $g_k$, divided by the number of workers. The two agree if all shares are equally large.
# Often they are not: the last batch of an epoch, or sentences of different lengths.)
#
# A worker whose share is empty has the mean of nothing: its gradient is NaN. It must not count; and `0 * nan` is
# `nan`. (What is not finite in other gradients stays: it says that something went wrong.)
#
# <details><summary>Hint 1</summary>The sum of the losses on share k is n_k times their mean, and so is its gradient.</details>


# %% nbgrader={"grade_id": "mean-gradient", "schema_version": 3, "solution": true}
def mean_gradient(gradients: list[torch.Tensor], counts: list[int]) -> torch.Tensor:
    """Return the gradient of the mean loss of all examples, in the shape and dtype of the gradients.

    `gradients` has a tensor for each worker, all of one shape, any shape, float32 or float64; `counts` says how many
    examples each has, 0 or more, in all 1 or more. Where the count is 0, all entries of the gradient are NaN.
    Nothing is changed.
    """
    ### BEGIN SOLUTION
    pairs = zip(gradients, counts, strict=True)
    return sum(n * g for g, n in pairs if n > 0) / sum(counts)
    ### END SOLUTION


# %% nbgrader={"grade_id": "mean-gradient-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The mean of whom?", points=2, hidden=1)
def _(check):
    a, b, c = torch.tensor([[1.0, -2.0, 0.5], [4.0, 3.0, -1.0], [0.0, 2.0, 7.0]])
    nothing = torch.full((3,), torch.nan)
    check.agree(
        mean_gradient,
        oracle.mean_gradient,
        ([a, b, c], [48, 12, 4]),
        ([a, nothing, b, c], [5, 0, 1, 10]),
        ([b.double().reshape(3, 1), a.double().reshape(3, 1)], [3, 30]),
        ([nothing, c], [0, 6]),
        mistakes=oracle.GRADIENTS,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against autograd on the joined batch")
def _(check):
    generator = oracles.fresh_generator()
    for counts, dtype in (([7, 1, 12], torch.float64), ([0, 3, 9, 2], torch.float32)):
        W = torch.randn(3, 4, generator=generator, dtype=dtype)
        X = torch.randn(sum(counts), 3, generator=generator, dtype=dtype)
        y = torch.randint(4, (sum(counts),), generator=generator)

        def gradient(X, y, W=W):
            leaf = W.clone().requires_grad_()
            return torch.autograd.grad(F.cross_entropy(X @ leaf, y), leaf)[0]

        parts = [gradient(*part) for part in zip(X.split(counts), y.split(counts), strict=True)]
        parts = [g if n else g * torch.nan for g, n in zip(parts, counts, strict=True)]
        came = check.call(mean_gradient, parts, counts)
        check.close(came, gradient(X, y), rtol=1e-4, atol=1e-6, same_dtype=True)


### END HIDDEN TESTS

# %% [markdown]
# ### Exercise · Batch norm of all
# *2 points · 15 minutes · difficulty ●●○*
#
# There is a layer for which the share matters although the loss is averaged rightly: batch norm ({{initialization}})
# normalizes with the mean and the variance *of the batch*, and a worker sees its share only. To get the statistics of
# the whole batch, the workers send each other three things: how many rows they have, their mean and their variance
# (the one that divides by $n_k$). Put them together. Of $N = \sum n_k$ rows, the mean is
#
# $$m = \frac1N \sum_k n_k m_k, \qquad\text{and the variance}\qquad v = \frac1N \sum_k n_k \bigl(v_k + (m_k - m)^2\bigr) :$$
#
# how far the rows of a share are from their own mean, and how far this mean is from that of all (Chan, Golub and
# LeVeque 1983).
#
# There is a shorter formula, $v = \overline{x^2} - m^2$, and it is a trap in float32: if the mean is 3,000 and the
# variance 1, then 9,000,001 − 9,000,000 is wanted, and there float32 has whole numbers only. Add up squared distances.
#
# <details><summary>Hint 1</summary><code>n = torch.tensor(counts, dtype=means.dtype)[:, None]</code> has shape (num_workers, 1), and multiplies each row by its count.</details>


# %% nbgrader={"grade_id": "statistics", "schema_version": 3, "solution": true}
def merged_statistics(
    counts: list[int], means: torch.Tensor, variances: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return (mean, variance) of each column over the rows of all workers, two tensors of shape (d,).

    `counts` has a number ≥ 1 for each worker, `means` and `variances` (num_workers, d) those of its rows; variances
    divide by the number of rows, the result's as well. Float32 or float64, and so is the result (in float64 right to
    10 digits); means may be as large as 3,000 beside variances of 1. Nothing is changed.
    """
    ### BEGIN SOLUTION
    n = torch.tensor(counts, dtype=means.dtype)[:, None]  # (num_workers, 1)
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (variances + (means - mean) ** 2)).sum(dim=0) / n.sum()
    return mean, variance
    ### END SOLUTION


# %% nbgrader={"grade_id": "statistics-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Batch norm of all", points=2, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        merged_statistics,
        oracle.merged_statistics,
        oracle.some_shards([6, 2, 20], 3, generator, torch.float32),
        oracle.some_shards([1, 9], 4, generator, torch.float64),
        oracle.some_shards([5], 2, generator, torch.float64),
        mistakes=oracle.STATISTICS,
        rtol=1e-3,
        atol=1e-5,
        same_dtype=True,
    )
    fine = oracle.some_shards([1, 9, 4], 5, generator, torch.float64)
    oracle.say_of_digits(check, merged_statistics, fine)
    far = oracle.some_shards([8, 30, 3], 6, generator, torch.float32, centre=3000)
    oracle.say_of_squares(check, merged_statistics, far)


### BEGIN HIDDEN TESTS
@checks.hidden("Against the variance of all rows")
def _(check):
    generator = oracles.fresh_generator()
    for counts, dtype, centre in (
        ([4, 1, 11, 3], torch.float64, 5),
        ([25, 6], torch.float32, 3000),
    ):
        rows = centre + torch.randn(sum(counts), 3, generator=generator, dtype=torch.float64)
        rows[: counts[0]] += 2
        shares = rows.split(counts)
        means = torch.stack([part.mean(dim=0) for part in shares]).to(dtype)
        variances = torch.stack([part.var(dim=0, correction=0) for part in shares]).to(dtype)
        came = check.call(merged_statistics, counts, means, variances)
        wanted = [rows.mean(dim=0).to(dtype), rows.var(dim=0, correction=0).to(dtype)]
        check.close(came, wanted, rtol=2e-3, atol=1e-5, same_dtype=True)
    fine = oracle.some_shards([3, 1, 7], 4, generator, torch.float64)
    oracle.say_of_digits(check, merged_statistics, fine)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `nn.SyncBatchNorm` in place of batch norm, on GPUs. (On the way back it also adds up two sums over all
# workers; without them the gradient would still be that of a share.)
#
# Now look at both. One step on 64 digits: the gradient that two workers put together, against that of one worker with
# the whole batch. How far is it off, in proportion to its length? And the last two rows: what batch norm hands on, if
# each worker normalizes with its own statistics, or with yours of all.


# %% tags=["demo"]
def flat_gradient(model, X, y, reduction="mean"):
    """Return the gradient by all parameters as one tensor."""
    loss = F.cross_entropy(model(X), y, reduction=reduction)
    grads = torch.autograd.grad(loss, list(model.parameters()))
    return torch.cat([g.flatten() for g in grads])


def network(seed, batch_norm=False):
    """Return a network 64-64-10, with batch norm or without."""
    model = models.mlp([64, 64, 10], generator=torch.Generator().manual_seed(seed)).cpu()
    return model.insert(1, nn.BatchNorm1d(64)) if batch_norm else model


split = data.digits(0)
X_all, y_all = split.X_train.cpu(), split.y_train.cpu()


def how_far_off(
    seed, sizes=(32, 32), weigh=None, batch_norm=False, by_class=False, reduction="mean"
):
    """Return |gradient of the workers − gradient of the batch| / |gradient of the batch|."""
    rows = torch.randperm(len(X_all), generator=torch.Generator().manual_seed(seed))[:64]
    if by_class:
        rows = rows[y_all[rows].argsort()]
    X, y, model = X_all[rows], y_all[rows], network(seed, batch_norm)
    whole = flat_gradient(model, X, y)
    shares = zip(X.split(sizes), y.split(sizes), strict=True)
    parts = [flat_gradient(model, *share, reduction) for share in shares]
    together = oracle.mean_gradient(parts, weigh or [1] * len(parts))  # all 1: the mean of means
    return ((together - whole).norm() / whole.norm()).item()


def handed_on(seed, merged, sizes=(48, 16)):
    """Return how far what batch norm hands on is off, with each worker's statistics or merged."""
    rows = torch.randperm(len(X_all), generator=torch.Generator().manual_seed(seed))[:64]
    h = network(seed)[0](X_all[rows]).detach()
    shares = h.split(sizes)
    means = torch.stack([share.mean(dim=0) for share in shares])
    variances = torch.stack([share.var(dim=0, correction=0) for share in shares])
    own = list(zip(means, variances, strict=True))
    known = [oracle.merged_statistics(list(sizes), means, variances)] * 2 if merged else own
    wanted = F.batch_norm(h, None, None, training=True)
    parts = [F.batch_norm(x, mean, var) for x, (mean, var) in zip(shares, known, strict=True)]
    return ((torch.cat(parts) - wanted).norm() / wanted.norm()).item()


SETTINGS = {
    "equal shares": {},
    "48 + 16, mean of means": {"sizes": (48, 16)},
    "48 + 16, by size": {"sizes": (48, 16), "weigh": [48, 16]},
    "sums, averaged over the workers": {"reduction": "sum"},
    "batch norm, each its own": {"batch_norm": True},
    "batch norm, shares by class": {"batch_norm": True, "by_class": True},
}
seeds = range(runtime.scaled(10, fast=2))
off = {name: [how_far_off(seed, **how) for seed in seeds] for name, how in SETTINGS.items()}
off["handed on, own statistics"] = [handed_on(seed, merged=False) for seed in seeds]
off["handed on, merged statistics"] = [handed_on(seed, merged=True) for seed in seeds]
for name, found in off.items():
    print(
        f"{name:33} off by {statistics.median(found):8.2g} ({min(found):.2g} to {max(found):.2g})"
    )

# %% [markdown]
# Equal shares are the same to the last digits of float32, and so are unequal ones *if they are weighted*. The mean of
# means is off by a third, and it does not even look wrong: a training with it learns, too, only some examples count
# more than others. PyTorch's `DistributedDataParallel` computes it: it divides by the number of workers, whatever
# their shares.
#
# A sum averaged over two workers is 32 times too long, so off by 31, and the learning rate is in truth another one.
# Whether to sum or to average is the first thing to look up in a library (PyTorch's `all_reduce` adds).
#
# And batch norm is off by a fifth although all means are right, by twice as much if the shares are sorted by class:
# there each worker normalizes digits that are not those of the others. With your merged statistics, what it hands on
# is that of the whole batch, to the seventh digit.
#
# ## More than fits
#
# ### Exercise · One step, many pieces
# *3 points · 25 minutes · difficulty ●●○*
#
# A batch of 512 does not fit into memory, 32 examples at a time do. Then let one worker play many, one after another:
# `backward()` *adds* to `.grad`, so compute the gradients of 16 **micro-batches**, and make one step. This is called
# *gradient accumulation*.
#
# > **micro-batch**: the part of a batch that is computed at once; the gradients of several add up to that of the batch.
# >
# > **gradient accumulation**: adding up the gradients of several micro-batches before one step of the optimizer.
#
# `micro_batches` is a list of pairs (X, y). Each `group` of them, in their order, makes one step of the optimizer,
# and the step must be that of **one batch with all their examples**: of the mean over these. Micro-batches differ in
# size, so the mean of their means is another number. The last group may have fewer micro-batches; it makes a step as
# well. And since `backward()` adds, somebody must clear the gradients in between, once for each step.
#
# The first two lines of the function are given. The next cell has `Small`, a linear layer that starts from `state`
# and refuses to compute more rows at once than `room`, the size of the largest micro-batch. So joining them does not
# work.


# %% nbgrader={"grade_id": "small", "locked": true, "schema_version": 3}
class Small(nn.Linear):
    """A linear layer with given weights and room for few rows at once."""

    def __init__(self, state, room):
        num_out, num_in = state["weight"].shape
        super().__init__(num_in, num_out)
        self.load_state_dict(state)
        self.room = room

    def forward(self, X):
        if len(X) > self.room:
            raise MemoryError(f"there is room for {self.room} rows at once, not for {len(X)}")
        return super().forward(X)


# %% [markdown]
# <details><summary>Hint 1</summary>First count the examples of the group: <code>total = sum(len(y) for X, y in these)</code>.</details>
# <details><summary>Hint 2</summary><code>F.cross_entropy(model(X), y, reduction="sum") / total</code> is the part that a micro-batch has in the mean over the group. Call <code>backward()</code> on it.</details>
# <details><summary>Hint 3</summary><code>range(0, len(micro_batches), group)</code> has the beginnings of all groups, and a slice that goes beyond the end is just shorter.</details>


# %% nbgrader={"grade_id": "accumulated", "schema_version": 3, "solution": true}
def accumulated(
    state: dict, micro_batches: list[tuple[torch.Tensor, torch.Tensor]], group: int, lr: float
) -> dict[str, torch.Tensor]:
    """Return {"weight": ..., "bias": ...} after one step of the optimizer for each group.

    `state` has the float32 "weight" (num_classes, num_inputs) and "bias" (num_classes,) at the beginning. The loss is
    F.cross_entropy; each X (n, num_inputs) is float32, each y (n,) int64, n ≥ 1, and n differs. group ≥ 1; there may
    be fewer micro-batches than `group`. Nothing that is given is changed.
    """
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    ### BEGIN SOLUTION
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    ### END SOLUTION
    return {name: p.detach() for name, p in model.named_parameters()}


# %% nbgrader={"grade_id": "accumulated-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("One step, many pieces", points=3, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    check.agree(
        accumulated,
        oracle.accumulated,
        oracle.some_batches([5, 1, 12, 3, 8, 2, 6], 3, 0.4, generator),
        oracle.some_batches([2, 9, 4, 1], 2, 0.7, generator),
        oracle.some_batches([3, 10, 1], 5, 0.5, generator),
        oracle.some_batches([4, 1, 7], 1, 0.3, generator),
        mistakes=oracle.ACCUMULATED,
        rtol=1e-3,
        atol=1e-5,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Against PyTorch's SGD on the joined batches")
def _(check):
    generator = oracles.fresh_generator()
    for sizes, group in (([3, 8, 1, 20, 5], 2), ([6, 2, 11, 4, 1, 9, 3, 2], 4)):
        case = oracle.some_batches(sizes, group, 0.5, generator)
        check.agree(accumulated, oracle.joined, case, rtol=1e-3, atol=1e-5)


### END HIDDEN TESTS

# %% [markdown]
# Accumulation is data parallelism without the workers: the memory of a micro-batch, the gradient of a batch, and the
# time of the batch. What needs the whole gradient must wait for the sum: clipping stands after the last
# `backward()`, before the step. Batch norm cannot wait: it sees micro-batches, so with it accumulation is not the
# same.
#
# ### Exercise · Forget, and compute again
# *3 points · 50 minutes · difficulty ●●●*
#
# Even one example may be too much, if the network is deep. For the way back, autograd keeps what went into every
# layer: the memory grows with the number $L$ of layers. **Checkpointing** (Chen et al. 2016) keeps only what goes
# into each *segment* of layers. On the way back it computes a segment's inside **again** from there, goes back
# through it, and forgets it.
#
# > **checkpointing**: keeping only what goes into each segment of a network, and computing its inside again on the way back.
#
# With $k$ segments there are $k$ inputs to keep, and the inside of one segment, $L/k$. The sum $k + L/k$ is smallest
# at $k = \sqrt L$. The price is one forward pass more.
#
# Here a layer makes $\tanh(hW)$ of its input $h$, and the loss is the mean of the squares of the last output. Return
# the gradients of the loss by all weights. The given lines count how often a layer runs, and measure how many tensors
# as large as `x` autograd holds at once (`memory.Meter` does so, of `nblib`): layers must run no more than twice
# each, and no more may be held than a segment and three tensors besides, $L/k + 3$ (what you keep yourself, such as the
# inputs of segments, is not counted). Do it without `torch.utils.checkpoint`.
#
# 1. First pass, under `torch.no_grad()`: keep what goes into each segment, in a list.
# 2. Then, from the last segment to the first: start from its input, with `.detach().clone().requires_grad_()`, run its
#    layers, and send the gradient back through it. What arrives at its input goes into the segment in front of it.
#
# <details><summary>Hint 1</summary>The gradient of the mean of h² by h is <code>2 * h / h.numel()</code>: that goes into the last segment.</details>
# <details><summary>Hint 2</summary><code>torch.autograd.grad(h, [*these_weights, start], came)</code> returns the gradients by these weights and by the input, if <code>came</code> is the gradient by h.</details>
# <details><summary>Hint 3</summary>Put those of a segment in front of what has been found: <code>gradients = found + gradients</code>.</details>


# %% nbgrader={"grade_id": "checkpointed", "schema_version": 3, "solution": true}
def checkpointed(
    weights: list[torch.Tensor], x: torch.Tensor, num_segments: int
) -> tuple[list[torch.Tensor], int, float]:
    """Return (gradients of the loss by all weights, how often a layer ran, tensors held at most).

    `weights` are L matrices (d, d), `x` has shape (n, d), all float32; `num_segments` divides L, and is 2 or more. The
    gradients come in a list or a tuple, in the order and shapes of the weights. Nothing is changed. Call `layer(h, w)` for
    each layer, and set `gradients`. Source: Chen et al. (2016).
    """
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        ### BEGIN SOLUTION
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs), strict=True):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            gradients = found + gradients
        ### END SOLUTION
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% nbgrader={"grade_id": "checkpointed-test", "grade": true, "points": 3, "schema_version": 3}
@checks.exercise("Forget, and compute again", points=3, hidden=1)
def _(check):
    generator = torch.Generator().manual_seed(0)
    plays = [
        oracle.facts_of_checkpoints(*oracle.some_layers(num_layers, width, k, generator))
        for num_layers, width, k in ((12, 4, 4), (12, 3, 2), (16, 5, 8), (5, 3, 5))
    ]
    check.agree(checkpointed, oracle.checkpointed, *plays, mistakes=oracle.CHECKPOINTED)


### BEGIN HIDDEN TESTS
@checks.hidden("Other networks")
def _(check):
    generator = oracles.fresh_generator()
    for num_layers, width, k in ((15, 6, 5), (16, 2, 4)):
        case = oracle.some_layers(num_layers, width, k, generator)
        play = oracle.facts_of_checkpoints(*case)
        check.agree(checkpointed, oracle.checkpointed, play, rtol=1e-3)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `torch.utils.checkpoint.checkpoint(segment, h, use_reentrant=False)`, which also runs dropout with the
# same random numbers the second time.
#
# What does it save, and is it $\sqrt L$? 16 blocks, by the number of segments:

# %% tags=["demo"]
generator = torch.Generator().manual_seed(0)
blocks = [
    nn.Sequential(nn.Linear(128, 128), nn.GELU(), nn.Linear(128, 128), nn.GELU()) for _ in range(16)
]
X = torch.randn(256, 128, generator=generator)
held = {}
for k in (1, 2, 4, 8, 16):
    segment = nn.Sequential(*blocks[: 16 // k])
    with memory.Meter() as meter:
        output = segment(X)  # what autograd holds of one segment
    held[k] = (meter.most + (k - 1) * X.numel() * 4) / 1e6  # and what goes into the other ones
    print(f"segments: {k:2}, megabytes: {held[k]:.2f}")


def gradients_of(runs):
    """Return the gradients by all parameters of the mean square of what `runs(X)` returns."""
    parameters = [p for block in blocks for p in block.parameters()]
    return torch.autograd.grad(runs(X.clone().requires_grad_()).square().mean(), parameters)


def in_four_segments(h):
    for i in range(0, 16, 4):
        h = checkpoint(nn.Sequential(*blocks[i : i + 4]), h, use_reentrant=False)
    return h


pairs = zip(gradients_of(nn.Sequential(*blocks)), gradients_of(in_four_segments), strict=True)
alike = all(torch.equal(one, other) for one, other in pairs)
print("gradients with and without checkpoints the same, to the last bit:", "yes" if alike else "no")

# %% [markdown]
# With one segment, which is no checkpointing, it is 8.4 megabytes. The least is at 8 segments, with 2.0; at 4 and at
# 16 it is 2.5. It is not at $\sqrt{16} = 4$, since a block keeps more than its input: here four tensors (two of them
# are the outputs of its linear layers, which GELU needs, and two the inputs of these). With $c$ tensors a layer, $k +
# cL/k$ is smallest at $k = \sqrt{cL}$, here 8. The price is one more forward pass; a forward pass is about a third of
# the work of a step, since the way back computes twice as much (by the input, and by the weights). And the gradients
# are the same, to the last bit: nothing is approximated.
#
# ### Exercise · The pipeline
# *2 points · 30 minutes · difficulty ●●○*
#
# If even the weights do not fit, the network is cut: each worker has some layers, a **stage**, and hands its output
# on to the next. With one batch all but one would sit idle. So the batch is cut into $m$ micro-batches (Huang et al.
# 2019), and while stage 1 works on the second, stage 2 works on the first:
#
# - Each stage works on one micro-batch at a time, and takes them in the order 0, 1, …, m − 1. Stage $s$ starts forward on
#   micro-batch $j$ as soon as it is free and stage $s-1$ is done with $j$.
# - When the last stage has done *all* of them forward, the way back begins there: again 0, 1, …, m − 1, and stage $s$ starts back on
#   $j$ as soon as it is free and stage $s+1$ is done with it. (A stage is free for this when it has done all its work forward.)
#
# `forward[s]` and `backward[s]` are the times that stage $s$ needs for one micro-batch; to send takes no time. Return
# the time until all is done, and the share of the stages' time that is idle: $p$ stages have $p$ times that time, and
# all that is not work is the **bubble**.
#
# > **pipeline bubble**: the time in which the stages of a pipeline wait for each other, or its share of all their time.
#
# Two stages, three micro-batches, each taking 1 forward and 2 back; dots are idle, 6 of 24:
#
# ```
# stage 0   0 1 2 . . . 0 0 1 1 2 2
# stage 1   . 0 1 2 0 0 1 1 2 2 . .
# ```
#
# With $p$ equal stages it is $(p-1)/(m+p-1)$: each stage works $m$ times and waits $p-1$ times. Here they may differ;
# follow each micro-batch from stage to stage.
#
# <details><summary>Hint 1</summary>Micro-batch j is done on stage s at <code>max(done[s-1][j], done[s][j-1]) + forward[s]</code>, where what does not exist counts 0. Two loops.</details>
# <details><summary>Hint 2</summary>One list is enough: <code>free[s]</code>, the time at which stage s becomes free; a clock goes along with each micro-batch: <code>clock = free[s] = max(clock, free[s]) + forward[s]</code>.</details>
# <details><summary>Hint 3</summary>The way back goes on with the same list <code>free</code>, through <code>reversed(range(p))</code>, and the clock of each micro-batch starts at 0: the last stage is not free before it is done.</details>


# %% nbgrader={"grade_id": "pipeline", "schema_version": 3, "solution": true}
def pipeline(forward: list[float], backward: list[float], num_micro: int) -> tuple[float, float]:
    """Return (time until all is done, share of the stages' time that is idle).

    `forward` and `backward` have a time > 0 for each of p ≥ 1 stages, `num_micro` ≥ 1 is m. Nothing is changed.
    """
    ### BEGIN SOLUTION
    p = len(forward)
    free = [0.0] * p
    for order, times in ((range(p), forward), (reversed(range(p)), backward)):
        stages = list(order)
        for _ in range(num_micro):
            clock = 0.0
            for s in stages:
                clock = free[s] = max(clock, free[s]) + times[s]
    total = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return total, 1 - work / (p * total)
    ### END SOLUTION


# %% nbgrader={"grade_id": "pipeline-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("The pipeline", points=2, hidden=1)
def _(check):
    check.agree(
        pipeline,
        oracle.pipeline,
        ([1.0, 3.0, 2.0], [2.0, 4.0, 5.0], 4),
        ([2.0, 1.0], [3.0, 2.5], 3),
        ([1.0] * 4, [2.0] * 4, 4),
        ([1.5, 0.5, 1.0, 0.25], [2.0, 3.0, 1.0, 1.5], 1),
        ([2.0], [3.0], 5),
        mistakes=oracle.PIPELINE,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other stages, task by task")
def _(check):
    generator = oracles.fresh_generator()
    for num_stages, num_micro in ((5, 7), (3, 2), (2, 20)):
        stages = oracle.some_stages(num_stages, generator)
        check.agree(pipeline, oracle.scheduled, (*stages, num_micro))


### END HIDDEN TESTS

# %% tags=["demo"]
bubbles = {}
print("stages  micro-batches   idle   by the formula")
for p, m in ((4, 1), (4, 4), (4, 16), (8, 8), (8, 64)):
    bubbles[p, m] = oracle.pipeline([1.0] * p, [2.0] * p, m)[1]
    print(f"{p:6}{m:15}{bubbles[p, m]:7.3f}{(p - 1) / (m + p - 1):17.3f}")
lame = oracle.pipeline([1.0, 1.0, 2.0, 1.0], [2.0, 2.0, 4.0, 2.0], 16)[1]
print(f"four stages, 16 micro-batches, one stage twice as slow: {lame:.3f}")

# %% [markdown]
# Without micro-batches four stages are idle for three quarters of the time: four machines, and the speed of one. With
# 16 it is 0.158. And one stage that is twice as slow brings it back to 0.429: the others wait for it with every
# micro-batch. To cut a network is to balance it.
#
# ## Sixteen bits
#
# Numbers of 16 bits take half the memory and half the time to send, and on GPUs with units for them the matrix
# products take a fraction of the time. {{Training_strategies}} has seen what bfloat16 loses: small *steps*. Its cure
# was to round by lot; the usual one is to keep a second copy of the weights, in float32, the **master weights**.
# float16 has another fault. It has more digits, and ends soon: its largest number is 65,504, and above comes infinity;
# its smallest is $2^{-24} \approx 6\cdot10^{-8}$, and what is half of it or less becomes 0. Gradients are small.
#
# > **master weights**: a copy of the weights in float32, to which the steps are added; the network computes with a copy of it in 16 bits.
# >
# > **underflow**: a number that is too small for its format becomes 0.
#
# How many gradients of a network, by its hidden outputs for each example, would be 0 in float16?


# %% tags=["demo"]
def trained(num_steps):
    """Return a network 64-64-10 after so many steps of Adam on batches of 64 digits."""
    model, generator = network(0), torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(num_steps):
        rows = torch.randint(len(X_all), (64,), generator=generator)
        optimizer.zero_grad()
        F.cross_entropy(model(X_all[rows]), y_all[rows]).backward()
        optimizer.step()
    return model


lost, lost_length = {}, {}
print("0 in float16, at the scale                 1      256   65,536  bfloat16")
for num_steps in (0, 100, runtime.scaled(1000, fast=200)):
    first, relu, last = trained(num_steps)
    hidden = first(X_all[:512]).detach().requires_grad_()
    loss = F.cross_entropy(last(relu(hidden)), y_all[:512])
    by_hidden, by_weights = torch.autograd.grad(loss, [hidden, last.weight])
    for name, g in (("hidden outputs", by_hidden), ("weights", by_weights)):
        g = g[g != 0]  # a unit that is off has a gradient of 0 anyway
        shares = [((g * scale).half() == 0).double().mean().item() for scale in (1, 2**8, 2**16)]
        shares.append((g.bfloat16() == 0).double().mean().item())
        lost[num_steps, name] = shares
        lost_length[num_steps, name] = (g[g.half() == 0].norm() / g.norm()).item()
        cells = [f"{s:8.1%}" for s in shares]
        print(f"after {num_steps:5,} steps, by {name:14}", *cells[:3], f" {cells[3]}")
share = lost_length[num_steps, "hidden outputs"]
print(f"lost at the scale 1 in the end: {share:.1%} of the length of the gradient")

# %% [markdown]
# At the start nothing is lost. After 1,000 steps, when the network is right and sure on most examples, **46 % of
# these gradients are 0 in float16**. A frightening number, and harmless: they belong to examples that are right
# already, and together they are 0.2 % of the length of the gradient. A scale of 256 saves most of them, one of 65,536
# nearly all. In bfloat16, which reaches as far down as float32, no scale is needed. The gradients of the weights, sums
# over 512 examples, are large enough throughout; what vanishes, vanishes on the way to them. It does harm where *all*
# gradients are as small.
#
# The cure is as simple as it is odd: multiply the loss by a large number, the **loss scale** (Micikevicius et al.
# 2018). All gradients grow with it. Once they are in float32 again, divide.
#
# > **loss scale**: the number by which the loss is multiplied before the way back in float16, and by which the gradients are divided afterwards.
#
# ### Exercise · A scale that finds itself
# *3 points · 45 minutes · difficulty ●●●*
#
# Which scale? The largest one with which nothing becomes infinite; and it changes while the network learns. So try:
# make it larger, and if something overflows, skip the step and make it smaller. Write `num_steps` attempts. In each:
#
# 1. Ask for the gradient: `gradient(w16, scale)`, once for each attempt (it takes the next batch, too), with the weights **in float16**. It returns the gradient of the *scaled* loss, a float16
#    tensor.
# 2. If an entry is not finite, ±infinity or NaN: skip the step, and halve the scale.
# 3. Otherwise: make it float32, **then** divide by the scale, **then** clip: if its norm, the root of the sum of squares, is
#    above `max_norm`, multiply it by `max_norm / norm`. And step: $w \leftarrow w - \eta g$, in float32.
# 4. After `patience` good steps *in a row* since the start, the last overflow or the last doubling, double the scale for the next attempt.
#
# Return the weights and the list of the scales that the attempts used. (The order in 3 is where people go wrong: to
# clip what is still scaled makes nearly nothing of it; to divide in float16 makes 0 of what the scale had saved.)
#
# <details><summary>Hint 1</summary><code>g = gradient(w.half(), scale)</code>, and <code>g.isfinite().all()</code>. The w that is stepped stays float32.</details>
# <details><summary>Hint 2</summary>A number <code>good</code> counts good steps: 0 after an overflow, 0 after a doubling.</details>


# %% nbgrader={"grade_id": "scaled", "schema_version": 3, "solution": true}
def scaled_steps(
    w: torch.Tensor,
    gradient,
    lr: float,
    scale: float,
    patience: int,
    num_steps: int,
    max_norm: float,
) -> tuple[torch.Tensor, list[float]]:
    """Return (weights after all attempts, the scale that each attempt used).

    `w` is float32, of shape (d,), and is not changed. `gradient(w16, scale)` takes float16 weights and a float and returns
    a float16 tensor of shape (d,), which may hold infinities or NaN. `scale` > 0 is that of the first attempt; patience ≥ 1,
    num_steps ≥ 1, max_norm > 0. The weights come in float32. Source: Micikevicius et al. (2018).
    """
    ### BEGIN SOLUTION
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales
    ### END SOLUTION


# %% nbgrader={"grade_id": "scaled-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A scale that finds itself: the steps", points=2, hidden=1)
def _(check):
    steep, target = torch.tensor([1.0, 0.3, 2.0]), torch.tensor([0.5, -2.0, 1.5])
    w = torch.tensor([3.0, 1.0, -1.0])
    check.agree(
        scaled_steps,
        oracle.scaled_steps,
        (w, oracle.bowl(steep, target, 1e-7), 2e6, 2.0**16, 99, 6, 2e-7),
        (w, oracle.bowl(steep, target, 1e-7), 2e3, 2.0**16, 99, 30, 1e9),
        (w.flip(0), oracle.bowl(steep, target, 1e-4), 2e3, 2.0**7, 50, 5, 3e-4),
        mistakes=oracle.STEPS,
        rtol=1e-3,
        atol=3e-4,
        same_dtype=True,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other gradients")
def _(check):
    generator = oracles.fresh_generator()
    for lr, num_steps, max_norm in ((1e6, 7, 5e-7), (3e3, 25, 1.0)):
        steep, target, w = 1 + torch.rand(3, 4, generator=generator)
        bowl = oracle.bowl(steep, -target, 1e-7)
        case = (w, bowl, lr, 2.0**15, 99, num_steps, max_norm)
        check.agree(scaled_steps, oracle.scaled_steps, case, rtol=1e-3, atol=3e-4, same_dtype=True)


### END HIDDEN TESTS


# %% nbgrader={"grade_id": "scaled-test-2", "grade": true, "points": 1, "schema_version": 3}
@checks.exercise("A scale that finds itself: the scale", points=1, hidden=1)
def _(check):
    bowl, hill = oracle.bowl, oracle.bowl(torch.tensor([-1.0, -0.2]), torch.zeros(2), 1.0)
    steep, target = torch.tensor([1.0, 0.01, 3.0]), torch.tensor([0.5, -2.0, 1.5])
    w = torch.tensor([3.0, 1.0, -1.0])
    check.agree(
        scaled_steps,
        oracle.scaled_steps,
        (w, bowl(steep, target, 1e-2), 10.0, 2.0**20, 2, 12, 1.0),
        (w, bowl(steep, target, 1e-2), 10.0, 2.0**30, 3, 14, 1.0),
        (w[:2], hill, 0.25, 2.0**13, 5, 16, 1e3),
        (w, bowl(steep, target, 1e-4), 100.0, 4.0, 1, 9, 1.0),
        (w, bowl(steep, target, 1e-2, differences=True), 10.0, 2.0**23, 2, 10, 1.0),
        oracle.facts_of_asking(w, bowl(steep, target, 1e-2), 10.0, 2.0**20, 2, 6, 1.0),
        mistakes=oracle.SCALED,
        rtol=1e-3,
        atol=1e-3,
    )


### BEGIN HIDDEN TESTS
@checks.hidden("Other scales")
def _(check):
    generator = oracles.fresh_generator()
    for exponent, patience in ((24, 4), (26, 2), (28, 1)):
        steep, target, w = 1 + torch.rand(3, 4, generator=generator)
        bowl = oracle.bowl(steep, -target, 1e-2, differences=patience == 2)
        case = (w, bowl, 8.0, 2.0**exponent, patience, 15, 1.0)
        check.agree(scaled_steps, oracle.scaled_steps, case, rtol=1e-3, atol=1e-3)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `torch.amp.GradScaler`, which begins at 65,536, with a patience of 2,000, and whose `unscale_` stands
# before clipping, and `torch.autocast`, which keeps the weights in float32 and computes matrix products in 16 bits.
# (So with it only what is kept for the way back is half as large; weights and their gradients stay in float32.)
#
# Does it matter in a whole training? Here is one whose loss has been multiplied by 0.000001, as the small weight of one
# loss among several does, and one with 0.001. The rate is larger in return, so that in exact numbers nothing would
# change.


# %% tags=["demo"]
def half_training(seed, dtype, scale=1.0, master=False, weight=1.0, num_steps=200):
    """Train on 1,200 digits; return the last training loss and the accuracy on unseen digits.

    What is computed has the given dtype. With `master`, steps are added to a float32 copy.
    """
    lr = 0.2 / weight
    model, generator = network(seed).to(dtype), torch.Generator().manual_seed(seed)
    kept = [p.detach().float() if master else p.detach().clone() for p in model.parameters()]
    for _ in range(num_steps):
        rows = torch.randint(1200, (64,), generator=generator)
        logits = model(X_all[rows].to(dtype)).float()
        loss = F.cross_entropy(logits, y_all[rows]) * (weight * scale)
        grads = torch.autograd.grad(loss, list(model.parameters()))
        for w, g, p in zip(kept, grads, model.parameters(), strict=True):
            w -= (lr / scale * g.float()).to(w.dtype)
            p.data.copy_(w)
    with torch.no_grad():
        loss = F.cross_entropy(model(X_all[:1200].to(dtype)).float(), y_all[:1200]).item()
        right = model(split.X_test.cpu().to(dtype)).argmax(dim=1) == split.y_test.cpu()
    return loss, right.double().mean().item()


WAYS = {
    "float32": (torch.float32, 1.0, False),
    "float16": (torch.float16, 1.0, False),
    "float16, master weights": (torch.float16, 1.0, True),
    "float16, master weights, scale 2¹⁴": (torch.float16, 2.0**14, True),
    "bfloat16": (torch.bfloat16, 1.0, False),
    "bfloat16, master weights": (torch.bfloat16, 1.0, True),
}
halves = {}
seeds = range(runtime.scaled(3, fast=1))
for weight in (1e-6, 1e-3):
    print(f"loss times {weight:f}".rstrip("0"))
    for name, how in WAYS.items():
        if weight > 1e-6 and how[0] != torch.float16:
            continue  # the same again
        runs = [half_training(seed, *how, weight=weight) for seed in seeds]
        halves[weight, name] = [statistics.median(column) for column in zip(*runs, strict=True)]
        loss, accuracy = halves[weight, name]
        print(f"   {name:35} loss {loss:.3f}, unseen right: {accuracy:.3f}")

# %% [markdown]
# With the small loss, float16 **has learned nothing**: 2.33 is the loss before the first step. Master weights alone
# change nothing: the gradients are gone before they arrive. With a scale it is float32 again, to the second digit.
# **It flips** with the loss multiplied by 0.001: there float16 needs no scale. bfloat16 needs none here; and master
# weights hardly matter in so short a training, since its steps are large ({{training_strategies}} has one where they
# are small).
#
# ### A scale that is found
#
# A scale of $2^{14}$ had to be known. Your function finds one: here it trains on the same small loss.


# %% tags=["demo"]
def small_loss(seed, weight=1e-6):
    """Return gradient(w16, scale) of a network on batches of 64 digits, all in float16."""
    net, generator = network(seed).half(), torch.Generator().manual_seed(seed)

    def gradient(w16, scale):
        nn.utils.vector_to_parameters(w16, net.parameters())
        rows = torch.randint(1200, (64,), generator=generator)
        logits = net(X_all[rows].half()).float()
        loss = F.cross_entropy(logits, y_all[rows]) * (weight * scale)
        parts = torch.autograd.grad(loss, list(net.parameters()))
        return torch.cat([g.flatten() for g in parts])

    return gradient


net = network(0)
start = nn.utils.parameters_to_vector(net.parameters()).detach()
w, used = oracle.scaled_steps(
    start, small_loss(0), 2e5, 2.0**16, 5, runtime.scaled(400, fast=40), 1.0
)
nn.utils.vector_to_parameters(w, net.parameters())
skipped = sum(after < before for before, after in itertools.pairwise(used))
print("log₂ of the scale, every 20th attempt:", *[round(math.log2(scale)) for scale in used[::20]])
with torch.no_grad():
    found_loss = F.cross_entropy(net(X_all[:1200]), y_all[:1200]).item()
print(f"skipped: {skipped} of {len(used)}, training loss {found_loss:.3f}")
plain = half_training(0, torch.float32, weight=1e-6, num_steps=len(used))[0]
print(f"float32, as many steps: {plain:.3f}")

# %% [markdown]
# It climbs until something overflows, at about $2^{40}$, and stays there, at the price of one step in ten that is
# skipped: doubling after every fifth step tries often (hence the 2,000 of `GradScaler`). For that the loss is 0.036,
# in place of the 0.030 that float32 has after as many steps.
#
# On a GPU with units for 16 bits this is also faster. How much, the next cell measures, if there is one. A GPU works
# **asynchronously**: Python hands it the work and goes on, before anything has been computed. So a clock without
# `synchronize` measures the handing over. (*Pinned* memory is memory that the system never moves, so that the GPU can
# fetch from it by itself.)

# %% tags=["demo"]
if torch.cuda.is_available():
    A = torch.randn(4096, 4096, device="cuda")
    for dtype in (torch.float32, torch.float16, torch.bfloat16):
        B = A.to(dtype)
        B @ B  # the first time, libraries are loaded
        torch.cuda.synchronize()
        start = time.perf_counter()
        for _ in range(20):
            B @ B
        handed_over = time.perf_counter() - start
        torch.cuda.synchronize()
        done = time.perf_counter() - start
        print(
            f"{dtype}: handed over after {1e3 * handed_over:.1f} ms, done after {1e3 * done:.1f} ms"
        )
    for name, tensor in (("plain", A.cpu()), ("pinned", A.cpu().pin_memory())):
        torch.cuda.synchronize()
        start = time.perf_counter()
        tensor.to("cuda", non_blocking=True)
        torch.cuda.synchronize()
        took = time.perf_counter() - start
        print(f"{name} memory to the GPU: {tensor.numel() * 4 / took / 1e9:.1f} gigabytes a second")
else:
    print("There is no CUDA GPU here, so there is nothing to measure.")

# %% [markdown]
# ## Feeding it
#
# ### Exercise · A buffer that shuffles
# *2 points · 20 minutes · difficulty ●●○*
#
# Data that are too large for the memory come as a stream, in the order in which they are stored. SGD needs them in an
# order by lot. A **shuffle buffer** holds `size` items: it fills up from the stream; then, again and again, one item
# of the buffer, chosen by lot each time, goes out, and the next one of the stream comes in. When the stream ends, the
# rest comes out, by lot as well: each order of it is equally likely.
#
# > **shuffle buffer**: a part of a stream that is held in memory, from which each next item is drawn by lot.
#
# `items` is a list here, but act as if it were a stream: when the output with index $p$ (from 0) is chosen, only the
# first $p$ + `size` items may have been read. Each item in the full buffer must be equally likely. All randomness
# comes from `generator`.
#
# <details><summary>Hint 1</summary><code>int(torch.randint(len(buffer), (), generator=generator))</code> is a place in the buffer.</details>
# <details><summary>Hint 2</summary><code>buffer.pop(place)</code> takes the item at this place out, and <code>torch.randperm(len(buffer), generator=generator)</code> orders the rest.</details>


# %% nbgrader={"grade_id": "shuffled", "schema_version": 3, "solution": true}
def shuffled(items: list[int], size: int, generator: torch.Generator) -> list[int]:
    """Return all items, each once, in the order in which they come out of a shuffle buffer.

    `items` has 1 item or more and is not changed; 1 ≤ `size` ≤ len(items), and with `size` 1 the order stays.
    All randomness comes from `generator`; it goes on from where it is.
    """
    ### BEGIN SOLUTION
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(size, (), generator=generator))
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]
    ### END SOLUTION


# %% nbgrader={"grade_id": "shuffled-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("A buffer that shuffles", points=2, hidden=1)
def _(check):
    plays = [oracle.facts_of_buffer(16, 4, 0), oracle.facts_of_buffer(10, 3, 1000)]
    oracle.say_of_buffer(check, shuffled, *plays)
    check.agree(shuffled, oracle.shuffled, *plays, mistakes=oracle.BUFFER)
    check.agree(shuffled, oracle.shuffled, ([7, 3, 9], 1, torch.Generator()))


### BEGIN HIDDEN TESTS
@checks.hidden("Other streams")
def _(check):
    seed = int(torch.randint(2**40, (), generator=oracles.fresh_generator()))
    check.agree(shuffled, oracle.shuffled, oracle.facts_of_buffer(13, 5, seed))


### END HIDDEN TESTS

# %% [markdown]
# How large must a buffer be? 1,200 digits are stored sorted by class, first all zeros, then all ones, and are streamed
# once or several times.

# %% tags=["demo"]
by_class = y_all[:1200].argsort(stable=True)
X_sorted, y_sorted = X_all[:1200][by_class], y_all[:1200][by_class]
X_new, y_new = split.X_test.cpu(), split.y_test.cpu()


def streamed(size, seed, num_epochs, lr):
    """Train on the sorted digits through a buffer; return accuracy and classes in a batch."""
    model, generator = network(seed), torch.Generator().manual_seed(seed)
    optimizer, kinds = torch.optim.SGD(model.parameters(), lr=lr), []
    for _ in range(num_epochs):
        order = torch.tensor(oracle.shuffled(list(range(1200)), size, generator))
        for rows in order.split(32):
            optimizer.zero_grad()
            F.cross_entropy(model(X_sorted[rows]), y_sorted[rows]).backward()
            optimizer.step()
            kinds.append(len(y_sorted[rows].unique()))
    with torch.no_grad():
        accuracy = (model(X_new).argmax(dim=1) == y_new).double().mean().item()
    return accuracy, statistics.fmean(kinds)


buffered = {}
rows = [
    ("buffer", "classes in a batch", "once, rate 0.3", "5 times, rate 0.3", "20 times, rate 0.02")
]
for size in runtime.progress((1, 32, 128, 400, 1200), "buffers"):
    texts = []
    for num_epochs, lr in ((1, 0.3), (5, 0.3), (20, 0.02)):
        seeds = range(runtime.scaled(3, fast=1))
        found = [streamed(size, seed, num_epochs, lr) for seed in seeds]
        scores = [accuracy for accuracy, _ in found]
        buffered[size, num_epochs] = scores, found[0][1]
        texts.append(f"{statistics.median(scores):.2f} ({min(scores):.2f} to {max(scores):.2f})")
    rows.append((f"{size:,}", f"{buffered[size, 1][1]:.1f}", *texts))
print("unseen digits right, after so many passes over the sorted digits:")
for row in rows:
    print("{:>6}{:>20}{:>22}{:>22}{:>22}".format(*row))

# %% [markdown]
# In one pass a buffer of 32, a whole batch, is as bad as none: 0.36 of new digits are right, with a full buffer 0.93.
# With 128, a tenth of the data, it is 0.51: the classes come in runs of about 120, so a batch has about four of the
# ten. **It flips** with more passes: five at the same rate lift "no buffer" to 0.94, and a full one is still ahead,
# with 0.97. Twenty passes at a small rate end at 0.94 or 0.95 with any buffer: then a pass is nearly one step on all
# the data, and the order within it hardly matters.
#
# There is a cheap remedy: mix once when the data are *stored*, cut them into many files, and read the files in another
# order in each epoch; then a small buffer is enough.
#
# ### Exercise · Everybody's share
# *2 points · 15 minutes · difficulty ●●○*
#
# In data parallel training each worker reads its own **shard** of the data, and nobody tells it which: it must find
# out by itself, from its `rank`, and all must come to shards that fit together. So all make the *same* random order,
# from `seed` and `epoch`, and each takes its part.
#
# > **shard**: the part of the data that one worker reads, or one of the files into which they are cut.
#
# Return the indices that worker `rank` reads in this epoch, in the order in which it reads them, such that
#
# - all shards are equally long (or those with a longer one would wait for the others in the all-reduce, until a time-out ends
#   the training). If the workers do not divide the items, a few items come twice, as few as possible, and none three times;
# - together the shards have all items;
# - each epoch has another order of all items, by lot: a worker gets other items, not only its own in another order. Another
#   seed has another order, too. The same numbers give the same shard again, for ever, also in another process (Python's `hash`
#   of a text does not).
#
# <details><summary>Hint 1</summary>One generator for all: <code>torch.Generator().manual_seed(1000 * seed + epoch)</code>, then <code>torch.randperm</code>.</details>
# <details><summary>Hint 2</summary><code>-num_items % num_workers</code> is how many are missing; <code>order + order[:missing]</code> fills up, and <code>[rank::num_workers]</code> takes every num_workers-th, from rank on.</details>


# %% nbgrader={"grade_id": "shard", "schema_version": 3, "solution": true}
def my_shard(num_items: int, rank: int, num_workers: int, epoch: int, seed: int) -> list[int]:
    """Return the indices, from 0 to num_items − 1, that worker `rank` reads in this epoch, in order.

    0 ≤ `rank` < `num_workers` ≤ `num_items`; 0 ≤ `epoch` < 1,000 and 0 ≤ `seed` < 1,000,000. All randomness comes from a
    generator that is seeded with `seed` and `epoch`.
    """
    ### BEGIN SOLUTION
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return order[rank::num_workers]
    ### END SOLUTION


# %% nbgrader={"grade_id": "shard-test", "grade": true, "points": 2, "schema_version": 3}
@checks.exercise("Everybody's share", points=2, hidden=1)
def _(check):
    plays = [
        oracle.facts_of_shards(40, 4, 3),
        oracle.facts_of_shards(41, 3, 50),
        oracle.facts_of_shards(30, 1, 8),
        oracle.facts_of_shards(25, 8, 5),
    ]
    oracle.say_of_shards(check, my_shard, *plays)
    check.agree(my_shard, oracle.my_shard, *plays, mistakes=oracle.SHARDS)


### BEGIN HIDDEN TESTS
@checks.hidden("Other numbers")
def _(check):
    generator = oracles.fresh_generator()
    for num_items, num_workers in ((53, 7), (64, 8), (37, 10)):
        seed = int(torch.randint(10**5, (), generator=generator))
        play = oracle.facts_of_shards(num_items, num_workers, seed)
        check.agree(my_shard, oracle.my_shard, play)


### END HIDDEN TESTS

# %% [markdown]
# From now on: `torch.utils.data.DistributedSampler`, and its `set_epoch`, which people forget: then each epoch has the
# same order. (Its seed is seed + epoch, so that runs with neighbouring seeds share orders.)
#
# Now all of it at once: `workers.run` starts four workers, each with its own network and shards. Inside a worker the
# ring is called as you wrote it, with `comm`.


# %% tags=["demo"]
def train_together(comm):
    """Train three epochs on this worker's shards of 1,200 digits; return all weights."""
    net = network(0)
    for epoch in range(3):
        mine = torch.tensor(oracle.my_shard(1200, comm.rank, comm.size, epoch, seed=0))
        for rows in mine.split(64 // comm.size):
            g = flat_gradient(net, X_all[rows], y_all[rows])
            g = oracle.ring_all_reduce(comm, g) / comm.size
            w = nn.utils.parameters_to_vector(net.parameters()).detach()
            nn.utils.vector_to_parameters(w - 0.5 * g, net.parameters())
    return nn.utils.parameters_to_vector(net.parameters()).detach()


(alone,), four = workers.run(train_together, 1), workers.run(train_together, 4)
drift = ((four[0] - alone).norm() / alone.norm()).item()
same = all(torch.equal(four[0], weights) for weights in four)
print("the four networks alike to the last bit:", "yes" if same else "no")
print(f"off from that of one worker with the whole batches by {drift:.2g} of its length")

# %% [markdown]
# After 57 steps the four have the same network, and it is that of one worker, but for the last digits. (So it is if
# `[rank::num_workers]` gives out the shards: then the workers' batches together are those of the one. Another way gives
# out other batches, and another network, as good.)
#
# ### Is the loader the bottleneck?
#
# Data come off a disk, are decoded, and made into tensors. A loader of its own, or several, may do that *ahead*, while
# the training computes.
#
# > **prefetch**: to load the next items while the present one is still being used.
#
# What a loader costs depends on the machine; when a training *waits* for it does not. So here are loaders whose cost
# is known, on a clock that counts: loading a batch takes so many milliseconds, a step 10. And beside it the same with
# real threads that sleep as long, by your machine's clock.


# %% tags=["demo"]
def counted(loads, compute, loaders, ahead=4):
    """Return when the last step is done, on a clock that counts milliseconds.

    The loaders take the batches in order; batch i is asked for when step i − `ahead` begins.
    Without a loader of its own, the training loads each batch itself, when it needs it.
    """
    free, begun, clock = [0.0] * loaders, [], 0.0
    for i, load in enumerate(loads):
        if loaders:
            asked = begun[i - ahead] if i >= ahead else 0.0
            k = free.index(min(free))
            free[k] = max(free[k], asked) + load
            clock = max(clock, free[k])
        else:
            clock += load
        begun.append(clock)
        clock += compute
    return clock


def slept(loads, compute, loaders, ahead=4):
    """Return the same as measured here, with threads that sleep in place of loading."""
    start = time.perf_counter()
    with futures.ThreadPoolExecutor(max(loaders, 1)) as pool:
        jobs = [pool.submit(time.sleep, load / 1e3) for load in loads[: ahead if loaders else 0]]
        for i, load in enumerate(loads):
            if loaders:
                jobs[i].result()
                jobs += [pool.submit(time.sleep, x / 1e3) for x in loads[i + ahead :][:1]]
            else:
                time.sleep(load / 1e3)
            time.sleep(compute / 1e3)
    return 1e3 * (time.perf_counter() - start)


UNEVEN = ([3] * 9 + [33]) * 20  # 6 on average: one batch of ten is eleven times as large
LOADERS = {  # milliseconds to load each batch, loaders, batches ahead
    "6 ms, no loader of its own": ([6] * 200, 0, 1),
    "6 ms, one loader": ([6] * 200, 1, 4),
    "30 ms, one loader": ([30] * 200, 1, 4),
    "30 ms, two loaders": ([30] * 200, 2, 4),
    "30 ms, four loaders": ([30] * 200, 4, 8),
    "6 ms on average, one ahead": (UNEVEN, 1, 1),
    "6 ms on average, eight ahead": (UNEVEN, 1, 8),
}
waits = {}
print("a step computes for 10 ms; the training waits    counted   threads, here and now")
for name, (loads, loaders, ahead) in LOADERS.items():
    waits[name] = 1 - 10 * len(loads) / counted(loads, 10, loaders, ahead)
    here = 1 - 10 * 30 / slept(loads[:30], 10, loaders, ahead)
    print(f"   {name:40}{waits[name]:12.0%}{here:24.0%}")
gained = {}
for loaders in (2, 4, 8):
    gained[loaders] = counted([30] * 200, 10, loaders, 16) / counted([30] * 200, 5, loaders, 16)
    print(
        f"30 ms, {loaders} loaders: a GPU twice as fast makes it {gained[loaders]:.2f} times as fast"
    )

# %% [markdown]
# **Loading is quicker than computing in the first row, and yet the training waits for more than a third of the time**,
# 38 %: it loads when it needs the batch, and all stand still. That is what PyTorch's `DataLoader` does unless you give
# it `num_workers`. One loader that loads ahead, and the wait is gone. Where loading takes longer than computing, one is
# not enough: the training waits while
#
# $$\frac{\text{time to load a batch}}{\text{number of loaders}} > \text{time of a step} ,$$
#
# with one loader for 67 % of the time, with two for 34 %, with four for next to nothing (the first batch). And a mean is
# not enough either: where one batch in ten is large, the training waits for 19 % of the time with one batch ahead, and
# no longer with eight, which bridge the large one.
# Then new machines do not help: with two loaders a GPU twice as fast gains *nothing*, 1.00.
#
# (The threads of the last column sleep a little longer than they are told, on a busy machine much longer, and of their
# 30 batches the first counts more; only the counted column is the same everywhere.) The test for a loader of your own: time the loop *without computing*, then
# *without loading*, on the same batch again and again (Mohan et al. 2021). If the whole training takes as long as
# without loading, leave the loader alone; if as without computing, it is the bottleneck.
#
# And what does the loader wait for? Often for bytes, and these can be made fewer: what is stored need not be what is
# computed with. A thousand letters, drawn in black and white, and as many pictures of noise:

# %% tags=["demo"]
import zlib

from nblib.data import glyphs

import numpy as np

letters = glyphs.bitmaps("ABCDEFGHIJ", 100)[0].cpu()  # (1000, 32, 32) bool
noise = torch.rand(letters.shape, generator=torch.Generator().manual_seed(0)) < 0.5
FORMATS = {  # how a picture is written, and how its bytes are read again
    "float32": (lambda x: x.float().numpy().tobytes(), lambda b: np.frombuffer(b, np.float32)),
    "uint8": (lambda x: x.byte().numpy().tobytes(), lambda b: np.frombuffer(b, np.uint8)),
    "uint8, deflated": (
        lambda x: zlib.compress(x.byte().numpy().tobytes()),
        lambda b: np.frombuffer(zlib.decompress(b), np.uint8),
    ),
}
stored = {}
print("bytes of a picture    letter   noise   1,000 letters: ms at 100 MB/s   ms to unpack here")
for name, (write, read) in FORMATS.items():
    files = [write(letter) for letter in letters]
    stored[name] = sum(map(len, files)) / 1000, sum(len(write(x)) for x in noise) / 1000
    start = time.perf_counter()
    for content in files:
        torch.tensor(read(content), dtype=torch.float32)
    here = 1e3 * (time.perf_counter() - start)
    letter, by_lot = stored[name]
    print(f"{name:18}{letter:10,.0f}{by_lot:8,.0f}{letter * 1e6 / 1e8:32.1f}{here:20.1f}")

# %% [markdown]
# A byte for each pixel in place of a float is a quarter, and *deflated*, as in a zip file, a letter takes 110 bytes, a
# 37th. (Noise takes 211: where little repeats, less is gained.) A disk of 100 megabytes a second delivers a thousand
# letters in 41 ms as floats, and in 1.1 ms packed. But unpacking takes time as well, the last column. So compression
# helps a loader that waits for the disk or the network, and hurts one whose processor has no time left.
#
# ## The experiment
#
# Is a bigger batch the same training, only faster? For each batch size we take the best learning rate of a grid, a factor
# $\sqrt2$ apart, and count the steps until the loss on the 1,200 training digits is 0.1. (All rates and seeds are trained
# side by side, as one stack of networks. A wide search, 0.1 to 4.5, has found about where the best rates are; here seven
# rates about each are tried, with nine seeds.)

# %% tags=["demo"]
X_few, y_few = X_all[:1200], y_all[:1200]


def losses(weights, X, y):
    """Return the loss of each network on its own examples: X is (nets, n, 64), y (nets, n)."""
    W1, b1, W2, b2 = weights
    logits = (X @ W1 + b1).relu() @ W2 + b2  # (nets, n, 10)
    return F.cross_entropy(logits.mT, y, reduction="none").mean(dim=1)


def steps_needed(batch_size, rates, num_seeds, target=0.1, at_most=600):
    """Return after how many steps the loss is `target`, or infinity: (rates, seeds).

    All networks are trained side by side, dimension 0 counts them.
    """
    nets = [list(network(seed).parameters()) for _ in rates for seed in range(num_seeds)]
    W1, b1, W2, b2 = (torch.stack(p).detach() for p in zip(*nets, strict=True))
    weights = [W1.mT.contiguous(), b1[:, None], W2.mT.contiguous(), b2[:, None]]
    lr = torch.tensor(rates).repeat_interleave(num_seeds)[:, None, None]
    everything = X_few.expand(len(nets), -1, -1), y_few.expand(len(nets), -1)
    needed, next_look = torch.full((len(nets),), torch.inf), 1.0
    generator = torch.Generator().manual_seed(batch_size)
    for step in range(1, at_most + 1):
        rows = torch.randint(1200, (len(nets), batch_size), generator=generator)
        batch = everything if batch_size == 1200 else (X_few[rows], y_few[rows])
        weights = [w.requires_grad_() for w in weights]
        grads = torch.autograd.grad(losses(weights, *batch).sum(), weights)
        weights = [(w - lr * g).detach() for w, g in zip(weights, grads, strict=True)]
        if step >= next_look:  # whenever a twentieth more steps have been made
            next_look = 1.05 * step
            needed[(losses(weights, *everything) <= target) & needed.isinf()] = step
            best = needed.view(len(rates), num_seeds).median(dim=1).values.min()
            if step > 1.5 * best:
                break
    return needed.view(len(rates), num_seeds)


AROUND = {8: 0.2, 32: 0.8, 64: 1.6, 128: 2.26, 512: 2.26, 1200: 2.26}
tried = {size: [rate * 2 ** (k / 2) for k in range(-3, 4)] for size, rate in AROUND.items()}
num_seeds, at_most = runtime.scaled(9, fast=1), runtime.scaled(600, fast=9)
arrived = {
    size: steps_needed(size, tried[size], num_seeds, at_most=at_most)
    for size in runtime.progress(list(tried), "batch sizes")
}
print("batch   best rate    steps (range)       examples")
for batch_size, needed in arrived.items():
    middle = needed.median(dim=1).values
    best = int(middle.argmin())
    low, high = needed[best].min(), needed[best].max()
    rate = tried[batch_size][best]
    # "more": the search ends at 1.5 times the best
    spread = f"({low:.0f} to {high:.0f})".replace("inf", "more")
    print(f"{batch_size:5,}{rate:11.2f}{middle[best]:9.0f} {spread:14}", end="")
    print(f"{middle[best] * batch_size:9,.0f}")
few, many = (arrived[size].median(dim=1).values.min().item() for size in (8, 1200))
fewer = few / many
print(f"150 times as many examples in a step, {fewer:.0f} times fewer steps")
predict.reveal(prediction, "about 150" if fewer > 95 else "about 60" if fewer > 35 else "about 20")

# %% [markdown]
# The same as a picture.

# %% tags=["demo"]
sizes = torch.tensor(list(arrived))
best = torch.stack([n[n.median(dim=1).values.argmin()] for n in arrived.values()])  # (sizes, seeds)
steps = best.median(dim=1).values
fig, axes = plots.figure(ncols=2)
for ax, values in zip(axes, (steps, steps * sizes), strict=True):
    ax.plot(sizes, values, marker="o", label="measured, at the best rate")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xticks(sizes.tolist(), [f"{size:,}" for size in sizes.tolist()])
    ax.minorticks_off()
    ax.set(xlabel="batch size")
axes[0].plot(sizes, steps[0] * 8 / sizes, label="twice the batch, half the steps")
axes[0].set_yticks([2, 10, 50, 200], ["2", "10", "50", "200"])
axes[0].set(ylabel="steps until the loss is 0.1")
axes[1].plot(sizes, steps[0] * 8 + 0 * sizes, label="the same number")
axes[1].set_yticks([1500, 5000, 15000], ["1,500", "5,000", "15,000"])
axes[1].set(ylabel="examples until the loss is 0.1")
for ax in axes:
    ax.legend(fontsize=9)
plots.show(
    fig,
    "Two panels against the batch size, from 8 to 1,200, both axes logarithmic, with a point for each size measured. "
    "Left, the steps until the loss is 0.1: they follow the line of half the steps for twice the batch up to 64, then "
    "bend and are nearly level from 512 on. Right, the examples, with a level line for the same number: nearly level up "
    "to 64, then rising to more than eight times the first.",
)

# %% [markdown]
# Up to 64, a batch eight times as large needs 7 times fewer steps, 212 to 31, and nearly the same number of examples:
# there a bigger batch **is** the same training, only faster. From 128 to 1,200, nine times as many examples in a step
# save two steps of five, 20 to 12. So 150 times the batch gets there in 18 times fewer steps (15 to 20, with other
# seeds), and takes more than eight times as many examples.
#
# Why? A batch estimates the gradient. The gradients $g_i$ of the single examples scatter about their mean $\bar g$, and
# a batch of $B$ divides their variance $V$, summed over all parameters, by $B$. So the gradient $g_B$ of a batch has, on
# average, the squared length
#
# $$\text{mean of } \lVert g_B\rVert^2 = \lVert\bar g\rVert^2 + \frac VB :$$
#
# a signal, and noise. The two are equal where $B$ is the **noise scale** $V / \lVert\bar g\rVert^2$ (the simple one of
# McCandlish et al. 2018). With a smaller batch a step is mostly noise: steps must be small, so that the noise of many
# averages out, and twice the batch allows steps twice as large. With a much larger one the noise hardly counts, and less
# of it does not help: then the curvature limits the rate (2 divided by it, {{gradient_descent}}), also with the full
# gradient. The batch size between the two is called **critical** (Shallue et al. 2019 measured many).
#
# > **critical batch size**: the batch beyond which more examples in a step hardly save steps.
#
# In the table the best rate grows up to batches of 512, from 0.20 to 2.26, and then no more. Here is the noise scale,
# along a training with the full gradient at the rate 0.8 (`vmap` of `grad` makes a gradient for each example), with both
# of its parts.


# %% tags=["demo"]
def noise_scale(weights):
    """Return the summed variance of the examples' gradients, and the square of their mean."""
    net = dict(zip(("W1", "b1", "W2", "b2"), weights, strict=True))

    def loss(net, x, y):
        return losses([net[name][None] for name in net], x[None, None], y[None, None])[0]

    gradients = vmap(grad(loss), (None, 0, 0))(net, X_few, y_few)
    table = torch.cat([g.flatten(1) for g in gradients.values()], dim=1)  # (1200, parameters)
    return table.var(dim=0).sum().item(), table.mean(dim=0).square().sum().item()


W1, b1, W2, b2 = (p.detach() for p in network(0).parameters())
weights, noise = [W1.T.contiguous(), b1[None], W2.T.contiguous(), b2[None]], {}
print("steps  variance  squared length  noise scale")
for step in range(41):
    if step in (0, 5, 10, 17, 40):
        variance, signal = noise[step] = noise_scale(weights)
        print(f"{step:5}{variance:10.1f}{signal:16.5f}{variance / signal:13,.0f}")
    weights = [w[None].requires_grad_() for w in weights]
    grads = torch.autograd.grad(losses(weights, X_few[None], y_few[None]).sum(), weights)
    weights = [(w - 0.8 * g).detach()[0] for w, g in zip(weights, grads, strict=True)]

# %% [markdown]
# The noise scale grows while the network learns: 49, 63, 179, 422, 1,266. The variance does become five times smaller,
# but the squared length of the gradient 130 times. With batches of 128 the training of the table ends after 20 steps;
# in about as many here, the scale goes from 49 to over 400. The table has one bend for all of that, between 64 and 512:
# the order of magnitude agrees, and more is not to be had from it.
#
# So late in a training, more noise is to be averaged out, and larger batches should help more there. Do they? The steps
# to a large loss, and to a small one. And does the rule "$k$ times the batch, $k$ times the rate" (Goyal et al. 2017)
# find the rate?

# %% tags=["demo"]
later = {}
for target in (0.3, 0.03):
    for size in (32, 128, 1200):
        needed = steps_needed(size, tried[size][1:6], num_seeds, target, at_most)
        later[target, size] = needed.median(dim=1).values.min().item()
    found = [later[target, size] for size in (32, 128, 1200)]
    shares = found[1] / found[0], found[2] / found[1]
    print(
        f"to the loss {target:.2f}: {found[0]:.0f}, {found[1]:.0f} and {found[2]:.0f} steps with 32, 128 and 1,200;",
        end="",
    )
    print(" the share that is left: {:.2f}, then {:.2f}".format(*shares))
linear = {}
for rate in (0.2, 0.28):
    for size in (32, 64, 128):
        needed = steps_needed(size, [rate * size / 8], num_seeds, at_most=min(at_most, 250))[0]
        linear[rate, size] = needed.median().item(), int(needed.isinf().sum())
        middle, never = linear[rate, size]
        told = f"{middle:.0f} steps".replace("inf steps", "not in 250 steps")
        print(
            f"rate {rate:.2f} with 8, so {rate * size / 8:.2f} with {size:3}: {told}; never: {never} of {num_seeds}"
        )

# %% [markdown]
# From 32 to 128, half of the steps are left on the way to a loss of 0.3, and about a third on the way to 0.03: **up to
# 128, a larger batch helps more late than early**, as the noise scale says. From 128 to 1,200 it is six or seven tenths
# both times, although a noise scale of over 1,000 late promised more. Letting batches grow is an old idea
# ({{training_strategies}}); it pays up to the critical batch of that moment.
#
# And the rule? From a rate of 0.2, the best with batches of 8, it is right up to 64, and at 128 most trainings do not
# arrive. From 0.28, hardly larger, it is lost at 64 already. It is a place to begin the search, not a law (Shallue et
# al. 2019).
#
# ## The verdict
#
# - **"Two GPUs are twice as fast."** By the formula, with 0.1 s of computing and 100 megabytes over 8 gigabits a second they are 0.67 times as fast as one, and 0.86 if they send while they compute. **It
#   flips** with ten times the bandwidth: 1.66 times, and 2.0 if they send while they compute; and with larger shares for each worker.
# - **"A bigger batch is the same training, only faster."** Not beyond batches of about 100: with 1,200 for 128, nine times the examples, 20 steps became 12. **It flips** below the critical batch,
#   where it is true: from 8 to 64 the steps became 212 to 31. (And one batch that is shared out among workers gives the same gradient, to seven digits, if shares are weighted and there is no batch norm.)
# - **"My loader is not the bottleneck."** Loading took 6 ms and computing 10, and yet the training waited for 38 % of the time, since nothing was loaded ahead; with 30 ms and two loaders a GPU twice as fast gained nothing, 1.00 times. **It
#   flips** where the mean time to load, divided by the number of loaders, is less than that of a step, and enough is loaded ahead to bridge large batches: then the training waits for less than 2 % of the time.
#
# ## What to take away
#
# - A step is load, compute and send; more workers divide computing, not sending: 64 workers on 80 gigabits a second are 3.6 times as fast as one.
# - A ring sends less than 2 tensors from each worker, with 4 workers 1.5, and all hold the same numbers to the last bit; whole tensors passed round are 3, and the copies drift apart.
# - What is averaged must be weighted: the mean of means of 48 and 16 examples is off by 0.36 of the gradient, by size it is off by 0.0000001.
# - Memory is for sale: checkpointing takes 2.0 megabytes instead of 8.4, for one forward pass more; and float16 needs a loss scale where all gradients are small: with the loss times 0.000001 it learned nothing without, a loss of 2.33.
# - The critical batch is measured, not believed: here 212 steps with batches of 8, 20 with 128, and 12 with 1,200; and the noise scale behind it grows, from 49 at the start to more than 1,000.
#
# ## In short
#
# | what is short | what helps | library | mind |
# |---|---|---|---|
# | time, much to compute | data parallel | `DistributedDataParallel` | unequal shares, batch norm, what is sent |
# | memory for a batch | accumulation | a loop | divide by the examples of the group |
# | memory for a deep network | checkpointing | `torch.utils.checkpoint` | one forward pass more |
# | memory for the weights | a pipeline | `torch.distributed.pipelining` | the bubble, and the slowest stage |
# | memory and time | 16 bits | `torch.autocast`, `GradScaler` | unscale, then clip |
# | time, all wait for data | loaders | `DataLoader(num_workers=…)` | load / loaders < compute |
# | random order | buffer, or mix when storing | `DistributedSampler` | runs of a class; `set_epoch` |
# | steps | a bigger batch | – | not beyond the critical one |
#
# ## Going further
#
# - Amdahl, G. M. (1967). Validity of the single processor approach to achieving large scale computing capabilities. *AFIPS Conference Proceedings* 30, 483–485. doi:10.1145/1465482.1465560
# - Chan, T. F., Golub, G. H. and LeVeque, R. J. (1983). Algorithms for computing the sample variance: analysis and recommendations. *The American Statistician* 37, 242–247. doi:10.1080/00031305.1983.10483115
# - Chen, T., Xu, B., Zhang, C. and Guestrin, C. (2016). Training deep nets with sublinear memory cost. arXiv:1604.06174
# - Goyal, P. et al. (2017). Accurate, large minibatch SGD: training ImageNet in 1 hour. arXiv:1706.02677
# - Huang, Y. et al. (2019). GPipe: efficient training of giant neural networks using pipeline parallelism. arXiv:1811.06965
# - Li, S. et al. (2020). PyTorch Distributed: experiences on accelerating data parallel training. arXiv:2006.15704
# - McCandlish, S., Kaplan, J., Amodei, D. and the OpenAI Dota Team (2018). An empirical model of large-batch training. arXiv:1812.06162
# - Micikevicius, P. et al. (2018). Mixed precision training. arXiv:1710.03740
# - Mohan, J., Phanishayee, A., Raniwala, A. and Chidambaram, V. (2021). Analyzing and mitigating data stalls in DNN training. arXiv:2007.06775
# - Patarasuk, P. and Yuan, X. (2009). Bandwidth optimal all-reduce algorithms for clusters of workstations. *Journal of Parallel and Distributed Computing* 69, 117–124. doi:10.1016/j.jpdc.2008.09.002
# - Shallue, C. J. et al. (2019). Measuring the effects of data parallelism on neural network training. arXiv:1811.03600

# %% [markdown]
# ## Once more
#
# The questions from the beginning. Answer without looking back; then each answer gets its sentence.
#
# - **64 workers**: a step takes 0.1 s of computing, and its gradients are 100 megabytes, sent at 80 gigabits a
#   second. How many times as fast as one are 64 workers that share the step? `"about 4"`, `"about 30"` or
#   `"about 60"`.
# - **loader**: a batch is loaded in 6 ms, and a step computes for 10. For how much of the time does the training
#   wait, if nothing is loaded ahead? `"not at all"`, `"for 38 %"` or `"for 60 %"`.
# - **checkpointing**: checkpointing took the memory of a deep network from 8.4 megabytes to 2.0. What is its price?
#   `"one forward pass more"`, `"less exact gradients"` or `"twice as many steps"`.

# %% tags=["prediction"]
at_last = {
    "64 workers": ...,
    "loader": ...,
    "checkpointing": ...,
}

# %% tags=["demo"]
predict.last("scaling", at_last, before=at_first)

# %% [markdown]
# ## How far you are
#
# What you have solved and predicted, from a file on your machine that no grader reads. (What the cell shows is
# saved in the notebook, as any output is.)

# %% tags=["demo"]
from nblib import progress

progress.show()
