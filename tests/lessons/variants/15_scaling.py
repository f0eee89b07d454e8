"""Answers to the exercises of *Scaling* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% speedup correct="as the formula stands"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = (
        compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    )
    return alone / together


# %% speedup correct="bits on the other side"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    def step(n):
        bits = 8 * num_bytes
        return compute / n + serial + 2 * (n - 1) * (latency + bits / n / (gigabits * 10**9))

    return step(1) / step(n)


# %% speedup correct="a loop over messages, as a tensor"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    t = compute / n + serial
    for _ in range(2 * (n - 1)):
        t += latency + (num_bytes / n) / (gigabits * 125_000_000)
    return torch.tensor((compute + serial) / t, dtype=torch.float64)


# %% speedup wrong="bits for bytes" says="Bits are taken for bytes"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9
    alone = compute + serial
    together = (
        compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    )
    return alone / together


# %% speedup wrong="eight on the wrong side" says="8 is on the wrong side"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 * 8
    alone = compute + serial
    together = (
        compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    )
    return alone / together


# %% speedup wrong="units of gigabits" says="10⁹ is missing"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits / 8
    alone = compute + serial
    together = (
        compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    )
    return alone / together


# %% speedup wrong="latency once" says="The latency counts once"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + serial + latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="no latency" says="The latency is forgotten"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + serial + 2 * (n - 1) / n * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="latency of one round" says="The latency counts n − 1 times"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + serial + (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="one round of bytes" says="The bytes are those of one round"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + serial + 2 * (n - 1) * latency + (n - 1) / n * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="the whole gradient once" says="The whole gradient counts once"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + serial + 2 * (n - 1) * latency + num_bytes / bandwidth
    return alone / together


# %% speedup wrong="whole gradients" says="Each message counts as the whole gradient"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="Amdahl" says="Nothing is sent here"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + serial
    return alone / together


# %% speedup wrong="serial part divided" says="The serial part is divided by n"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = (
        (compute + serial) / n + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    )
    return alone / together


# %% speedup wrong="serial part lost" says="The serial part is missing on n workers"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="alone without the serial part" says="One worker alone has the serial part"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute
    together = (
        compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    )
    return alone / together


# %% speedup wrong="no serial part at all" says="The serial part is left out on both sides"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute
    together = compute / n + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="compute not divided" says="The computation is not divided"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="upside down" says="upside down"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = (
        compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    )
    return together / alone


# %% speedup wrong="the time" says="That is the time of a step"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = (
        compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    )
    return together


# %% speedup wrong="half of the rounds" says="Half of the rounds are forgotten"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    alone = compute + serial
    together = compute / n + serial + (n - 1) * latency + (n - 1) / n * num_bytes / bandwidth
    return alone / together


# %% speedup wrong="giga is 2 to the power of 30" says="A gigabit is 10⁹ bits, not 2³⁰."
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 2**30 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many


# %% speedup wrong="latency counted once, not for each message" says="There are 2(n − 1) messages, and each has the latency. Here it counts "
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + latency * (n > 1) + 2 * (n - 1) / n * num_bytes / bandwidth
    return (compute + serial) / many


# %% speedup wrong="2n messages, and one worker alone sends as well" says="There are 2(n − 1) messages, not 2n, and one worker alone sends nothin"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * n * latency + 2 * num_bytes / bandwidth
    return (compute + serial) / many


# %% speedup wrong="integer division in 2(n-1)//n, right for 1 and 2 workers" says="2(n − 1)/n is cut to a whole number: `/`, not `//`."
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) // n * num_bytes / bandwidth
    return (compute + serial) / many


# %% speedup wrong="compute is not divided among the workers" says="Each worker computes a whole batch, and the batches are counted. The b"
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return n * (compute + serial) / many


# %% speedup wrong="never less than 1" says="A speed-up may be below 1: more workers can be slower than one."
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return max(1.0, (compute + serial) / many)


# %% speedup wrong="rounded to two digits, as in the table" says="The result is rounded."
def speedup(n, compute, serial, num_bytes, gigabits, latency):
    bandwidth = gigabits * 1e9 / 8
    many = compute / n + serial + 2 * (n - 1) * latency + 2 * (n - 1) / n * num_bytes / bandwidth
    return round((compute + serial) / many, 2)


# %% ring correct="as the text says"
@workers.parallel
def ring_all_reduce(comm, x):
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


# %% ring correct="in place, on views of a copy"
@workers.parallel
def ring_all_reduce(comm, x):
    total = x.clone()
    n = comm.size
    chunks = total.tensor_split(n)
    if n == 1:
        return total
    for k in range(n - 1):
        comm.send(chunks[comm.rank - k], to=(comm.rank + 1) % n)
        chunks[comm.rank - k - 1].add_(comm.recv(source=(comm.rank + n - 1) % n))
    for k in range(n - 1):
        comm.send(chunks[(comm.rank + 1 - k) % n], to=(comm.rank + 1) % n)
        chunks[comm.rank - k].copy_(comm.recv(source=(comm.rank + n - 1) % n))
    return total


# %% ring correct="another place to begin, own cuts"
@workers.parallel
def ring_all_reduce(comm, x):
    n, rank = comm.size, comm.rank
    cut = [round(i * len(x) / n) for i in range(n + 1)]
    parts = [x[a:b].clone() for a, b in zip(cut, cut[1:])]
    index = rank + 2
    for step in range(2 * (n - 1)):
        comm.send(parts[index % n], (rank + 1) % n)
        index -= 1
        came = comm.recv((rank - 1) % n)
        if step < n - 1:
            parts[index % n] += came
        else:
            parts[index % n] = came
    return torch.cat(parts)


# %% ring correct="two phases as functions, dictionary of pieces"
@workers.parallel
def ring_all_reduce(comm, x):
    n = comm.size
    piece = dict(enumerate(torch.tensor_split(x, n)))

    def shift(first):
        for k in range(n - 1):
            comm.send(piece[(first - k) % n], to=(comm.rank + 1) % n)
            yield (first - k - 1) % n, comm.recv(source=(comm.rank - 1) % n)

    for i, came in shift(comm.rank):
        piece[i] = came + piece[i]
    for i, came in shift(comm.rank + 1):
        piece[i] = came
    return torch.cat([piece[i] for i in range(n)])


# %% ring wrong="second phase missing" says="Only one piece of each result is complete"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="a round too few" says="Each phase stops a round too early"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 2):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 2):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="a round too few first" says="The first phase stops a round too early"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 2):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="a round too many first" says="The first phase makes a round too many"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="a round too few second" says="The second phase stops a round too early"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 2):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="overwritten" says="Each piece is that of one worker alone"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="added again" says="added once more"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = pieces[(r - k) % n] + comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="second phase from its own piece" says="Each piece is that of one worker alone"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        pieces[(r - k - 1) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="the mean" says="That is the mean. The sum"
@workers.parallel
def ring_all_reduce(comm, x):
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
    return torch.cat(pieces) / n


# %% ring wrong="left for right" says="wait"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r + 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="receives first" says="wait"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
        comm.send(pieces[(r - k) % n], to=right)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="rank without modulo" says="can reach"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = r + 1, r - 1
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="pieces of equal length only"
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    right, left = (r + 1) % n, (r - 1) % n
    pieces = list(x.reshape(n, -1))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=right)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=left)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=right)
        pieces[(r - k) % n] = comm.recv(source=left)
    return torch.cat(pieces)


# %% ring wrong="whole tensors round" says="The tensors are passed on whole, n − 1 times"
@workers.parallel
def ring_all_reduce(comm, x):
    n = comm.size
    total, passing = x.clone(), x
    for _ in range(n - 1):
        comm.send(passing, to=(comm.rank + 1) % n)
        passing = comm.recv(source=(comm.rank - 1) % n)
        total = total + passing
    return total


# %% ring wrong="all to worker 0 and back" says="Some worker sends more than 2(n − 1) pieces"
@workers.parallel
def ring_all_reduce(comm, x):
    if comm.rank > 0:
        comm.send(x, to=0)
        return comm.recv(source=0)
    total = x.clone()
    for other in range(1, comm.size):
        total = total + comm.recv(source=other)
    for other in range(1, comm.size):
        comm.send(total, to=other)
    return total


# %% ring wrong="nothing sent" says="Nothing has been added"
@workers.parallel
def ring_all_reduce(comm, x):
    return x.clone()


# %% ring wrong="no modulo for the neighbours: the last worker sends to nobody" says="A worker sends to itself, or to one that is not there: the neighbours "
@workers.parallel
def ring_all_reduce(comm, x):
    n, r = comm.size, comm.rank
    pieces = list(x.tensor_split(n))
    for k in range(n - 1):
        comm.send(pieces[(r - k) % n], to=r + 1)
        i = (r - k - 1) % n
        pieces[i] = pieces[i] + comm.recv(source=r - 1)
    for k in range(n - 1):
        comm.send(pieces[(r + 1 - k) % n], to=r + 1)
        pieces[(r - k) % n] = comm.recv(source=r - 1)
    return torch.cat(pieces)


# %% mean-gradient correct="loop"
def mean_gradient(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n > 0:
            total = total + n * g
    return total / sum(counts)


# %% mean-gradient correct="NaN made 0, stacked"
def mean_gradient(gradients, counts):
    stacked = torch.stack(gradients).nan_to_num()
    share = torch.tensor(counts, dtype=stacked.dtype) / sum(counts)
    return torch.einsum("k,k...->...", share, stacked)


# %% mean-gradient correct="only those with examples"
def mean_gradient(gradients, counts):
    pairs = [(g, c) for g, c in zip(gradients, counts) if c]
    n = sum(c for _, c in pairs)
    return torch.stack([g * (c / n) for g, c in pairs]).sum(0)


# %% mean-gradient correct="in NumPy"
def mean_gradient(gradients, counts):
    import numpy as np

    kept = [k for k, c in enumerate(counts) if c != 0]
    table = np.stack([gradients[k].numpy() for k in kept])
    mean = np.average(table, axis=0, weights=[counts[k] for k in kept])
    return torch.from_numpy(mean).to(gradients[0].dtype)


# %% mean-gradient wrong="mean of all" says="That is the mean of the workers' gradients."
def mean_gradient(gradients, counts):
    return torch.stack(gradients).mean(dim=0)


# %% mean-gradient wrong="mean of those with examples" says="That is the mean of the gradients of workers that have examples"
def mean_gradient(gradients, counts):
    kept = [g for g, n in zip(gradients, counts) if n]
    return sum(kept) / len(kept)


# %% mean-gradient wrong="0 times NaN" says="0 · NaN is NaN"
def mean_gradient(gradients, counts):
    return sum(n * g for g, n in zip(gradients, counts)) / sum(counts)


# %% mean-gradient wrong="NaN made 0, mean" says="Empty shards add nothing, and yet you divide"
def mean_gradient(gradients, counts):
    return torch.stack([g.nan_to_num() for g in gradients]).mean(dim=0)


# %% mean-gradient wrong="sum" says="That is the sum of the gradients."
def mean_gradient(gradients, counts):
    return sum(g for g, n in zip(gradients, counts) if n)


# %% mean-gradient wrong="weighted sum" says="That is the gradient of the sum of all losses"
def mean_gradient(gradients, counts):
    return sum(n * g for g, n in zip(gradients, counts) if n)


# %% mean-gradient wrong="divided by workers" says="You divide by the number of workers"
def mean_gradient(gradients, counts):
    return sum(n * g for g, n in zip(gradients, counts) if n) / len(counts)


# %% mean-gradient wrong="divided by both" says="by that of workers"
def mean_gradient(gradients, counts):
    return sum(n * g for g, n in zip(gradients, counts) if n) / sum(counts) / len(counts)


# %% mean-gradient wrong="largest share" says="That is the gradient of the largest shard alone"
def mean_gradient(gradients, counts):
    return gradients[counts.index(max(counts))].clone()


# %% mean-gradient wrong="first worker" says="That is the gradient of the first worker alone"
def mean_gradient(gradients, counts):
    return gradients[0].clone()


# %% mean-gradient wrong="in place" says="Return something new"
def mean_gradient(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n > 0:
            g *= n
            total += g
    return total / sum(counts)


# %% mean-gradient wrong="divided by the counts, not multiplied" says="The counts divide the gradients. They multiply them: a large shard cou"
def mean_gradient(gradients, counts):
    return sum(g / n for g, n in zip(gradients, counts) if n > 0) / sum(counts)


# %% mean-gradient wrong="gradients taken for sums: added up and divided by N" says="The gradients are taken for those of sums. They are gradients of means"
def mean_gradient(gradients, counts):
    return sum(g for g, n in zip(gradients, counts) if n > 0) / sum(counts)


# %% mean-gradient wrong="shares with one example are left out as well" says="A shard of one example is left out as well."
def mean_gradient(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n > 1:
            total = total + n * g
    return total / sum(counts)


# %% mean-gradient wrong="integer division of the weights" says="Shares are cut to whole numbers, and so to 0: `/`, not `//`."
def mean_gradient(gradients, counts):
    N = sum(counts)
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n > 0:
            total = total + (n // N) * g
    return total


# %% mean-gradient wrong="stops at the first empty share" says="All workers behind the first empty shard are left out, too."
def mean_gradient(gradients, counts):
    total = torch.zeros_like(gradients[0])
    for g, n in zip(gradients, counts):
        if n == 0:
            break
        total = total + n * g
    return total / sum(counts)


# %% mean-gradient wrong="the counts of empty shares stay in, and so go with other gradients" says="Behind an empty shard, counts and gradients are those of different wor"
def mean_gradient(gradients, counts):
    kept = [g for g in gradients if not torch.isnan(g).any()]
    return sum(n * g for g, n in zip(kept, counts)) / sum(counts)


# %% statistics correct="as the formula stands"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (variances + (means - mean) ** 2)).sum(dim=0) / n.sum()
    return mean, variance


# %% statistics correct="one worker after another"
def merged_statistics(counts, means, variances):
    n, mean, squares = counts[0], means[0], counts[0] * variances[0]
    for k in range(1, len(counts)):
        delta = means[k] - mean
        both = n + counts[k]
        squares = squares + counts[k] * variances[k] + delta**2 * (n * counts[k] / both)
        mean = mean + delta * (counts[k] / both)
        n = both
    return mean, squares / n


# %% statistics correct="squares, in float64"
def merged_statistics(counts, means, variances):
    share = torch.tensor(counts).double() / sum(counts)
    m, v = means.double(), variances.double()
    mean = share @ m
    return mean.to(means.dtype), (share @ (v + m**2) - mean**2).to(means.dtype)


# %% statistics correct="squares of differences from the first"
def merged_statistics(counts, means, variances):
    w = torch.tensor(counts, dtype=means.dtype) / sum(counts)
    shifted = means - means[0]
    average = (w[:, None] * shifted).sum(0)
    variance = (w[:, None] * (variances + shifted.square())).sum(0) - average.square()
    return [means[0] + average, variance]


# %% statistics wrong="mean of variances" says="That is the mean of the variances."
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * variances).sum(dim=0) / n.sum()
    return mean, variance


# %% statistics wrong="all alike" says="All shards count alike, in the mean and in the variance"
def merged_statistics(counts, means, variances):
    n = torch.ones(len(counts), 1, dtype=means.dtype)
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (variances + (means - mean) ** 2)).sum(dim=0) / n.sum()
    return mean, variance


# %% statistics wrong="plain means of both" says="All shards count alike, and the variance between them is missing"
def merged_statistics(counts, means, variances):
    n = torch.ones(len(counts), 1, dtype=means.dtype)
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * variances).sum(dim=0) / n.sum()
    return mean, variance


# %% statistics wrong="variance alike" says="In the variance, all shards count alike"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (variances + (means - mean) ** 2).mean(dim=0)
    return mean, variance


# %% statistics wrong="between alike" says="The distance of the shards' means counts alike for all"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * variances).sum(dim=0) / n.sum() + ((means - mean) ** 2).mean(dim=0)
    return mean, variance


# %% statistics wrong="unbiased" says="That is the variance with n − 1 below"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (variances + (means - mean) ** 2)).sum(dim=0) / (n.sum() - 1)
    return mean, variance


# %% statistics wrong="standard deviation" says="The second is the standard deviation"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (variances + (means - mean) ** 2)).sum(dim=0) / n.sum()
    return mean, variance.sqrt()


# %% statistics wrong="exchanged" says="The two are exchanged"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (variances + (means - mean) ** 2)).sum(dim=0) / n.sum()
    return variance, mean


# %% statistics wrong="between only" says="The variance between the shards alone is left"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (means - mean) ** 2).sum(dim=0) / n.sum()
    return mean, variance


# %% statistics wrong="not squared" says="enters squared"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (variances + (means - mean).abs())).sum(dim=0) / n.sum()
    return mean, variance


# %% statistics wrong="difference of squares" says="as a difference of large squares it is lost"
def merged_statistics(counts, means, variances):
    n = torch.tensor(counts, dtype=means.dtype)[:, None]
    mean = (n * means).sum(dim=0) / n.sum()
    variance = (n * (variances + means**2)).sum(dim=0) / n.sum() - mean**2
    return mean, variance


# %% accumulated correct="group by group"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated correct="a counter, gradients divided before the step"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    seen = 0
    for i, (X, y) in enumerate(micro_batches, start=1):
        F.cross_entropy(model(X), y, reduction="sum").backward()
        seen += len(y)
        if i % group == 0 or i == len(micro_batches):
            for p in model.parameters():
                p.grad /= seen
            optimizer.step()
            optimizer.zero_grad()
            seen = 0
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated correct="weighted means, gradients added by hand"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    rest = list(micro_batches)
    while rest:
        these, rest = rest[:group], rest[group:]
        n = sum(X.shape[0] for X, _ in these)
        totals = [torch.zeros_like(p) for p in model.parameters()]
        for X, y in these:
            grads = torch.autograd.grad(F.cross_entropy(model(X), y), model.parameters())
            totals = [t + len(y) / n * g for t, g in zip(totals, grads)]
        for p, t in zip(model.parameters(), totals):
            p.grad = t
        optimizer.step()
    return model.state_dict()


# %% accumulated wrong="undivided" says="The losses of the micro-batches are added, undivided"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y)
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="mean of means" says="That is the mean of the micro-batches' means"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y) / len(these)
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="divided by group" says="You divide by `group`, also where"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y) / group
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="sum of losses" says="That is the gradient of the sum of the losses"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum")
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="all examples" says="You divide by the number of examples of all groups"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in micro_batches)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="sum by group" says="You divide the sum by `group`"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / group
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="cleared inside" says="Gradients are cleared before each micro-batch, so that only the last"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        for X, y in these:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="cleared inside, whole" says="only the last one of a group counts, whole"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        for X, y in these:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="never cleared" says="Gradients are never cleared"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="last group left out" says="The last group is left out"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches) - group + 1, group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="step in each" says="There is a step after each micro-batch"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        for X, y in these:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X), y)
            loss.backward()
            optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="new optimizer" says="The momentum is lost between the steps"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="joined" says="there is room for"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        X, y = torch.cat([X for X, _ in these]), torch.cat([y for _, y in these])
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="largest" says="You divide by the largest micro-batch"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = max(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="all in one step" says="All micro-batches make one step"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in [0]:
        these = micro_batches
        total = sum(len(y) for _, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="joins the micro-batches, for which there is no room" says="There is no room to join micro-batches: compute each by itself, and le"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        X, y = torch.cat([X for X, y in these]), torch.cat([y for X, y in these])
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="steps at i % group == 0, one micro-batch too early" says="The steps come too early: the first group has one micro-batch only."
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    seen = 0
    for i, (X, y) in enumerate(micro_batches):
        F.cross_entropy(model(X), y, reduction="sum").backward()
        seen += len(y)
        if i % group == 0 or i == len(micro_batches) - 1:
            for p in model.parameters():
                p.grad /= seen
            optimizer.step()
            optimizer.zero_grad()
            seen = 0
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="group is taken for the number of groups" says="`group` is taken for the number of groups. It is the number of micro-b"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    group = -(-len(micro_batches) // group)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="the gradient goes up: minus the loss" says="The steps go uphill: the loss has the wrong sign."
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = sum(len(y) for X, y in these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            (-loss).backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% accumulated wrong="divides by the size of the first micro-batch times their number" says="You divide by the size of the first micro-batch times their number. Th"
def accumulated(state, micro_batches, group, lr):
    model = Small(state, room=max(len(y) for _, y in micro_batches))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for start in range(0, len(micro_batches), group):
        these = micro_batches[start : start + group]
        total = len(these[0][1]) * len(these)
        optimizer.zero_grad()
        for X, y in these:
            loss = F.cross_entropy(model(X), y, reduction="sum") / total
            loss.backward()
        optimizer.step()
    return {name: p.detach() for name, p in model.named_parameters()}


# %% checkpointed correct="segments and inputs in lists"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed correct="backward, .grad of the weights"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        size = len(weights) // num_segments
        borders = [x]
        with torch.no_grad():
            for i, w in enumerate(weights):
                if i % size == 0 and i > 0:
                    borders.append(out)
                out = layer(borders[-1] if i % size == 0 else out, w)
        grad = None
        for s in range(num_segments - 1, -1, -1):
            begin = borders[s].detach().clone().requires_grad_(True)
            out = begin
            for w in weights[s * size : (s + 1) * size]:
                out = layer(out, w)
            if grad is None:
                (out**2).mean().backward()
            else:
                out.backward(grad)
            grad = begin.grad
        gradients = [w.grad for w in weights]
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="the library's" says="With many segments too much is held"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        from torch.utils.checkpoint import checkpoint

        step = len(weights) // num_segments

        def run(h, *ws):
            for w in ws:
                h = layer(h, w)
            return h

        h = x
        for i in range(0, len(weights), step):
            h = checkpoint(run, h, *weights[i : i + step], use_reentrant=False)
        gradients = list(torch.autograd.grad(h.square().mean(), weights))
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed correct="a function of its own for autograd"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:

        class Segment(torch.autograd.Function):
            @staticmethod
            def forward(ctx, h, *ws):
                ctx.start, ctx.ws = h.detach(), ws
                for w in ws:
                    h = layer(h, w)
                return h

            @staticmethod
            def backward(ctx, came):
                start = ctx.start.clone().requires_grad_()
                with torch.enable_grad():
                    h = start
                    for w in ctx.ws:
                        h = layer(h, w)
                return torch.autograd.grad(h, [start, *ctx.ws], came)

        n = len(weights) // num_segments
        h = x.clone().requires_grad_()
        for k in range(num_segments):
            h = Segment.apply(h, *weights[k * n : k * n + n])
        gradients = torch.autograd.grad(h.square().mean(), weights)
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="all held" says="The gradients are right, and all layers' outputs are held"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        h = x
        for w in weights:
            h = layer(h, w)
        gradients = list(torch.autograd.grad(h.square().mean(), weights))
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="graph of the first pass kept" says="Layers run a second time, and yet too much is held"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        for segment in segments:
            inputs.append(h)
            for w in segment:
                h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="all segments again, then back" says="Layers run a second time, and yet too much is held"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs, h = [], x
        with torch.no_grad():
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        starts, ends = [], []
        for k in range(num_segments):
            start = inputs[k].detach().clone().requires_grad_()
            h = start
            for w in weights[k * length : (k + 1) * length]:
                h = layer(h, w)
            starts.append(start)
            ends.append(h)
        came, gradients = 2 * h.detach() / h.numel(), []
        for k in reversed(range(num_segments)):
            these = weights[k * length : (k + 1) * length]
            *found, came = torch.autograd.grad(ends[k], [*these, starts[k]], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="always from the input on" says="Layers run more than twice each"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        with torch.no_grad():
            h = x
            for w in weights:
                h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for k in reversed(range(num_segments)):
            with torch.no_grad():
                h = x
                for w in weights[: k * length]:
                    h = layer(h, w)
            start = h.detach().clone().requires_grad_()
            h = start
            these = weights[k * length : (k + 1) * length]
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="last segment only" says="Only the last segment has gradients"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            came = 0 * came
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="ones into the others" says="Into the segments before the last goes a gradient of ones"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            found = list(torch.autograd.grad(h, segment, came))
            came = torch.ones_like(start)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="a loss for each" says="Each segment has a loss of its own here"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            found = list(torch.autograd.grad(h.square().mean(), segment))
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="order of finding" says="last segment first"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            gradients = gradients + found
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="reverse order" says="The gradients come in reverse order"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            gradients = gradients + found[::-1]
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="twice" says="Every gradient is twice what it should be"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            gradients = [2 * g for g in found] + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="sum for mean"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h, []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            for w in segment:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="no_grad in the second pass" says="does not require grad"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        segments = [weights[i : i + length] for i in range(0, len(weights), length)]
        inputs, h = [], x
        with torch.no_grad():
            for segment in segments:
                inputs.append(h)
                for w in segment:
                    h = layer(h, w)
        came, gradients = 2 * h / h.numel(), []
        for segment, start in zip(reversed(segments), reversed(inputs)):
            start = start.detach().clone().requires_grad_()
            h = start
            with torch.no_grad():
                for w in segment:
                    h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*segment, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="each segment is computed again from x, so early layers run many times" says="The more segments there are, the more often layers run: each is comput"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        gradients, came = [], None
        for s in reversed(range(num_segments)):
            with torch.no_grad():
                h = x
                for w in weights[: s * length]:
                    h = layer(h, w)
            start = h.detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            if came is None:
                came = 2 * h.detach() / h.numel()
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="two segments always" says="With many segments as much is held as with two: `num_segments` says ho"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        num_segments = 2
        length = (len(weights) + 1) // 2
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="a list of the outputs of segments: each starts one too late" says="A segment starts here from what comes out of it. Keep what goes into i"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                h = layer(h, w)
                if i % length == length - 1:
                    inputs.append(h)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="the loss is the sum of squares" says="The loss is a mean of squares: the gradient of the last output is divi"
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="the mean over rows only" says="You divide by the number of rows. The mean is over all entries of the "
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / len(h)
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="the loss is the mean of the outputs, not of their squares" says="That is the gradient of the mean of the outputs. The loss is the mean "
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = torch.ones_like(h) / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="forgets the factor 2 of the square" says="The factor 2 of the square's derivative is missing."
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="the gradients within a segment are turned round" says="The gradients of each segment come in reverse order."
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = found[::-1] + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% checkpointed wrong="the gradients are transposed" says="The gradients are transposed."
def checkpointed(weights, x, num_segments):
    weights = [nn.Parameter(w.clone()) for w in weights]
    num_runs = 0

    def layer(h, w):
        nonlocal num_runs
        num_runs += 1
        return torch.tanh(h @ w)

    with memory.Meter() as meter:
        length = len(weights) // num_segments
        inputs = []
        with torch.no_grad():
            h = x
            for i, w in enumerate(weights):
                if i % length == 0:
                    inputs.append(h)
                h = layer(h, w)
        came = 2 * h / h.numel()
        gradients = []
        for s in reversed(range(num_segments)):
            start = inputs[s].detach().clone().requires_grad_()
            these = weights[s * length : (s + 1) * length]
            h = start
            for w in these:
                h = layer(h, w)
            *found, came = torch.autograd.grad(h, [*these, start], came)
            gradients = [g.T for g in found] + gradients
    return gradients, num_runs, meter.most / (x.numel() * 4)


# %% pipeline correct="one list of free times"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    total = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return total, 1 - work / (p * total)


# %% pipeline correct="two tables"
def pipeline(forward, backward, num_micro):
    p, m = len(forward), num_micro
    there = torch.zeros(p + 1, m + 1, dtype=torch.float64)
    for s in range(p):
        for j in range(m):
            there[s + 1, j + 1] = max(there[s, j + 1], there[s + 1, j]) + forward[s]
    back = torch.zeros(p + 1, m + 1, dtype=torch.float64)
    back[:p, 0] = there[1:, m]
    for s in range(p - 1, -1, -1):
        for j in range(m):
            back[s, j + 1] = max(back[s + 1, j + 1], back[s, j]) + backward[s]
    total = back[0, m].item()
    busy = m * sum(f + b for f, b in zip(forward, backward))
    return total, (p * total - busy) / (p * total)


# %% pipeline correct="closed form"
def pipeline(forward, backward, num_micro):
    total = sum(
        t + (num_micro - 1) * max(times) / len(times)
        for times in (forward, backward)
        for t in times
    )
    idle = len(forward) * total - num_micro * sum(forward + backward)
    return total, idle / len(forward) / total


# %% pipeline wrong="one by one" says="One micro-batch goes all the way"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    total = num_micro * (sum(forward) + sum(backward))
    work = num_micro * (sum(forward) + sum(backward))
    return total, 1 - work / (p * total)


# %% pipeline wrong="no waiting" says="A stage works on several micro-batches at once"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = clock + forward[s]
    for j in range(num_micro):
        clock = free[-1]
        for s in reversed(range(p)):
            clock = clock + backward[s]
        last = clock
    total = last
    work = num_micro * (sum(forward) + sum(backward))
    return total, 1 - work / (p * total)


# %% pipeline wrong="forward only" says="The way back is left out"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    total = max(free)
    work = num_micro * sum(forward)
    return total, 1 - work / (p * total)


# %% pipeline wrong="slowest stage" says="All stages are taken to be as slow as the slowest"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    total = (num_micro + p - 1) * (max(forward) + max(backward))
    return total, 1 - num_micro * (sum(forward) + sum(backward)) / (p * total)


# %% pipeline wrong="formula of equal stages" says="The idle share is that of equal stages"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    total = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return total, (p - 1) / (num_micro + p - 1)


# %% pipeline wrong="busy share" says="The second is the busy share"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    total = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return total, work / (p * total)


# %% pipeline wrong="one stage's time" says="The idle share counts one stage only"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    total = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return total, 1 - work / total


# %% pipeline wrong="one micro-batch's work" says="The idle share counts the work of one micro-batch"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    total = max(free)
    work = sum(forward) + sum(backward)
    return total, 1 - work / (p * total)


# %% pipeline wrong="idle time" says="The second is the idle time of all stages"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    total = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return total, p * total - work


# %% pipeline wrong="exchanged" says="The two are exchanged"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    total = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return 1 - work / (p * total), total


# %% pipeline wrong="a stage does not wait until it is free" says="On the way forward a stage works on several micro-batches at once. It "
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = clock + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)


# %% pipeline wrong="does not wait for the stage in front" says="A stage begins before the one in front of it is done with the micro-ba"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = free[s] + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)


# %% pipeline wrong="the way back begins at the first stage" says="The way back begins at the first stage. It begins at the last one."
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)


# %% pipeline wrong="the way back takes the times of the way forward" says="On the way back, the stages have the times of the way forward."
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + forward[s]
    time = max(free)
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)


# %% pipeline wrong="the end is taken to be where the last stage is done, which on the way back is the first one done" says="The whole time ends where the first stage to be done ends. The last st"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    free = [0.0] * p
    for j in range(num_micro):
        clock = 0.0
        for s in range(p):
            clock = free[s] = max(clock, free[s]) + forward[s]
    for j in range(num_micro):
        clock = 0.0
        for s in reversed(range(p)):
            clock = free[s] = max(clock, free[s]) + backward[s]
    time = free[-1]
    work = num_micro * (sum(forward) + sum(backward))
    return time, 1 - work / (p * time)


# %% pipeline wrong="the formula for equal stages" says="That is the formula of equal stages, in the time as well. Here they di"
def pipeline(forward, backward, num_micro):
    p = len(forward)
    return (num_micro + p - 1) * (forward[0] + backward[0]), (p - 1) / (num_micro + p - 1)


# %% scaled correct="as the steps stand"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
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


# %% scaled correct="library clipping, in float64"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    master = w.clone().double()
    history, streak = [], 0
    for attempt in range(num_steps):
        history += [scale]
        g16 = gradient(master.to(torch.float16), scale)
        if torch.isinf(g16).any() or torch.isnan(g16).any():
            scale *= 0.5
            streak = 0
        else:
            g = g16.double() / scale
            master -= lr * g * min(1.0, max_norm / (g.norm().item() + 1e-30))
            streak += 1
            if streak >= patience:
                streak = 0
                scale *= 2
    return master.float(), history


# %% scaled correct="torch's own clipping on a parameter"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    p = nn.Parameter(w.clone())
    optimizer = torch.optim.SGD([p], lr=lr)
    scales = torch.zeros(num_steps, dtype=torch.float64)
    good = 0
    for i in range(num_steps):
        scales[i] = scale
        p.grad = gradient(p.detach().half(), scale).float() / scale
        if bool(torch.isfinite(p.grad).all()):
            norm = float(p.grad.norm())
            if norm > max_norm:
                p.grad.mul_(max_norm / norm)
            optimizer.step()
            good = good + 1
            if good == patience:
                good, scale = 0, 2 * scale
        else:
            good, scale = 0, scale / 2
    return p.detach(), scales.tolist()


# %% scaled wrong="still scaled, not clipped" says="The gradient is still scaled when the step is taken"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float()
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="still scaled when clipped" says="The gradient is still scaled when it is clipped"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float()
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="clipped first" says="The gradient is clipped while it is scaled"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float()
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g / scale
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="never clipped" says="Nothing is clipped"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="divided in float16" says="The gradient is divided in float16"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = (g / scale).float()
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="weights in half" says="The weights are rounded to float16 after each step"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
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
        w = (w - lr * g).half().float()
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="weights not half" says="`gradient` takes weights in float16"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w, scale)
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


# %% scaled wrong="uphill" says="The steps go uphill"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
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
        w = w + lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="step on overflow" says="A step is taken with a gradient that is not finite"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            used, scale, good = scale, scale / 2, -1
        else:
            used = scale
        g = g.float() / used
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="made finite" says="NaN and infinity are made finite"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            used, scale, good = scale, scale / 2, -1
        else:
            used = scale
        g = g.nan_to_num().float() / used
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="only NaN seen" says="NaN is seen, infinity is not"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if g.isnan().any():
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


# %% scaled wrong="one finite is enough" says="One infinite entry among finite ones"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().any():
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


# %% scaled wrong="no halving" says="The scale does not shrink"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            good = 0
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


# %% scaled wrong="no doubling" says="The scale does not grow"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
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
            good = 0
    return w, scales


# %% scaled wrong="constant" says="The scale stays what it was"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            good = 0
            continue
        g = g.float() / scale
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            good = 0
    return w, scales


# %% scaled wrong="count goes on" says="The good steps before an overflow count on"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale = scale / 2
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


# %% scaled wrong="skipped counts" says="A skipped step counts as a good one"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, good + 1
            continue
        g = g.float() / scale
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good >= patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="doubles in each" says="here it doubles in each step"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
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
        if good >= patience:
            scale = scale * 2
    return w, scales


# %% scaled wrong="one too late" says="one good step too late"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
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
        if good > patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="scales after" says="That is the scale after each step"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    scales, good = [], 0
    for _ in range(num_steps):
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            scales.append(scale)
            continue
        g = g.float() / scale
        norm = g.norm().item()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
        scales.append(scale)
    return w, scales


# %% scaled wrong="multiplies by the scale" says="The gradient is multiplied by the scale. Divide by it."
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() * scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="clips each entry, not the norm" says="Each entry is clipped by itself. Shorten the whole gradient, if its no"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        g = g.clamp(-max_norm, max_norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="short gradients are made longer as well" says="Short gradients are made longer as well. Change those with a norm abov"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="looks for infinity only, and lets NaN pass" says="Infinity is seen, NaN is not: `isfinite` sees both."
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        if g.isinf().any():
            scale, good = scale / 2, 0
            continue
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="asks for the gradient twice, once to look and once to step" says="The gradient is asked for more than once in an attempt: keep what came"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        if not gradient(w.half(), scale).isfinite().all():
            scale, good = scale / 2, 0
            continue
        g = gradient(w.half(), scale).float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="tries the same step again with half the scale, within one attempt" says="After an overflow the same step is tried again at once. Skip it: the n"
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good = [], 0
    for _ in range(num_steps):
        scales.append(scale)
        g = gradient(w.half(), scale)
        for _ in range(200):
            if g.isfinite().all():
                break
            scale, good = scale / 2, 0
            g = gradient(w.half(), scale)
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% scaled wrong="attempts that overflow do not count" says="Skipped steps do not count here. They are attempts as well."
def scaled_steps(w, gradient, lr, scale, patience, num_steps, max_norm):
    w = w.clone()
    scales, good, done = [], 0, 0
    while done < num_steps and len(scales) < 100 * num_steps:
        scales.append(scale)
        g = gradient(w.half(), scale)
        if not g.isfinite().all():
            scale, good = scale / 2, 0
            continue
        done += 1
        g = g.float() / scale
        norm = g.norm()
        if norm > max_norm:
            g = g * (max_norm / norm)
        w = w - lr * g
        good += 1
        if good == patience:
            scale, good = scale * 2, 0
    return w, scales


# %% shuffled correct="pop from a list"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(size, (), generator=generator))
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled correct="replace in place"
def shuffled(items, size, generator):
    stream = iter(items)
    buffer = [next(stream) for _ in range(size)]
    result = []
    for item in stream:
        j = torch.randint(0, size, (1,), generator=generator).item()
        result.append(buffer[j])
        buffer[j] = item
    while buffer:
        j = torch.randint(0, len(buffer), (1,), generator=generator).item()
        result.append(buffer.pop(j))
    return result


# %% shuffled correct="by a uniform number, as a tensor"
def shuffled(items, size, generator):
    held, order = list(items[:size]), []
    ahead = list(items[size:])
    while held:
        u = torch.rand(1, generator=generator).item()
        order.append(held.pop(int(u * len(held))))
        if ahead:
            held.append(ahead.pop(0))
    return torch.tensor(order)


# %% shuffled wrong="rest lost" says="are lost"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(size, (), generator=generator))
            out.append(buffer.pop(place))
    return out


# %% shuffled wrong="rest in order" says="come in a fixed order"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(size, (), generator=generator))
            out.append(buffer.pop(place))
    return out + buffer


# %% shuffled wrong="one more" says="one item more than `size`"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size + 1:
            place = int(torch.randint(size + 1, (), generator=generator))
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled wrong="last place left out" says="The newest item of the buffer never comes first"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(max(size - 1, 1), (), generator=generator))
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled wrong="not taken out" says="Some items come twice"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(size, (), generator=generator))
            out.append(buffer[place])
            buffer.pop(0)
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled wrong="oldest" says="The oldest item always comes first"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = 0
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled wrong="newest" says="The newest item always comes first"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = -1
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled wrong="seeded" says="All draws are the same"
def shuffled(items, size, generator):
    generator = torch.Generator().manual_seed(0)
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(size, (), generator=generator))
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled wrong="its seed again" says="All draws with one seed are the same"
def shuffled(items, size, generator):
    generator = torch.Generator().manual_seed(generator.initial_seed())
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(size, (), generator=generator))
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer), generator=generator).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled wrong="global" says="From the same generator something else"
def shuffled(items, size, generator):
    buffer, out = [], []
    for item in items:
        buffer.append(item)
        if len(buffer) == size:
            place = int(torch.randint(size, ()))
            out.append(buffer.pop(place))
    rest = torch.randperm(len(buffer)).tolist()
    return out + [buffer[place] for place in rest]


# %% shuffled wrong="all mixed" says="The whole stream is mixed"
def shuffled(items, size, generator):
    return [items[i] for i in torch.randperm(len(items), generator=generator).tolist()]


# %% shuffled wrong="chunks" says="Each `size` items are mixed among themselves"
def shuffled(items, size, generator):
    out = []
    for start in range(0, len(items), size):
        chunk = items[start : start + size]
        out += [chunk[i] for i in torch.randperm(len(chunk), generator=generator).tolist()]
    return out


# %% shuffled wrong="as it was"
def shuffled(items, size, generator):
    return list(items)


# %% shard correct="every num_workers-th"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return order[rank::num_workers]


# %% shard correct="blocks, as a tensor"
def my_shard(num_items, rank, num_workers, epoch, seed):
    g = torch.Generator()
    g.manual_seed(hash((seed, epoch)) % 2**40)
    order = torch.randperm(num_items, generator=g)
    length = (num_items + num_workers - 1) // num_workers
    order = torch.cat([order, order])[: length * num_workers]
    return order[rank * length : (rank + 1) * length]


# %% shard correct="the library's sampler"
def my_shard(num_items, rank, num_workers, epoch, seed):
    from torch.utils.data import DistributedSampler

    sampler = DistributedSampler(range(num_items), num_workers, rank, shuffle=True, seed=seed)
    sampler.set_epoch(epoch)
    return list(sampler)


# %% shard correct="NumPy, indices by modulo"
def my_shard(num_items, rank, num_workers, epoch, seed):
    import numpy as np

    order = np.random.default_rng([seed, epoch]).permutation(num_items)
    length = -(-num_items // num_workers)
    return [int(order[(rank + k * num_workers) % num_items]) for k in range(length)]


# %% shard wrong="rank in the seed" says="Each worker mixes for itself"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch + 7777 * rank)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return order[rank::num_workers]


# %% shard wrong="no epoch" says="The order is the same in each epoch"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return order[rank::num_workers]


# %% shard wrong="no seed" says="`seed` plays no part"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return order[rank::num_workers]


# %% shard wrong="always the same" says="Neither `seed` nor `epoch` plays a part"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(0)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return order[rank::num_workers]


# %% shard wrong="not mixed" says="The items are not mixed"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = list(range(num_items))
    order += order[: -num_items % num_workers]
    return order[rank::num_workers]


# %% shard wrong="unequal lengths" says="Shards differ in length"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    return order[rank::num_workers]


# %% shard wrong="rest dropped" says="Items that are left over are in no shard"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    order = order[: num_items // num_workers * num_workers]
    return order[rank::num_workers]


# %% shard wrong="all items" says="Each worker has all items"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return order


# %% shard wrong="no rank" says="All workers have the same part"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return order[::num_workers]


# %% shard wrong="same items, mixed" says="A worker has the same items in each epoch"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = list(range(num_items))
    order += order[: -num_items % num_workers]
    mine = order[rank::num_workers]
    return [mine[i] for i in torch.randperm(len(mine), generator=generator).tolist()]


# %% shard wrong="sorted" says="Shards are sorted"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    order += order[: -num_items % num_workers]
    return sorted(order[rank::num_workers])


# %% shard wrong="global generator" says="Asked again with the same numbers"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items).tolist()
    order += order[: -num_items % num_workers]
    return order[rank::num_workers]


# %% shard wrong="fills up with the first one again and again" says="What fills up the shards comes three times"
def my_shard(num_items, rank, num_workers, epoch, seed):
    generator = torch.Generator().manual_seed(1000 * seed + epoch)
    order = torch.randperm(num_items, generator=generator).tolist()
    missing = -num_items % num_workers
    order = order + order[:1] * missing
    return order[rank::num_workers]
