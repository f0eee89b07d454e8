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


# %% dropout wrong="a frozen mask" says="Two calls drop the same numbers: the mask is frozen. Do not seed, and do not store it."
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


# %% early-stopping wrong="watches the training loss" says="It never stops. Do you watch the training loss, which always falls?"
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


# %% early-stopping wrong="counts from 0" says="Count the epochs from 1: you return how many were trained."
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


# %% label-smoothing wrong="adds up to more than 1" says="The right class gets its share ε/K as well as 1 − ε: the targets do not add up to 1."
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


# %% label-smoothing wrong="log of softmax overflows" says="There is a NaN where a number is wanted"
def smoothed_cross_entropy(logits, y, eps):
    k = logits.shape[1]
    q = F.one_hot(y, k) * (1 - eps) + eps / k
    return -(q * logits.softmax(1).log()).sum(1).mean()


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


# %% warp wrong="corners aligned in one of the calls" says="The middle is in the wrong place: align_corners=False, in both calls."
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


# %% warp wrong="repeats the border"
def turn_and_zoom(images, degrees, zoom):
    angle = torch.deg2rad(degrees)
    cos, sin, zero = angle.cos() / zoom, angle.sin() / zoom, torch.zeros_like(zoom)
    theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


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


# %% jitter wrong="pads with the border" says="These are not windows of the image with one row of zeros around it."
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


# %% jitter wrong="one draw for rows and columns" says="Rows and columns share one draw, or one of them never moves: draw two for each image."
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    padded = F.pad(images, [padding] * 4)
    places = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cut = torch.stack([padded[i, :, r : r + h, r : r + w] for i, r in enumerate(places)])
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return (cut * light + noise * torch.randn(cut.shape, generator=generator)).to(images.dtype)


# %% jitter wrong="seeds in the function" says="Two calls give the same windows. Do not seed: let the generator go on."
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


# %% back-translation wrong="the first translation back" says="Some words never come: draw at random, on the way there and on the way back."
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


# %% back-translation wrong="seeds in the function" says="Two calls give the same sentence. Do not seed the generator."
def back_translate(words, there, back, generator):
    generator = torch.Generator().manual_seed(0)

    def pick(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [pick(back[pick(there[w])]) if w in there else w for w in words]


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


# %% memorize wrong="starts at zero, so all units are alike" says="It knows next to nothing. Do the steps go downhill, and do they reach all four tensors?"
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


# %% shortest-fit correct="an augmented least-squares problem"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        U, s, Vh = torch.linalg.svd(features, full_matrices=False)
        return Vh.T @ ((U.T @ y) / s)
    p = features.shape[1]
    A = torch.cat([features, math.sqrt(ridge) * torch.eye(p, dtype=features.dtype)])
    b = torch.cat([y, torch.zeros(p, dtype=y.dtype)])
    return torch.linalg.lstsq(A, b[:, None]).solution[:, 0]


# %% shortest-fit correct="by singular values, both at once"
def shortest_fit(Phi, y, lam):
    U, s, Vt = torch.linalg.svd(Phi, full_matrices=False)
    return Vt.T @ (s / (s**2 + lam) * (U.T @ y))


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


# %% shortest-fit wrong="always inverts" says="singular"
def shortest_fit(features, y, ridge):
    I = torch.eye(features.shape[1], dtype=features.dtype)
    return torch.linalg.inv(features.T @ features + ridge * I) @ features.T @ y


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
