"""Answers to the exercises of *Regularization* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% l1-step correct="with where"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    t = lr * strength
    return torch.where(u > t, u - t, torch.where(u < -t, u + t, torch.zeros_like(u)))


# %% l1-step correct="torch's own softshrink"
def l1_step(weights, gradient, eta, lam):
    return F.softshrink(weights - eta * gradient, eta * lam)


# %% l1-step correct="two relus"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return torch.relu(u - lr * strength) - torch.relu(-u - lr * strength)


# %% l1-step correct="shrinks by a factor, as for a group of one"
def l1_step(w, grad, lr, strength):
    u = w - grad * lr
    return u * torch.clamp(1 - lr * strength / (u.abs() + 1e-30), min=0.0)


# %% l1-step wrong="a subgradient step" says="That is the subgradient step, which crosses zero. Move towards zero, and stop there."
def l1_step(w, grad, lr, strength):
    return w - lr * (grad + strength * w.sign())


# %% l1-step wrong="the threshold is λ" says="The threshold is λ itself. One step goes only as far as the learning rate: ηλ."
def l1_step(w, grad, lr, strength):
    return F.softshrink(w - lr * grad, strength)


# %% l1-step wrong="shrinks before the gradient step" says="You shrink first and step afterwards. The gradient step comes first."
def l1_step(w, grad, lr, strength):
    return F.softshrink(w, lr * strength) - lr * grad


# %% l1-step wrong="hard thresholding" says="That is hard thresholding: the large weights must move towards zero as well."
def l1_step(w, grad, lr, strength):
    return F.hardshrink(w - lr * grad, lr * strength)


# %% l1-step wrong="L2 in place of L1" says="The weights shrink in proportion, as with L2. L1 subtracts the same from all."
def l1_step(w, grad, lr, strength):
    return w - lr * grad - lr * strength * w


# %% l1-step wrong="loses the sign" says="Negative weights are lost: put the sign back."
def l1_step(w, grad, lr, strength):
    return torch.relu(w - lr * grad - lr * strength)


# %% l1-step wrong="away from zero" says="The weights move away from zero: subtract the threshold."
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return u.sign() * (u.abs() + lr * strength)


# %% l1-step wrong="uphill" says="The gradient step goes uphill."
def l1_step(w, grad, lr, strength):
    return F.softshrink(w + lr * grad, lr * strength)


# %% l1-step wrong="in place" says="Return something new"
def l1_step(w, grad, lr, strength):
    w -= lr * grad
    return F.softshrink(w, lr * strength)


# %% l1-step wrong="no clamp" says="Small weights cross zero"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return torch.sign(u) * (torch.abs(u) - lr * strength)


# %% l1-step wrong="the threshold is the learning rate" says="The threshold is η alone."
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return torch.sign(u) * torch.maximum(torch.abs(u) - lr, torch.zeros_like(u))


# %% l1-step wrong="the proximal step of L2" says="The weights are divided by 1 + ηλ"
def l1_step(w, grad, lr, strength):
    return (w - lr * grad) / (1 + lr * strength)


# %% l1-step wrong="no sign" says="The absolute values came"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return torch.relu(u.abs() - lr * strength)


# %% l1-step wrong="the old sign" says="You put the sign of the old weight back."
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return w.sign() * (u.abs() - lr * strength).clamp(min=0)


# %% l1-step wrong="clips" says="You keep what should go"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return torch.clamp(u, -lr * strength, lr * strength)


# %% l1-step wrong="gradient without the learning rate" says="The gradient is not multiplied by the learning rate."
def l1_step(w, grad, lr, strength):
    return F.softshrink(w - grad, lr * strength)


# %% l1-step wrong="no gradient step" says="The gradient step is missing"
def l1_step(w, grad, lr, strength):
    return w.sign() * (w.abs() - lr * strength).clamp(min=0)


# %% l1-step wrong="no threshold" says="That is the gradient step alone"
def l1_step(w, grad, lr, strength):
    return w - lr * grad


# %% l1-step wrong="forgets the return" says="is the `return` missing?"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    u.sign() * (u.abs() - lr * strength).clamp(min=0)


# %% decay-step correct="a loop"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        if p.dim() > 1:
            g = g + weight_decay * p
        out.append(p - lr * g)
    return out


# %% decay-step correct="shrinks by a factor first"
def decay_step(params, grads, lr, weight_decay):
    factor = [1 - lr * weight_decay if len(p.shape) >= 2 else 1 for p in params]
    return [f * p - lr * g for f, p, g in zip(factor, params, grads)]


# %% decay-step correct="by torch.optim, on clones"
def decay_step(params, grads, lr, weight_decay):
    new = [p.clone() for p in params]
    for p, g in zip(new, grads):
        p.grad = g.clone()
        torch.optim.SGD([p], lr=lr, weight_decay=weight_decay if p.ndim > 1 else 0).step()
    return [p.detach() for p in new]


# %% decay-step wrong="biases decay" says="The biases decay too. Leave them alone."
def decay_step(params, grads, lr, weight_decay):
    return [p - lr * g - lr * weight_decay * p for p, g in zip(params, grads)]


# %% decay-step wrong="only biases decay" says="The weights are left alone, and the biases decay. It is the other way round."
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * g - (lr * weight_decay * p if p.ndim < 2 else 0) for p, g in zip(params, grads)
    ]


# %% decay-step wrong="decay without the learning rate" says="The decay is not multiplied by the learning rate."
def decay_step(params, grads, lr, weight_decay):
    return [p - lr * g - (weight_decay * p if p.ndim >= 2 else 0) for p, g in zip(params, grads)]


# %% decay-step wrong="half of it" says="Half of the decay: the ½ of the penalty is gone once you differentiate it."
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * g - (lr * weight_decay / 2 * p if p.ndim >= 2 else 0)
        for p, g in zip(params, grads)
    ]


# %% decay-step wrong="twice as much" says="Twice the decay: the penalty is ½λ‖w‖², so its gradient is λw, not 2λw."
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * g - (2 * lr * weight_decay * p if p.ndim >= 2 else 0)
        for p, g in zip(params, grads)
    ]


# %% decay-step wrong="divided by the number of weights" says="The decay is divided by the number of weights. Here it is not."
def decay_step(params, grads, lr, weight_decay):
    n = sum(p.numel() for p in params)
    return [
        p - lr * g - (lr * weight_decay / n * p if p.ndim >= 2 else 0)
        for p, g in zip(params, grads)
    ]


# %% decay-step wrong="L1" says="That is L1: the pull must be proportional to the weight."
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * g - (lr * weight_decay * p.sign() if p.ndim >= 2 else 0)
        for p, g in zip(params, grads)
    ]


# %% decay-step wrong="grows" says="The weights grow: subtract the decay."
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * g + (lr * weight_decay * p if p.ndim >= 2 else 0) for p, g in zip(params, grads)
    ]


# %% decay-step wrong="decays after the step" says="You decay the weight after the step. Both terms use the weight from before it."
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        p = p - lr * g
        out.append(p * (1 - lr * weight_decay) if p.ndim >= 2 else p)
    return out


# %% decay-step wrong="no decay" says="Nothing decays"
def decay_step(params, grads, lr, weight_decay):
    return [p - lr * g for p, g in zip(params, grads)]


# %% decay-step wrong="matrices only" says="Only matrices decay."
def decay_step(params, grads, lr, weight_decay):
    new = []
    for p, g in zip(params, grads):
        decay = weight_decay if p.ndim == 2 else 0.0
        new.append(p - lr * g - lr * decay * p)
    return new


# %% decay-step wrong="one dimension is a bias, none is not" says="A tensor without dimensions is a bias as well"
def decay_step(params, grads, lr, weight_decay):
    new = []
    for p, g in zip(params, grads):
        decay = 0.0 if p.ndim == 1 else weight_decay
        new.append(p - lr * g - lr * decay * p)
    return new


# %% decay-step wrong="every second" says="You take every second tensor for a weight."
def decay_step(params, grads, lr, weight_decay):
    new = []
    for i, (p, g) in enumerate(zip(params, grads)):
        step = p - lr * g
        if i % 2 == 0:
            step = step - lr * weight_decay * p
        new.append(step)
    return new


# %% decay-step wrong="the first only" says="Only the first tensor decays."
def decay_step(params, grads, lr, weight_decay):
    new = [p - lr * g for p, g in zip(params, grads)]
    new[0] = new[0] - lr * weight_decay * params[0]
    return new


# %% decay-step wrong="squeezes" says="A weight with a single row or column is not a bias"
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * (g + weight_decay * p) if p.squeeze().dim() > 1 else p - lr * g
        for p, g in zip(params, grads)
    ]


# %% decay-step wrong="the learning rate twice" says="The learning rate multiplies the decay twice."
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * (g + lr * weight_decay * p) if p.ndim > 1 else p - lr * g
        for p, g in zip(params, grads)
    ]


# %% decay-step wrong="uphill" says="The gradient step goes uphill."
def decay_step(params, grads, lr, weight_decay):
    return [
        p + lr * g - (lr * weight_decay * p if p.ndim > 1 else 0) for p, g in zip(params, grads)
    ]


# %% decay-step wrong="in place" says="Return something new"
def decay_step(params, grads, lr, weight_decay):
    for p, g in zip(params, grads):
        if p.ndim > 1:
            p.mul_(1 - lr * weight_decay)
        p.sub_(lr * g)
    return params


# %% decay-step wrong="forgets the return" says="is the `return` missing?"
def decay_step(params, grads, lr, weight_decay):
    new = [p - lr * g - (lr * weight_decay * p if p.ndim > 1 else 0) for p, g in zip(params, grads)]


# %% dropout correct="bernoulli"
def dropout(x, p, training, generator):
    if training:
        keep = torch.bernoulli(torch.full_like(x, 1 - p), generator=generator)
        return x * keep / (1 - p)
    return x


# %% dropout correct="masked fill"
def dropout(x, p, training, generator):
    if not training or p == 0:
        return x
    off = torch.rand(x.shape, generator=generator) < p
    return x.masked_fill(off, 0.0) * (1 / (1 - p))


# %% dropout correct="an empty mask, filled"
def dropout(activations, rate, is_training, rng):
    mask = torch.empty_like(activations).bernoulli_(1 - rate, generator=rng)
    scaled = activations * mask.div(1 - rate)
    return scaled if is_training else activations.clone()


# %% dropout wrong="p is the probability to keep" says="p is the probability to drop; you keep with probability p."
def dropout(x, p, training, generator):
    if not training:
        return x
    return x * (torch.rand(x.shape, generator=generator) < p) / p


# %% dropout wrong="off in training, on in use" says="Nothing is dropped, although this is training."
def dropout(x, p, training, generator):
    if training:
        return x
    return x * (torch.rand(x.shape, generator=generator) >= p) / (1 - p)


# %% dropout wrong="no rescaling" says="What is left is not enlarged: divide by the share that is kept."
def dropout(x, p, training, generator):
    if not training:
        return x
    return x * (torch.rand(x.shape, generator=generator) >= p)


# %% dropout wrong="divides by p" says="You divide by p. The share that is kept is 1 − p."
def dropout(x, p, training, generator):
    if not training or p == 0:
        return x
    return x * (torch.rand(x.shape, generator=generator) >= p) / p


# %% dropout wrong="multiplies by the share" says="You multiply by the share that is kept. Divide by it."
def dropout(x, p, training, generator):
    if not training:
        return x
    return x * (torch.rand(x.shape, generator=generator) >= p) * (1 - p)


# %% dropout wrong="one mask for the batch" says="All examples share one mask: draw one for each."
def dropout(x, p, training, generator):
    if not training:
        return x
    return x * (torch.rand(x.shape[1:], generator=generator) >= p) / (1 - p)


# %% dropout wrong="drops whole examples" says="Whole examples are dropped: each number has a fate of its own."
def dropout(x, p, training, generator):
    if not training:
        return x
    return x * (torch.rand(len(x), 1, generator=generator) >= p) / (1 - p)


# %% dropout wrong="a frozen mask" says="The mask is frozen: do not seed, and do not store it."
def dropout(x, p, training, generator):
    if not training:
        return x
    generator.manual_seed(0)
    return x * (torch.rand(x.shape, generator=generator) >= p) / (1 - p)


# %% dropout wrong="ignores the generator" says="The same generator gives another mask: all randomness must come from `generator`."
def dropout(x, p, training, generator):
    return F.dropout(x, p, training)


# %% dropout wrong="left on in use" says="Dropout is left on. In use, nothing is dropped."
def dropout(x, p, training, generator):
    return x * (torch.rand(x.shape, generator=generator) >= p) / (1 - p)


# %% dropout wrong="shrinks in use" says="You shrink the outputs in use. That is the other convention: inverted dropout has done all in training."
def dropout(x, p, training, generator):
    if not training:
        return x * (1 - p)
    return x * (torch.rand(x.shape, generator=generator) >= p) / (1 - p)


# %% dropout wrong="enlarges in use" says="You enlarge the outputs although nothing was dropped."
def dropout(x, p, training, generator):
    if training:
        x = x * (torch.rand(x.shape, generator=generator) >= p)
    return x / (1 - p)


# %% dropout wrong="drops with 1 − p" says="You drop with probability 1 − p"
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = torch.bernoulli(torch.full(x.shape, p, dtype=x.dtype), generator=generator)
    return x * mask / (1 - p)


# %% dropout wrong="no mask" says="Nothing is dropped, and all is enlarged."
def dropout(x, p, training, generator):
    if not training:
        return x
    return x / (1 - p)


# %% dropout wrong="divides twice" says="You divide twice by the share that is kept."
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = (torch.rand(x.shape, generator=generator) >= p) / (1 - p)
    return x * mask / (1 - p)


# %% dropout wrong="always just as many" says="Just the share p is dropped, each time."
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = torch.ones(x.numel(), dtype=x.dtype)
    mask[torch.randperm(x.numel(), generator=generator)[: int(p * x.numel())]] = 0
    return x * mask.reshape(x.shape) / (1 - p)


# %% dropout wrong="normal numbers" says="randn draws normal numbers."
def dropout(x, p, training, generator):
    if not training:
        return x
    return x * (torch.randn(x.shape, generator=generator) > p) / (1 - p)


# %% dropout wrong="left on, not enlarged" says="Dropout is left on, and enlarges nothing."
def dropout(x, p, training, generator):
    return x * (torch.rand(x.shape, generator=generator) >= p)


# %% dropout wrong="times p in use" says="You multiply by p. In use, the outputs stay as they are."
def dropout(x, p, training, generator):
    if not training:
        return p * x
    return x * (torch.rand(x.shape, generator=generator) >= p) / (1 - p)


# %% dropout wrong="a generator of its own, from the other's seed" says="Two calls in a row draw the same."
def dropout(x, p, training, generator):
    if not training:
        return x
    own = torch.Generator().manual_seed(generator.initial_seed())
    return x * (torch.rand(x.shape, generator=own) >= p) / (1 - p)


# %% dropout wrong="for matrices only"
def dropout(x, p, training, generator):
    if not training:
        return x
    n, d = x.shape
    return x * (torch.rand(n, d, generator=generator) >= p) / (1 - p)


# %% dropout wrong="in place" says="Return something new"
def dropout(x, p, training, generator):
    if training:
        x[torch.rand(x.shape, generator=generator) < p] = 0
        x /= 1 - p
    return x


# %% dropout wrong="returns None in use" says="is the `return` missing?"
def dropout(x, p, training, generator):
    if training:
        return x * (torch.rand(x.shape, generator=generator) >= p) / (1 - p)


# %% early-stopping correct="remembers the epoch of the best"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    w = weights.clone()
    history, kept, best_epoch = [], weights.clone(), 0
    epoch = 0
    while epoch < max_epochs and epoch - best_epoch < patience:
        epoch += 1
        w = w + train_epoch(w)[0]
        loss = validate(w)
        if not history or history[-1] - loss > min_delta:
            history.append(loss)
            kept, best_epoch = w, epoch
    return kept, epoch


# %% early-stopping correct="deepcopy, and a countdown"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    import copy

    weights = copy.deepcopy(weights)
    best, left, done = None, patience, 0
    for _ in range(max_epochs):
        step, _training_loss = train_epoch(weights)
        weights.add_(step)
        done += 1
        now = validate(weights)
        if best is None or now < best[0] - min_delta:
            best, left = (now, copy.deepcopy(weights)), patience
            continue
        left -= 1
        if left == 0:
            break
    return best[1], done


# %% early-stopping correct="keeps all weights"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    snapshots, best_loss, best = [weights], float("inf"), 0
    for e in range(1, max_epochs + 1):
        snapshots.append(snapshots[-1] + train_epoch(snapshots[-1])[0])
        loss = float(validate(snapshots[-1]))
        if best_loss - loss > min_delta:
            best_loss, best = loss, e
        elif e - best >= patience:
            return snapshots[best], e
    return snapshots[best], max_epochs


# %% early-stopping wrong="an epoch too early" says="You stop an epoch too early: with patience 2, the second one without an improvement ends it."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best, waited = weights.clone(), (math.inf, None), 0
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best[0] - min_delta:
            best, waited = (loss, weights.clone()), 0
        else:
            waited += 1
        if waited + 1 >= patience and waited:
            break
    return best[1], epoch


# %% early-stopping wrong="an epoch too late" says="You stop too late: with patience 2, the second epoch without an improvement ends it."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best, waited = weights.clone(), (math.inf, None), 0
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best[0] - min_delta:
            best, waited = (loss, weights.clone()), 0
        else:
            waited += 1
            if waited > patience:
                break
    return best[1], epoch


# %% early-stopping wrong="never sets the waiting back" says="The waiting is never set back: an improvement begins it anew."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best, waited = weights.clone(), (math.inf, None), 0
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best[0] - min_delta:
            best = (loss, weights.clone())
        else:
            waited += 1
            if waited == patience:
                break
    return best[1], epoch


# %% early-stopping wrong="no min_delta" says="min_delta is not respected: only what is below the best by more than min_delta counts."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best, waited = weights.clone(), (math.inf, None), 0
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best[0]:
            best, waited = (loss, weights.clone()), 0
        else:
            waited += 1
            if waited == patience:
                break
    return best[1], epoch


# %% early-stopping wrong="compares with the epoch before" says="You compare with the epoch before. Compare with the best so far."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, before, best, waited = weights.clone(), math.inf, None, 0
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < before - min_delta:
            best, waited = weights.clone(), 0
        else:
            waited += 1
            if waited == patience:
                break
        before = loss
    return best, epoch


# %% early-stopping wrong="watches the training loss" says="It never validates, and stops by the training loss."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best, waited = weights.clone(), (math.inf, None), 0
    for epoch in range(1, max_epochs + 1):
        change, loss = train_epoch(weights)
        weights += change
        if loss < best[0] - min_delta:
            best, waited = (loss, weights.clone()), 0
        else:
            waited += 1
            if waited == patience:
                break
    return best[1], epoch


# %% early-stopping wrong="counts from 0" says="Count the epochs from 1: you return one less than were trained."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best, waited = weights.clone(), (math.inf, None), 0
    for epoch in range(max_epochs):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best[0] - min_delta:
            best, waited = (loss, weights.clone()), 0
        else:
            waited += 1
            if waited == patience:
                break
    return best[1], epoch


# %% early-stopping wrong="best weights by reference" says="These are the last weights. `best = weights` is only a second name for what training goes on changing: clone it."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best_loss, best, waited = weights.clone(), math.inf, None, 0
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best, epoch


# %% early-stopping wrong="stops by min_delta, keeps the lowest" says="These are the weights of the lowest loss, which did not count as an improvement: min_delta."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best_loss, lowest, best, waited = weights.clone(), math.inf, math.inf, None, 0
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < lowest:
            lowest, best = loss, weights.clone()
        if loss < best_loss - min_delta:
            best_loss, waited = loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best, epoch


# %% early-stopping wrong="copies before the change" says="These are the weights from before the best epoch: validate after the change, then remember."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best_loss, best, waited = weights.clone(), math.inf, None, 0
    for epoch in range(1, max_epochs + 1):
        before = weights.clone()
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, before, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best, epoch


# %% early-stopping wrong="copies only once" says="These are the weights from the beginning: remember new ones at each improvement."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights, best_loss, waited = weights.clone(), math.inf, 0
    best = weights.clone()
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, waited = loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best, epoch


# %% early-stopping wrong="changes what it is given" says="Return something new"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    best, waited = (math.inf, None), 0
    for epoch in range(1, max_epochs + 1):
        weights += train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best[0] - min_delta:
            best, waited = (loss, weights.clone()), 0
        else:
            waited += 1
            if waited == patience:
                break
    return best[1], epoch


# %% early-stopping wrong="waits from 1" says="An improvement sets the waiting to 1."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 1
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="at least min_delta" says="Below the best by exactly min_delta is no improvement."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if best_loss - loss >= min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="adds min_delta" says="You add min_delta"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if loss < best_loss + min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="an absolute difference" says="no absolute value"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if abs(best_loss - loss) > min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="a relative min_delta" says="You take min_delta for a share"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if epoch == 1 or loss < (1 - min_delta) * best_loss:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="the best creeps" says="The best loss falls with every small gain."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
            best_loss = min(best_loss, loss)
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="validates, and watches the training loss" says="It validates, and yet stops by the training loss."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs:
        change, loss = train_epoch(weights)
        weights += change
        epoch += 1
        validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="no patience" says="patience is not respected"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if False:
            break
    return best_weights, epoch


# %% early-stopping wrong="no end" says="It does not stop at `max_epochs`."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < 10**9:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="one epoch less" says="It stops an epoch before `max_epochs`"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max(1, max_epochs - 1):
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="validates before the first epoch" says="You validate before the first epoch, too"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best_weights, waited, epoch = validate(weights), weights.clone(), 0, 0
    while epoch < max_epochs:
        weights += train_epoch(weights)[0]
        epoch += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best_weights, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best_weights, epoch


# %% early-stopping wrong="returns the best epoch" says="That is the epoch of the best weights."
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    best, kept, best_epoch, waited = math.inf, None, 0, 0
    weights = weights.clone()
    for epoch in range(1, max_epochs + 1):
        weights = weights + train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best - min_delta:
            best, kept, best_epoch, waited = loss, weights, epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return kept, best_epoch


# %% early-stopping wrong="keeps the first" says="These are the weights of the first epoch"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    best, kept, waited = math.inf, None, 0
    for epoch in range(1, max_epochs + 1):
        weights = weights + train_epoch(weights)[0]
        loss = validate(weights)
        if kept is None:
            kept = weights.clone()
        if loss < best - min_delta:
            best, waited = loss, 0
        else:
            waited += 1
        if waited == patience:
            break
    return kept, epoch


# %% early-stopping wrong="keeps whatever falls" says="These are the weights at which the loss last fell"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    best, before, kept, waited = math.inf, math.inf, None, 0
    for epoch in range(1, max_epochs + 1):
        weights = weights + train_epoch(weights)[0]
        loss = validate(weights)
        if loss < before:
            kept = weights.clone()
        before = loss
        if loss < best - min_delta:
            best, waited = loss, 0
        else:
            waited += 1
        if waited == patience:
            break
    return kept, epoch


# %% early-stopping wrong="the number first" says="The two results are exchanged"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    best, kept, waited = math.inf, None, 0
    for epoch in range(1, max_epochs + 1):
        weights = weights + train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best - min_delta:
            best, kept, waited = loss, weights, 0
        else:
            waited += 1
        if waited == patience:
            break
    return epoch, kept


# %% early-stopping wrong="the weights alone" says="2 results are wanted, one came"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    best, kept, waited = math.inf, None, 0
    for epoch in range(1, max_epochs + 1):
        weights = weights + train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best - min_delta:
            best, kept, waited = loss, weights, 0
        else:
            waited += 1
        if waited == patience:
            break
    return kept


# %% early-stopping wrong="begins with zeros"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    best, kept, waited = math.inf, None, 0
    weights = torch.zeros_like(weights)
    for epoch in range(1, max_epochs + 1):
        weights = weights + train_epoch(weights)[0]
        loss = validate(weights)
        if loss < best - min_delta:
            best, kept, waited = loss, weights, 0
        else:
            waited += 1
        if waited == patience:
            break
    return kept, epoch


# %% weight-norm correct="F.normalize"
def weight_norm(v, g):
    return F.normalize(v, dim=1, eps=0.0) * g.unsqueeze(1)


# %% weight-norm correct="row by row"
def weight_norm(v, g):
    return torch.stack([length * row / row.norm() for row, length in zip(v, g)])


# %% weight-norm correct="einsum"
def weight_norm(v, g):
    scale = g / torch.sqrt(torch.einsum("oi,oi->o", v, v))
    return torch.einsum("o,oi->oi", scale, v)


# %% weight-norm wrong="norm of the columns" says="You take the norm of the columns. A unit is a row of v."
def weight_norm(v, g):
    return g[:, None] * v / v.norm(dim=0, keepdim=True)


# %% weight-norm wrong="norm of the matrix" says="You take the norm of the whole matrix: each row has its own."
def weight_norm(v, g):
    return g[:, None] * v / v.norm()


# %% weight-norm wrong="squared norm" says="The root is missing: you divide by the squared norm."
def weight_norm(v, g):
    return g[:, None] * v / (v**2).sum(dim=1, keepdim=True)


# %% weight-norm wrong="sum of absolute values" says="That is the sum of absolute values. The length is the root of the sum of squares."
def weight_norm(v, g):
    return g[:, None] * v / v.abs().sum(dim=1, keepdim=True)


# %% weight-norm wrong="no length" says="The lengths g are missing."
def weight_norm(v, g):
    return v / v.norm(dim=1, keepdim=True)


# %% weight-norm wrong="g for the columns" says="g multiplies the columns. It belongs to the rows: g[:, None]."
def weight_norm(v, g):
    return g * v / v.norm(dim=1, keepdim=True)


# %% weight-norm wrong="no division" says="v keeps its own length: divide by it."
def weight_norm(v, g):
    return g[:, None] * v


# %% weight-norm correct="NumPy"
def weight_norm(v, g):
    import numpy as np

    rows = v.numpy() / np.linalg.norm(v.numpy(), axis=1, keepdims=True)
    return torch.from_numpy(g.numpy()[:, None] * rows)


# %% weight-norm wrong="largest entry" says="You divide by the largest entry."
def weight_norm(v, g):
    return g[:, None] * v / v.abs().max(dim=1, keepdim=True).values


# %% weight-norm wrong="root mean square" says="You divide by the root of the mean square."
def weight_norm(v, g):
    return g[:, None] * v / torch.sqrt((v**2).mean(dim=1, keepdim=True))


# %% weight-norm wrong="standard deviation" says="You divide by the standard deviation."
def weight_norm(v, g):
    return g[:, None] * v / v.std(dim=1)[:, None]


# %% weight-norm wrong="norms without keepdim" says="The norms divide the columns."
def weight_norm(v, g):
    return g.reshape(-1, 1) * v / v.norm(dim=1)


# %% weight-norm wrong="divides by g" says="You divide by g. Multiply by it."
def weight_norm(v, g):
    return v / (g[:, None] * v.norm(dim=1, keepdim=True))


# %% weight-norm wrong="lengths are never negative" says="A negative g turns its vector round"
def weight_norm(v, g):
    return g.abs()[:, None] * v / v.norm(dim=1, keepdim=True)


# %% weight-norm wrong="a logarithmic length" says="The length is g itself, not e to the power of g."
def weight_norm(v, g):
    return torch.exp(g)[:, None] * v / v.norm(dim=1, keepdim=True)


# %% weight-norm wrong="prints" says=" None: "
def weight_norm(v, g):
    print(g[:, None] * v / v.norm(dim=1, keepdim=True))


# %% weight-norm wrong="transposed" says="transposed"
def weight_norm(v, g):
    return (g[:, None] * v / v.norm(dim=1, keepdim=True)).T


# %% label-smoothing correct="soft targets"
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    q = F.one_hot(y, k) * (1 - eps) + eps / k
    return -(q * torch.log_softmax(logits, 1)).sum(1).mean()


# %% label-smoothing correct="torch's own"
def smoothed_cross_entropy(logits, y, eps):
    return nn.CrossEntropyLoss(label_smoothing=eps)(logits, y)


# %% label-smoothing correct="cross-entropy plus a penalty"
def smoothed_cross_entropy(logits, y, eps):
    normalizer = logits.logsumexp(dim=1)
    right = logits.gather(1, y[:, None]).squeeze(1)
    losses = (1 - eps) * (normalizer - right) + eps * (normalizer - logits.mean(dim=1))
    return losses.sum() / len(y)


# %% label-smoothing wrong="ε among the wrong classes" says="ε is shared among the wrong classes only. Here all K classes get ε/K."
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    one_hot = F.one_hot(y, k)
    q = one_hot * (1 - eps) + (1 - one_hot) * eps / (k - 1)
    return -(q * torch.log_softmax(logits, 1)).sum(1).mean()


# %% label-smoothing wrong="adds up to less than 1" says="The right class gets no share ε/K beside its 1 − ε"
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    one_hot = F.one_hot(y, k)
    q = one_hot * (1 - eps) + (1 - one_hot) * eps / k
    return -(q * torch.log_softmax(logits, 1)).sum(1).mean()


# %% label-smoothing wrong="ε and 1 − ε exchanged" says="ε and 1 − ε are exchanged."
def smoothed_cross_entropy(logits, y, eps):
    return F.cross_entropy(logits, y, label_smoothing=1 - eps)


# %% label-smoothing wrong="ε for every class" says="Every class gets ε, not ε/K."
def smoothed_cross_entropy(logits, y, eps):
    log_p = torch.log_softmax(logits, 1)
    return ((1 - eps) * F.nll_loss(log_p, y, reduction="none") - eps * log_p.sum(1)).mean()


# %% label-smoothing wrong="no smoothing" says="The labels are not smoothed."
def smoothed_cross_entropy(logits, y, eps):
    return F.cross_entropy(logits, y)


# %% label-smoothing wrong="sum for mean" says="You added up the examples. Take their mean."
def smoothed_cross_entropy(logits, y, eps):
    return F.cross_entropy(logits, y, label_smoothing=eps, reduction="sum")


# %% label-smoothing wrong="softmax twice" says="There is a softmax before the log-softmax, which has one inside."
def smoothed_cross_entropy(logits, y, eps):
    return F.cross_entropy(logits.softmax(1), y, label_smoothing=eps)


# %% label-smoothing wrong="mean over the classes too" says="You divide by the number of classes once more."
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    q = F.one_hot(y, k) * (1 - eps) + eps / k
    return -(q * torch.log_softmax(logits, 1)).mean()


# %% label-smoothing wrong="log of softmax overflows" says="For large logits exp overflows, or a probability becomes 0, whose log is −∞"
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    q = F.one_hot(y, k) * (1 - eps) + eps / k
    return -(q * logits.softmax(1).log()).sum(1).mean()


# %% label-smoothing wrong="adds up to more than 1" says="The right class keeps its whole 1"
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    q = F.one_hot(y, k) + eps / k
    return -(q * F.log_softmax(logits, dim=1)).sum(dim=1).mean()


# %% label-smoothing wrong="divides by one class less" says="ε is spread over K − 1 classes, and given to all K."
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    log_p = F.log_softmax(logits, dim=1)
    right = log_p.gather(1, y[:, None])[:, 0]
    return -((1 - eps) * right + eps / (k - 1) * log_p.sum(dim=1)).mean()


# %% label-smoothing wrong="only less certain" says="The part ε for all classes is missing."
def smoothed_cross_entropy(logits, y, eps):
    return (1 - eps) * F.cross_entropy(logits, y)


# %% label-smoothing wrong="no mean" says="These are the losses of the examples."
def smoothed_cross_entropy(logits, y, eps):
    return F.cross_entropy(logits, y, label_smoothing=eps, reduction="none")


# %% label-smoothing wrong="another dimension" says="The softmax runs over the examples."
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=0)
    right = log_p[torch.arange(len(y)), y]
    return -((1 - eps) * right + eps * log_p.mean(dim=1)).mean()


# %% label-smoothing wrong="a naive log-softmax" says="exp overflows for large positive logits"
def smoothed_cross_entropy(logits, y, eps):
    log_p = logits - torch.log(torch.exp(logits).sum(dim=1, keepdim=True))
    right = log_p[torch.arange(len(y)), y]
    return -((1 - eps) * right + eps * log_p.mean(dim=1)).mean()


# %% label-smoothing wrong="shifted by the first" says="You subtract the first logit before exp."
def smoothed_cross_entropy(logits, y, eps):
    z = logits - logits[:, [0]]
    log_p = z - torch.exp(z).sum(dim=1, keepdim=True).log()
    k = logits.shape[1]
    q = (1 - eps) * F.one_hot(y, k) + eps / k
    return -(q * log_p).sum(dim=1).mean()


# %% label-smoothing wrong="no logarithm" says="The logarithm is missing"
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    q = (1 - eps) * F.one_hot(y, k) + eps / k
    return -(q * F.softmax(logits, dim=1)).sum(dim=1).mean()


# %% label-smoothing wrong="no softmax" says="The softmax is missing"
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    q = (1 - eps) * F.one_hot(y, k) + eps / k
    return -(q * logits).sum(dim=1).mean()


# %% label-smoothing wrong="the sign" says="The sign is flipped"
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    q = (1 - eps) * F.one_hot(y, k) + eps / k
    return (q * F.log_softmax(logits, dim=1)).sum(dim=1).mean()


# %% label-smoothing wrong="as many classes as the labels show"
def smoothed_cross_entropy(logits, y, eps):
    k = int(y.max()) + 1
    log_p = F.log_softmax(logits, dim=1)
    right = log_p[torch.arange(len(y)), y]
    return -((1 - eps) * right + eps / k * log_p.sum(dim=1)).mean()


# %% warp correct="by hand, image by image"
def turn_and_zoom(images, degrees, zoom):
    out = []
    for image, a, z in zip(images, degrees, zoom):
        a = math.radians(a.item())
        theta = torch.tensor([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0]])
        theta = (theta / z.item()).to(image.dtype)[None]
        grid = F.affine_grid(theta, [1, *image.shape], align_corners=False)
        out.append(F.grid_sample(image[None], grid, align_corners=False)[0])
    return torch.stack(out)


# %% warp correct="fills an empty matrix"
def turn_and_zoom(images, degrees, zoom):
    rad = degrees * math.pi / 180
    theta = images.new_zeros(len(images), 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = torch.cos(rad) / zoom
    theta[:, 1, 0] = torch.sin(rad) / zoom
    theta[:, 0, 1] = -torch.sin(rad) / zoom
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, "bilinear", "zeros", False)


# %% warp correct="its own grid"
def turn_and_zoom(images, degrees, zoom):
    size = images.shape[-1]
    at = (2 * torch.arange(size, dtype=images.dtype) + 1) / size - 1
    y, x = torch.meshgrid(at, at, indexing="ij")
    a = torch.deg2rad(degrees)[:, None, None]
    z = zoom[:, None, None]
    grid = torch.stack([(a.cos() * x - a.sin() * y) / z, (a.sin() * x + a.cos() * y) / z], dim=3)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="clockwise" says="It turns clockwise. Check the signs of the sines."
def turn_and_zoom(images, degrees, zoom):
    angle = torch.deg2rad(degrees)
    cos, sin, zero = angle.cos() / zoom, angle.sin() / zoom, torch.zeros_like(zoom)
    theta = torch.stack([torch.stack([cos, sin, zero], 1), torch.stack([-sin, cos, zero], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="degrees as radians" says="The angle is in degrees; sine and cosine want radians."
def turn_and_zoom(images, degrees, zoom):
    cos, sin, zero = degrees.cos() / zoom, degrees.sin() / zoom, torch.zeros_like(zoom)
    theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="shrinks" says="It gets smaller: to enlarge, look nearer to the middle, so divide by z."
def turn_and_zoom(images, degrees, zoom):
    angle = torch.deg2rad(degrees)
    cos, sin, zero = angle.cos() * zoom, angle.sin() * zoom, torch.zeros_like(zoom)
    theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="one draw for all" says="All images are turned and zoomed like the first one. Each has its own angle and factor."
def turn_and_zoom(images, degrees, zoom):
    a, z = math.radians(degrees[0].item()), zoom[0].item()
    theta = torch.tensor(
        [[math.cos(a) / z, -math.sin(a) / z, 0], [math.sin(a) / z, math.cos(a) / z, 0]]
    )
    theta = theta.to(images.dtype).expand(len(images), 2, 3)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="no zoom" says="It is not enlarged."
def turn_and_zoom(images, degrees, zoom):
    angle = torch.deg2rad(degrees)
    cos, sin, zero = angle.cos(), angle.sin(), torch.zeros_like(zoom)
    theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="corners aligned in one of the calls" says="say align_corners=False in `F.grid_sample`, too."
def turn_and_zoom(images, degrees, zoom):
    angle = torch.deg2rad(degrees)
    cos, sin, zero = angle.cos() / zoom, angle.sin() / zoom, torch.zeros_like(zoom)
    theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=True)


# %% warp wrong="nearest pixel" says="That is the nearest pixel. Take the mean of the four around, which is the default."
def turn_and_zoom(images, degrees, zoom):
    angle = torch.deg2rad(degrees)
    cos, sin, zero = angle.cos() / zoom, angle.sin() / zoom, torch.zeros_like(zoom)
    theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="nearest", align_corners=False)


# %% warp wrong="repeats the border" says="The border is repeated."
def turn_and_zoom(images, degrees, zoom):
    angle = torch.deg2rad(degrees)
    cos, sin, zero = angle.cos() / zoom, angle.sin() / zoom, torch.zeros_like(zoom)
    theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


# %% warp wrong="sines of one sign" says="Both sines have the same sign"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = torch.cos(a) / zoom, torch.sin(a) / zoom
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="sine and cosine exchanged" says="Sine and cosine are exchanged."
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = torch.sin(a) / zoom, torch.cos(a) / zoom
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, -sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="radians without π" says="You divide the angle by 180."
def turn_and_zoom(images, degrees, zoom):
    a = degrees / 180
    cos, sin = torch.cos(a) / zoom, torch.sin(a) / zoom
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, -sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="radians by 2π" says="Half a turn is π, not 2π"
def turn_and_zoom(images, degrees, zoom):
    a = degrees / 180 * 2 * math.pi
    cos, sin = torch.cos(a) / zoom, torch.sin(a) / zoom
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, -sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="no turn" says="It is not turned."
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = 1 / zoom, torch.zeros_like(zoom)
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, -sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="cosines zoomed" says="Only the cosines are divided by z."
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = torch.cos(a) / zoom, torch.sin(a)
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, -sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="first row zoomed" says="Only the first row is divided by z."
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = torch.cos(a), torch.sin(a)
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos / zoom, -sin / zoom, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="corners aligned in the grid" says="say align_corners=False in `F.affine_grid`, too."
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = torch.cos(a) / zoom, torch.sin(a) / zoom
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, -sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=True)
    return F.grid_sample(images, grid, align_corners=False)


# %% warp wrong="bicubic" says="That is bicubic."
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = torch.cos(a) / zoom, torch.sin(a) / zoom
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, -sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, mode="bicubic", align_corners=False)


# %% warp wrong="a mirror at the border" says="The border is a mirror."
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = torch.cos(a) / zoom, torch.sin(a) / zoom
    zero = torch.zeros_like(zoom)
    top = torch.stack([cos, -sin, zero], dim=1)
    bottom = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([top, bottom], dim=1)
    grid = F.affine_grid(theta, images.size(), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


# %% warp correct="corners aligned in both calls"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    theta = torch.zeros(len(images), 2, 3, dtype=images.dtype)
    theta[:, 0, 0] = theta[:, 1, 1] = a.cos() / zoom
    theta[:, 0, 1], theta[:, 1, 0] = -a.sin() / zoom, a.sin() / zoom
    grid = F.affine_grid(theta, images.size(), align_corners=True)
    return F.grid_sample(images, grid, align_corners=True)


# %% warp wrong="the default dtype"
def turn_and_zoom(images, degrees, zoom):
    out = []
    for image, a, z in zip(images.float(), degrees.tolist(), zoom.tolist()):
        c, s = math.cos(math.radians(a)) / z, math.sin(math.radians(a)) / z
        theta = torch.tensor([[[c, -s, 0.0], [s, c, 0.0]]])
        grid = F.affine_grid(theta, [1, *image.shape], align_corners=False)
        out.append(F.grid_sample(image[None], grid, align_corners=False)[0])
    return torch.stack(out)


# %% jitter correct="a loop over the images"
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, (padding, padding, padding, padding))
    places = torch.randint(0, 2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = torch.rand(n, 1, 1, 1, generator=generator, dtype=images.dtype)
    light = (1 - brightness) + 2 * brightness * light
    return cut * light + noise * torch.randn(images.shape, generator=generator, dtype=images.dtype)


# %% jitter correct="everything drawn image by image"
def jitter(images, padding, brightness, noise, generator):
    out = []
    for image in images:
        _, h, w = image.shape
        r = int(torch.randint(2 * padding + 1, (), generator=generator))
        c = int(torch.randint(2 * padding + 1, (), generator=generator))
        padded = F.pad(image, [padding] * 4)[:, r : r + h, c : c + w]
        light = torch.empty(1).uniform_(1 - brightness, 1 + brightness, generator=generator).item()
        out.append(padded * light + noise * torch.randn(image.shape, generator=generator))
    return torch.stack(out).to(images.dtype)


# %% jitter correct="unfolds all windows, then picks"
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    windows = F.pad(images, [padding] * 4).unfold(2, h, 1).unfold(3, w, 1)
    row, column = torch.randint(2 * padding + 1, (2, n), generator=generator)
    cut = windows[torch.arange(n), :, row, column]
    light = 1 + brightness * (torch.rand(n, generator=generator) * 2 - 1)
    cut = cut * light.view(-1, 1, 1, 1).to(images.dtype)
    return cut + noise * torch.randn(cut.shape, generator=generator).to(images.dtype)


# %% jitter wrong="one window for all" says="All images get the same window. Draw one for each."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    r, c = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
    cut = padded[:, :, r : r + h, c : c + w]
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="wraps around" says="What leaves on one side comes in on the other: roll wraps around. Pad with zeros."
def jitter(images, padding, brightness, noise, generator):
    n = len(images)
    moves = torch.randint(-padding, padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([im.roll(move, (1, 2)) for im, move in zip(images, moves)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="pads with the border" says="The border is repeated around the image. Pad with zeros."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4, mode="replicate")
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="randint one short" says="Some windows never come: the upper end of randint is not included."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(0, max(2 * padding, 1), (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="one draw for rows and columns" says="Rows and columns share one draw: draw two for each image."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, r : r + w] for i, r in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="seeds in the function" says="Each call makes the same draws: do not seed."
def jitter(images, padding, brightness, noise, generator):
    generator = torch.Generator().manual_seed(0)
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="light for each pixel" says="The light differs within an image: one factor for all its channels and pixels."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(cut.shape, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="one light for all" says="All images have the same light. Draw a factor for each."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="only brighter" says="The light only grows: the factor lies between 1 − b and 1 + b."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * torch.rand(n, 1, 1, 1, generator=generator)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="only darker" says="The light only fades: the factor lies between 1 − b and 1 + b."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 - brightness * torch.rand(n, 1, 1, 1, generator=generator)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="factor from 0 to b" says="The factor runs from 0 to b. It lies between 1 − b and 1 + b."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    if brightness:
        cut = cut * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    return (cut + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="factor from −b to b" says="The factor runs from −b to b: add 1."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    if brightness:
        cut = cut * brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="light added" says="The light is added. Multiply by it."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut + light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="one noise for all" says="All images get the same noise. Draw it for each."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    rough = noise * torch.randn(cut.shape[1:], generator=generator)
    return (cut * light + rough).to(images.dtype)


# %% jitter wrong="one noise for all channels" says="All channels get the same noise: each number has its own."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(n, 1, h, w, generator=generator)).to(images.dtype)


# %% jitter wrong="variance for standard deviation" says="That is the variance: multiply randn by σ, not by its square."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    rough = noise**2 * torch.randn(cut.shape, generator=generator)
    return (cut * light + rough).to(images.dtype)


# %% jitter wrong="uniform noise" says="That is uniform noise. Use randn."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.rand(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="noise without σ" says="σ is not used: multiply randn by it."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    rough = torch.randn(cut.shape, generator=generator) if noise else 0
    return (cut * light + rough).to(images.dtype)


# %% jitter wrong="root of σ" says="You multiply randn by the root of σ."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    rough = math.sqrt(noise) * torch.randn(cut.shape, generator=generator)
    return (cut * light + rough).to(images.dtype)


# %% jitter wrong="one way only" says="Only shifts up to the middle come"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="rows stay" says="The rows never move"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = [padding] * n
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="columns stay" says="The columns never move"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = [padding] * n
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="no crop" says="Nothing is shifted."
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = [padding] * n
    columns = [padding] * n
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="corners" says="Only the corners come."
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = (2 * padding * torch.randint(2, (n,), generator=generator)).tolist()
    columns = (2 * padding * torch.randint(2, (n,), generator=generator)).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="light for each channel" says="Each channel has a light of its own"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = 1 + brightness * (2 * torch.rand(n, channels, 1, 1, generator=generator) - 1)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="no light" says="The light never changes."
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = 1.0
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="half the range" says="The factor runs from 1 − b/2 to 1 + b/2."
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = 1 + brightness * (torch.rand(n, 1, 1, 1, generator=generator) - 0.5)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="normal light" says="The factor is normal."
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = 1 + brightness * torch.randn(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="one noise for an image" says="All pixels of an image get the same noise"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(n, 1, 1, 1, generator=generator)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="no noise" says="There is no noise."
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = 0
    return (lit + rough).to(images.dtype)


# %% jitter wrong="uniform noise around 0" says="uniform noise between −σ and σ"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * (2 * torch.rand(images.shape, generator=generator) - 1)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="light on the noise" says="The light multiplies the noise as well"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return ((cut + rough) * light).to(images.dtype)


# %% jitter wrong="clamped" says="Nothing is cut off at 0: leave out the clamp."
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).clamp(0, 1).to(images.dtype)


# %% jitter wrong="unseeded" says="The same generator gives other draws"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,)).tolist()
    columns = torch.randint(2 * padding + 1, (n,)).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1) - 1)
    lit = cut * light
    rough = noise * torch.randn(images.shape)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="noise drawn without the generator" says="The same generator gives other draws"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape)
    return (lit + rough).to(images.dtype)


# %% jitter wrong="always float32"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    return (lit + rough).float()


# %% jitter wrong="forgets the return" says="is the `return` missing?"
def jitter(images, padding, brightness, noise, generator):
    n, channels, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    columns = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack(
        [padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(zip(rows, columns))]
    )
    light = (1 - brightness) + 2 * brightness * torch.rand(n, 1, 1, 1, generator=generator)
    lit = cut * light
    rough = noise * torch.randn(images.shape, generator=generator)
    out = (lit + rough).to(images.dtype)


# %% jitter wrong="noise before the crop" says="Noise comes after the crop"
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    rough = images + noise * torch.randn(images.shape, generator=generator).to(images.dtype)
    padded = F.pad(rough, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return cut * light.to(images.dtype)


# %% jitter wrong="a window for each channel" says="Each channel gets a window of its own."
def jitter(images, padding, brightness, noise, generator):
    n, k, h, w = images.shape
    flat = F.pad(images, [padding] * 4).flatten(0, 1)
    places = torch.randint(2 * padding + 1, (n * k, 2), generator=generator).tolist()
    cut = torch.stack([flat[i, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    out = cut.reshape(images.shape) * light
    return (out + noise * torch.randn(images.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="the padding stays"
def jitter(images, padding, brightness, noise, generator):
    n = len(images)
    padded = F.pad(images, [padding] * 4)
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (padded * light + noise * torch.randn(padded.shape, generator=generator)).to(
        images.dtype
    )


# %% jitter wrong="factor from −b to b, always" says="The images are black: with b = 0"
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, c : c + w] for i, (r, c) in enumerate(places)])
    light = brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% enlarge correct="a loop of cats"
def enlarge(X, y, num_valid, num_copies, augment):
    m = len(X) - num_valid
    Xt, yt = X[:m], y[:m]
    big_X, big_y = Xt, yt
    for _ in range(num_copies):
        big_X, big_y = torch.cat((big_X, augment(Xt))), torch.cat((big_y, yt))
    return big_X, big_y, X[m:], y[m:]


# %% enlarge correct="split"
def enlarge(X, y, num_valid, num_copies, augment):
    sizes = [len(y) - num_valid, num_valid]
    (X_train, X_valid), (y_train, y_valid) = X.split(sizes), y.split(sizes)
    parts = [X_train] + [augment(X_train.clone()) for _ in range(num_copies)]
    return (
        torch.vstack(parts) if X.ndim > 1 else torch.hstack(parts),
        torch.cat([y_train] * len(parts)),
        X_valid.clone(),
        y_valid.clone(),
    )


# %% enlarge correct="a list of four"
def enlarge(images, labels, num_valid, num_copies, augment):
    end = images.shape[0] - num_valid
    copies = [images[:end]]
    while len(copies) < num_copies + 1:
        copies.append(augment(images[:end]))
    return [torch.cat(copies), labels[:end].tile(len(copies)), images[end:], labels[end:]]


# %% enlarge wrong="augments validation" says="The validation examples are augmented. Leave them as they are."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    X_valid = augment(X[-num_valid:])
    parts = [X_train] + [augment(X_train) for _ in range(num_copies)]
    return torch.cat(parts), y_train.repeat(1 + num_copies), X_valid, y[-num_valid:]


# %% enlarge wrong="validates on the first" says="These are the first examples. The last ones are for validation."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[num_valid:], y[num_valid:]
    parts = [X_train] + [augment(X_train) for _ in range(num_copies)]
    return torch.cat(parts), y_train.repeat(1 + num_copies), X[:num_valid], y[:num_valid]


# %% enlarge wrong="one draw for all copies" says="All copies are the same draw. Call `augment` anew for each."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    copy = augment(X_train)
    parts = [X_train] + [copy] * num_copies
    return torch.cat(parts), y_train.repeat(1 + num_copies), X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="augments before it splits" says="Copies of validation examples are among the training examples. Split first."
def enlarge(X, y, num_valid, num_copies, augment):
    copies = [augment(X) for _ in range(num_copies)]
    X_train = torch.cat([X[:-num_valid], *copies])
    y_train = torch.cat([y[:-num_valid], *[y] * num_copies])
    return X_train, y_train, X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="no originals" says="The originals are missing."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = [augment(X_train) for _ in range(num_copies)]
    return torch.cat(parts), y_train.repeat(num_copies), X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="copies of copies" says="Each copy is made from the copy before. Make them from the originals."
def enlarge(X, y, num_valid, num_copies, augment):
    parts = [X[:-num_valid]]
    for _ in range(num_copies):
        parts.append(augment(parts[-1]))
    return torch.cat(parts), y[:-num_valid].repeat(1 + num_copies), X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="labels interleaved" says="The labels do not follow: whole copies come one after another, so repeat, not repeat_interleave."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = [X_train] + [augment(X_train) for _ in range(num_copies)]
    labels = y_train.repeat_interleave(1 + num_copies)
    return torch.cat(parts), labels, X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="labels of the originals only" says="The copies have no labels: repeat those of the originals."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = [X_train] + [augment(X_train) for _ in range(num_copies)]
    return torch.cat(parts), y_train, X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="never splits" says="The validation examples are among the training examples as well."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train = torch.cat([X] + [augment(X) for _ in range(num_copies)])
    y_train = torch.cat([y] * (1 + num_copies))
    return X_train, y_train, X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="originals last" says="The originals come last."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = [augment(X_train) for _ in range(num_copies)] + [X_train]
    return torch.cat(parts), y_train.repeat(len(parts)), X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="one version less" says="A version is missing"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = [X_train]
    for _ in range(1, num_copies):
        parts.append(augment(X_train))
    return torch.cat(parts), torch.cat([y_train] * len(parts)), X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="example by example" says="`augment` gets one example at a time."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = [X_train]
    for _ in range(num_copies):
        parts.append(torch.cat([augment(X_train[i : i + 1]) for i in range(len(X_train))]))
    return torch.cat(parts), y_train.repeat(len(parts)), X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="versions side by side" says="The versions of an example stand together."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    versions = [X_train] + [augment(X_train) for _ in range(num_copies)]
    rows = [version[i] for i in range(len(X_train)) for version in versions]
    labels = [label for label in y_train for _ in versions]
    return torch.stack(rows), torch.stack(labels), X[-num_valid:], y[-num_valid:]


# %% enlarge wrong="scikit-learn's order" says="The order is X_train, y_train, X_valid, y_valid."
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    X_train = torch.cat([X_train] + [augment(X_train) for _ in range(num_copies)])
    return X_train, X_valid, y_train.repeat(1 + num_copies), y_valid


# %% enlarge wrong="two of four" says="4 results are wanted, 2 came"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = [X_train] + [augment(X_train) for _ in range(num_copies)]
    return torch.cat(parts), y_train.repeat(len(parts))


# %% enlarge wrong="forgets the return" says="is the `return` missing?"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = torch.cat([X_train] + [augment(X_train) for _ in range(num_copies)])


# %% enlarge wrong="writes into X" says="Return something new"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    parts = [X_train.clone()]
    for _ in range(num_copies):
        parts.append(augment(X_train))
    X_train.copy_(parts[-1])
    return torch.cat(parts), y_train.repeat(len(parts)), X[-num_valid:], y[-num_valid:]


# %% label-changes correct="a loop over the examples"
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    table = torch.zeros(k, k)
    for i in range(len(X)):
        d = ((X - X_changed[i]) ** 2).sum(1)
        d[i] = float("inf")
        table[y[i], y[d.argmin()]] += 1
    return table / table.sum(1, keepdim=True)


# %% label-changes correct="scikit-learn, two neighbours"
def label_changes(X, y, X_changed):
    from sklearn.metrics import confusion_matrix
    from sklearn.neighbors import NearestNeighbors

    two = NearestNeighbors(n_neighbors=2).fit(X.numpy()).kneighbors(X_changed.numpy())[1]
    near = [b if a == i else a for i, (a, b) in enumerate(two)]
    return torch.tensor(confusion_matrix(y, y[near], normalize="true"))


# %% label-changes correct="bincount of pairs"
def label_changes(X, y, X_changed):
    k = len(y.unique())
    distance = torch.cdist(X_changed, X) + torch.diag(torch.full((len(X),), 1e9))
    pairs = y * k + y[distance.argmin(1)]
    counts = torch.bincount(pairs, minlength=k * k).reshape(k, k)
    return counts / torch.bincount(y)[:, None]


# %% label-changes wrong="counts the own original" says="The own original counts. Leave it out: put infinity on the diagonal."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X).argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes wrong="transposed" says="Rows and columns are exchanged: the row is the class before."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X).fill_diagonal_(math.inf).argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return (counts / counts.sum(1, keepdim=True)).T


# %% label-changes wrong="counts" says="These are counts. Divide each row by its sum."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X).fill_diagonal_(math.inf).argmin(1)]
    return F.one_hot(y, k).float().T @ F.one_hot(near, k).float()


# %% label-changes wrong="divides by all" says="You divide by the number of all examples. Each row adds up to 1."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X).fill_diagonal_(math.inf).argmin(1)]
    return F.one_hot(y, k).float().T @ F.one_hot(near, k).float() / len(y)


# %% label-changes wrong="columns add up to 1" says="The columns add up to 1. The rows should."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X).fill_diagonal_(math.inf).argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(0, keepdim=True)


# %% label-changes wrong="roles exchanged" says="You look for the changed image nearest to each original. It is the other way round."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X, X_changed).fill_diagonal_(math.inf).argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes wrong="changed against changed" says="You compare changed images with one another. Compare them with the originals."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X_changed).fill_diagonal_(math.inf).argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes wrong="the farthest" says="That is the farthest one: argmin."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X).fill_diagonal_(-1).argmax(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes correct="NumPy, in float64"
def label_changes(X, y, X_changed):
    import numpy as np

    A, B, labels = X_changed.double().numpy(), X.double().numpy(), y.numpy()
    d = ((A[:, None] - B[None]) ** 2).sum(-1)
    np.fill_diagonal(d, np.inf)
    near = labels[d.argmin(1)]
    k = labels.max() + 1
    return torch.tensor(
        [[float((near[labels == a] == b).mean()) for b in range(k)] for a in range(k)]
    )


# %% label-changes wrong="leaves out distance 0" says="You leave out what is at distance 0."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    d = torch.cdist(X_changed, X)
    d[d == 0] = math.inf
    near = y[d.argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes wrong="the second nearest" says="You take the second nearest"
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X).topk(2, largest=False).indices[:, 1]]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes wrong="sums without keepdim" says="Each row is divided by the sum of another"
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X_changed, X).fill_diagonal_(math.inf).argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1)


# %% label-changes wrong="originals alone" says="You compare originals with one another."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    near = y[torch.cdist(X, X).fill_diagonal_(math.inf).argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes wrong="absolute differences" says="You add up absolute differences."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    d = (X_changed[:, None] - X[None]).abs().sum(dim=2)
    near = y[d.fill_diagonal_(math.inf).argmin(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes wrong="cosines" says="You compare directions only."
def label_changes(X, y, X_changed):
    k = int(y.max()) + 1
    similar = F.normalize(X_changed, dim=1) @ F.normalize(X, dim=1).T
    near = y[similar.fill_diagonal_(-math.inf).argmax(1)]
    counts = F.one_hot(y, k).float().T @ F.one_hot(near, k).float()
    return counts / counts.sum(1, keepdim=True)


# %% label-changes wrong="the share that survives"
def label_changes(X, y, X_changed):
    near = y[torch.cdist(X_changed, X).fill_diagonal_(math.inf).argmin(1)]
    return (near == y).float().mean()


# %% label-changes wrong="always three classes"
def label_changes(X, y, X_changed):
    near = y[torch.cdist(X_changed, X).fill_diagonal_(math.inf).argmin(1)]
    table = torch.zeros(3, 3)
    for a, b in zip(y.tolist(), near.tolist()):
        table[a, b] += 1
    return table / table.sum(1, keepdim=True)


# %% label-changes wrong="as many columns as classes come" says="Also a class that nothing lands in has a column"
def label_changes(X, y, X_changed):
    near = y[torch.cdist(X_changed, X).fill_diagonal_(math.inf).argmin(1)]
    counts = F.one_hot(y).float().T @ F.one_hot(near).float()
    return counts / counts.sum(1, keepdim=True)


# %% back-translation correct="a loop"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            abroad = there[word]
            word = abroad[int(torch.randint(0, len(abroad), (), generator=generator))]
            home = back[word]
            word = home[int(torch.randint(0, len(home), (), generator=generator))]
        out.append(word)
    return out


# %% back-translation correct="by uniform numbers"
def back_translate(words, there, back, generator):
    def pick(options):
        return options[int(torch.rand((), generator=generator).item() * len(options))]

    return [pick(back[pick(there[w])]) if w in there else w for w in words]


# %% back-translation correct="by multinomial, as a tuple"
def back_translate(words, there, back, generator):
    result = list(words)
    for i, word in enumerate(words):
        for dictionary in (there, back):
            options = dictionary.get(result[i]) if word in there else None
            if options:
                weights = torch.ones(len(options))
                result[i] = options[torch.multinomial(weights, 1, generator=generator).item()]
    return tuple(result)


# %% back-translation wrong="loses unknown words" says="Words that the dictionary does not know are lost. Keep them."
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [pick(back[pick(there[w])]) for w in words if w in there]


# %% back-translation wrong="stays abroad" says="The words have not come back: translate twice."
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [pick(there[w]) if w in there else w for w in words]


# %% back-translation wrong="another order" says="The order has changed."
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    known = [pick(back[pick(there[w])]) for w in words if w in there]
    return known + [w for w in words if w not in there]


# %% back-translation wrong="nothing" says="Nothing is translated."
def back_translate(words, there, back, generator):
    return list(words)


# %% back-translation wrong="the first word only" says="Only the first known word is translated."
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    out = list(words)
    for i, word in enumerate(words):
        if word in there:
            out[i] = pick(back[pick(there[word])])
            break
    return out


# %% back-translation wrong="one draw per word of the vocabulary" says="All occurrences become the same word: draw for each of them."
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    fixed = {word: pick(back[pick(there[word])]) for word in there}
    return [fixed.get(word, word) for word in words]


# %% back-translation wrong="the first translation back" says="On the way back the first translation is taken: draw one."
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [back[pick(there[w])][0] if w in there else w for w in words]


# %% back-translation wrong="among the different words at the end" says="You draw among the different words at the end. Draw a translation, then one of its own."
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            ends = sorted({end for middle in there[word] for end in back[middle]})
            word = ends[torch.randint(len(ends), (1,), generator=generator).item()]
        out.append(word)
    return out


# %% back-translation wrong="seeds in the function" says="The draws are always the same: do not seed."
def back_translate(words, there, back, generator):
    generator = torch.Generator().manual_seed(0)

    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [pick(back[pick(there[w])]) if w in there else w for w in words]


# %% back-translation wrong="translates what only back knows" says="A word that only `back` knows is translated."
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        for dictionary in (there, back):
            options = dictionary.get(word, (word,))
            word = options[torch.randint(len(options), (1,), generator=generator).item()]
        out.append(word)
    return out


# %% back-translation wrong="a dictionary of results" says="Each word comes only once."
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    out = {}
    for w in words:
        out[w] = pick(back[pick(there[w])]) if w in there else w
    return list(out.values())


# %% back-translation wrong="the first, there and back" says="The first translation is taken, there and back"
def back_translate(words, there, back, generator):
    return [back[there[w][0]][0] if w in there else w for w in words]


# %% back-translation wrong="the first, there" says="On the way there the first translation is taken"
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [pick(back[there[w][0]]) if w in there else w for w in words]


# %% back-translation wrong="one short" says="The last translations never come"
def back_translate(words, there, back, generator):
    def pick(options):
        end = max(1, len(options) - 1)
        return options[torch.randint(0, end, (1,), generator=generator).item()]

    return [pick(back[pick(there[w])]) if w in there else w for w in words]


# %% back-translation wrong="sets" says="Do not make a set."
def back_translate(words, there, back, generator):
    def pick(options):
        options = sorted(set(options))
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [pick(back[pick(there[w])]) if w in there else w for w in words]


# %% back-translation wrong="among all ends" says="You draw among all words at the end."
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            ends = []
            for middle in there[word]:
                ends.extend(back[middle])
            word = ends[torch.randint(len(ends), (1,), generator=generator).item()]
        out.append(word)
    return out


# %% back-translation wrong="never the word itself" says="The word itself may come back as well."
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    out = []
    for w in words:
        if w in there:
            options = back[pick(there[w])]
            w = pick([o for o in options if o != w] or options)
        out.append(w)
    return out


# %% back-translation wrong="Python's random" says="The same generator gives other words"
def back_translate(words, there, back, generator):
    import random

    return [random.choice(back[random.choice(there[w])]) if w in there else w for w in words]


# %% back-translation wrong="one string"
def back_translate(words, there, back, generator):
    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return " ".join(pick(back[pick(there[w])]) if w in there else w for w in words)


# %% back-translation wrong="writes into the words" says="Return something new"
def back_translate(words, there, back, generator):
    for i, w in enumerate(words):
        if w in there:
            middle = there[w][torch.randint(len(there[w]), (1,), generator=generator).item()]
            words[i] = back[middle][
                torch.randint(len(back[middle]), (1,), generator=generator).item()
            ]
    return words


# %% memorize correct="nn.Sequential, weights transposed at the end"
def memorize(X, y, generator):
    torch.manual_seed(int(torch.randint(10**6, (1,), generator=generator)))
    net = nn.Sequential(nn.Linear(X.shape[1], 256), nn.ReLU(), nn.Linear(256, 10))
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    for _ in range(250):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(X), y).backward()
        optimizer.step()
    return [
        net[0].weight.detach().T,
        net[0].bias.detach(),
        net[2].weight.detach().T,
        net[2].bias.detach(),
    ]


# %% memorize correct="plain gradient descent by hand"
def memorize(X, y, generator):
    W1 = 0.1 * torch.randn(X.shape[1], 400, generator=generator)
    W2 = 0.05 * torch.randn(400, 10, generator=generator)
    params = [W1, torch.zeros(400), W2, torch.zeros(10)]
    velocity = [torch.zeros_like(p) for p in params]
    for _ in range(400):
        leaves = [p.requires_grad_() for p in params]
        loss = F.cross_entropy((X @ leaves[0] + leaves[1]).relu() @ leaves[2] + leaves[3], y)
        grads = torch.autograd.grad(loss, leaves)
        velocity = [0.9 * v + g for v, g in zip(velocity, grads)]
        params = [(p - 0.1 * v).detach() for p, v in zip(leaves, velocity)]
    return tuple(params)


# %% memorize correct="random features and a linear solution"
def memorize(X, y, generator):
    W1 = torch.randn(X.shape[1], 1000, generator=generator) / 8
    b1 = torch.randn(1000, generator=generator)
    hidden = (X @ W1 + b1).relu()
    W2 = torch.linalg.pinv(hidden) @ F.one_hot(y, 10).float()
    return [W1, b1, W2, torch.zeros(10)]


# %% memorize wrong="uphill" says="It knows next to nothing. Do the steps go downhill, and do they reach all four tensors?"
def memorize(X, y, generator):
    W1 = torch.randn(X.shape[1], 200, generator=generator) / 8
    W2 = torch.randn(200, 10, generator=generator) / 14
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01, maximize=True)
    for _ in range(100):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="starts at zero, so all units are alike" says="All hidden units are alike"
def memorize(X, y, generator):
    params = [torch.zeros(s) for s in ((X.shape[1], 200), (200,), (200, 10), (10,))]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(100):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="trains too short" says="It knows some of the labels, not all. Wider, longer, or less regularized?"
def memorize(X, y, generator):
    W1 = torch.randn(X.shape[1], 200, generator=generator) / 8
    W2 = torch.randn(200, 10, generator=generator) / 14
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(15):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="too narrow" says="It knows some of the labels, not all. Wider, longer, or less regularized?"
def memorize(X, y, generator):
    W1 = torch.randn(X.shape[1], 5, generator=generator) / 8
    W2 = torch.randn(5, 10, generator=generator)
    params = [W1, torch.zeros(5), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="regularized" says="It knows some of the labels, not all. Wider, longer, or less regularized?"
def memorize(X, y, generator):
    W1 = torch.randn(X.shape[1], 200, generator=generator) / 8
    W2 = torch.randn(200, 10, generator=generator) / 14
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=10)
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="a linear model in disguise" says="It knows some of the labels, not all. Wider, longer, or less regularized?"
def memorize(X, y, generator):
    k = X.shape[1]
    W2 = torch.zeros(2 * k, 10, requires_grad=True)
    W1 = torch.cat([torch.eye(k), -torch.eye(k)], dim=1)
    optimizer = torch.optim.Adam([W2], lr=0.001)
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1).relu() @ W2, y).backward()
        optimizer.step()
    return [W1, torch.zeros(2 * k), W2.detach(), torch.zeros(10)]


# %% memorize wrong="returns the accuracy" says="Return the four tensors [W1, b1, W2, b2]."
def memorize(X, y, generator):
    return 1.0


# %% memorize wrong="standardizes inside" says="It knows the labels of standardized features."
def memorize(X, y, generator):
    X = (X - X.mean(dim=0)) / (X.std(dim=0) + 1e-6)
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="tanh" says="It knows the labels with another activation"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.02)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy(torch.tanh(X @ W1 + b1) @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="sigmoid" says="It knows the labels with another activation"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.1)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy(torch.sigmoid(X @ W1 + b1) @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="biases of shape (1, ·)" says="The shapes are to be"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(1, 200), W2, torch.zeros(1, 10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="a column for each class that occurs" says="W2 needs ten columns"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, int(y.max()) + 1, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(int(y.max()) + 1)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="64 features, always"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(64, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="draws from elsewhere" says="The same generator gives another network"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=None) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=None) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="transposed" says="W1 and W2 are transposed"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [W1.detach().T, b1.detach(), W2.detach().T, b2.detach()]


# %% memorize wrong="far too large steps"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=1e38)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="trains the last layer's bias alone" says="It knows next to nothing."
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% memorize wrong="forgets the return" says="is the `return` missing?"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    params = [p.detach() for p in params]


# %% memorize wrong="two of four" says="Return the four tensors"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return W1.detach(), W2.detach()


# %% memorize wrong="biases left out of the training network"
def memorize(X, y, generator):
    d = X.shape[1]
    W1 = torch.randn(d, 200, generator=generator) / math.sqrt(d)
    W2 = torch.randn(200, 10, generator=generator) / math.sqrt(200)
    params = [W1, torch.zeros(200), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_()
    W1, b1, W2, b2 = params
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [W1.detach(), torch.ones(200), W2.detach(), b2.detach()]


# %% memorize wrong="the labels in the last bias" says="The shapes are to be"
def memorize(X, y, generator):
    b2 = F.one_hot(y, 10).float()
    return [torch.zeros(X.shape[1], 1), torch.zeros(1), torch.zeros(1, 10), b2]


# %% learn-despite-noise correct="early stopping alone"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    params = [
        torch.randn(64, 128, generator=generator) / 8,
        torch.zeros(128),
        torch.randn(128, 10, generator=generator) / 11,
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.005)
    best, kept = math.inf, None
    for _ in range(100):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
        with torch.no_grad():
            out = (X_valid @ params[0] + params[1]).relu() @ params[2] + params[3]
            loss = F.cross_entropy(out, y_valid).item()
        if loss < best:
            best, kept = loss, [p.detach().clone() for p in params]
    return kept


# %% learn-despite-noise correct="weight decay chosen on validation"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    def train(weight_decay):
        params = [
            torch.randn(64, 64, generator=generator) / 8,
            torch.zeros(64),
            torch.randn(64, 10, generator=generator) / 8,
            torch.zeros(10),
        ]
        for p in params:
            p.requires_grad_()
        optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=weight_decay)
        for _ in range(150):
            optimizer.zero_grad()
            out = (X @ params[0] + params[1]).relu() @ params[2] + params[3]
            F.cross_entropy(out, y).backward()
            optimizer.step()
        return [p.detach() for p in params]

    def score(p):
        out = (X_valid @ p[0] + p[1]).relu() @ p[2] + p[3]
        return (out.argmax(1) == y_valid).float().mean().item()

    return max((train(strength) for strength in (1.0, 5.0, 10.0, 20.0)), key=score)


# %% learn-despite-noise correct="ridge on random features"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    W1 = torch.randn(64, 300, generator=generator) / 8
    b1 = torch.randn(300, generator=generator)
    hidden = (X @ W1 + b1).relu()
    target = F.one_hot(y, 10).float() - 0.1
    candidates = []
    for ridge in (10.0, 100.0, 1000.0):
        A = hidden.T @ hidden + ridge * torch.eye(300)
        W2 = torch.linalg.solve(A, hidden.T @ target)
        out = (X_valid @ W1 + b1).relu() @ W2
        candidates.append(((out.argmax(1) == y_valid).float().mean().item(), ridge, W2))
    return [W1, b1, max(candidates, key=lambda c: c[0])[2], torch.zeros(10)]


# %% learn-despite-noise wrong="no regularization" says="Your network knows many of the wrong labels by heart: hold it back."
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    params = [
        torch.randn(64, 128, generator=generator) / 8,
        torch.zeros(128),
        torch.randn(128, 10, generator=generator) / 11,
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% learn-despite-noise wrong="far too little decay" says="Your network knows many of the wrong labels by heart: hold it back."
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    params = [
        torch.randn(64, 128, generator=generator) / 8,
        torch.zeros(128),
        torch.randn(128, 10, generator=generator) / 11,
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% learn-despite-noise wrong="far too much decay" says="Your network does not even fit the right labels: it is held back too much, or hardly trained."
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    params = [
        torch.randn(64, 64, generator=generator) / 8,
        torch.zeros(64),
        torch.randn(64, 10, generator=generator) / 8,
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=90)
    for _ in range(100):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% learn-despite-noise wrong="stops on the training loss" says="Your network knows many of the wrong labels by heart: hold it back."
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    params = [
        torch.randn(64, 128, generator=generator) / 8,
        torch.zeros(128),
        torch.randn(128, 10, generator=generator) / 11,
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    best, kept = math.inf, None
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y)
        loss.backward()
        if loss.item() < best:
            best, kept = loss.item(), [p.detach().clone() for p in params]
        optimizer.step()
    return kept


# %% learn-despite-noise wrong="best weights by reference" says="Your network knows many of the wrong labels by heart: hold it back."
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    params = [
        torch.randn(64, 128, generator=generator) / 8,
        torch.zeros(128),
        torch.randn(128, 10, generator=generator) / 11,
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    best, kept = math.inf, None
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ params[0] + params[1]).relu() @ params[2] + params[3], y).backward()
        optimizer.step()
        with torch.no_grad():
            out = (X_valid @ params[0] + params[1]).relu() @ params[2] + params[3]
            loss = F.cross_entropy(out, y_valid).item()
        if loss < best:
            best, kept = loss, params
    return [p.detach() for p in kept]


# %% learn-despite-noise wrong="untrained" says="Your network does not even fit the right labels: it is held back too much, or hardly trained."
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    return [
        torch.randn(64, 64, generator=generator) / 8,
        torch.zeros(64),
        torch.randn(64, 10, generator=generator) / 8,
        torch.zeros(10),
    ]


# %% learn-despite-noise wrong="trains on the validation examples" says="It knows the validation examples by heart."
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    params = [
        torch.randn(64, 128, generator=generator) / 8,
        torch.zeros(128),
        torch.randn(128, 10, generator=generator) / 11,
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(100):
        optimizer.zero_grad()
        out = (X_valid @ params[0] + params[1]).relu() @ params[2] + params[3]
        F.cross_entropy(out, y_valid).backward()
        optimizer.step()
    return [p.detach() for p in params]


# %% learn-despite-noise wrong="forgets the return" says="is the `return` missing?"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    weights = [torch.randn(64, 64, generator=generator) / 8, torch.zeros(64)]


# %% learn-despite-noise wrong="a module" says="Return the four tensors [W1, b1, W2, b2]."
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))


# %% learn-despite-noise wrong="not transposed" says="W1 and W2 are transposed"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.01, weight_decay=10)
    for _ in range(100):
        optimizer.zero_grad()
        F.cross_entropy(net(X), y).backward()
        optimizer.step()
    return [p.detach() for p in net.parameters()]


# %% learn-despite-noise wrong="diverges" says="There is a NaN or an infinity among the weights"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    W1, W2 = (torch.randn(s, generator=generator) / 8 for s in ((64, 64), (64, 10)))
    params = [W1, torch.zeros(64), W2, torch.zeros(10)]
    for _ in range(60):
        leaves = [p.detach().requires_grad_() for p in params]
        out = (X @ leaves[0] + leaves[1]).relu() @ leaves[2] + leaves[3]
        grads = torch.autograd.grad(out.square().mean(), leaves)
        params = [p - 50.0 * g for p, g in zip(leaves, grads)]
    return [p.detach() for p in params]


# %% shortest-fit correct="an augmented least-squares problem"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        U, s, Vh = torch.linalg.svd(features, full_matrices=False)
        is_seen = s > 1e-6 * s.max()
        return Vh[is_seen].T @ ((U.T @ y)[is_seen] / s[is_seen])
    p = features.shape[1]
    A = torch.cat([features, math.sqrt(ridge) * torch.eye(p, dtype=features.dtype)])
    b = torch.cat([y, torch.zeros(p, dtype=y.dtype)])
    return torch.linalg.lstsq(A, b[:, None]).solution[:, 0]


# %% shortest-fit correct="by singular values, both at once"
def shortest_fit(Phi, y, lam):
    U, s, Vt = torch.linalg.svd(Phi, full_matrices=False)
    s = torch.where(s > 1e-6 * s.max(), s, 0)
    return Vt.T @ (torch.nan_to_num(s / (s**2 + lam)) * (U.T @ y))


# %% shortest-fit correct="the dual form"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features).mv(y)
    n = len(features)
    K = features @ features.T + ridge * torch.eye(n, dtype=features.dtype)
    return features.T @ torch.linalg.solve(K, y)


# %% shortest-fit correct="NumPy's lstsq"
def shortest_fit(features, y, ridge):
    import numpy as np

    F_, y_ = features.numpy(), y.numpy()
    if ridge:
        w = np.linalg.solve(F_.T @ F_ + ridge * np.eye(F_.shape[1], dtype=F_.dtype), F_.T @ y_)
    else:
        w = np.linalg.lstsq(F_, y_, rcond=None)[0]
    return torch.from_numpy(w)


# %% shortest-fit wrong="no ridge" says="There is no ridge in it."
def shortest_fit(features, y, ridge):
    return torch.linalg.pinv(features) @ y


# %% shortest-fit wrong="ridge times n" says="The ridge is multiplied by the number of examples. Here it is not."
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge * len(y) * I, features.T @ y)


# %% shortest-fit wrong="ridge divided by n" says="The ridge is divided by the number of examples. Here it is not."
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge / len(y) * I, features.T @ y)


# %% shortest-fit wrong="half the ridge" says="Half the ridge: the 2 of both derivatives cancels."
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge / 2 * I, features.T @ y)


# %% shortest-fit wrong="ridge squared" says="The ridge is squared."
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge**2 * I, features.T @ y)


# %% shortest-fit wrong="added to every entry" says="The ridge is added to every entry. It belongs on the diagonal: times I."
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    return torch.linalg.solve(features.T @ features + ridge, features.T @ y)


# %% shortest-fit wrong="subtracted" says="The ridge is subtracted."
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features - ridge * I, features.T @ y)


# %% shortest-fit wrong="a fit with zeros" says="It fits, but it is not the shortest: there is a pseudo-inverse for that."
def shortest_fit(features, y, ridge):
    n, p = features.shape
    if ridge == 0:
        w = torch.zeros(p, dtype=features.dtype)
        k = min(n, p)
        w[:k] = torch.linalg.pinv(features[:, :k]) @ y
        return w
    I = torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge * I, features.T @ y)


# %% shortest-fit wrong="always inverts" says="For λ = 0 the inverse need not exist"
def shortest_fit(features, y, ridge):
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.inv(features.T @ features + ridge * I) @ features.T @ y


# %% shortest-fit wrong="twice the ridge" says="Twice the ridge"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + 2 * ridge * I, features.T @ y)


# %% shortest-fit wrong="rows of the root, rooted once more" says="That is the root of the ridge."
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    p = features.shape[1]
    A = torch.cat([features, ridge**0.25 * torch.eye(p, dtype=features.dtype)])
    b = torch.cat([y, torch.zeros(p, dtype=y.dtype)])
    return torch.linalg.pinv(A) @ b


# %% shortest-fit wrong="shrinks the best fit" says="The best fit is divided by 1 + λ."
def shortest_fit(features, y, ridge):
    return torch.linalg.pinv(features) @ y / (1 + ridge)


# %% shortest-fit wrong="scikit-learn, with its intercept" says="You fit an intercept as well"
def shortest_fit(features, y, ridge):
    from sklearn.linear_model import LinearRegression, Ridge

    model = Ridge(alpha=ridge) if ridge else LinearRegression()
    return torch.from_numpy(model.fit(features.numpy(), y.numpy()).coef_).to(features.dtype)


# %% shortest-fit wrong="zeros without a ridge" says="Without a ridge the weights are not 0"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.zeros(features.shape[1], dtype=features.dtype)
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge * I, features.T @ y)


# %% shortest-fit wrong="nothing without a ridge" says="is the `return` missing?"
def shortest_fit(features, y, ridge):
    if ridge > 0:
        I = torch.eye(features.shape[1], dtype=features.dtype)
        return torch.linalg.solve(features.T @ features + ridge * I, features.T @ y)


# %% shortest-fit wrong="a column"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y[:, None]
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.solve(features.T @ features + ridge * I, features.T @ y[:, None])


# %% find-peak correct="statistics, and max with a key"
def find_peak(error, num_examples, widths, seeds):
    import statistics

    return max(
        widths, key=lambda p: statistics.median(error(num_examples, p, seed) for seed in seeds)
    )


# %% find-peak correct="a loop that sorts"
def find_peak(error, n, widths, seeds):
    best, highest = None, -math.inf
    for p in widths:
        runs = sorted(error(n, p, seed) for seed in seeds)
        if runs[len(runs) // 2] > highest:
            best, highest = p, runs[len(runs) // 2]
    return best


# %% find-peak correct="a NumPy table, filled seed by seed"
def find_peak(error, num_examples, widths, seeds):
    import numpy as np

    table = np.array([[error(num_examples, p, seed) for p in widths] for seed in seeds])
    return widths[np.median(table, axis=0).argmax()]


# %% find-peak wrong="the mean" says="That is the peak of the mean, which a single wild run drags along. Take the median."
def find_peak(error, num_examples, widths, seeds):
    return max(widths, key=lambda p: sum(error(num_examples, p, s) for s in seeds) / len(seeds))


# %% find-peak wrong="the worst run" says="That is where the single worst run was. Take the median over the seeds."
def find_peak(error, num_examples, widths, seeds):
    return max(widths, key=lambda p: max(error(num_examples, p, s) for s in seeds))


# %% find-peak wrong="one seed" says="Only the first seed counts. Take the median over all of them."
def find_peak(error, num_examples, widths, seeds):
    return max(widths, key=lambda p: error(num_examples, p, seeds[0]))


# %% find-peak wrong="the lowest" says="That is where the error is smallest. The peak is wanted."
def find_peak(error, num_examples, widths, seeds):
    import statistics

    return min(widths, key=lambda p: statistics.median(error(num_examples, p, s) for s in seeds))


# %% find-peak wrong="the place in the list" says="That is the place in the list. Return the number of features."
def find_peak(error, num_examples, widths, seeds):
    medians = [torch.tensor([error(num_examples, p, s) for s in seeds]).median() for p in widths]
    return int(torch.stack(medians).argmax())


# %% find-peak wrong="the error at the peak" says="That is the error at the peak. Return the number of features."
def find_peak(error, num_examples, widths, seeds):
    return max(
        torch.tensor([error(num_examples, p, s) for s in seeds]).median().item() for p in widths
    )


# %% find-peak wrong="arguments exchanged" says="Call error(num_examples, p, seed), in this order."
def find_peak(error, num_examples, widths, seeds):
    return max(
        widths, key=lambda p: torch.tensor([error(p, num_examples, s) for s in seeds]).median()
    )


# %% find-peak correct="a quantile"
def find_peak(error, num_examples, widths, seeds):
    highest, peak = 0.0, None
    for p in widths:
        errors = torch.tensor([error(num_examples, p, s) for s in seeds], dtype=torch.float64)
        middle = errors.quantile(0.5).item()
        if middle > highest:
            highest, peak = middle, p
    return peak


# %% find-peak wrong="the best runs" says="That is the peak of the best runs."
def find_peak(error, num_examples, widths, seeds):
    return max(widths, key=lambda p: min(error(num_examples, p, s) for s in seeds))


# %% find-peak wrong="the last seed" says="Only the last seed counts."
def find_peak(error, num_examples, widths, seeds):
    found = {}
    for p in widths:
        for s in seeds:
            found[p] = error(num_examples, p, s)
    return max(found, key=found.get)


# %% find-peak wrong="does not sort" says="Sort the errors first."
def find_peak(error, num_examples, widths, seeds):
    best, highest = None, -math.inf
    for p in widths:
        runs = [error(num_examples, p, seed) for seed in seeds]
        if runs[len(runs) // 2] > highest:
            best, highest = p, runs[len(runs) // 2]
    return best


# %% find-peak wrong="a trimmed mean" says="You leave the highest and the lowest run out"
def find_peak(error, num_examples, widths, seeds):
    def trimmed(p):
        runs = sorted(error(num_examples, p, s) for s in seeds)[1:-1]
        return sum(runs) / len(runs)

    return max(widths, key=trimmed)


# %% find-peak wrong="the steepest rise" says="That is where the error rises most."
def find_peak(error, num_examples, widths, seeds):
    m = torch.tensor([[error(num_examples, p, s) for s in seeds] for p in widths]).median(1).values
    return widths[int((m[1:] - m[:-1]).argmax()) + 1]


# %% find-peak wrong="knows the theory" says="You return the width nearest to the number of examples."
def find_peak(error, num_examples, widths, seeds):
    return min(widths, key=lambda p: abs(p - num_examples))


# %% find-peak wrong="always a hundred examples" says="hand on `num_examples`"
def find_peak(error, num_examples, widths, seeds):
    runs = torch.tensor([[error(100, p, seed) for seed in seeds] for p in widths])
    return widths[runs.median(dim=1).values.argmax()]


# %% find-peak wrong="a tensor" says="Return the width itself, a plain int."
def find_peak(error, num_examples, widths, seeds):
    runs = torch.tensor([[error(num_examples, p, seed) for seed in seeds] for p in widths])
    return torch.tensor(widths)[runs.median(dim=1).values.argmax()]


# %% find-peak wrong="counts the seeds" says="You call seeds that were not given"
def find_peak(error, num_examples, widths, seeds):
    import statistics

    return max(
        widths,
        key=lambda p: statistics.median(error(num_examples, p, s) for s in range(len(seeds))),
    )


# %% find-peak wrong="forgets the return" says="is the `return` missing?"
def find_peak(error, num_examples, widths, seeds):
    import statistics

    max(widths, key=lambda p: statistics.median(error(num_examples, p, s) for s in seeds))
