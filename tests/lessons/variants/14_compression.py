"""Answers to the exercises of *Compression* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% magnitude correct="a row of ones, zeros at the first of the order"
def magnitude_masks(weights, sparsity):
    sizes = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(sizes))
    keep = torch.ones_like(sizes)
    keep[sizes.argsort()[:count]] = 0
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights)]


# %% magnitude correct="kthvalue as a threshold, bool masks"
def magnitude_masks(weights, sparsity):
    flat = torch.cat([w.flatten().abs() for w in weights])
    count = round(sparsity * flat.numel())
    if count == 0:
        return [torch.ones_like(w, dtype=torch.bool) for w in weights]
    threshold = flat.kthvalue(count).values
    return [w.abs() > threshold for w in weights]


# %% magnitude correct="sorted in Python, a threshold between"
def magnitude_masks(weights, sparsity):
    numbers = sorted(x for w in weights for x in w.abs().flatten().tolist())
    count = round(sparsity * len(numbers))
    chosen = numbers[:count]
    top = chosen[-1] if chosen else -1.0
    return [(w.abs() > top).to(w.dtype) for w in weights]


# %% magnitude correct="ranks, topk of those that stay, int masks"
def magnitude_masks(weights, sparsity):
    flat = torch.cat([w.reshape(-1) for w in weights]).abs()
    stay = flat.numel() - round(sparsity * flat.numel())
    keep = torch.zeros(flat.numel(), dtype=torch.int64)
    keep[flat.topk(stay).indices] = 1
    masks, at = [], 0
    for w in weights:
        masks.append(keep[at : at + w.numel()].reshape(w.shape))
        at += w.numel()
    return masks


# %% magnitude wrong="signed" says="The sign counts"
def magnitude_masks(weights, sparsity):
    sizes = torch.cat([w.flatten() for w in weights])
    count = round(sparsity * len(sizes))
    keep = torch.ones_like(sizes)
    keep[sizes.argsort()[:count]] = 0
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights)]


# %% magnitude wrong="largest cut" says="The *largest* are cut"
def magnitude_masks(weights, sparsity):
    sizes = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(sizes))
    keep = torch.ones_like(sizes)
    keep[sizes.argsort(descending=True)[:count]] = 0
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights)]


# %% magnitude wrong="inverted" says="0 and 1 are exchanged"
def magnitude_masks(weights, sparsity):
    sizes = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(sizes))
    keep = torch.zeros_like(sizes)
    keep[sizes.argsort()[:count]] = 1
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights)]


# %% magnitude wrong="sparsity is what stays" says="The share `sparsity` is kept"
def magnitude_masks(weights, sparsity):
    sizes = torch.cat([w.abs().flatten() for w in weights])
    count = round((1 - sparsity) * len(sizes))
    keep = torch.ones_like(sizes)
    keep[sizes.argsort()[:count]] = 0
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights)]


# %% magnitude wrong="int" says="The number to cut is rounded down"
def magnitude_masks(weights, sparsity):
    sizes = torch.cat([w.abs().flatten() for w in weights])
    count = int(sparsity * len(sizes))
    keep = torch.ones_like(sizes)
    keep[sizes.argsort()[:count]] = 0
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights)]


# %% magnitude wrong="one more" says="One too many is cut"
def magnitude_masks(weights, sparsity):
    sizes = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(sizes)) + 1
    keep = torch.ones_like(sizes)
    keep[sizes.argsort()[:count]] = 0
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) for part, w in zip(parts, weights)]


# %% magnitude wrong="the weights come back" says="These are the weights with zeros"
def magnitude_masks(weights, sparsity):
    sizes = torch.cat([w.abs().flatten() for w in weights])
    count = round(sparsity * len(sizes))
    keep = torch.ones_like(sizes)
    keep[sizes.argsort()[:count]] = 0
    parts = keep.split([w.numel() for w in weights])
    return [part.view(w.shape) * w for part, w in zip(parts, weights)]


# %% magnitude wrong="each layer by itself" says="Each layer loses the same share"
def magnitude_masks(weights, sparsity):
    masks = []
    for w in weights:
        keep = torch.ones(w.numel())
        keep[w.abs().flatten().argsort()[: round(sparsity * w.numel())]] = 0
        masks.append(keep.view(w.shape))
    return masks


# %% magnitude wrong="as many of each layer" says="Each layer loses the same number"
def magnitude_masks(weights, sparsity):
    count = round(sparsity * sum(w.numel() for w in weights) / len(weights))
    masks = []
    for w in weights:
        keep = torch.ones(w.numel())
        keep[w.abs().flatten().argsort()[:count]] = 0
        masks.append(keep.view(w.shape))
    return masks


# %% magnitude wrong=">= threshold" says="One too few is cut"
def magnitude_masks(weights, sparsity):
    flat = torch.cat([w.flatten().abs() for w in weights])
    count = max(1, round(sparsity * flat.numel()))
    threshold = flat.kthvalue(count).values
    return [w.abs() >= threshold for w in weights]


# %% magnitude wrong="a share of the largest" says="That threshold is a share of the largest weight"
def magnitude_masks(weights, sparsity):
    top = max(w.abs().max() for w in weights)
    return [(w.abs() > sparsity * top).float() for w in weights]


# %% magnitude wrong="sparsity as a threshold" says="All weights below `sparsity` are cut"
def magnitude_masks(weights, sparsity):
    return [(w.abs() > sparsity).float() for w in weights]


# %% magnitude wrong="quantile" says="A quantile lies between two weights"
def magnitude_masks(weights, sparsity):
    flat = torch.cat([w.abs().flatten() for w in weights])
    threshold = torch.quantile(flat.double(), sparsity)
    return [(w.abs() > threshold).to(w.dtype) for w in weights]


# %% magnitude wrong="no return" says=""
def magnitude_masks(weights, sparsity):
    flat = torch.cat([w.abs().flatten() for w in weights])
    threshold = torch.quantile(flat.double(), sparsity)
    masks = [(w.abs() > threshold).to(w.dtype) for w in weights]


# %% stay-dead correct="multiplied after each step"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% stay-dead correct="the gradient masked, cut before"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, [g * m for g, m in zip(grads, masks)]):
            p.grad = g
        optimizer.step()
    return [p.detach() for p in params]


# %% stay-dead correct=".data, and a mask in front of the gradient"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [torch.nn.Parameter(w.clone()) for w in weights]
    opt = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        now = [p.detach() * m for p, m in zip(params, masks)]
        for p, g in zip(params, gradient(now)):
            p.grad = g.clone()
        opt.step()
    return [p.data * m for p, m in zip(params, masks)]


# %% stay-dead correct="Adam by hand"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    now = [w * m for w, m in zip(weights, masks)]
    first = [torch.zeros_like(w) for w in now]
    second = [torch.zeros_like(w) for w in now]
    for t in range(1, num_steps + 1):
        grads = gradient(now)
        for k, g in enumerate(grads):
            first[k] = 0.9 * first[k] + 0.1 * g
            second[k] = 0.999 * second[k] + 0.001 * g * g
            step = (first[k] / (1 - 0.9**t)) / ((second[k] / (1 - 0.999**t)).sqrt() + 1e-8)
            now[k] = (now[k] - lr * step) * masks[k]
    return now


# %% stay-dead wrong="cut once" says="The cut weights come alive"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
    return [p.detach() for p in params]


# %% stay-dead wrong="never cut" says="Nothing is ever cut"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [w.clone().requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
    return [p.detach() for p in params]


# %% stay-dead wrong="at both ends" says="The masks are applied at the beginning and at the end only"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
    return [p.detach() * m for p, m in zip(params, masks)]


# %% stay-dead wrong="at the end" says="The masks are applied at the end only"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [w.clone().requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
    return [p.detach() * m for p, m in zip(params, masks)]


# %% stay-dead wrong="gradient masked only" says="The gradient is masked, and the weights are not"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [w.clone().requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, [g * m for g, m in zip(grads, masks)]):
            p.grad = g
        optimizer.step()
    return [p.detach() for p in params]


# %% stay-dead wrong="gradient masked, cut at the end" says="The gradient is masked, and the weights only at the end"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [w.clone().requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, [g * m for g, m in zip(grads, masks)]):
            p.grad = g
        optimizer.step()
    return [p.detach() * m for p, m in zip(params, masks)]


# %% stay-dead wrong="first gradient uncut" says="The first gradient is that of the uncut network"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [w.clone().requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% stay-dead wrong="a new Adam each step" says="A new Adam is made in each step"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    for _ in range(num_steps):
        optimizer = torch.optim.Adam(params, lr=lr)
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% stay-dead wrong="SGD" says="Those are steps of SGD"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.SGD(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% stay-dead wrong="AdamW" says="Those are steps of AdamW"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.AdamW(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% stay-dead wrong="uphill" says="The steps go uphill"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = -g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% stay-dead wrong="never stepped" says="The weights are what they were: cut, and not trained"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% stay-dead wrong="one step less" says="One step too few"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps - 1):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% stay-dead wrong="masks inverted" says="What is cut and what stays are exchanged"
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [(w * (1 - m)).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(1 - m)
    return [p.detach() for p in params]


# %% stay-dead wrong="in place on the given weights" says=""
def tune_pruned(weights, masks, gradient, lr, num_steps):
    params = [w.mul_(m).requires_grad_() for w, m in zip(weights, masks)]
    optimizer = torch.optim.Adam(params, lr=lr)
    for _ in range(num_steps):
        grads = gradient([p.detach() for p in params])
        for p, g in zip(params, grads):
            p.grad = g
        optimizer.step()
        with torch.no_grad():
            for p, m in zip(params, masks):
                p.mul_(m)
    return [p.detach() for p in params]


# %% units correct="as in the text"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ torch.relu(b1[~keep])
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)


# %% units correct="by indices"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    stay = keep.nonzero().flatten()
    go = (~keep).nonzero().flatten()
    b2 = b2 + (W2[:, go] * b1[go].clamp(min=0)).sum(dim=1)
    return (W1.index_select(0, stay), b1.index_select(0, stay)), (W2.index_select(1, stay), b2)


# %% units correct="a loop over the units"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    b2 = b2.clone()
    rows, biases, columns = [], [], []
    for i in range(len(keep)):
        if keep[i]:
            rows.append(W1[i])
            biases.append(b1[i])
            columns.append(W2[:, i])
        else:
            b2 += W2[:, i] * max(b1[i].item(), 0.0)
    return [torch.stack(rows), torch.stack(biases)], [torch.stack(columns, dim=1), b2]


# %% units correct="what the network says at a silent input"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    silent = b1.relu() * (~keep).to(b1.dtype)
    return (W1[keep], b1[keep]), (W2[:, keep], W2 @ silent + b2)


# %% units wrong="constant forgotten" says="A removed unit still spoke"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ torch.relu(b1[~keep])
    return (W1[keep], b1[keep]), (W2[:, keep], b2)


# %% units wrong="no ReLU" says="The constant of a removed unit is its bias *after*"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ b1[~keep]
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)


# %% units wrong="subtracted" says="The constant is subtracted"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ torch.relu(b1[~keep])
    return (W1[keep], b1[keep]), (W2[:, keep], b2 - constant)


# %% units wrong="constants of those that stay" says="The constants of the units that stay are moved"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, keep] @ torch.relu(b1[keep])
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)


# %% units wrong="constants of all" says="The constants of all units are moved"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2 @ torch.relu(b1)
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)


# %% units wrong="not through W2" says="The constants do not go through the second weights"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = torch.relu(b1[~keep]).sum()
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)


# %% units wrong="exchanged" says="Kept and removed are exchanged"
def remove_units(first, second, keep):
    keep = ~keep
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ torch.relu(b1[~keep])
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)


# %% units wrong="columns stay" says="The second layer still has its columns"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ torch.relu(b1[~keep])
    return (W1[keep], b1[keep]), (W2, b2)


# %% units wrong="old bias lost" says="The new second bias has lost the old one"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ torch.relu(b1[~keep])
    return (W1[keep], b1[keep]), (W2[:, keep], constant)


# %% units wrong="biases of the first" says="The first bias is that of other units"
def remove_units(first, second, keep):
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ torch.relu(b1[~keep])
    return (W1[keep], b1[: int(keep.sum())]), (W2[:, keep], b2 + constant)


# %% units wrong="the first so many" says="The first rows and columns are kept"
def remove_units(first, second, keep):
    keep = torch.arange(len(keep)) < keep.sum()
    W1, b1 = first
    W2, b2 = second
    constant = W2[:, ~keep] @ torch.relu(b1[~keep])
    return (W1[keep], b1[keep]), (W2[:, keep], b2 + constant)


# %% units wrong="rows of zeros" says="Nothing is smaller: rows of zeros"
def remove_units(first, second, keep):
    W1, b1 = first
    return (W1 * keep[:, None], b1), second


# %% units wrong="zeros everywhere" says="Rows, biases and columns of zeros"
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return (W1 * keep[:, None], b1 * keep), (W2 * keep, b2)


# %% units wrong="a flat tuple of four" says=""
def remove_units(first, second, keep):
    (W1, b1), (W2, b2) = first, second
    return W1[keep], b1[keep], W2[:, keep], b2 + W2[:, ~keep] @ b1[~keep].relu()


# %% ticket correct="as in the text"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket correct="the share that is left, round by round"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    each = (1 - sparsity) ** (1 / num_rounds)
    left, weights = 1.0, [w.clone() for w in start]
    masks = [torch.ones_like(w) for w in start]
    for _ in range(num_rounds):
        left *= each
        masks = cut(train(weights, masks), 1 - left)
        weights = [s * m for s, m in zip(start, masks)]
    return weights, masks


# %% ticket correct="torch.where, a list of shares first"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    shares = [1 - (1 - sparsity) ** ((r + 1) / num_rounds) for r in range(num_rounds)]
    masks = [torch.ones(w.shape, dtype=w.dtype) for w in start]
    weights = list(start)
    for share in shares:
        masks = cut(train(weights, masks), share)
        weights = [torch.where(m > 0, w, torch.zeros_like(w)) for w, m in zip(start, masks)]
    return weights, masks


# %% ticket wrong="trained come back" says="The weights that come back are the trained ones"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(trained, masks)], masks


# %% ticket wrong="not rewound" says="Each round goes on from the trained weights. Rewind: begin"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    now = start
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(now, masks)]
        now = trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="not rewound, trained back" says="Each round goes on from the trained weights, and they come back"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    now = start
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(now, masks)]
        now = trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(trained, masks)], masks


# %% ticket wrong="the start is judged" says="The weights of the start are judged"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(start, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="by movement" says="Weights are judged by how far they moved"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut([t - s for t, s in zip(trained, start)], 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="all in each round" says="All is cut in each round"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, sparsity)
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="equal steps" says="The share grows by equal steps"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, sparsity * r / num_rounds)
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="compounded" says="Each round keeps 1 − sparsity of what is left"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** r)
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="rounds from 0" says="The rounds count from 0"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(num_rounds):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="the same share" says="The same small share is cut in each round"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (1 / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="the share that stays" says="`cut` is told the share that stays"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="uncut weights are trained" says="A training begins with weights that were cut"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = start
        trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="masks of ones" says="`train` is told masks of ones"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, [torch.ones_like(m) for m in masks])
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return [w * m for w, m in zip(start, masks)], masks


# %% ticket wrong="trained at the end" says="The ticket is trained at the end"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    ticket = [w * m for w, m in zip(start, masks)]
    return train(ticket, masks), masks


# %% ticket wrong="uncut start" says="The weights that come back are those of the start, and nothing"
def winning_ticket(start, train, cut, sparsity, num_rounds):
    masks = [torch.ones_like(w) for w in start]
    for r in range(1, num_rounds + 1):
        begin = [w * m for w, m in zip(start, masks)]
        trained = train(begin, masks)
        masks = cut(trained, 1 - (1 - sparsity) ** (r / num_rounds))
    return start, masks


# %% quantize correct="as in the text"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize correct="the zero point inside of the rounding"
def quantize(x, low, high, bits):
    if low > 0:
        low = 0.0
    if high < 0:
        high = 0.0
    top = 2**bits - 1
    scale = (high - low) / top
    z = int(round(-low / scale))
    q = torch.clamp(torch.round(x.double() / scale + z), min=0, max=top)
    return q.to(torch.uint8), scale, z


# %% quantize correct="tensors for scale and zero point, floor of + ½"
def quantize(x, low, high, bits):
    low = torch.tensor(min(low, 0.0), dtype=torch.float64)
    high = torch.tensor(max(high, 0.0), dtype=torch.float64)
    scale = (high - low) / (2**bits - 1)
    zero = torch.floor(-low / scale + 0.5)
    codes = torch.floor(x / scale + 0.5) + zero
    return codes.clamp(0, 2**bits - 1).byte(), scale, zero.long()


# %% quantize correct="x clamped to the grid first"
def quantize(x, low, high, bits):
    low, high = min(0.0, low), max(0.0, high)
    steps = (1 << bits) - 1
    scale = (high - low) / steps
    zero = round(-low / scale)
    inside = x.clamp(-zero * scale, (steps - zero) * scale)
    return ((inside / scale).round() + zero).to(torch.uint8), scale, zero


# %% quantize wrong="zero point not rounded" says="0 lies between two codes: the zero point must be"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = -low / scale
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="counted from low" says="0 lies between two codes: the codes count from `low`"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round((x - low) / scale)).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="not stretched" says="0 is not on the grid"
def quantize(x, low, high, bits):
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="2^bits steps" says="There are 2^bits codes, and one step less"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / 2**bits
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="two steps less" says="There is one step too few"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 2)
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="no clamp" says="Numbers outside of the range wrap around"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale) + zero_point).remainder(256)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="floor" says="Codes are rounded down"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.floor(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="trunc" says="Codes are rounded towards 0"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.trunc(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="zero point rounded down" says="The zero point is rounded down"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = int(-low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="sign of the zero point" says="The zero point has the wrong sign"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="zero point not added" says="The zero point is not added"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale)).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="times the scale" says="The numbers are multiplied by the scale"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round(x * scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="numbers come back" says="Those are numbers again"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return (codes - zero_point) * scale, scale, zero_point


# %% quantize wrong="signed codes" says="The codes begin at −2^(bits − 1)"
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale) - 2 ** (bits - 1)
    codes = (torch.round(x / scale) + zero_point).clamp(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return codes.to(torch.int8), scale, zero_point


# %% quantize wrong="own range" says="The range is that of x"
def quantize(x, low, high, bits):
    low, high = min(x.min().item(), 0.0), max(x.max().item(), 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes.to(torch.uint8), scale, zero_point


# %% quantize wrong="codes as float" says=""
def quantize(x, low, high, bits):
    low, high = min(low, 0.0), max(high, 0.0)
    scale = (high - low) / (2**bits - 1)
    zero_point = round(-low / scale)
    codes = (torch.round(x / scale) + zero_point).clamp(0, 2**bits - 1)
    return codes, scale, zero_point


# %% quantize wrong="symmetric" says="That grid goes from minus to plus the larger end"
def quantize(x, low, high, bits):
    top = 2 ** (bits - 1) - 1
    scale = max(abs(low), abs(high)) / top
    return (x / scale).round().clamp(-top, top).to(torch.int8), scale, 0


# %% int8 correct="as in the text"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * (scale_x * scale_w) + bias


# %% int8 correct="the zero point after the product, by the sums of the weights"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    qx, qw = codes_x.int(), codes_w.int()
    sums = qx @ qw.T - zero_x * qw.sum(dim=1).int()
    return sums, scale_x * scale_w * sums.float() + bias


# %% int8 correct="int64 in between, einsum"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = torch.einsum("nj,ij->ni", codes_x.long() - zero_x, codes_w.long())
    outputs = sums.double() * scale_x * scale_w.double()[None] + bias.double()
    return sums.to(torch.int32), outputs.float()


# %% int8 correct="a loop over rows"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    columns = []
    for row in codes_w.int():
        columns.append(((codes_x.int() - int(zero_x)) * row).sum(dim=1))
    sums = torch.stack(columns, dim=1).int()
    return sums, sums * scale_x * scale_w + bias


# %% int8 wrong="no zero point" says="The zero point is not subtracted"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32)
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * (scale_x * scale_w) + bias


# %% int8 wrong="subtracted in uint8" says="uint8 knows no negative numbers"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = (codes_x - zero_x).to(torch.int32)
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * (scale_x * scale_w) + bias


# %% int8 wrong="zero point added" says="The zero point is added"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) + zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * (scale_x * scale_w) + bias


# %% int8 wrong="8 bits" says="The sums do not fit into 8 bits"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    sums = sums.to(torch.int8).to(torch.int32)
    return sums, sums * (scale_x * scale_w) + bias


# %% int8 wrong="16 bits" says="The sums do not fit into 16 bits"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int16) - zero_x
    sums = shifted @ codes_w.to(torch.int16).T
    sums = sums.to(torch.int32)
    return sums, sums * (scale_x * scale_w) + bias


# %% int8 wrong="subtracted from the sum" says="The zero point is subtracted once"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32)
    sums = shifted @ codes_w.to(torch.int32).T - zero_x
    return sums, sums * (scale_x * scale_w) + bias


# %% int8 wrong="no scale of the inputs" says="The scale of the inputs is missing"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * scale_w + bias


# %% int8 wrong="no scale of the weights" says="The scales of the weights are missing"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * scale_x + bias


# %% int8 wrong="bias scaled" says="The bias is scaled as well"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, (sums + bias) * (scale_x * scale_w)


# %% int8 wrong="no bias" says="The bias is missing"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * (scale_x * scale_w)


# %% int8 wrong="scales added" says="The scales are added"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * (scale_x + scale_w) + bias


# %% int8 wrong="one scale" says="All outputs have the scale of the first"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums, sums * (scale_x * scale_w[0]) + bias


# %% int8 wrong="sums scaled" says="The sums are scaled already"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums * (scale_x * scale_w) + bias, sums * (scale_x * scale_w) + bias


# %% int8 wrong="exchanged" says="Both results are exchanged"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums * (scale_x * scale_w) + bias, sums


# %% int8 wrong="sums in float32" says=""
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    shifted = codes_x.to(torch.int32) - zero_x
    sums = shifted @ codes_w.to(torch.int32).T
    return sums.float(), sums * (scale_x * scale_w) + bias


# %% straight correct="a scale of 1 for rows of zeros"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight correct="an autograd.Function"
class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx, W, bits):
        scale = W.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / (2 ** (bits - 1) - 1)
        return torch.round(W / scale) * scale

    @staticmethod
    def backward(ctx, grad):
        return grad, None


def aware_loss(W, X, y, bits):
    return F.cross_entropy(F.linear(X, Rounded.apply(W, bits)), y)


# %% straight correct="rounded without gradient, W - W.detach()"
def aware_loss(W, X, y, bits):
    with torch.no_grad():
        rows = []
        for row in W:
            scale = row.abs().max() / (2 ** (bits - 1) - 1)
            rows.append((row / scale).round() * scale if scale > 0 else row)
        rounded = torch.stack(rows)
    log_p = (X @ (rounded + W - W.detach()).T).log_softmax(dim=1)
    return -log_p[torch.arange(len(y)), y].mean()


# %% straight correct="fake_quantize of torch"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = (W.detach().abs().amax(dim=1) / top).clamp(min=1e-12).float()
    zeros = torch.zeros(len(W), dtype=torch.int32)
    Q = torch.fake_quantize_per_channel_affine(W.detach().float(), scale, zeros, 0, -top, top)
    return F.cross_entropy(X @ (W + (Q.to(W.dtype) - W).detach()).T, y)


# %% straight wrong="no trick" says="The gradient does not go straight through"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.abs().amax(dim=1, keepdim=True) / top
    scale = torch.where(scale == 0, torch.ones_like(scale), scale)
    rounded = (W / scale).round() * scale
    used = rounded
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="all detached" says="The gradient is 0 everywhere"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = rounded
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="gradient of the unrounded" says="The gradient is that of the loss *without* rounding"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    plain = F.cross_entropy(X @ W.T, y)
    return plain + (F.cross_entropy(X @ used.T, y) - plain).detach()


# %% straight wrong="never rounded" says="The loss is that of the weights before rounding"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ W.T, y)


# %% straight wrong="counts twice" says="The gradient counts twice"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = 2 * W + (rounded - 2 * W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="one scale" says="One scale serves all rows"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().max() / top
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="columns" says="Each column has a scale"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=0, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="nan" says="A row of zeros makes NaN"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="no abs" says="The scale is the largest weight, and not the largest absolute value"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="2^(b-1)" says="The whole numbers go from −2^(bits − 1)"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1)
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="2^b - 1" says="The largest whole number is 2^bits − 1 here"
def aware_loss(W, X, y, bits):
    top = 2**bits - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="floor" says="The codes are rounded down"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).floor() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="trunc" says="The codes are rounded towards 0"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).trunc() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y)


# %% straight wrong="sum" says="The loss is a sum over the examples"
def aware_loss(W, X, y, bits):
    top = 2 ** (bits - 1) - 1
    scale = W.detach().abs().amax(dim=1, keepdim=True) / top
    scale[scale == 0] = 1.0
    rounded = (W / scale).round() * scale
    used = W + (rounded - W).detach()
    return F.cross_entropy(X @ used.T, y, reduction="sum")


# %% low-rank correct="the values in the first factor"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]


# %% low-rank correct="roots in both"
def low_rank(W, max_numbers):
    r = min(int(max_numbers / sum(W.shape)), min(W.shape))
    U, s, Vt = torch.linalg.svd(W)
    root = torch.diag(s[:r].sqrt())
    return U[:, :r] @ root, root @ Vt[:r, :]


# %% low-rank correct="numpy"
def low_rank(W, max_numbers):
    import numpy as np

    U, s, Vt = np.linalg.svd(W.numpy(), full_matrices=False)
    r = 1
    while r < len(s) and (r + 1) * (W.shape[0] + W.shape[1]) <= max_numbers:
        r += 1
    return torch.from_numpy(U[:, :r]), torch.from_numpy(s[:r, None] * Vt[:r])


# %% low-rank correct="the directions of W Wᵀ"
def low_rank(W, max_numbers):
    r = min(max_numbers // (W.shape[0] + W.shape[1]), *W.shape)
    _, vectors = torch.linalg.eigh(W.double() @ W.double().T)
    A = vectors[:, -r:].to(W.dtype)
    return A, A.T @ W


# %% low-rank wrong="in both" says="The singular values are in both factors"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], s[:rank, None] * Vt[:rank]


# %% low-rank wrong="missing" says="The singular values are missing"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank], Vt[:rank]


# %% low-rank wrong="smallest" says="The smallest singular values are kept"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, -rank:] * s[-rank:], Vt[-rank:]


# %% low-rank wrong="one less" says="The rank is one too small"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n) - 1
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]


# %% low-rank wrong="rounded up" says="There are too many numbers: the rank is rounded up"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(-(-max_numbers // (m + n)), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]


# %% low-rank wrong="limit as rank" says="All singular values are kept"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers, m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]


# %% low-rank wrong="by m n" says="The rank is `max_numbers` divided by m n"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max(1, max_numbers // (m * n)), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]


# %% low-rank wrong="values counted" says="The singular values are counted among the numbers"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n + 1), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt[:rank]


# %% low-rank wrong="V" says="The second factor is V, and the transpose"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank], Vt.T[:, :rank]


# %% low-rank wrong="a piece of W" says="The first factor is a piece of W"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return W[:, :rank], torch.eye(rank, n, dtype=W.dtype)


# %% low-rank wrong="one root" says="The square roots of the singular values are in one factor only"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:rank].sqrt(), Vt[:rank]


# %% low-rank wrong="first value" says="The first singular value scales all"
def low_rank(W, max_numbers):
    m, n = W.shape
    rank = min(max_numbers // (m + n), m, n)
    U, s, Vt = torch.linalg.svd(W, full_matrices=False)
    return U[:, :rank] * s[:1], Vt[:rank]


# %% distil correct="kl_div, batchmean"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil correct="log_target"
def distillation_loss(student, teacher, y, T, alpha):
    log_p = F.log_softmax(teacher.detach() / T, dim=1)
    log_q = F.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(dim=1).mean()
    return alpha * T * T * soft + (1 - alpha) * F.cross_entropy(student, y)


# %% distil correct="the formula, example by example"
def distillation_loss(student, teacher, y, T, alpha):
    total = 0.0
    for z, v, label in zip(student, teacher, y):
        p, q = torch.softmax(v / T, dim=0), torch.softmax(z / T, dim=0)
        kl = (p * (p.log() - q.log())).sum()
        total = total + alpha * T**2 * kl - (1 - alpha) * torch.softmax(z, dim=0)[label].log()
    return total / len(y)


# %% distil correct="soft cross-entropy minus entropy"
def distillation_loss(student, teacher, y, T, alpha):
    p = (teacher / T).softmax(dim=-1)
    entropy = torch.special.entr(p).sum(dim=-1).mean()
    soft = F.cross_entropy(student / T, p) - entropy
    return alpha * T**2 * soft + (1 - alpha) * F.nll_loss(student.log_softmax(dim=-1), y)


# %% distil wrong="no T²" says="The factor T² is missing"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * soft + (1 - alpha) * hard


# %% distil wrong="T" says="The factor of the soft part is T. It is T²"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T * soft + (1 - alpha) * hard


# %% distil wrong="divided by T²" says="The soft part is divided by T²"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * soft / T**2 + (1 - alpha) * hard


# %% distil wrong="reversed" says="The divergence is the wrong way round"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(p.log(), log_q.exp(), reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="cross-entropy" says="That is the cross-entropy with the teacher"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = -(p * log_q).sum(dim=1).mean()
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="mean" says="The divergence is averaged over the classes as well"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="none").mean()
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="sum" says="The divergence is added up over the examples"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="sum")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="student only" says="Only the student is softened"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="teacher only" says="Only the teacher is softened"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="nothing softened" says="Nothing is softened"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher, dim=1)
    log_q = torch.log_softmax(student, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="times T" says="The logits are multiplied by T"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher * T, dim=1)
    log_q = torch.log_softmax(student * T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="hard softened" says="The hard part is softened, too"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student / T, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="hard softened, T²" says="The hard part is softened, and scaled by T²"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = T**2 * F.cross_entropy(student / T, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="alpha exchanged" says="α and 1 − α are exchanged"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return (1 - alpha) * T**2 * soft + alpha * hard


# %% distil wrong="hard in full" says="The hard part counts in full"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + hard


# %% distil wrong="hard missing" says="The hard part is missing"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft


# %% distil wrong="soft in full" says="The soft part counts in full"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return T**2 * soft + (1 - alpha) * hard


# %% distil wrong="two softmaxes" says="There is a softmax before the softmax of the soft part"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(torch.softmax(teacher / T, dim=1), dim=1)
    log_q = torch.log_softmax(torch.softmax(student / T, dim=1), dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="hard is a sum" says="The hard part is a sum over the examples"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y, reduction="sum")
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="detached student" says="The soft part has no gradient"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student.detach() / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% distil wrong="T² detached from the gradient" says="off by the factor T²"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    loss = alpha * soft + (1 - alpha) * hard
    return loss + (alpha * (T**2 - 1) * soft).detach()


# %% distil wrong="T of the gradient" says="off by the factor T: it is"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    loss = alpha * T * soft + (1 - alpha) * hard
    return loss + (alpha * (T**2 - T) * soft).detach()


# %% distil wrong="the soft gradient is turned" says="points the wrong way"
def distillation_loss(student, teacher, y, T, alpha):
    p = torch.softmax(teacher / T, dim=1)
    log_q = torch.log_softmax(student / T, dim=1)
    soft = F.kl_div(log_q, p, reduction="batchmean")
    hard = F.cross_entropy(student, y)
    soft = 2 * soft.detach() - soft
    return alpha * T**2 * soft + (1 - alpha) * hard


# %% budget wrong="rounded after the training" says="has to learn with three values"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget correct="nn.Sequential, epochs in batches, fake_quantize"
def budget(X, y, limit_bytes):
    h = 55
    net = torch.nn.Sequential(torch.nn.Linear(64, h), torch.nn.ReLU(), torch.nn.Linear(h, 10))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=35)

    def grid(layer):
        s = layer.weight.detach().abs().amax(dim=1)
        zero = torch.zeros(len(s), dtype=torch.int32)
        w = torch.fake_quantize_per_channel_affine(layer.weight, s, zero, 0, -1, 1)
        return w, s

    for epoch in range(35):
        for i in torch.randperm(len(X)).split(64):
            optimizer.zero_grad()
            hidden = F.relu(F.linear(X[i], grid(net[0])[0], net[0].bias))
            F.cross_entropy(F.linear(hidden, grid(net[2])[0], net[2].bias), y[i]).backward()
            optimizer.step()
        schedule.step()
    layers = []
    for layer in (net[0], net[2]):
        w, s = grid(layer)
        codes = torch.round(w.detach() / s[:, None]).to(torch.int8)
        layers.append((codes, s, layer.bias.detach()))
    return layers


# %% budget correct="a teacher; units as measured to fit"
def budget(X, y, limit_bytes):
    big = torch.nn.Sequential(torch.nn.Linear(64, 100), torch.nn.ReLU(), torch.nn.Linear(100, 10))
    optimizer = torch.optim.AdamW(big.parameters(), lr=0.003, weight_decay=0.01)
    for _ in range(150):
        i = torch.randint(len(X), (64,))
        optimizer.zero_grad()
        F.cross_entropy(big(X[i]), y[i]).backward()
        optimizer.step()
    v = (big(X).detach() / 4).softmax(dim=1)

    def size(h):
        parts = [
            (torch.randint(-1, 2, shape).to(torch.int8), torch.rand(shape[0]), torch.rand(shape[0]))
            for shape in ((h, 64), (10, h))
        ]
        return packed.num_bytes(parts)

    h = 60
    while size(h) > limit_bytes - 30:
        h -= 2
    W = [(torch.randn(h, 64) / 6).requires_grad_(), (torch.randn(10, h) / 3).requires_grad_()]
    b = [torch.zeros(h, requires_grad=True), torch.zeros(10, requires_grad=True)]

    def three(w):
        w = w.detach()
        keep = w.abs() > 0.5 * w.abs().mean(dim=1, keepdim=True)
        s = (w.abs() * keep).sum(dim=1) / keep.sum(dim=1).clamp(min=1)
        return w.sign() * keep, s

    optimizer = torch.optim.Adam([*W, *b], lr=0.01)
    for step in range(800):
        if step == 500:
            optimizer.param_groups[0]["lr"] = 0.002
        i = torch.randint(len(X), (64,))
        z = X[i]
        for k in range(2):
            q, s = three(W[k])
            z = (z.relu() if k else z) @ (W[k] + (q * s[:, None] - W[k]).detach()).T + b[k]
        loss = 16 * F.kl_div(F.log_softmax(z / 4, dim=1), v[i], reduction="batchmean")
        optimizer.zero_grad()
        (loss + F.cross_entropy(z, y[i])).backward()
        optimizer.step()
    found = [three(w) for w in W]
    return [(q.to(torch.int8), s, c.detach()) for (q, s), c in zip(found, b)]


# %% budget correct="a scale of 1.4 times the mean"
def budget(X, y, limit_bytes):
    h = 43
    W = [torch.randn(h, 64) * 0.18, torch.randn(10, h) * 0.3]
    b = [torch.zeros(h), torch.zeros(10)]
    params = [t.requires_grad_() for t in W + b]

    def rounded(w):
        s = w.detach().abs().mean(dim=1) * 1.4
        return (w.detach() / s[:, None]).round().clamp(-1, 1), s

    opt = torch.optim.Adam(params, lr=0.01)
    for t in range(700):
        if t == 450:
            opt.param_groups[0]["lr"] = 0.002
        i = torch.randint(len(X), (64,))
        z = X[i]
        for k in range(2):
            q, s = rounded(W[k])
            z = (z.relu() if k else z) @ (W[k] + (q * s[:, None] - W[k]).detach()).T + b[k]
        opt.zero_grad()
        F.cross_entropy(z, y[i]).backward()
        opt.step()
    found = [rounded(w) for w in W]
    return [(q.to(torch.int8), s, c.detach()) for (q, s), c in zip(found, b)]


# %% budget wrong="codes in float32" says="no packed network"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round()
        network.append((codes, scales, b))
    return network


# %% budget wrong="the weights themselves" says="no packed network"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((W, scales, b))
    return network


# %% budget wrong="one scale for a layer" says="no packed network"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().max()
        codes = (W / scales).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="scales as a column" says="no packed network"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1, keepdim=True)
        codes = (W / scales).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="8 bits, 32 units" says="Codes are −1, 0 and 1 only"
def budget(X, y, limit_bytes):
    h = 32
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1) / 127
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="the limit makes no difference" says="takes too many bytes"
def budget(X, y, limit_bytes):
    h = 80
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="untrained" says="hardly more than guess"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(0):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="rounded before it is scaled" says="All weights of a layer are 0"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = W.clamp(-0.4, 0.4).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="the sign of the codes is lost" says="hardly more than guess"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).abs().round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="labels counted backwards" says="hardly more than guess"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, 9 - y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="biases left out" says="no packed network"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes, scales, torch.zeros(0)))
    return network


# %% budget wrong="two tensors a layer" says="Each layer is three tensors"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes.float() * scales[:, None], b))
    return network


# %% budget wrong="transposed" says="no packed network"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8).T.contiguous()
        network.append((codes, scales, b))
    return network


# %% budget wrong="layers in the wrong order" says="The layers do not fit"
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1).relu() @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes, scales, b))
    return network[::-1]


# %% budget wrong="no ReLU between" says=""
def budget(X, y, limit_bytes):
    h = min(60, (limit_bytes - 220) // 22)
    W1 = (torch.randn(h, 64) * (2 / 64) ** 0.5).requires_grad_()
    b1 = torch.zeros(h, requires_grad=True)
    W2 = (torch.randn(10, h) * (2 / h) ** 0.5).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(300):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy((X[i] @ W1.T + b1) @ W2.T + b2, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    network = []
    for W, b in ((W1.detach(), b1.detach()), (W2.detach(), b2.detach())):
        scales = W.abs().amax(dim=1)
        codes = (W / scales[:, None]).round().to(torch.int8)
        network.append((codes, scales, b))
    return network


# %% budget wrong="a linear model" says="has to learn with three values"
def budget(X, y, limit_bytes):
    W = torch.zeros(10, 64, requires_grad=True)
    b = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W, b], lr=0.01)
    for _ in range(400):
        i = torch.randint(len(X), (64,))
        loss = F.cross_entropy(X[i] @ W.T + b, y[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scales = W.detach().abs().amax(dim=1)
    codes = (W.detach() / scales[:, None]).round().to(torch.int8)
    return [(codes, scales, b.detach())]


# %% distil wrong="T² on both parts" says="multiplied by T²"
def distillation_loss(student, teacher, y, T, alpha):
    p = F.softmax(teacher / T, dim=1)
    soft = F.kl_div(F.log_softmax(student / T, dim=1), p, reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * T**2 * F.cross_entropy(student, y)


# %% distil wrong="softmax over the examples" says="goes over the examples"
def distillation_loss(student, teacher, y, T, alpha):
    p = F.softmax(teacher / T, dim=0)
    soft = F.kl_div(F.log_softmax(student / T, dim=0), p, reduction="batchmean")
    return alpha * T**2 * soft + (1 - alpha) * F.cross_entropy(student, y)


# %% straight wrong="codes without their scale" says="computes with the codes"
def aware_loss(W, X, y, bits):
    scale = W.detach().abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / (2 ** (bits - 1) - 1)
    codes = (W / scale).round()
    return F.cross_entropy(X @ (W + (codes - W).detach()).T, y)


# %% int8 wrong="inputs as int8" says="go through int8"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    sums = (codes_x.to(torch.int8).to(torch.int32) - zero_x) @ codes_w.to(torch.int32).T
    return sums, sums * scale_x * scale_w + bias


# %% int8 wrong="zero point off both" says="from the weights, too"
def int8_linear(codes_x, scale_x, zero_x, codes_w, scale_w, bias):
    x, w = codes_x.to(torch.int32) - zero_x, codes_w.to(torch.int32) - zero_x
    sums = x @ w.T
    return sums, sums * scale_x * scale_w + bias
