# %% l1-step right="the formula in two lines"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return u.sign() * (u.abs() - lr * strength).clamp(min=0)

# %% l1-step right="softshrink of the library"
def l1_step(w: torch.Tensor, grad: torch.Tensor, lr: float, strength: float) -> torch.Tensor:
    return F.softshrink(w - lr * grad, lr * strength)

# %% l1-step right="loops over the flattened weights, beginner style"
def l1_step(w, grad, lr, strength):
    flat_w = w.flatten()
    flat_g = grad.flatten()
    result = torch.zeros_like(flat_w)
    threshold = lr * strength
    for i in range(len(flat_w)):
        u = flat_w[i] - lr * flat_g[i]
        if u > threshold:
            result[i] = u - threshold
        elif u < -threshold:
            result[i] = u + threshold
        else:
            result[i] = 0.0
    return result.reshape(w.shape)

# %% l1-step right="difference of two ReLUs"
def l1_step(w, grad, lr, strength):
    moved, t = w - lr * grad, lr * strength
    return torch.relu(moved - t) - torch.relu(-moved - t)

# %% l1-step right="takes away what is clamped to the threshold"
def l1_step(weights, gradient, eta, lam):
    u = weights - eta * gradient
    return u - u.clamp(-eta * lam, eta * lam)

# %% l1-step right="nested where"
def l1_step(w: torch.Tensor, grad: torch.Tensor, lr: float, strength: float) -> torch.Tensor:
    # gradient step on the loss only
    u = w - lr * grad
    tau = lr * strength
    zero = torch.zeros_like(u)
    shrunk_from_above = torch.where(u > tau, u - tau, zero)
    return torch.where(u < -tau, u + tau, shrunk_from_above)

# %% l1-step right="numpy detour with a helper"
import numpy as np

def soft(a, t):
    return np.sign(a) * np.maximum(np.abs(a) - t, 0)

def l1_step(w, grad, lr, strength):
    u = w.detach().numpy() - lr * grad.detach().numpy()
    return torch.as_tensor(soft(u, lr * strength)).to(w.dtype)

# %% l1-step right="boolean masks on a clone"
def l1_step(w, grad, lr, strength):
    out = w.clone()
    out -= lr * grad
    t = lr * strength
    small = out.abs() <= t
    out[~small] -= t * out[~small].sign()
    out[small] = 0
    return out

# %% l1-step wrong="threshold is the strength without the learning rate"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return u.sign() * (u.abs() - strength).clamp(min=0)

# %% l1-step wrong="subgradient step: no zeros, jumps across zero"
def l1_step(w: torch.Tensor, grad: torch.Tensor, lr: float, strength: float) -> torch.Tensor:
    penalty_grad = strength * torch.sign(w)
    return w - lr * (grad + penalty_grad)

# %% l1-step wrong="adds the gradient instead of subtracting it"
def l1_step(w, grad, lr, strength):
    u = w + lr * grad
    threshold = lr * strength
    return torch.sign(u) * torch.clamp(torch.abs(u) - threshold, min=0)

# %% l1-step wrong="no clamp: small weights overshoot across zero"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return u.sign() * (u.abs() - lr * strength)

# %% l1-step wrong="takes the sign of the old weights, not of u"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    magnitude = (u.abs() - lr * strength).clamp(min=0)
    return w.sign() * magnitude

# %% l1-step wrong="hard thresholding: large weights are not moved"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return torch.where(u.abs() > lr * strength, u, torch.zeros_like(u))

# %% l1-step wrong="soft thresholds first and takes the gradient step afterwards"
def l1_step(w, grad, lr, strength):
    shrunk = F.softshrink(w, lr * strength)
    return shrunk - lr * grad

# %% l1-step wrong="forgets the gradient step altogether"
def l1_step(w, grad, lr, strength):
    t = lr * strength
    return w.sign() * (w.abs() - t).clamp(min=0)

# %% l1-step wrong="negative weights all become zero: abs and sign left out"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return (u - lr * strength).clamp(min=0)

# %% l1-step wrong="shrinks in proportion to the weight, as L2 does"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return u * (1 - lr * strength)

# %% l1-step wrong="prints the result and returns nothing"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    new_w = u.sign() * (u.abs() - lr * strength).clamp(min=0)
    print(new_w)

# %% l1-step wrong="changes w in place"
def l1_step(w, grad, lr, strength):
    w -= lr * grad
    return F.softshrink(w, lr * strength)

# %% l1-step wrong="writes the gradient step into the caller's weights by sub_" kind="sneaky"
def l1_step(w: torch.Tensor, grad: torch.Tensor, lr: float, strength: float) -> torch.Tensor:
    """One ISTA step."""
    with torch.no_grad():
        u = w.sub_(grad, alpha=lr)
        t = lr * strength
        return torch.relu(u - t) - torch.relu(-u - t)

# %% l1-step wrong="scales the caller's gradient in place" kind="sneaky"
def l1_step(w, grad, lr, strength):
    step = grad.mul_(lr)
    u = w - step
    return u.sign() * (u.abs() - lr * strength).clamp(min=0)

# %% l1-step wrong="works for vectors only: indexes with one number and expects a scalar" kind="sneaky"
def l1_step(w, grad, lr, strength):
    new = torch.zeros_like(w)
    for i in range(w.shape[0]):
        u = w[i].item() - lr * grad[i].item()
        new[i] = math.copysign(max(abs(u) - lr * strength, 0.0), u)
    return new

# %% l1-step wrong="zero whenever the subgradient step crosses zero: a large gradient may not cross either" kind="sneaky"
def l1_step(w, grad, lr, strength):
    stepped = w - lr * (grad + strength * w.sign())
    crossed = stepped.sign() * w.sign() < 0
    return torch.where(crossed, torch.zeros_like(w), stepped)

# %% l1-step wrong="clamps at a tiny positive number, so no weight is exactly zero" kind="sneaky"
def l1_step(w, grad, lr, strength):
    u = w - lr * grad
    return u.sign() * (u.abs() - lr * strength).clamp(min=1e-8)

# %% decay-step right="comprehension with a conditional"
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * g - lr * weight_decay * p if p.ndim >= 2 else p - lr * g
        for p, g in zip(params, grads)
    ]

# %% decay-step right="plain loop with append"
def decay_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], lr: float, weight_decay: float
) -> list[torch.Tensor]:
    new_params = []
    for p, g in zip(params, grads, strict=True):
        new = p - lr * g
        if p.ndim > 1:
            new = new - lr * weight_decay * p
        new_params.append(new)
    return new_params

# %% decay-step right="strength is zero for biases"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for i in range(len(params)):
        decay = weight_decay if len(params[i].shape) >= 2 else 0.0
        out.append((1 - lr * decay) * params[i] - lr * grads[i])
    return out

# %% decay-step right="helper and map"
def decay_step(params, grads, lr, weight_decay):
    def one(p, g):
        is_bias = p.dim() < 2
        direction = g if is_bias else g + weight_decay * p
        return p - lr * direction

    return list(map(one, params, grads))

# %% decay-step right="torch.optim.SGD with two groups on clones"
def decay_step(params, grads, lr, weight_decay):
    copies = [p.detach().clone().requires_grad_() for p in params]
    for c, g in zip(copies, grads):
        c.grad = g.detach().clone()
    groups = []
    weights = [c for c in copies if c.ndim >= 2]
    biases = [c for c in copies if c.ndim < 2]
    if weights:
        groups.append({"params": weights, "weight_decay": weight_decay})
    if biases:
        groups.append({"params": biases, "weight_decay": 0.0})
    if groups:
        torch.optim.SGD(groups, lr=lr).step()
    return [c.detach() for c in copies]

# %% decay-step right="recursion over the list"
def decay_step(params, grads, lr, weight_decay):
    if not params:
        return []
    p, g = params[0], grads[0]
    head = p - lr * (g + (p.ndim >= 2) * weight_decay * p)
    return [head] + decay_step(params[1:], grads[1:], lr, weight_decay)

# %% decay-step right="numpy detour"
import numpy as np

def decay_step(params, grads, lr, weight_decay):
    result = []
    for p, g in zip(params, grads):
        p_np = p.detach().numpy()
        g_np = g.detach().numpy()
        step = lr * g_np
        if p_np.ndim >= 2:
            step = step + lr * weight_decay * p_np
        result.append(torch.as_tensor(np.asarray(p_np - step)).to(p.dtype))
    return result

# %% decay-step wrong="decays the biases as well"
def decay_step(params, grads, lr, weight_decay):
    return [p - lr * g - lr * weight_decay * p for p, g in zip(params, grads)]

# %% decay-step wrong="decays the biases and not the weights"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        if p.ndim < 2:
            out.append(p - lr * g - lr * weight_decay * p)
        else:
            out.append(p - lr * g)
    return out

# %% decay-step wrong="decay is not multiplied by the learning rate"
def decay_step(params, grads, lr, weight_decay):
    new = []
    for p, g in zip(params, grads):
        q = p - lr * g
        if p.ndim >= 2:
            q = q - weight_decay * p
        new.append(q)
    return new

# %% decay-step wrong="decay has the wrong sign: weights grow"
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * (g - weight_decay * p) if p.ndim >= 2 else p - lr * g
        for p, g in zip(params, grads)
    ]

# %% decay-step wrong="leaves the biases out of the result"
def decay_step(params, grads, lr, weight_decay):
    result = []
    for p, g in zip(params, grads):
        if p.ndim >= 2:
            result.append(p - lr * g - lr * weight_decay * p)
    return result

# %% decay-step wrong="biases are returned without their gradient step"
def decay_step(params, grads, lr, weight_decay):
    new_params = []
    for p, g in zip(params, grads):
        if p.ndim >= 2:
            new_params.append(p - lr * g - lr * weight_decay * p)
        else:
            new_params.append(p)
    return new_params

# %% decay-step wrong="returns the steps and not the parameters"
def decay_step(params, grads, lr, weight_decay):
    return [
        -lr * g - lr * weight_decay * p if p.ndim > 1 else -lr * g for p, g in zip(params, grads)
    ]

# %% decay-step wrong="return inside the loop: only the first parameter"
def decay_step(params, grads, lr, weight_decay):
    updated = []
    for p, g in zip(params, grads):
        wd = weight_decay if p.ndim >= 2 else 0
        updated.append(p - lr * g - lr * wd * p)
        return updated

# %% decay-step wrong="decay by the sign of the weight, as in L1"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        penalty = weight_decay * p.sign() if p.ndim >= 2 else torch.zeros_like(p)
        out.append(p - lr * (g + penalty))
    return out

# %% decay-step wrong="twice the decay: gradient of the squared norm without the half"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        if p.ndim >= 2:
            g = g + 2 * weight_decay * p
        out.append(p - lr * g)
    return out

# %% decay-step wrong="adds the gradient"
def decay_step(params, grads, lr, weight_decay):
    new = []
    for w, g in zip(params, grads):
        decay = lr * weight_decay * w if w.ndim > 1 else 0
        new.append(w + lr * g - decay)
    return new

# %% decay-step wrong="weight and gradient are exchanged in the decay"
def decay_step(params, grads, lr, weight_decay):
    return [
        p - lr * g - lr * weight_decay * g if p.ndim >= 2 else p - lr * g
        for p, g in zip(params, grads)
    ]

# %% decay-step wrong="decays the weight from after the gradient step" kind="sneaky"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        p = p - lr * g
        if p.ndim >= 2:
            p = p - lr * weight_decay * p
        out.append(p)
    return out

# %% decay-step wrong="only matrices are decayed: weights of convolutions, with four dimensions, are not" kind="sneaky"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        if p.ndim == 2:
            out.append(p * (1 - lr * weight_decay) - lr * g)
        else:
            out.append(p - lr * g)
    return out

# %% decay-step wrong="only one-dimensional tensors count as biases: a scalar is decayed" kind="sneaky"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        is_bias = p.ndim == 1
        decay = 0 if is_bias else lr * weight_decay * p
        out.append(p - lr * g - decay)
    return out

# %% decay-step wrong="takes every second tensor for a bias by its place in the list" kind="sneaky"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        if i % 2 == 0:  # W1, b1, W2, b2, ...
            out.append(p - lr * g - lr * weight_decay * p)
        else:
            out.append(p - lr * g)
    return out

# %% decay-step wrong="weights first and then biases: the order is not kept" kind="sneaky"
def decay_step(params, grads, lr, weight_decay):
    weights = [
        p - lr * g - lr * weight_decay * p for p, g in zip(params, grads) if p.ndim >= 2
    ]
    biases = [p - lr * g for p, g in zip(params, grads) if p.ndim < 2]
    return weights + biases

# %% decay-step wrong="squeezes before it counts dimensions: a weight of shape (1, n) is taken for a bias" kind="sneaky"
def decay_step(params, grads, lr, weight_decay):
    out = []
    for p, g in zip(params, grads):
        matrix = p.squeeze().ndim >= 2
        out.append(p - lr * g - (lr * weight_decay * p if matrix else 0))
    return out

# %% dropout right="rand mask and division"
def dropout(x, p, training, generator):
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator) >= p
    return x * keep / (1 - p)

# %% dropout right="where"
def dropout(x: torch.Tensor, p: float, training: bool, generator: torch.Generator) -> torch.Tensor:
    if training:
        u = torch.rand(x.shape, generator=generator)
        return torch.where(u < p, torch.zeros_like(x), x / (1 - p))
    return x.clone()

# %% dropout right="bernoulli_ with the keep probability"
def dropout(x, p, training, generator):
    if not training:
        return x.clone()
    mask = torch.empty_like(x).bernoulli_(1 - p, generator=generator)
    return mask * x / (1 - p)

# %% dropout right="loop over every number"
def dropout(x, p, training, generator):
    if training == False:
        return x
    flat = x.reshape(-1)
    out = torch.zeros_like(flat)
    for i in range(flat.numel()):
        r = torch.rand(1, generator=generator).item()
        if r >= p:
            out[i] = flat[i] / (1 - p)
    return out.reshape(x.shape)

# %% dropout right="masked_fill on the enlarged tensor"
def dropout(x, p, training, generator):
    scale = 1 / (1 - p)
    if training:
        dropped = torch.rand(x.shape, generator=generator, dtype=torch.float64) < p
        return (x * scale).masked_fill(dropped, 0.0)
    else:
        return x

# %% dropout right="early out for p = 0 and torch.bernoulli"
def dropout(x, p, training, generator):
    if not training or p == 0:
        return x.clone()
    q = 1.0 - p
    probs = torch.full(x.shape, q)
    mask = torch.bernoulli(probs, generator=generator).to(x.dtype)
    return x * (mask / q)

# %% dropout right="small class that does the work"
class _Dropper:
    def __init__(self, p, generator):
        self.p, self.generator = p, generator

    def mask(self, shape):
        return torch.rand(*shape, generator=self.generator).ge(self.p)

    def __call__(self, x):
        result = x.clone()
        result[~self.mask(x.shape)] = 0
        return result.div(1 - self.p)

def dropout(x, p, training, generator):
    return _Dropper(p, generator)(x) if training else x

# %% dropout wrong="p is taken for the probability to keep"
def dropout(x, p, training, generator):
    if not training:
        return x
    keep = torch.rand(x.shape, generator=generator) < p
    return x * keep / p if p > 0 else torch.zeros_like(x)

# %% dropout wrong="does not enlarge those that are left"
def dropout(x, p, training, generator):
    if training:
        mask = torch.rand(x.shape, generator=generator) > p
        return x * mask
    return x

# %% dropout wrong="the other remedy: shrinks by 1 - p in use"
def dropout(x, p, training, generator):
    if training:
        keep = torch.rand(x.shape, generator=generator) >= p
        return x * keep
    return x * (1 - p)

# %% dropout wrong="drops with the right probability but divides by p"
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = (torch.rand(x.shape, generator=generator) >= p).to(x.dtype)
    return x * mask / p

# %% dropout wrong="drops whenever, the argument training is ignored"
def dropout(x, p, training, generator):
    keep = torch.rand(x.shape, generator=generator) >= p
    return torch.where(keep, x / (1 - p), torch.zeros_like(x))

# %% dropout wrong="training the wrong way round"
def dropout(x, p, training, generator):
    if training:
        return x
    keep = torch.rand(x.shape, generator=generator) >= p
    return x * keep / (1 - p)

# %% dropout wrong="keeps the part p but divides by 1 - p"
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = torch.rand(x.shape, generator=generator) < p
    return mask * x / (1 - p)

# %% dropout wrong="multiplies by 1 - p instead of dividing"
def dropout(x, p, training, generator):
    if training:
        mask = torch.rand(x.shape, generator=generator) > p
        x = x * mask * (1 - p)
    return x

# %% dropout wrong="normal numbers compared with p"
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = torch.randn(x.shape, generator=generator) >= p
    return x * mask / (1 - p)

# %% dropout wrong="whole columns are dropped together: one fate for each feature"
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = torch.rand(x.shape[-1], generator=generator) >= p
    return x * mask / (1 - p)

# %% dropout wrong="whole tensor dropped or kept by one draw"
def dropout(x, p, training, generator):
    if training:
        if torch.rand(1, generator=generator).item() < p:
            return torch.zeros_like(x)
        return x / (1 - p)
    return x

# %% dropout wrong="returns nothing when not training"
def dropout(x, p, training, generator):
    if training:
        keep = torch.rand(x.shape, generator=generator) >= p
        return x * keep / (1 - p)

# %% dropout wrong="ignores the generator: rand_like draws from the global one" kind="sneaky"
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = torch.rand_like(x) >= p
    return x * mask / (1 - p)

# %% dropout wrong="library dropout, which draws from the global generator" kind="sneaky"
def dropout(x, p, training, generator):
    return F.dropout(x, p=p, training=training)

# %% dropout wrong="seeds the generator, so every call has the same mask" kind="sneaky"
def dropout(x, p, training, generator):
    if not training:
        return x
    generator.manual_seed(0)
    mask = torch.rand(x.shape, generator=generator) >= p
    return x * mask / (1 - p)

# %% dropout wrong="a new generator from the initial seed: the mask is the same in each call" kind="sneaky"
def dropout(x, p, training, generator):
    if not training:
        return x.clone()
    own = torch.Generator().manual_seed(generator.initial_seed())
    mask = torch.rand(x.shape, generator=own) >= p
    return x * mask / (1 - p)

# %% dropout wrong="divides by the share that happened to be kept instead of 1 - p" kind="sneaky"
def dropout(x, p, training, generator):
    if not training:
        return x
    keep = (torch.rand(x.shape, generator=generator) >= p).to(x.dtype)
    return x * keep / keep.mean()

# %% dropout wrong="drops an exact number of entries by a permutation, so the fates depend on one another" kind="sneaky"
def dropout(x, p, training, generator):
    if not training:
        return x
    n = x.numel()
    order = torch.randperm(n, generator=generator)
    out = x.flatten() / (1 - p)
    out[order[: int(p * n)]] = 0
    return out.reshape(x.shape)

# %% dropout wrong="result is always float32, whatever the dtype of x" kind="sneaky"
def dropout(x, p, training, generator):
    if not training:
        return x
    mask = (torch.rand(x.shape, generator=generator) >= p).float()
    return x.float() * mask / (1 - p)

# %% dropout wrong="works for matrices only" kind="sneaky"
def dropout(x, p, training, generator):
    if not training:
        return x
    rows, cols = x.shape
    mask = torch.rand(rows, cols, generator=generator) >= p
    return x * mask / (1 - p)

# %% early-stopping right="for loop with a counter"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss = math.inf
    best = weights.clone()
    waited = 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss = loss
            best = weights.clone()
            waited = 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping right="while loop with both conditions"
def train_until_it_stalls(
    weights: torch.Tensor,
    train_epoch,
    validate,
    max_epochs: int,
    patience: int,
    min_delta: float,
) -> tuple[torch.Tensor, int]:
    current = weights.clone()
    best_weights = weights.clone()
    best_loss = float("inf")
    epochs = 0
    without_improvement = 0
    while epochs < max_epochs and without_improvement < patience:
        change, train_loss = train_epoch(current)
        current += change
        epochs += 1
        val_loss = validate(current)
        if best_loss - val_loss > min_delta:
            best_loss = val_loss
            best_weights = current.clone()
            without_improvement = 0
        else:
            without_improvement += 1
    return best_weights, epochs

# %% early-stopping right="remembers the epoch of the best"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    w = weights.detach().clone()
    best_loss, best_epoch, best_w = math.inf, 0, w.clone()
    for t in range(max_epochs):
        w.add_(train_epoch(w)[0])
        loss = float(validate(w))
        if loss + min_delta < best_loss:
            best_loss, best_epoch, best_w = loss, t, w.clone()
        elif t - best_epoch >= patience:
            return best_w, t + 1
    return best_w, max_epochs

# %% early-stopping right="stopper class"
class Stopper:
    def __init__(self, patience, min_delta):
        self.patience = patience
        self.min_delta = min_delta
        self.best = math.inf
        self.weights = None
        self.count = 0

    def update(self, loss, weights):
        """Return True when training should stop."""
        improved = loss < self.best - self.min_delta
        if improved:
            self.best = loss
            self.weights = weights.clone()
            self.count = 0
        else:
            self.count = self.count + 1
        return self.count >= self.patience


def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    stopper = Stopper(patience, min_delta)
    trained = 0
    for _ in range(max_epochs):
        change, _loss = train_epoch(weights)
        weights += change
        trained += 1
        if stopper.update(validate(weights), weights):
            break
    return stopper.weights, trained

# %% early-stopping right="a generator function yields the loss and a copy after each epoch"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    def epochs():
        current = weights.clone()
        for number in range(1, max_epochs + 1):
            change, _ = train_epoch(current)
            current.add_(change)
            yield number, validate(current), current.clone()

    best, best_loss, last_good = weights.clone(), math.inf, 0
    for number, loss, copy in epochs():
        if best_loss - loss > min_delta:
            best, best_loss, last_good = copy, loss, number
        if number - last_good == patience:
            break
    return best, number

# %% early-stopping right="countdown of the patience, snapshot by copy_"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = torch.clone(weights)
    snapshot = torch.clone(weights)
    record = None
    left = patience
    n = 0
    while left > 0:
        change, _ = train_epoch(weights)
        weights += change
        n += 1
        v = validate(weights)
        if record is None or v < record - min_delta:
            record = v
            snapshot.copy_(weights)
            left = patience
        else:
            left -= 1
        if n == max_epochs:
            break
    return snapshot, n

# %% early-stopping wrong="returns the last weights and not the best"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss = math.inf
    waited = 0
    epochs = 0
    for _ in range(max_epochs):
        change, _ = train_epoch(weights)
        weights += change
        epochs += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss = loss
            waited = 0
        else:
            waited += 1
        if waited >= patience:
            break
    return weights, epochs

# %% early-stopping wrong="best is a second name for the tensor that goes on changing"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights, 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights, 0
        else:
            waited += 1
            if waited == patience:
                break
    return best, epoch

# %% early-stopping wrong="min_delta is ignored"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="stops one epoch late: waits until more than patience"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    w = weights.clone()
    best_w = w.clone()
    best_loss = float("inf")
    bad_epochs = 0
    num_epochs = 0
    for _ in range(max_epochs):
        change, loss = train_epoch(w)
        w += change
        num_epochs += 1
        val = validate(w)
        if val < best_loss - min_delta:
            best_loss = val
            best_w = w.clone()
            bad_epochs = 0
        else:
            bad_epochs += 1
        if bad_epochs > patience:
            break
    return best_w, num_epochs

# %% early-stopping wrong="the waiting is never reset, so bad epochs add up over the whole training"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss = math.inf
    best = weights.clone()
    waited = 0
    for epoch in range(max_epochs):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss = loss
            best = weights.clone()
        else:
            waited += 1
        if waited >= patience:
            return best, epoch + 1
    return best, max_epochs

# %% early-stopping wrong="watches the training loss and not the validation loss"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        change, loss = train_epoch(weights)
        weights += change
        validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best, epoch

# %% early-stopping wrong="compares with the epoch before and not with the best"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    previous = math.inf
    best = weights.clone()
    waited = 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < previous - min_delta:
            best = weights.clone()
            waited = 0
        else:
            waited += 1
            if waited >= patience:
                break
        previous = loss
    return best, epoch

# %% early-stopping wrong="the two results are exchanged"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited, epoch = math.inf, weights.clone(), 0, 0
    while epoch < max_epochs and waited < patience:
        change, _ = train_epoch(weights)
        weights += change
        epoch += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
    return epoch, best

# %% early-stopping wrong="returns the epoch of the best weights, not the number trained"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, best_epoch, waited = math.inf, weights.clone(), 0, 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, best_epoch, waited = loss, weights.clone(), epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, best_epoch

# %% early-stopping wrong="returns only the weights"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(max_epochs):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best

# %% early-stopping wrong="subtracts the change"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights -= change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="counts from zero: one epoch too few is reported"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(max_epochs):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="remembers the weights from before the epoch"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        before = weights.clone()
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, before, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="changes the weights of the caller" kind="sneaky"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="an improvement of exactly min_delta counts, a tie at min_delta = 0 too" kind="sneaky"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss <= best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="lowers the best loss at every small decrease, so slow progress never counts as an improvement" kind="sneaky"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss = math.inf
    best = weights.clone()
    waited = 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if best_loss - loss > min_delta:
            waited = 0
        else:
            waited += 1
        if loss < best_loss:
            best_loss = loss
            best = weights.clone()
        if waited >= patience:
            break
    return best, epoch

# %% early-stopping wrong="measures once before training, so the given weights may win" kind="sneaky"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best = weights.clone()
    best_loss = validate(weights)
    waited = 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="calls validate twice in an epoch" kind="sneaky"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        if validate(weights) < best_loss - min_delta:
            best_loss = validate(weights)
            best = weights.clone()
            waited = 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="min_delta is taken as a share of the best loss" kind="sneaky"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss * (1 - min_delta):
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% early-stopping wrong="best loss begins at 100: larger losses never count as an improvement" kind="sneaky"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = 100.0, weights.clone(), 0
    epochs = 0
    while epochs < max_epochs and waited < patience:
        weights += train_epoch(weights)[0]
        epochs += 1
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            waited += 1
    return best, epochs

# %% early-stopping wrong="goes back to the best weights after each bad epoch and trains on from there" kind="sneaky"
def train_until_it_stalls(weights, train_epoch, validate, max_epochs, patience, min_delta):
    weights = weights.clone()
    best_loss, best, waited = math.inf, weights.clone(), 0
    for epoch in range(1, max_epochs + 1):
        change, _ = train_epoch(weights)
        weights += change
        loss = validate(weights)
        if loss < best_loss - min_delta:
            best_loss, best, waited = loss, weights.clone(), 0
        else:
            weights = best.clone()
            waited += 1
            if waited >= patience:
                break
    return best, epoch

# %% weight-norm right="norm with keepdim"
def weight_norm(v, g):
    return g[:, None] * v / v.norm(dim=1, keepdim=True)

# %% weight-norm right="F.normalize"
def weight_norm(v: torch.Tensor, g: torch.Tensor) -> torch.Tensor:
    return F.normalize(v, p=2, dim=1) * g.unsqueeze(1)

# %% weight-norm right="loop over the rows and stack"
def weight_norm(v, g):
    rows = []
    for i in range(v.shape[0]):
        length = torch.sqrt((v[i] ** 2).sum())
        rows.append(g[i] * v[i] / length)
    return torch.stack(rows)

# %% weight-norm right="einsum"
def weight_norm(v, g):
    lengths = torch.einsum("ij,ij->i", v, v).sqrt()
    return torch.einsum("i,ij->ij", g / lengths, v)

# %% weight-norm right="diagonal matrix from the left"
def weight_norm(v, g):
    scale = g / torch.linalg.vector_norm(v, dim=1)
    return torch.diag(scale) @ v

# %% weight-norm right="transposes, so that broadcasting fits"
def weight_norm(directions, lengths):
    return (directions.T / directions.norm(dim=1) * lengths).T

# %% weight-norm right="numpy detour"
import numpy as np

def weight_norm(v, g):
    a = v.detach().numpy()
    norms = np.linalg.norm(a, axis=1, keepdims=True)
    return torch.from_numpy(a / norms) * g.reshape(-1, 1)

# %% weight-norm wrong="norm of the columns"
def weight_norm(v, g):
    return g[:, None] * v / v.norm(dim=0, keepdim=True)

# %% weight-norm wrong="norm of the whole matrix"
def weight_norm(v, g):
    return g[:, None] * v / v.norm()

# %% weight-norm wrong="squared norm: the root is missing"
def weight_norm(v, g):
    sq = (v**2).sum(dim=1, keepdim=True)
    return g.unsqueeze(1) * v / sq

# %% weight-norm wrong="does not divide by the length"
def weight_norm(v, g):
    return g[:, None] * v

# %% weight-norm wrong="directions only: g is not used"
def weight_norm(v, g):
    return v / v.norm(dim=1, keepdim=True)

# %% weight-norm wrong="g multiplies the columns, or does not fit at all"
def weight_norm(v, g):
    return g * v / v.norm(dim=1, keepdim=True)

# %% weight-norm wrong="L1 norm"
def weight_norm(v, g):
    lengths = v.abs().sum(dim=1)
    return v * (g / lengths)[:, None]

# %% weight-norm wrong="divides by g"
def weight_norm(v, g):
    return v / (g[:, None] * v.norm(dim=1, keepdim=True))

# %% weight-norm wrong="standardizes the rows: takes away the mean and divides by the standard deviation"
def weight_norm(v, g):
    mean = v.mean(dim=1, keepdim=True)
    std = v.std(dim=1, keepdim=True)
    return g[:, None] * (v - mean) / std

# %% weight-norm wrong="root of the mean square instead of the length"
def weight_norm(v, g):
    rms = v.pow(2).mean(dim=1, keepdim=True).sqrt()
    return g[:, None] * v / rms

# %% weight-norm wrong="forgets to return"
def weight_norm(v, g):
    length = v.norm(dim=1, keepdim=True)
    w = g[:, None] * (v / length)

# %% weight-norm wrong="largest entry instead of the Euclidean length"
def weight_norm(v, g):
    return g[:, None] * v / v.abs().amax(dim=1, keepdim=True)

# %% weight-norm wrong="norm of g instead of g itself"
def weight_norm(v, g):
    return g.norm() * v / v.norm(dim=1, keepdim=True)

# %% weight-norm wrong="rows shorter than 1 are not made longer: length clamped at 1" kind="sneaky"
def weight_norm(v, g):
    length = v.norm(dim=1, keepdim=True).clamp(min=1.0)
    return g[:, None] * v / length

# %% weight-norm wrong="a thousandth is added to the length: the lengths come out too small, most of all for short rows" kind="sneaky"
def weight_norm(v, g):
    length = v.norm(dim=1, keepdim=True) + 1e-3
    return g[:, None] * v / length

# %% weight-norm wrong="absolute value of g: a negative g does not turn the row round" kind="sneaky"
def weight_norm(v, g):
    unit = v / v.norm(dim=1, keepdim=True)
    return g.abs().unsqueeze(1) * unit

# %% weight-norm wrong="loops over the number of inputs: right only for square matrices" kind="sneaky"
def weight_norm(v, g):
    w = torch.zeros_like(v)
    for i in range(v.shape[1]):
        w[i] = g[i] * v[i] / v[i].norm()
    return w

# %% weight-norm wrong="torch.renorm only shortens rows that are too long" kind="sneaky"
def weight_norm(v, g):
    unit = torch.renorm(v, p=2, dim=0, maxnorm=1.0)
    return unit * g[:, None]

# %% label-smoothing right="the library's own"
def smoothed_cross_entropy(logits, y, eps):
    return F.cross_entropy(logits, y, label_smoothing=eps)

# %% label-smoothing right="splits the sum as in the hint"
def smoothed_cross_entropy(logits: torch.Tensor, y: torch.Tensor, eps: float) -> torch.Tensor:
    log_p = F.log_softmax(logits, dim=1)
    right = log_p[torch.arange(len(y)), y]
    return -((1 - eps) * right + eps * log_p.mean(dim=1)).mean()

# %% label-smoothing right="builds the targets q from one-hot vectors"
def smoothed_cross_entropy(logits, y, eps):
    num_classes = logits.shape[1]
    q = (1 - eps) * F.one_hot(y, num_classes).to(logits.dtype) + eps / num_classes
    return -(q * logits.log_softmax(dim=1)).sum(dim=1).mean()

# %% label-smoothing right="loops over examples and classes"
def smoothed_cross_entropy(logits, y, eps):
    n, K = logits.shape
    total = 0.0
    for i in range(n):
        log_z = torch.logsumexp(logits[i], dim=0)
        for k in range(K):
            q = eps / K
            if k == y[i]:
                q = q + (1 - eps)
            total = total - q * (logits[i, k] - log_z)
    return total / n

# %% label-smoothing right="cross-entropy with probabilities as targets, filled by scatter"
def smoothed_cross_entropy(logits, y, eps):
    K = logits.size(1)
    target = torch.full_like(logits, eps / K)
    target.scatter_(1, y.unsqueeze(1), 1 - eps + eps / K)
    return F.cross_entropy(logits, target)

# %% label-smoothing right="own log-softmax with the maximum taken out"
def log_probs(z):
    z = z - z.max(dim=1, keepdim=True).values
    return z - z.exp().sum(dim=1, keepdim=True).log()

def smoothed_cross_entropy(logits, y, eps):
    lp = log_probs(logits)
    hard = -lp.gather(1, y.view(-1, 1)).squeeze(1)
    uniform = -lp.sum(dim=1) / lp.shape[1]
    return torch.mean((1 - eps) * hard + eps * uniform)

# %% label-smoothing right="nll_loss and the uniform part"
def smoothed_cross_entropy(logits, y, eps):
    logp = F.log_softmax(logits, 1)
    return (1 - eps) * F.nll_loss(logp, y) - eps * logp.mean()

# %% label-smoothing wrong="eps shared among the wrong classes only"
def smoothed_cross_entropy(logits, y, eps):
    K = logits.shape[1]
    q = torch.full_like(logits, eps / (K - 1))
    q[torch.arange(len(y)), y] = 1 - eps
    return -(q * F.log_softmax(logits, dim=1)).sum(dim=1).mean()

# %% label-smoothing wrong="right class gets only 1 - eps: its own share of eps is missing"
def smoothed_cross_entropy(logits, y, eps):
    K = logits.shape[1]
    q = torch.full(logits.shape, eps / K, dtype=logits.dtype)
    for i in range(len(y)):
        q[i, y[i]] = 1 - eps
    return -(q * F.log_softmax(logits, dim=1)).sum(1).mean()

# %% label-smoothing wrong="sum over the examples instead of the mean"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    q = (1 - eps) * F.one_hot(y, logits.shape[1]) + eps / logits.shape[1]
    return -(q * log_p).sum()

# %% label-smoothing wrong="mean over the classes too: too small by the factor K"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    q = (1 - eps) * F.one_hot(y, logits.shape[1]) + eps / logits.shape[1]
    return -(q * log_p).mean()

# %% label-smoothing wrong="minus sign forgotten"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    right = log_p.gather(1, y[:, None])[:, 0]
    return ((1 - eps) * right + eps * log_p.mean(dim=1)).mean()

# %% label-smoothing wrong="plain cross-entropy: eps is not used"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    return -log_p[torch.arange(len(y)), y].mean()

# %% label-smoothing wrong="one-hot is not shrunk by 1 - eps: targets add up to more than 1"
def smoothed_cross_entropy(logits, y, eps):
    K = logits.shape[1]
    q = F.one_hot(y, K).float() + eps / K
    return -(q * F.log_softmax(logits, dim=1)).sum(dim=1).mean()

# %% label-smoothing wrong="softmax over the examples instead of the classes"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=0)
    K = logits.shape[1]
    q = (1 - eps) * F.one_hot(y, K) + eps / K
    return -(q * log_p).sum(dim=1).mean()

# %% label-smoothing wrong="logits taken for log-probabilities: no softmax"
def smoothed_cross_entropy(logits, y, eps):
    right = logits[torch.arange(len(y)), y]
    return -((1 - eps) * right + eps * logits.mean(dim=1)).mean()

# %% label-smoothing wrong="eps and 1 - eps exchanged"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    nll = -log_p.gather(1, y.unsqueeze(1)).squeeze(1)
    smooth = -log_p.mean(dim=1)
    return (eps * nll + (1 - eps) * smooth).mean()

# %% label-smoothing wrong="sum over all classes for the uniform part: eps is not divided by K"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    nll = -log_p.gather(1, y.unsqueeze(1)).squeeze(1)
    return ((1 - eps) * nll - eps * log_p.sum(dim=1)).mean()

# %% label-smoothing wrong="one loss for each example and no mean"
def smoothed_cross_entropy(logits, y, eps):
    return F.cross_entropy(logits, y, label_smoothing=eps, reduction="none")

# %% label-smoothing wrong="smooths the predicted probabilities and not the labels"
def smoothed_cross_entropy(logits, y, eps):
    p = F.softmax(logits, dim=1)
    p = (1 - eps) * p + eps / logits.shape[1]
    return -p[torch.arange(len(y)), y].log().mean()

# %% label-smoothing wrong="softmax applied twice"
def smoothed_cross_entropy(logits, y, eps):
    probabilities = F.softmax(logits, dim=1)
    return F.cross_entropy(probabilities, y, label_smoothing=eps)

# %% label-smoothing wrong="logarithm of a softmax: minus infinity for large logits" kind="sneaky"
def smoothed_cross_entropy(logits, y, eps):
    K = logits.shape[1]
    log_p = F.softmax(logits, dim=1).log()
    right = log_p[torch.arange(len(y)), y]
    return -((1 - eps) * right + eps / K * log_p.sum(dim=1)).mean()

# %% label-smoothing wrong="exponentials overflow for large logits" kind="sneaky"
def smoothed_cross_entropy(logits, y, eps):
    e = torch.exp(logits)
    log_p = torch.log(e / e.sum(dim=1, keepdim=True))
    q = (1 - eps) * F.one_hot(y, logits.shape[1]) + eps / logits.shape[1]
    return -(q * log_p).sum(dim=1).mean()

# %% label-smoothing wrong="ten classes hard-coded" kind="sneaky"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    right = log_p[torch.arange(len(y)), y]
    return -((1 - eps) * right + eps / 10 * log_p.sum(dim=1)).mean()

# %% label-smoothing wrong="number of classes taken from the largest label in the batch" kind="sneaky"
def smoothed_cross_entropy(logits, y, eps):
    K = int(y.max()) + 1
    log_p = F.log_softmax(logits, dim=1)
    right = log_p.gather(1, y[:, None]).squeeze(1)
    return -((1 - eps) * right + eps / K * log_p.sum(dim=1)).mean()

# %% label-smoothing wrong="divides eps by the number of examples: right only if there are as many as classes" kind="sneaky"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    K = len(logits)
    right = log_p.gather(1, y[:, None]).squeeze(1)
    return -((1 - eps) * right + eps / K * log_p.sum(dim=1)).mean()

# %% label-smoothing wrong="probabilities clamped at 1e-6: the loss of a very wrong example is cut off" kind="sneaky"
def smoothed_cross_entropy(logits, y, eps):
    K = logits.shape[1]
    log_p = F.softmax(logits, dim=1).clamp(min=1e-6).log()
    q = (1 - eps) * F.one_hot(y, K) + eps / K
    return -(q * log_p).sum(dim=1).mean()

# %% label-smoothing wrong="plain number by item instead of a tensor, so nothing can be derived" kind="sneaky"
def smoothed_cross_entropy(logits, y, eps):
    log_p = F.log_softmax(logits, dim=1)
    nll = -log_p.gather(1, y.unsqueeze(1)).squeeze(1)
    return ((1 - eps) * nll - eps * log_p.mean(dim=1)).mean().item()

# %% warp right="stacks the rows as in the hint"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    zero = torch.zeros_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)], dim=1
    )
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp right="fills a theta of zeros"
def turn_and_zoom(images: torch.Tensor, degrees: torch.Tensor, zoom: torch.Tensor) -> torch.Tensor:
    n = images.shape[0]
    alpha = degrees * math.pi / 180
    theta = torch.zeros(n, 2, 3, dtype=images.dtype)
    theta[:, 0, 0] = torch.cos(alpha)
    theta[:, 0, 1] = -torch.sin(alpha)
    theta[:, 1, 0] = torch.sin(alpha)
    theta[:, 1, 1] = torch.cos(alpha)
    theta = theta / zoom[:, None, None]
    grid = F.affine_grid(theta, list(images.size()), align_corners=False)
    return F.grid_sample(
        images, grid, mode="bilinear", padding_mode="zeros", align_corners=False
    )

# %% warp right="one image after the other"
def turn_and_zoom(images, degrees, zoom):
    out = []
    for image, d, z in zip(images, degrees, zoom):
        a = math.radians(d.item())
        z = z.item()
        theta = torch.tensor(
            [[[math.cos(a) / z, -math.sin(a) / z, 0], [math.sin(a) / z, math.cos(a) / z, 0]]],
            dtype=images.dtype,
        )
        batch = image.unsqueeze(0)
        grid = F.affine_grid(theta, batch.shape, align_corners=False)
        out.append(F.grid_sample(batch, grid, align_corners=False)[0])
    return torch.stack(out)

# %% warp right="own grid from pixel centres, only grid_sample of the library"
def turn_and_zoom(images, degrees, zoom):
    size = images.shape[-1]
    centres = (2 * torch.arange(size, dtype=images.dtype) + 1) / size - 1
    y, x = torch.meshgrid(centres, centres, indexing="ij")
    a = torch.deg2rad(degrees)[:, None, None]
    z = zoom[:, None, None]
    x_new = (a.cos() * x - a.sin() * y) / z
    y_new = (a.sin() * x + a.cos() * y) / z
    return F.grid_sample(images, torch.stack([x_new, y_new], dim=-1), align_corners=False)

# %% warp right="bilinear sampling written by hand"
def _pixel(images, rows, cols):
    """images (n, c, s, s); rows, cols (n, s, s) int -> values, 0 outside"""
    n, c, s, _ = images.shape
    inside = (rows >= 0) & (rows < s) & (cols >= 0) & (cols < s)
    index = rows.clamp(0, s - 1) * s + cols.clamp(0, s - 1)
    flat = images.reshape(n, c, s * s)
    picked = flat.gather(2, index.reshape(n, 1, s * s).expand(n, c, s * s))
    return picked.reshape(n, c, s, s) * inside[:, None]

def turn_and_zoom(images, degrees, zoom):
    s = images.shape[-1]
    pos = (torch.arange(s, dtype=images.dtype) + 0.5) * 2 / s - 1
    y, x = pos[:, None], pos[None, :]
    a, z = torch.deg2rad(degrees).view(-1, 1, 1), zoom.view(-1, 1, 1)
    u = ((a.cos() * x - a.sin() * y) / z + 1) * s / 2 - 0.5
    v = ((a.sin() * x + a.cos() * y) / z + 1) * s / 2 - 0.5
    u0, v0 = u.floor(), v.floor()
    fu, fv = (u - u0)[:, None], (v - v0)[:, None]
    u0, v0 = u0.long(), v0.long()
    top = _pixel(images, v0, u0) * (1 - fu) + _pixel(images, v0, u0 + 1) * fu
    bottom = _pixel(images, v0 + 1, u0) * (1 - fu) + _pixel(images, v0 + 1, u0 + 1) * fu
    return top * (1 - fv) + bottom * fv

# %% warp right="rotation matrix by reshape, shift column by padding"
def turn_and_zoom(imgs, deg, factor):
    rad = deg.deg2rad()
    rot = torch.stack([rad.cos(), -rad.sin(), rad.sin(), rad.cos()], dim=-1).view(-1, 2, 2)
    theta = F.pad(rot / factor.view(-1, 1, 1), (0, 1))
    return F.grid_sample(
        imgs, F.affine_grid(theta, imgs.shape, align_corners=False), align_corners=False
    )

# %% warp wrong="turns clockwise"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    zero = torch.zeros_like(cos)
    row1 = torch.stack([cos, sin, zero], dim=1)
    row2 = torch.stack([-sin, cos, zero], dim=1)
    theta = torch.stack([row1, row2], dim=1)
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="degrees given to sine and cosine as they are"
def turn_and_zoom(images, degrees, zoom):
    cos, sin = torch.cos(degrees) / zoom, torch.sin(degrees) / zoom
    zero = torch.zeros_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)], dim=1
    )
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="multiplies by the zoom: makes smaller what should be enlarged"
def turn_and_zoom(images, degrees, zoom):
    a = degrees * math.pi / 180
    cos, sin = zoom * a.cos(), zoom * a.sin()
    zero = torch.zeros_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)], dim=1
    )
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="zoom is ignored"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    zero = torch.zeros_like(a)
    theta = torch.stack(
        [torch.stack([a.cos(), -a.sin(), zero], dim=1), torch.stack([a.sin(), a.cos(), zero], dim=1)],
        dim=1,
    )
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="the first angle and the first zoom for all images"
def turn_and_zoom(images, degrees, zoom):
    a = math.radians(degrees[0].item())
    z = zoom[0].item()
    cos, sin = math.cos(a) / z, math.sin(a) / z
    theta = torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]], dtype=images.dtype)
    theta = theta.repeat(len(images), 1, 1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="zoom only on the diagonal: a turned image is sheared"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    zero = torch.zeros_like(a)
    row1 = torch.stack([a.cos() / zoom, -a.sin(), zero], dim=1)
    row2 = torch.stack([a.sin(), a.cos() / zoom, zero], dim=1)
    grid = F.affine_grid(torch.stack([row1, row2], dim=1), images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="rows stacked in the last dimension: shape (n, 3, 2) is no theta"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    zero = torch.zeros_like(cos)
    row1 = torch.stack([cos, -sin, zero], dim=1)
    row2 = torch.stack([sin, cos, zero], dim=1)
    theta = torch.stack([row1, row2], dim=2)
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="both signs of the sine the same: mirrors instead of turning"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    theta = torch.zeros(len(images), 2, 3, dtype=images.dtype)
    theta[:, 0, 0] = a.cos() / zoom
    theta[:, 0, 1] = a.sin() / zoom
    theta[:, 1, 0] = a.sin() / zoom
    theta[:, 1, 1] = a.cos() / zoom
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="returns the grid and not the images"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    zero = torch.zeros_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)], dim=1
    )
    return F.affine_grid(theta, images.shape, align_corners=False)

# %% warp wrong="sine and cosine exchanged"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    s, c = torch.cos(a) / zoom, torch.sin(a) / zoom
    zero = torch.zeros_like(a)
    theta = torch.stack([torch.stack([c, -s, zero], 1), torch.stack([s, c, zero], 1)], 1)
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="ones in the third column shift the picture out of the frame"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    one = torch.ones_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, one], dim=1), torch.stack([sin, cos, one], dim=1)], dim=1
    )
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="outside the border is repeated and not 0" kind="sneaky"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    zero = torch.zeros_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)], dim=1
    )
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)

# %% warp wrong="nearest pixel instead of the weighted mean of four" kind="sneaky"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    zero = torch.zeros_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)], dim=1
    )
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, mode="nearest", align_corners=False)

# %% warp wrong="align_corners differs between grid and sampling: even an untouched image is blurred" kind="sneaky"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    zero = torch.zeros_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)], dim=1
    )
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=True)

# %% warp wrong="theta is always float32: float64 images raise" kind="sneaky"
def turn_and_zoom(images, degrees, zoom):
    thetas = []
    for d, z in zip(degrees.tolist(), zoom.tolist()):
        c, s = math.cos(math.radians(d)) / z, math.sin(math.radians(d)) / z
        thetas.append([[c, -s, 0.0], [s, c, 0.0]])
    theta = torch.tensor(thetas)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="works with one channel only" kind="sneaky"
def turn_and_zoom(images, degrees, zoom):
    n, _, size, _ = images.shape
    a = torch.deg2rad(degrees)
    theta = torch.zeros(n, 2, 3, dtype=images.dtype)
    theta[:, 0, 0] = theta[:, 1, 1] = a.cos() / zoom
    theta[:, 0, 1] = -a.sin() / zoom
    theta[:, 1, 0] = a.sin() / zoom
    grid = F.affine_grid(theta, [n, 1, size, size], align_corners=False)
    return F.grid_sample(images.reshape(n, 1, size, size), grid, align_corners=False)

# %% warp wrong="size 8 hard-coded: other images come out as 8 by 8" kind="sneaky"
def turn_and_zoom(images, degrees, zoom):
    a = torch.deg2rad(degrees)
    cos, sin = a.cos() / zoom, a.sin() / zoom
    zero = torch.zeros_like(cos)
    theta = torch.stack(
        [torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)], dim=1
    )
    grid = F.affine_grid(theta, (len(images), images.shape[1], 8, 8), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% warp wrong="turns and zooms in two samplings: blurred twice and cut off in between" kind="sneaky"
def turn_and_zoom(images, degrees, zoom):
    def sample(imgs, a, b, c, d):
        zero = torch.zeros_like(a)
        theta = torch.stack([torch.stack([a, b, zero], 1), torch.stack([c, d, zero], 1)], 1)
        grid = F.affine_grid(theta, imgs.shape, align_corners=False)
        return F.grid_sample(imgs, grid, align_corners=False)

    r = torch.deg2rad(degrees)
    turned = sample(images, r.cos(), -r.sin(), r.sin(), r.cos())
    zero = torch.zeros_like(zoom)
    return sample(turned, 1 / zoom, zero, zero, 1 / zoom)

# %% warp wrong="whole quarter turns only: other angles are rounded" kind="sneaky"
def turn_and_zoom(images, degrees, zoom):
    turned = []
    for image, d in zip(images, degrees):
        quarter = int(round(d.item() / 90)) % 4
        turned.append(torch.rot90(image, quarter, dims=(1, 2)))
    images = torch.stack(turned)
    theta = torch.zeros(len(images), 2, 3, dtype=images.dtype)
    theta[:, 0, 0] = 1 / zoom
    theta[:, 1, 1] = 1 / zoom
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)

# %% jitter right="loop over the images for the crop"
def jitter(images, padding, brightness, noise, generator):
    n, channels, height, width = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    cropped = torch.stack(
        [padded[i, :, r : r + height, c : c + width] for i, (r, c) in enumerate(zip(rows, cols))]
    )
    light = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return cropped * light + noise * torch.randn(images.shape, generator=generator)

# %% jitter right="everything image by image"
def jitter(
    images: torch.Tensor,
    padding: int,
    brightness: float,
    noise: float,
    generator: torch.Generator,
) -> torch.Tensor:
    results = []
    h, w = images.shape[2], images.shape[3]
    for image in images:
        # 1. crop
        big = torch.zeros(image.shape[0], h + 2 * padding, w + 2 * padding, dtype=image.dtype)
        big[:, padding : padding + h, padding : padding + w] = image
        top = torch.randint(0, 2 * padding + 1, (1,), generator=generator).item()
        left = torch.randint(0, 2 * padding + 1, (1,), generator=generator).item()
        new = big[:, top : top + h, left : left + w]
        # 2. light
        factor = 1 - brightness + 2 * brightness * torch.rand(1, generator=generator).item()
        new = new * factor
        # 3. noise
        new = new + noise * torch.randn(new.shape, generator=generator, dtype=image.dtype)
        results.append(new)
    return torch.stack(results)

# %% jitter right="advanced indexing instead of a loop"
def jitter(images, padding, brightness, noise, generator):
    n, _, h, w = images.shape
    span = 2 * padding + 1
    r0 = torch.randint(span, (n, 1, 1), generator=generator)
    c0 = torch.randint(span, (n, 1, 1), generator=generator)
    rows = r0 + torch.arange(h)[None, :, None]
    cols = c0 + torch.arange(w)[None, None, :]
    padded = F.pad(images, (padding, padding, padding, padding)).movedim(1, -1)
    out = padded[torch.arange(n)[:, None, None], rows, cols].movedim(-1, 1)
    factor = torch.empty(n, 1, 1, 1, dtype=images.dtype).uniform_(
        1 - brightness, 1 + brightness, generator=generator
    )
    return out * factor + noise * torch.empty_like(out).normal_(generator=generator)

# %% jitter right="three small helpers"
def crop(images, padding, generator):
    n, _, h, w = images.shape
    offsets = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    padded = F.pad(images, [padding] * 4)
    return torch.stack([p[:, r : r + h, c : c + w] for p, (r, c) in zip(padded, offsets)])

def light(images, b, generator):
    u = torch.rand(len(images), generator=generator, dtype=images.dtype)
    return images * (1 + (2 * u - 1) * b).reshape(-1, 1, 1, 1)

def roughen(images, sigma, generator):
    return images + sigma * torch.randn(
        images.shape, generator=generator, dtype=images.dtype
    )

def jitter(images, padding, brightness, noise, generator):
    return roughen(light(crop(images, padding, generator), brightness, generator), noise, generator)

# %% jitter right="one number drawn for the place, windows by unfold"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    k = 2 * padding + 1
    windows = F.pad(images, (padding,) * 4).unfold(2, h, 1).unfold(3, w, 1)
    place = torch.randint(k * k, (n,), generator=generator)
    out = windows[torch.arange(n), :, place // k, place % k]
    low, high = 1 - brightness, 1 + brightness
    out = out * (low + (high - low) * torch.rand((n, 1, 1, 1), generator=generator))
    out = out + torch.randn(out.shape, generator=generator) * noise
    return out.to(images.dtype)

# %% jitter right="shifts the picture on a canvas of zeros with slices"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    out = torch.zeros_like(images)
    for i in range(n):
        down, right = (
            torch.randint(-padding, padding + 1, (2,), generator=generator).tolist()
        )
        for row in range(h):
            for col in range(w):
                a, b = row - down, col - right
                if 0 <= a < h and 0 <= b < w:
                    out[i, :, row, col] = images[i, :, a, b]
    out = out * (1 + brightness * (2 * torch.rand(n, generator=generator) - 1))[:, None, None, None]
    out = out + noise * torch.randn(n, c, h, w, generator=generator)
    return out

# %% jitter wrong="one crop for the whole batch"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    row = torch.randint(2 * padding + 1, (1,), generator=generator).item()
    col = torch.randint(2 * padding + 1, (1,), generator=generator).item()
    out = padded[:, :, row : row + h, col : col + w]
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="one brightness factor for the whole batch"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    factor = 1 - brightness + 2 * brightness * torch.rand(1, generator=generator)
    out = out * factor
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="a brightness factor for each pixel"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    factor = 1 + brightness * (2 * torch.rand(out.shape, generator=generator) - 1)
    return out * factor + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="only ever darker: factors between 1 - b and 1"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 - brightness * torch.rand(n, 1, 1, 1, generator=generator))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="light is added and not multiplied"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="uniform noise instead of normal"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.rand(out.shape, generator=generator)

# %% jitter wrong="noise is taken for the variance: its root is the standard deviation"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + math.sqrt(noise) * torch.randn(out.shape, generator=generator)

# %% jitter wrong="one noise number for each image"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    factor = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    grain = noise * torch.randn(n, 1, 1, 1, generator=generator)
    return out * factor + grain

# %% jitter wrong="returns the padded images without cropping"
def jitter(images, padding, brightness, noise, generator):
    n = len(images)
    padded = F.pad(images, (padding, padding, padding, padding))
    factor = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    return padded * factor + noise * torch.randn(padded.shape, generator=generator)

# %% jitter wrong="the same window for all: cuts the middle, so nothing is ever shifted"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    out = padded[:, :, padding : padding + h, padding : padding + w]
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="a Python list of images instead of one tensor"
def jitter(images, padding, brightness, noise, generator):
    result = []
    padded = F.pad(images, (padding,) * 4)
    _, _, h, w = images.shape
    for i in range(len(images)):
        r, c = torch.randint(2 * padding + 1, (2,), generator=generator).tolist()
        one = padded[i, :, r : r + h, c : c + w]
        one = one * (1 + brightness * (2 * torch.rand(1, generator=generator) - 1))
        one = one + noise * torch.randn(one.shape, generator=generator)
        result.append(one)
    return result

# %% jitter wrong="noise multiplies the image instead of being added"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cols = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out *= 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    out *= 1 + noise * torch.randn(out.shape, generator=generator)
    return out

# %% jitter wrong="rolls round: what leaves on one side comes back on the other" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n = len(images)
    shifts = torch.randint(-padding, padding + 1, (n, 2), generator=generator).tolist()
    out = torch.stack([im.roll(s, dims=(1, 2)) for im, s in zip(images, shifts)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="the largest shift is never drawn: randint leaves out the upper end" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(max(2 * padding, 1), (n,), generator=generator)
    cols = torch.randint(max(2 * padding, 1), (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="row and column have the same draw: shifts along the diagonal only" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    places = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    out = torch.stack([padded[i, :, k : k + h, k : k + w] for i, k in enumerate(places)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="noise before light: the factor scales the noise as well" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out + noise * torch.randn(out.shape, generator=generator)
    return out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))

# %% jitter wrong="noise before the crop: the rows of zeros that move in stay without noise" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    factor = 1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1)
    rough = images * factor + noise * torch.randn(images.shape, generator=generator)
    padded = F.pad(rough, (padding,) * 4)
    places = torch.randint(2 * padding + 1, (n, 2), generator=generator).tolist()
    return torch.stack([padded[i, :, r : r + h, k : k + w] for i, (r, k) in enumerate(places)])

# %% jitter wrong="clamps the result to 0 ... 1, which nobody asked for" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    out = out + noise * torch.randn(out.shape, generator=generator)
    return out.clamp(0, 1)

# %% jitter wrong="noise by randn_like, which draws from the global generator" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn_like(out)

# %% jitter wrong="square images only: the height is used for the width" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, size = images.shape[0], images.shape[2]
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    cols = torch.randint(2 * padding + 1, (n,), generator=generator).tolist()
    out = torch.stack(
        [padded[i, :, r : r + size, c : c + size] for i, (r, c) in enumerate(zip(rows, cols))]
    )
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="a brightness factor for each channel" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 + brightness * (2 * torch.rand(n, c, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% jitter wrong="all channels of an image share the noise" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4)
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(n, 1, h, w, generator=generator)

# %% jitter wrong="repeats the border pixels instead of zeros" kind="sneaky"
def jitter(images, padding, brightness, noise, generator):
    n, c, h, w = images.shape
    padded = F.pad(images, (padding,) * 4, mode="replicate")
    rows = torch.randint(2 * padding + 1, (n,), generator=generator)
    cols = torch.randint(2 * padding + 1, (n,), generator=generator)
    out = torch.stack([padded[i, :, rows[i] : rows[i] + h, cols[i] : cols[i] + w] for i in range(n)])
    out = out * (1 + brightness * (2 * torch.rand(n, 1, 1, 1, generator=generator) - 1))
    return out + noise * torch.randn(out.shape, generator=generator)

# %% enlarge right="cat of a list"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    X_big = torch.cat([X_train] + [augment(X_train) for _ in range(num_copies)])
    return X_big, y_train.repeat(num_copies + 1), X_valid, y_valid

# %% enlarge right="loop that lets both grow"
def enlarge(
    X: torch.Tensor, y: torch.Tensor, num_valid: int, num_copies: int, augment
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    num_train = len(X) - num_valid
    originals = X[:num_train]
    labels = y[:num_train]
    X_train = originals.clone()
    y_train = labels.clone()
    for copy in range(num_copies):
        new_version = augment(originals)
        X_train = torch.cat((X_train, new_version), dim=0)
        y_train = torch.cat((y_train, labels), dim=0)
    return X_train, y_train, X[num_train:].clone(), y[num_train:].clone()

# %% enlarge right="torch.split and tile"
def enlarge(X, y, num_valid, num_copies, augment):
    sizes = [X.size(0) - num_valid, num_valid]
    (Xt, Xv), (yt, yv) = X.split(sizes), y.split(sizes)
    versions = [Xt]
    while len(versions) <= num_copies:
        versions.append(augment(Xt))
    return torch.vstack(versions) if Xt.ndim > 1 else torch.cat(versions), yt.tile(num_copies + 1), Xv, yv

# %% enlarge right="room made in advance and filled"
def enlarge(X, y, num_valid, num_copies, augment):
    m = X.shape[0] - num_valid
    X_train = torch.empty(((num_copies + 1) * m, *X.shape[1:]), dtype=X.dtype)
    y_train = torch.empty((num_copies + 1) * m, dtype=y.dtype)
    for k in range(num_copies + 1):
        block = slice(k * m, (k + 1) * m)
        X_train[block] = X[:m] if k == 0 else augment(X[:m])
        y_train[block] = y[:m]
    return X_train, y_train, X[m:], y[m:]

# %% enlarge right="indices, and labels through an index repeated"
def enlarge(X, y, num_valid, num_copies, augment):
    n = len(y)
    train = torch.arange(n - num_valid)
    valid = torch.arange(n - num_valid, n)
    base = X[train]
    parts = [base, *(augment(base.clone()) for _ in range(num_copies))]
    return torch.cat(parts), y[train.repeat(len(parts))], X[valid], y[valid]

# %% enlarge right="recursion over the copies"
def enlarge(X, y, num_valid, num_copies, augment):
    cut = len(X) - num_valid
    if num_copies == 0:
        return X[:cut], y[:cut], X[cut:], y[cut:]
    X_train, y_train, X_valid, y_valid = enlarge(X, y, num_valid, num_copies - 1, augment)
    X_train = torch.cat([X_train, augment(X[:cut])])
    y_train = torch.cat([y_train, y[:cut]])
    return X_train, y_train, X_valid, y_valid

# %% enlarge wrong="the first examples go to validation instead of the last"
def enlarge(X, y, num_valid, num_copies, augment):
    X_valid, X_train = X[:num_valid], X[num_valid:]
    y_valid, y_train = y[:num_valid], y[num_valid:]
    X_all = torch.cat([X_train] + [augment(X_train) for _ in range(num_copies)])
    return X_all, y_train.repeat(num_copies + 1), X_valid, y_valid

# %% enlarge wrong="repeat_interleave: labels in the wrong order"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    X_train = torch.cat([X_train] + [augment(X_train) for _ in range(num_copies)])
    return X_train, y_train.repeat_interleave(num_copies + 1), X_valid, y_valid

# %% enlarge wrong="enlarges first and splits afterwards: copies of validation examples in training"
def enlarge(X, y, num_valid, num_copies, augment):
    X_all = torch.cat([X] + [augment(X) for _ in range(num_copies)])
    y_all = y.repeat(num_copies + 1)
    return X_all[:-num_valid], y_all[:-num_valid], X_all[-num_valid:], y_all[-num_valid:]

# %% enlarge wrong="the originals are missing"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    if num_copies > 0:
        X_train = torch.cat([augment(X_train) for _ in range(num_copies)])
        y_train = y_train.repeat(num_copies)
    return X_train, y_train, X_valid, y_valid

# %% enlarge wrong="one augmented version is repeated instead of drawn anew"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    augmented = augment(X_train)
    X_big = torch.cat([X_train] + [augmented] * num_copies)
    y_big = torch.cat([y_train] * (num_copies + 1))
    return X_big, y_big, X_valid, y_valid

# %% enlarge wrong="labels do not grow along"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    for _ in range(num_copies):
        X_train = torch.cat([X_train, augment(X[:-num_valid])])
    return X_train, y_train, X_valid, y_valid

# %% enlarge wrong="the results are in the order X_train, X_valid, y_train, y_valid"
def enlarge(X, y, num_valid, num_copies, augment):
    m = len(X) - num_valid
    X_train = torch.cat([X[:m]] + [augment(X[:m]) for _ in range(num_copies)])
    y_train = y[:m].repeat(num_copies + 1)
    return X_train, X[m:], y_train, y[m:]

# %% enlarge wrong="one copy too few: the originals are counted as a copy"
def enlarge(X, y, num_valid, num_copies, augment):
    m = len(X) - num_valid
    X_parts, y_parts = [X[:m]], [y[:m]]
    for _ in range(num_copies - 1):
        X_parts.append(augment(X[:m]))
        y_parts.append(y[:m])
    return torch.cat(X_parts), torch.cat(y_parts), X[m:], y[m:]

# %% enlarge wrong="validation examples are augmented as well"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    X_train = torch.cat([X_train] + [augment(X_train) for _ in range(num_copies)])
    y_train = y_train.repeat(num_copies + 1)
    X_valid = torch.cat([X_valid] + [augment(X_valid) for _ in range(num_copies)])
    y_valid = y_valid.repeat(num_copies + 1)
    return X_train, y_train, X_valid, y_valid

# %% enlarge wrong="returns only the training part"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    X_big = torch.cat([X_train] + [augment(X_train) for _ in range(num_copies)])
    return X_big, y_train.repeat(num_copies + 1)

# %% enlarge wrong="the whole of X stays in the training part, validation examples included"
def enlarge(X, y, num_valid, num_copies, augment):
    X_valid, y_valid = X[-num_valid:], y[-num_valid:]
    X_train = torch.cat([X] + [augment(X) for _ in range(num_copies)])
    y_train = y.repeat(num_copies + 1)
    return X_train, y_train, X_valid, y_valid

# %% enlarge wrong="the labels are augmented too"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, y_train = X[:-num_valid], y[:-num_valid]
    Xs, ys = [X_train], [y_train]
    for _ in range(num_copies):
        Xs.append(augment(X_train))
        ys.append(augment(y_train))
    return torch.cat(Xs), torch.cat(ys), X[-num_valid:], y[-num_valid:]

# %% enlarge wrong="each copy is made from the copy before: changes add up" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    versions = [X_train]
    for _ in range(num_copies):
        versions.append(augment(versions[-1]))
    return torch.cat(versions), y_train.repeat(num_copies + 1), X_valid, y_valid

# %% enlarge wrong="augments all that is there, so the number doubles with each round" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    for _ in range(num_copies):
        X_train = torch.cat([X_train, augment(X_train)])
        y_train = torch.cat([y_train, y_train])
    return X_train, y_train, X_valid, y_valid

# %% enlarge wrong="shuffles before the split: not the last examples for validation" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    order = torch.randperm(len(X))
    X, y = X[order], y[order]
    X_train, X_valid = X[:-num_valid], X[-num_valid:]
    y_train, y_valid = y[:-num_valid], y[-num_valid:]
    X_train = torch.cat([X_train] + [augment(X_train) for _ in range(num_copies)])
    return X_train, y_train.repeat(num_copies + 1), X_valid, y_valid

# %% enlarge wrong="shuffles the enlarged training part: the originals do not come first" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    Xt, yt = X[:-num_valid], y[:-num_valid]
    big_X = torch.cat([Xt] + [augment(Xt) for _ in range(num_copies)])
    big_y = yt.repeat(num_copies + 1)
    order = torch.randperm(len(big_X))
    return big_X[order], big_y[order], X[-num_valid:], y[-num_valid:]

# %% enlarge wrong="each example is followed by its own versions: labels fit but the order is not that asked for" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    Xt, yt = X[:-num_valid], y[:-num_valid]
    versions = torch.stack([Xt] + [augment(Xt) for _ in range(num_copies)], dim=1)
    return versions.flatten(0, 1), yt.repeat_interleave(num_copies + 1), X[-num_valid:], y[-num_valid:]

# %% enlarge wrong="fails without copies: cat of an empty list" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    Xt, yt = X[:-num_valid], y[:-num_valid]
    augmented = torch.cat([augment(Xt) for _ in range(num_copies)])
    labels = torch.cat([yt for _ in range(num_copies)])
    return (
        torch.cat([Xt, augmented]),
        torch.cat([yt, labels]),
        X[-num_valid:],
        y[-num_valid:],
    )

# %% enlarge wrong="flattens the examples: images do not keep their shape" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    n = len(X) - num_valid
    parts = [X[:n].reshape(n, -1)]
    for _ in range(num_copies):
        parts.append(augment(X[:n]).reshape(n, -1))
    return torch.cat(parts), y[:n].repeat(num_copies + 1), X[n:], y[n:]

# %% enlarge wrong="augments the whole of X once per copy and cuts it afterwards: validation examples are passed to augment" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    parts = [X[:-num_valid]]
    for _ in range(num_copies):
        parts.append(augment(X)[:-num_valid])
    return torch.cat(parts), y[:-num_valid].repeat(num_copies + 1), X[-num_valid:], y[-num_valid:]

# %% enlarge wrong="labels become float, for they are collected in a float tensor" kind="sneaky"
def enlarge(X, y, num_valid, num_copies, augment):
    m = len(X) - num_valid
    X_train = torch.zeros(m * (num_copies + 1), *X.shape[1:])
    y_train = torch.zeros(m * (num_copies + 1))
    X_train[:m] = X[:m]
    y_train[:m] = y[:m]
    for k in range(1, num_copies + 1):
        X_train[k * m : (k + 1) * m] = augment(X[:m])
        y_train[k * m : (k + 1) * m] = y[:m]
    return X_train, y_train, X[m:], y[m:]

# %% label-changes right="cdist and one-hot product"
def label_changes(X, y, X_changed):
    distance = torch.cdist(X_changed, X)
    distance.fill_diagonal_(math.inf)
    nearest = y[distance.argmin(dim=1)]
    a, b = F.one_hot(y).float(), F.one_hot(nearest, int(y.max()) + 1).float()
    counts = a.T @ b
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes right="double loop, beginner style"
def label_changes(X, y, X_changed):
    n = len(X)
    num_classes = int(y.max().item()) + 1
    table = torch.zeros(num_classes, num_classes)
    for i in range(n):
        best_distance = math.inf
        best_j = None
        for j in range(n):
            if j == i:
                continue
            d = ((X_changed[i] - X[j]) ** 2).sum().item()
            if d < best_distance:
                best_distance = d
                best_j = j
        table[y[i], y[best_j]] += 1
    for a in range(num_classes):
        table[a] = table[a] / (y == a).sum()
    return table

# %% label-changes right="bincount of pairs"
def label_changes(X: torch.Tensor, y: torch.Tensor, X_changed: torch.Tensor) -> torch.Tensor:
    k = int(y.max()) + 1
    d = torch.cdist(X_changed.double(), X.double())
    d[range(len(X)), range(len(X))] = math.inf
    b = y[d.argmin(1)]
    counts = torch.bincount(y * k + b, minlength=k * k).reshape(k, k)
    return counts / counts.sum(1, keepdim=True)

# %% label-changes right="loop over the pairs of classes with masks"
def label_changes(X, y, X_changed):
    distances = torch.cdist(X_changed, X)
    own = torch.eye(len(X), dtype=torch.bool)
    distances = distances.masked_fill(own, float("inf"))
    found = y[torch.argmin(distances, dim=1)]
    classes = range(len(y.unique()))
    return torch.tensor([[(found[y == a] == b).float().mean().item() for b in classes] for a in classes])

# %% label-changes right="numpy detour"
import numpy as np

def label_changes(X, y, X_changed):
    A = X_changed.numpy().astype(np.float64)
    B = X.numpy().astype(np.float64)
    labels = y.numpy()
    num_classes = labels.max() + 1
    D = ((A[:, None, :] - B[None, :, :]) ** 2).sum(axis=2)
    np.fill_diagonal(D, np.inf)
    nearest = labels[D.argmin(axis=1)]
    table = np.zeros((num_classes, num_classes))
    np.add.at(table, (labels, nearest), 1)
    table /= table.sum(axis=1, keepdims=True)
    return torch.tensor(table, dtype=torch.float32)

# %% label-changes right="really leaves one out: nearest among the others"
def nearest_other(i, X, x):
    others = torch.cat([torch.arange(i), torch.arange(i + 1, len(X))])
    return others[(X[others] - x).norm(dim=1).argmin()]

def label_changes(X, y, X_changed):
    b = torch.stack([y[nearest_other(i, X, x)] for i, x in enumerate(X_changed)])
    k = int(y.max()) + 1
    counts = torch.zeros(k, k).index_put_((y, b), torch.ones(len(y)), accumulate=True)
    return counts / counts.sum(dim=1)[:, None]

# %% label-changes wrong="the own original is not taken out"
def label_changes(X, y, X_changed):
    nearest = y[torch.cdist(X_changed, X).argmin(dim=1)]
    counts = F.one_hot(y).float().T @ F.one_hot(nearest, int(y.max()) + 1).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="transposed: from the class in the column to that in the row"
def label_changes(X, y, X_changed):
    distance = torch.cdist(X_changed, X)
    distance.fill_diagonal_(math.inf)
    nearest = y[distance.argmin(dim=1)]
    k = int(y.max()) + 1
    counts = F.one_hot(nearest, k).float().T @ F.one_hot(y, k).float()
    return counts / counts.sum(dim=0, keepdim=True)

# %% label-changes wrong="columns add up to 1, not rows"
def label_changes(X, y, X_changed):
    distance = torch.cdist(X_changed, X)
    distance.fill_diagonal_(math.inf)
    nearest = y[distance.argmin(dim=1)]
    k = int(y.max()) + 1
    counts = torch.zeros(k, k)
    for a, b in zip(y, nearest):
        counts[a, b] += 1
    return counts / counts.sum(dim=0, keepdim=True)

# %% label-changes wrong="counts instead of shares"
def label_changes(X, y, X_changed):
    distance = torch.cdist(X_changed, X)
    distance.fill_diagonal_(math.inf)
    nearest = y[distance.argmin(dim=1)]
    k = int(y.max()) + 1
    return F.one_hot(y, k).T @ F.one_hot(nearest, k)

# %% label-changes wrong="shares of all examples: the whole table adds up to 1"
def label_changes(X, y, X_changed):
    distance = torch.cdist(X_changed, X)
    distance.fill_diagonal_(math.inf)
    nearest = y[distance.argmin(dim=1)]
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(nearest, k).float()
    return counts / len(y)

# %% label-changes wrong="nearest changed image instead of nearest original"
def label_changes(X, y, X_changed):
    distance = torch.cdist(X_changed, X_changed)
    distance.fill_diagonal_(math.inf)
    nearest = y[distance.argmin(dim=1)]
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(nearest, k).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="the farthest original: argmax"
def label_changes(X, y, X_changed):
    distance = torch.cdist(X_changed, X)
    distance.fill_diagonal_(0)
    other = y[distance.argmax(dim=1)]
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(other, k).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="diagonal set to 0, so the own original is always nearest"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d.fill_diagonal_(0.0)
    b = y[d.argmin(dim=1)]
    k = int(y.max()) + 1
    table = torch.zeros(k, k)
    for i in range(len(y)):
        table[y[i], b[i]] += 1
    return table / table.sum(1, keepdim=True)

# %% label-changes wrong="uses the index of the nearest and not its class"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d.fill_diagonal_(math.inf)
    nearest = d.argmin(dim=1)
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(nearest).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="one share of labels that changed instead of a table"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d.fill_diagonal_(math.inf)
    nearest = y[d.argmin(dim=1)]
    return (nearest != y).float().mean()

# %% label-changes wrong="percentages: rows add up to 100"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d.fill_diagonal_(math.inf)
    nearest = y[d.argmin(dim=1)]
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(nearest, k).float()
    return 100 * counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="looks for the nearest changed image of each original: the other direction"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d.fill_diagonal_(math.inf)
    nearest = y[d.argmin(dim=0)]
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(nearest, k).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="takes out what has distance 0, so a changed image still meets its own original and a twin is lost" kind="sneaky"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d[d == 0] = math.inf
    nearest = y[d.argmin(dim=1)]
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(nearest, k).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="second nearest always: wrong where the own original is not the nearest" kind="sneaky"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    second = d.topk(2, dim=1, largest=False).indices[:, 1]
    nearest = y[second]
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(nearest, k).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="ten classes hard-coded" kind="sneaky"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d.fill_diagonal_(math.inf)
    nearest = y[d.argmin(dim=1)]
    counts = torch.zeros(10, 10).index_put_((y, nearest), torch.ones(len(y)), accumulate=True)
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="number of classes from the classes found: fails where the highest is never nearest" kind="sneaky"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d.fill_diagonal_(math.inf)
    nearest = y[d.argmin(dim=1)]
    counts = F.one_hot(y).float().T @ F.one_hot(nearest).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="pairs are marked and not counted: indexed assignment keeps one of equal pairs" kind="sneaky"
def label_changes(X, y, X_changed):
    d = torch.cdist(X_changed, X)
    d.fill_diagonal_(math.inf)
    nearest = y[d.argmin(dim=1)]
    k = int(y.max()) + 1
    counts = torch.zeros(k, k)
    counts[y, nearest] += 1
    return counts / counts.sum(dim=1, keepdim=True)

# %% label-changes wrong="largest dot product instead of smallest distance: long vectors win" kind="sneaky"
def label_changes(X, y, X_changed):
    similarity = X_changed @ X.T
    similarity.fill_diagonal_(-math.inf)
    nearest = y[similarity.argmax(dim=1)]
    k = int(y.max()) + 1
    counts = F.one_hot(y, k).float().T @ F.one_hot(nearest, k).float()
    return counts / counts.sum(dim=1, keepdim=True)

# %% back-translation right="loop with a small helper that draws"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    result = []
    for word in words:
        if word in there:
            foreign = draw(there[word])
            result.append(draw(back[foreign]))
        else:
            result.append(word)
    return result

# %% back-translation right="comprehension"
def pick(options, generator):
    index = torch.randint(0, len(options), size=(), generator=generator)
    return options[int(index)]

def back_translate(words, there, back, generator):
    return [
        pick(back[pick(there[w], generator)], generator) if w in there else w for w in words
    ]

# %% back-translation right="everything spelled out"
def back_translate(
    words: list[str],
    there: dict[str, list[str]],
    back: dict[str, list[str]],
    generator: torch.Generator,
) -> list[str]:
    new_words = list(words)
    for i in range(len(new_words)):
        word = new_words[i]
        if word not in there:
            continue
        translations = there[word]
        number = torch.randint(0, len(translations), (1,), generator=generator).item()
        translation = translations[number]
        back_translations = back[translation]
        number = torch.randint(0, len(back_translations), (1,), generator=generator).item()
        new_words[i] = back_translations[number]
    return new_words

# %% back-translation right="both dictionaries in an inner loop, get with a default"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        known = word in there
        for dictionary in (there, back) if known else ():
            options = dictionary[word]
            word = options[torch.randint(len(options), (1,), generator=generator).item()]
        out.append(word)
    return out

# %% back-translation right="multinomial with equal weights"
def back_translate(words, there, back, generator):
    def choose(options):
        weights = torch.ones(len(options))
        return options[torch.multinomial(weights, 1, generator=generator).item()]

    return [choose(back[choose(there[w])]) if w in there else w for w in words]

# %% back-translation right="class with a generator, random order by randperm"
class Translator:
    def __init__(self, dictionary, generator):
        self.dictionary = dictionary
        self.generator = generator

    def knows(self, word):
        return word in self.dictionary

    def __call__(self, word):
        candidates = self.dictionary[word]
        first = torch.randperm(len(candidates), generator=self.generator)[0]
        return candidates[first.item()]

def back_translate(words, there, back, generator):
    to, fro = Translator(there, generator), Translator(back, generator)
    return [fro(to(w)) if to.knows(w) else w for w in words]

# %% back-translation right="first the whole sentence there, then back"
def back_translate(words, there, back, generator):
    def draw(options):
        u = torch.rand(1, generator=generator, dtype=torch.float64).item()
        return options[int(u * len(options))]

    foreign = [(True, draw(there[w])) if w in there else (False, w) for w in words]
    return [draw(back[f]) if translated else f for translated, f in foreign]

# %% back-translation wrong="always the first translation"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            out.append(back[there[word][0]][0])
        else:
            out.append(word)
    return out

# %% back-translation wrong="goes there but not back"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            options = there[word]
            word = options[torch.randint(len(options), (1,), generator=generator).item()]
        out.append(word)
    return out

# %% back-translation wrong="unknown words are lost"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    out = []
    for word in words:
        if word in there:
            out.append(draw(back[draw(there[word])]))
    return out

# %% back-translation wrong="returns one string instead of a list"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return " ".join(draw(back[draw(there[w])]) if w in there else w for w in words)

# %% back-translation wrong="unknown words raise a KeyError"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [draw(back[draw(there[word])]) for word in words]

# %% back-translation wrong="looks the original word up in back, where it does not stand"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    out = []
    for word in words:
        if word in there:
            foreign = draw(there[word])
            if word in back:
                word = draw(back[word])
        out.append(word)
    return out

# %% back-translation wrong="appends all back-translations of the word"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            options = there[word]
            foreign = options[torch.randint(len(options), (1,), generator=generator).item()]
            out.extend(back[foreign])
        else:
            out.append(word)
    return out

# %% back-translation wrong="extend takes the word apart into letters"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    out = []
    for word in words:
        if word in there:
            word = draw(back[draw(there[word])])
        out += word
    return out

# %% back-translation wrong="return inside the loop: only the first word"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            options = there[word]
            t = options[torch.randint(len(options), (1,), generator=generator).item()]
            options = back[t]
            word = options[torch.randint(len(options), (1,), generator=generator).item()]
        out.append(word)
        return out

# %% back-translation wrong="draws but keeps the old word in the result"
def back_translate(words, there, back, generator):
    out = list(words)
    for word in out:
        if word in there:
            options = there[word]
            foreign = options[torch.randint(len(options), (1,), generator=generator).item()]
            options = back[foreign]
            word = options[torch.randint(len(options), (1,), generator=generator).item()]
    return out

# %% back-translation wrong="there and back exchanged"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [draw(there[draw(back[w])]) if w in back else w for w in words]

# %% back-translation wrong="Python's random instead of the generator" kind="sneaky"
import random

def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            foreign = random.choice(there[word])
            word = random.choice(back[foreign])
        out.append(word)
    return out

# %% back-translation wrong="randint without the generator: draws from the global one" kind="sneaky"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,)).item()]

    return [draw(back[draw(there[w])]) if w in there else w for w in words]

# %% back-translation wrong="only the way there uses the generator, the way back takes the first" kind="sneaky"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            options = there[word]
            foreign = options[torch.randint(len(options), (1,), generator=generator).item()]
            word = back[foreign][0]
        out.append(word)
    return out

# %% back-translation wrong="one draw for each different word: equal words come back equal" kind="sneaky"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    new = {}
    for word in words:
        if word in there and word not in new:
            new[word] = draw(back[draw(there[word])])
    return [new.get(word, word) for word in words]

# %% back-translation wrong="the last option is never drawn" kind="sneaky"
def back_translate(words, there, back, generator):
    def draw(options):
        upper = max(len(options) - 1, 1)
        return options[torch.randint(upper, (1,), generator=generator).item()]

    return [draw(back[draw(there[w])]) if w in there else w for w in words]

# %% back-translation wrong="draws among all ways there and back at once: translations with many ways back are drawn too often" kind="sneaky"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            ways = [b for t in there[word] for b in back[t]]
            word = ways[torch.randint(len(ways), (1,), generator=generator).item()]
        out.append(word)
    return out

# %% back-translation wrong="the word itself is never drawn, though it is one of the translations back" kind="sneaky"
def back_translate(words, there, back, generator):
    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    out = []
    for word in words:
        if word in there:
            options = back[draw(there[word])]
            others = [o for o in options if o != word]
            word = draw(others or options)
        out.append(word)
    return out

# %% back-translation wrong="one number for both ways: the second draw hangs on the first" kind="sneaky"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        if word in there:
            u = torch.rand(1, generator=generator).item()
            foreign = there[word][int(u * len(there[word]))]
            word = back[foreign][int(u * len(back[foreign]))]
        out.append(word)
    return out

# %% back-translation wrong="seeds the generator: each call gives the same" kind="sneaky"
def back_translate(words, there, back, generator):
    generator.manual_seed(0)

    def draw(options):
        return options[torch.randint(len(options), (1,), generator=generator).item()]

    return [draw(back[draw(there[w])]) if w in there else w for w in words]

# %% back-translation wrong="writes lower case: unknown words do not stay as they are" kind="sneaky"
def back_translate(words, there, back, generator):
    out = []
    for word in words:
        word = word.lower()
        if word in there:
            for dictionary in (there, back):
                options = dictionary[word]
                word = options[torch.randint(len(options), (1,), generator=generator).item()]
        out.append(word)
    return out

# %% memorize right="Adam as in the hints"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize right="nn.Linear layers, initialized from the generator and transposed at the end"
def memorize(X: torch.Tensor, y: torch.Tensor, generator: torch.Generator) -> list[torch.Tensor]:
    num_features = X.shape[1]
    hidden = nn.Linear(num_features, 256)
    output = nn.Linear(256, 10)
    with torch.no_grad():
        for layer in (hidden, output):
            bound = 1 / math.sqrt(layer.in_features)
            layer.weight.uniform_(-bound, bound, generator=generator)
            layer.bias.zero_()
    model = nn.Sequential(hidden, nn.ReLU(), output)
    opt = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(400):
        loss = F.cross_entropy(model(X), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [
        hidden.weight.detach().T.clone(),
        hidden.bias.detach().clone(),
        output.weight.detach().T.clone(),
        output.bias.detach().clone(),
    ]

# %% memorize right="stops when every label is right, with some steps to spare"
def memorize(X, y, generator):
    width = 300
    W1 = torch.randn(X.shape[1], width, generator=generator) / X.shape[1] ** 0.5
    W2 = torch.randn(width, 10, generator=generator) / width**0.5
    params = [W1, torch.zeros(width), W2, torch.zeros(10)]
    for p in params:
        p.requires_grad_(True)
    opt = torch.optim.Adam(params, lr=0.005)
    for _ in range(5000):
        logits = F.relu(X @ params[0] + params[1]) @ params[2] + params[3]
        loss = F.cross_entropy(logits, y)
        if loss.item() < 0.01 and (logits.argmax(1) == y).all():
            break
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [p.detach().clone() for p in params]

# %% memorize right="gradient descent with momentum and gradients by hand"
def memorize(X, y, generator):
    n, d = X.shape
    width = 500
    W1 = torch.randn(d, width, generator=generator) * math.sqrt(2 / d)
    b1 = torch.zeros(width)
    W2 = torch.randn(width, 10, generator=generator) * math.sqrt(1 / width)
    b2 = torch.zeros(10)
    velocity = [torch.zeros_like(p) for p in (W1, b1, W2, b2)]
    target = F.one_hot(y, 10).float()
    for _ in range(1500):
        pre = X @ W1 + b1
        h = pre.clamp(min=0)
        p = torch.softmax(h @ W2 + b2, dim=1)
        d_out = (p - target) / n
        gW2, gb2 = h.T @ d_out, d_out.sum(0)
        d_hidden = (d_out @ W2.T) * (pre > 0)
        gW1, gb1 = X.T @ d_hidden, d_hidden.sum(0)
        for param, v, g in zip((W1, b1, W2, b2), velocity, (gW1, gb1, gW2, gb2)):
            v.mul_(0.9).add_(g)
            param.sub_(0.1 * v)
    return [W1, b1, W2, b2]

# %% memorize right="mini-batches in an order drawn from the generator, learning rate falls"
def memorize(X, y, generator):
    def normal(*shape):
        return (torch.randn(*shape, generator=generator) / math.sqrt(shape[0])).requires_grad_()

    W1, W2 = normal(X.shape[1], 256), normal(256, 10)
    b1, b2 = torch.zeros(256, requires_grad=True), torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    num_epochs = 80
    for epoch in range(num_epochs):
        for group in optimizer.param_groups:
            group["lr"] = 0.01 * (1 - epoch / num_epochs)
        for batch in torch.randperm(len(X), generator=generator).split(50):
            loss = F.cross_entropy(torch.relu(X[batch] @ W1 + b1) @ W2 + b2, y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return [p.detach() for p in (W1, b1, W2, b2)]

# %% memorize right="wide random layer, the output layer solved by least squares in float64"
def memorize(X, y, generator):
    n, d = X.shape
    width = 4 * n
    W1 = torch.randn(d, width, generator=generator) / math.sqrt(d)
    b1 = torch.randn(width, generator=generator)
    H = (X @ W1 + b1).relu().double()
    targets = F.one_hot(y, 10).double() - 0.1
    W2 = torch.linalg.pinv(H) @ targets
    return [W1, b1, W2.float(), torch.full((10,), 0.1)]

# %% memorize wrong="all weights begin at zero, so nothing is learned"
def memorize(X, y, generator):
    width = 200
    W1 = torch.zeros(X.shape[1], width, requires_grad=True)
    b1 = torch.zeros(width, requires_grad=True)
    W2 = torch.zeros(width, 10, requires_grad=True)
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="no ReLU in training: a linear model was fitted"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1) @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="nn.Linear weights returned as they are: shapes transposed"
def memorize(X, y, generator):
    model = nn.Sequential(nn.Linear(X.shape[1], 200), nn.ReLU(), nn.Linear(200, 10))
    with torch.no_grad():
        for p in model.parameters():
            p.normal_(0, 0.1, generator=generator)
    opt = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(300):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return [p.detach() for p in model.parameters()]

# %% memorize wrong="trains for three steps only"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(3):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="strong weight decay keeps the network from memorizing"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=80)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="results in the order W1, W2, b1, b2"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, W2, b1, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="optimizer step forgotten: weights stay as drawn"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        loss.backward()
    return [W1.detach(), b1.detach(), W2.detach(), b2.detach()]

# %% memorize wrong="tanh in training, but the network is to have ReLU"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy(torch.tanh(X @ W1 + b1) @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="plain SGD with a small learning rate and few steps: far from fitted"
def memorize(X, y, generator):
    d, width = X.shape[1], 100
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    for _ in range(200):
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y)
        grads = torch.autograd.grad(loss, [W1, b1, W2, b2])
        with torch.no_grad():
            for p, g in zip([W1, b1, W2, b2], grads):
                p -= 0.01 * g
    return [p.detach() for p in (W1, b1, W2, b2)]

# %% memorize wrong="only five hidden units: too few to fit every label"
def memorize(X, y, generator):
    d, width = X.shape[1], 5
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="returns the accuracy and not the weights"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    optimizer = torch.optim.Adam([W1, b1, W2, b2], lr=0.01)
    for _ in range(200):
        optimizer.zero_grad()
        logits = (X @ W1 + b1).relu() @ W2 + b2
        F.cross_entropy(logits, y).backward()
        optimizer.step()
    return (logits.argmax(dim=1) == y).float().mean()

# %% memorize wrong="two hidden layers, of which the second is not returned"
def memorize(X, y, generator):
    d, width = X.shape[1], 100
    def make(*shape):
        return (torch.randn(*shape, generator=generator) / math.sqrt(shape[0])).requires_grad_()
    W1, V, W2 = make(d, width), make(width, width), make(width, 10)
    b1, c, b2 = (torch.zeros(k, requires_grad=True) for k in (width, width, 10))
    opt = torch.optim.Adam([W1, b1, V, c, W2, b2], lr=0.01)
    for _ in range(300):
        h = torch.relu(X @ W1 + b1)
        h = torch.relu(h @ V + c)
        loss = F.cross_entropy(h @ W2 + b2, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [p.detach() for p in (W1, b1, W2, b2)]

# %% memorize wrong="standardizes the features inside: the weights do not fit the X that was given" kind="sneaky"
def memorize(X, y, generator):
    Z = (X - X.mean(dim=0)) / (X.std(dim=0) + 1e-6)
    d, width = Z.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((Z @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="number of outputs from the largest label: not 10 where class 9 does not occur" kind="sneaky"
def memorize(X, y, generator):
    d, width, k = X.shape[1], 200, int(y.max()) + 1
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, k, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(k, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="64 features hard-coded: fails with any other number" kind="sneaky"
def memorize(X, y, generator):
    W1 = (torch.randn(64, 200, generator=generator) / 8).requires_grad_()
    b1 = torch.zeros(200, requires_grad=True)
    W2 = (torch.randn(200, 10, generator=generator) / math.sqrt(200)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="the first 256 examples only: the last batch is dropped in every epoch" kind="sneaky"
def memorize(X, y, generator):
    d, width, batch = X.shape[1], 200, 64
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for epoch in range(100):
        for k in range(len(X) // batch):
            rows = slice(k * batch, (k + 1) * batch)
            optimizer.zero_grad()
            F.cross_entropy((X[rows] @ W1 + b1).relu() @ W2 + b2, y[rows]).backward()
            optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="stops at 95 percent, where not every label is known" kind="sneaky"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    while True:
        logits = (X @ W1 + b1).relu() @ W2 + b2
        if (logits.argmax(dim=1) == y).float().mean() >= 0.95:
            break
        optimizer.zero_grad()
        F.cross_entropy(logits, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% memorize wrong="bias of the output of shape (1, 10) and of the hidden layer (1, width)" kind="sneaky"
def memorize(X, y, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(1, width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(1, 10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise right="AdamW with strong weight decay"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 64
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=10)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise right="early stopping: keeps the best on the validation examples"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 100
    params = [
        torch.randn(d, width, generator=generator) / math.sqrt(d),
        torch.zeros(width),
        torch.randn(width, 10, generator=generator) / math.sqrt(width),
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()

    def forward(inputs):
        W1, b1, W2, b2 = params
        return torch.relu(inputs @ W1 + b1) @ W2 + b2

    optimizer = torch.optim.Adam(params, lr=0.003)
    best_accuracy, best = -1.0, None
    for step in range(200):
        optimizer.zero_grad()
        F.cross_entropy(forward(X), y).backward()
        optimizer.step()
        with torch.no_grad():
            accuracy = (forward(X_valid).argmax(dim=1) == y_valid).float().mean().item()
        if accuracy > best_accuracy:
            best_accuracy = accuracy
            best = [p.detach().clone() for p in params]
    return best

# %% learn-despite-noise right="tries several weight decays and keeps what validates best"
def train_once(X, y, weight_decay, generator, width=64, steps=250):
    def init(rows, cols):
        return (torch.randn(rows, cols, generator=generator) / rows**0.5).requires_grad_()

    W1, W2 = init(X.shape[1], width), init(width, 10)
    b1, b2 = torch.zeros(width, requires_grad=True), torch.zeros(10, requires_grad=True)
    opt = torch.optim.AdamW([W1, b1, W2, b2], lr=0.01, weight_decay=weight_decay)
    for _ in range(steps):
        loss = F.cross_entropy(torch.relu(X @ W1 + b1) @ W2 + b2, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
    return [t.detach() for t in (W1, b1, W2, b2)]

def score(params, X, y):
    W1, b1, W2, b2 = params
    return (((X @ W1 + b1).relu() @ W2 + b2).argmax(1) == y).float().mean().item()

def learn_despite_noise(X, y, X_valid, y_valid, generator):
    candidates = [train_once(X, y, wd, generator) for wd in (1, 3, 10, 30)]
    return max(candidates, key=lambda params: score(params, X_valid, y_valid))

# %% learn-despite-noise right="nn.Sequential, decay for the weights only, best state kept by validation loss"
import copy

def learn_despite_noise(X, y, X_valid, y_valid, generator):
    model = nn.Sequential(nn.Linear(X.shape[1], 128), nn.ReLU(), nn.Linear(128, 10))
    with torch.no_grad():
        for layer in (model[0], model[2]):
            nn.init.normal_(layer.weight, 0.0, layer.in_features**-0.5, generator=generator)
            nn.init.zeros_(layer.bias)
    groups = [
        {"params": [model[0].weight, model[2].weight], "weight_decay": 5.0},
        {"params": [model[0].bias, model[2].bias], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=0.005)
    best_loss, best_state = math.inf, None
    for _ in range(250):
        loss = F.cross_entropy(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            valid_loss = F.cross_entropy(model(X_valid), y_valid).item()
        if valid_loss < best_loss:
            best_loss, best_state = valid_loss, copy.deepcopy(model.state_dict())
    return [
        best_state["0.weight"].T.contiguous(),
        best_state["0.bias"],
        best_state["2.weight"].T.contiguous(),
        best_state["2.bias"],
    ]

# %% learn-despite-noise right="dropout on the hidden units, label smoothing and patience"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    width, p = 200, 0.5
    W1 = torch.randn(X.shape[1], width, generator=generator) * math.sqrt(1 / X.shape[1])
    W2 = torch.randn(width, 10, generator=generator) * math.sqrt(1 / width)
    params = [W1, torch.zeros(width), W2, torch.zeros(10)]
    for q in params:
        q.requires_grad_()
    optimizer = torch.optim.AdamW(params, lr=0.003, weight_decay=1.0)
    best, best_acc, waited = None, 0.0, 0
    while waited < 60:
        hidden = torch.relu(X @ params[0] + params[1])
        hidden = hidden * (torch.rand(hidden.shape, generator=generator) >= p) / (1 - p)
        loss = F.cross_entropy(hidden @ params[2] + params[3], y, label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            logits = torch.relu(X_valid @ params[0] + params[1]) @ params[2] + params[3]
            acc = (logits.argmax(1) == y_valid).float().mean().item()
        if acc > best_acc:
            best, best_acc, waited = [q.detach().clone() for q in params], acc, 0
        else:
            waited += 1
    return best

# %% learn-despite-noise right="plain gradient descent with ridge penalty in the loss"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    W1 = (torch.randn(X.shape[1], 50, generator=generator) * 0.1).requires_grad_()
    b1 = torch.zeros(50, requires_grad=True)
    W2 = (torch.randn(50, 10, generator=generator) * 0.1).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.SGD(params, lr=0.3, momentum=0.9)
    for step in range(300):
        logits = torch.relu(X @ W1 + b1) @ W2 + b2
        penalty = (W1**2).sum() + (W2**2).sum()
        loss = F.cross_entropy(logits, y) + 0.01 * penalty
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="no regularization at all: memorizes the wrong labels"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="the best weights are remembered without a copy, so the last come back"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    best_acc, best = 0, params
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
        acc = (((X_valid @ W1 + b1).relu() @ W2 + b2).argmax(1) == y_valid).float().mean().item()
        if acc > best_acc:
            best_acc = acc
            best = [p.detach() for p in params]
    return best

# %% learn-despite-noise wrong="weight decay of 100 is far too strong: little is learned"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 64
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=100)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="watches the accuracy on the noisy training examples instead of the validation examples"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 128
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    best_accuracy = 0.0
    best = None
    for _ in range(300):
        logits = (X @ W1 + b1).relu() @ W2 + b2
        accuracy = (logits.argmax(dim=1) == y).float().mean().item()
        if accuracy > best_accuracy:
            best_accuracy = accuracy
            best = [p.detach().clone() for p in params]
        optimizer.zero_grad()
        F.cross_entropy(logits, y).backward()
        optimizer.step()
    return best

# %% learn-despite-noise wrong="weights of nn.Linear returned without transposing"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    model = nn.Sequential(nn.Linear(64, 100), nn.ReLU(), nn.Linear(100, 10))
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(0.1 * torch.randn(p.shape, generator=generator))
    opt = torch.optim.AdamW(model.parameters(), lr=0.01, weight_decay=10)
    for _ in range(300):
        opt.zero_grad()
        F.cross_entropy(model(X), y).backward()
        opt.step()
    return [p.detach() for p in model.parameters()]

# %% learn-despite-noise wrong="keeps the weights with the lowest validation accuracy"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 100
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.005)
    best_score, best = math.inf, None
    for _ in range(200):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
        with torch.no_grad():
            guess = ((X_valid @ W1 + b1).relu() @ W2 + b2).argmax(dim=1)
        score = (guess == y_valid).float().mean().item()
        if score < best_score:
            best_score, best = score, [p.detach().clone() for p in params]
    return best

# %% learn-despite-noise wrong="prints the best accuracy and returns nothing"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 64
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    opt = torch.optim.AdamW([W1, b1, W2, b2], lr=0.01, weight_decay=10)
    best = 0
    for _ in range(200):
        opt.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        opt.step()
        out = ((X_valid @ W1 + b1).relu() @ W2 + b2).argmax(1)
        best = max(best, (out == y_valid).float().mean().item())
    print("best accuracy", best)

# %% learn-despite-noise wrong="dropout of 98 in 100 units and only 40 steps: too little is learned"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width, p = X.shape[1], 64, 0.98
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(40):
        h = (X @ W1 + b1).relu()
        h = h * (torch.rand(h.shape, generator=generator) >= p) / (1 - p)
        optimizer.zero_grad()
        F.cross_entropy(h @ W2 + b2, y).backward()
        optimizer.step()
    return [q.detach() for q in params]

# %% learn-despite-noise wrong="a linear model was trained: the ReLU is missing"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 64
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=3)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1) @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="returns the weights from before training: copied at the start"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 64
    start = [
        torch.randn(d, width, generator=generator) / math.sqrt(d),
        torch.zeros(width),
        torch.randn(width, 10, generator=generator) / math.sqrt(width),
        torch.zeros(10),
    ]
    params = [p.clone().requires_grad_() for p in start]
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=10)
    for _ in range(200):
        W1, b1, W2, b2 = params
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return start

# %% learn-despite-noise wrong="biases first in the result"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 64
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [b1, W1, b2, W2]
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=10)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="weight decay of 0.01, the usual default, does far too little" kind="sneaky"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="label smoothing alone: the wrong labels are learned by heart all the same" kind="sneaky"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        loss = F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y, label_smoothing=0.2)
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="L1 penalty too weak to matter: memorizes" kind="sneaky"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 200
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        logits = (X @ W1 + b1).relu() @ W2 + b2
        l1 = W1.abs().sum() + W2.abs().sum()
        loss = F.cross_entropy(logits, y) + 1e-6 * l1
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="list(params) copies the list and not the tensors, so the last weights come back" kind="sneaky"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 200
    params = [
        torch.randn(d, width, generator=generator) / math.sqrt(d),
        torch.zeros(width),
        torch.randn(width, 10, generator=generator) / math.sqrt(width),
        torch.zeros(10),
    ]
    for p in params:
        p.requires_grad_()
    optimizer = torch.optim.Adam(params, lr=0.01)
    best_loss, best = math.inf, list(params)
    for _ in range(300):
        W1, b1, W2, b2 = params
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
        with torch.no_grad():
            loss = F.cross_entropy((X_valid @ W1 + b1).relu() @ W2 + b2, y_valid).item()
        if loss < best_loss:
            best_loss = loss
            best = list(params)
    return [p.detach() for p in best]

# %% learn-despite-noise wrong="dropout of one unit in ten is too little, and those left are not enlarged: memorizes" kind="sneaky"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width, p = X.shape[1], 300, 0.1
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.Adam(params, lr=0.01)
    for _ in range(300):
        h = (X @ W1 + b1).relu()
        h = h * (torch.rand(h.shape, generator=generator) >= p)
        optimizer.zero_grad()
        F.cross_entropy(h @ W2 + b2, y).backward()
        optimizer.step()
    return [q.detach() for q in params]

# %% learn-despite-noise wrong="output biases are left out of the result: only three of the four tensors" kind="sneaky"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 64
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    params = [W1, b1, W2]
    optimizer = torch.optim.AdamW(params, lr=0.01, weight_decay=10)
    for _ in range(300):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2, y).backward()
        optimizer.step()
    return [p.detach() for p in params]

# %% learn-despite-noise wrong="stops at the first epoch that is no better than the one before, usually after a few steps" kind="sneaky"
def learn_despite_noise(X, y, X_valid, y_valid, generator):
    d, width = X.shape[1], 100
    W1 = (torch.randn(d, width, generator=generator) / math.sqrt(d)).requires_grad_()
    b1 = torch.zeros(width, requires_grad=True)
    W2 = (torch.randn(width, 10, generator=generator) / math.sqrt(width)).requires_grad_()
    b2 = torch.zeros(10, requires_grad=True)
    params = [W1, b1, W2, b2]
    optimizer = torch.optim.SGD(params, lr=0.02)
    previous = 0.0
    best = [p.detach().clone() for p in params]
    for _ in range(2000):
        optimizer.zero_grad()
        F.cross_entropy((X @ W1 + b1).relu() @ W2 + b2, y).backward()
        optimizer.step()
        with torch.no_grad():
            guess = ((X_valid @ W1 + b1).relu() @ W2 + b2).argmax(1)
        accuracy = (guess == y_valid).float().mean().item()
        if accuracy <= previous:
            break
        previous = accuracy
        best = [p.detach().clone() for p in params]
    return best

# %% shortest-fit right="pinv or solve, as in the hints"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    p = features.shape[1]
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit right="least squares on rows added below, gelsd for the shortest"
def shortest_fit(features: torch.Tensor, y: torch.Tensor, ridge: float) -> torch.Tensor:
    n, p = features.shape
    extra = math.sqrt(ridge) * torch.eye(p, dtype=features.dtype)
    A = torch.cat([features, extra]) if ridge > 0 else features
    b = torch.cat([y, torch.zeros(p, dtype=y.dtype)]) if ridge > 0 else y
    return torch.linalg.lstsq(A, b[:, None], driver="gelsd").solution[:, 0]

# %% shortest-fit right="singular values for both cases"
def shortest_fit(features, y, ridge):
    U, S, Vh = torch.linalg.svd(features, full_matrices=False)
    if ridge > 0:
        factor = S / (S**2 + ridge)
    else:
        tiny = S.max() * max(features.shape) * torch.finfo(S.dtype).eps
        factor = torch.where(S > tiny, 1 / S, torch.zeros_like(S))
    return Vh.T @ (factor * (U.T @ y))

# %% shortest-fit right="numpy detour"
import numpy as np

def shortest_fit(features, y, ridge):
    Phi = features.detach().numpy()
    target = y.detach().numpy()
    if ridge == 0:
        w = np.linalg.lstsq(Phi, target, rcond=None)[0]
    else:
        w = np.linalg.solve(Phi.T @ Phi + ridge * np.eye(Phi.shape[1]), Phi.T @ target)
    return torch.from_numpy(np.asarray(w)).to(features.dtype)

# %% shortest-fit right="the smaller of the two systems, float64 in between"
def _ridge_small(A, b, lam):
    n, p = A.shape
    if p <= n:
        return torch.linalg.solve(A.T @ A + lam * torch.eye(p, dtype=A.dtype), A.T @ b)
    return A.T @ torch.linalg.solve(A @ A.T + lam * torch.eye(n, dtype=A.dtype), b)

def shortest_fit(features, y, ridge):
    A, b = features.double(), y.double()
    w = _ridge_small(A, b, ridge) if ridge > 0 else torch.linalg.pinv(A) @ b
    return w.to(features.dtype)

# %% shortest-fit right="adds the ridge on the diagonal in place of an eye matrix"
def shortest_fit(Phi, y, ridge):
    if ridge > 0:
        gram = Phi.T.mm(Phi)
        gram.diagonal().add_(ridge)
        chol = torch.linalg.cholesky(gram)
        return torch.cholesky_solve((Phi.T @ y).unsqueeze(1), chol).squeeze(1)
    return torch.linalg.pinv(Phi).mv(y)

# %% shortest-fit wrong="the ridge is ignored: pseudo-inverse always"
def shortest_fit(features, y, ridge):
    return torch.linalg.pinv(features) @ y

# %% shortest-fit wrong="the inverse for ridge 0 too: fails or is noise for n < p"
def shortest_fit(features, y, ridge):
    p = features.shape[1]
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.inv(A) @ features.T @ y

# %% shortest-fit wrong="identity of size n: does not fit the matrix of size p"
def shortest_fit(features, y, ridge):
    n = features.shape[0]
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    A = features.T @ features + ridge * torch.eye(n, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="ridge times the number of examples, as for a mean loss"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    n, p = features.shape
    A = features.T @ features + n * ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="ridge subtracted"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    p = features.shape[1]
    A = features.T @ features - ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="ridge added to every entry: the identity is forgotten"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    return torch.linalg.solve(features.T @ features + ridge, features.T @ y)

# %% shortest-fit wrong="returns the predictions and not the weights"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        w = torch.linalg.pinv(features) @ y
    else:
        eye = torch.eye(features.shape[1], dtype=features.dtype)
        w = torch.linalg.solve(features.T @ features + ridge * eye, features.T @ y)
    return features @ w

# %% shortest-fit wrong="transposes exchanged: a matrix of size n with a right side of size n"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    n = features.shape[0]
    A = features @ features.T + ridge * torch.eye(n, dtype=features.dtype)
    return torch.linalg.solve(A, y)

# %% shortest-fit wrong="half the ridge"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    p = features.shape[1]
    A = features.T @ features + 0.5 * ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="square of the ridge: rows below are ridge times I and not its root"
def shortest_fit(features, y, ridge):
    p = features.shape[1]
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    A = torch.cat([features, ridge * torch.eye(p, dtype=features.dtype)])
    b = torch.cat([y, torch.zeros(p, dtype=y.dtype)])
    return torch.linalg.lstsq(A, b.unsqueeze(1)).solution.squeeze(1)

# %% shortest-fit wrong="only the case ridge > 0 returns something"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        w = torch.linalg.pinv(features) @ y
    else:
        p = features.shape[1]
        A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
        return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="features are centred first, so the weights are those of another problem"
def shortest_fit(features, y, ridge):
    Z = features - features.mean(dim=0)
    t = y - y.mean()
    if ridge == 0:
        return torch.linalg.pinv(Z) @ t
    p = Z.shape[1]
    return torch.linalg.solve(Z.T @ Z + ridge * torch.eye(p, dtype=Z.dtype), Z.T @ t)

# %% shortest-fit wrong="a ridge of 0.001 instead of none: not the shortest of the best fits" kind="sneaky"
def shortest_fit(features, y, ridge):
    lam = ridge if ridge > 0 else 1e-3
    p = features.shape[1]
    A = features.T @ features + lam * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="eye without dtype, and the result is float32 whatever came in" kind="sneaky"
def shortest_fit(features, y, ridge):
    A, b = features.float(), y.float()
    if ridge == 0:
        return torch.linalg.pinv(A) @ b
    return torch.linalg.solve(A.T @ A + ridge * torch.eye(A.shape[1]), A.T @ b)

# %% shortest-fit wrong="result of shape (p, 1)" kind="sneaky"
def shortest_fit(features, y, ridge):
    b = y.reshape(-1, 1)
    if ridge == 0:
        return torch.linalg.pinv(features) @ b
    p = features.shape[1]
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ b)

# %% shortest-fit wrong="with fewer examples than features the ridge is ignored" kind="sneaky"
def shortest_fit(features, y, ridge):
    n, p = features.shape
    if ridge == 0 or n < p:
        return torch.linalg.pinv(features) @ y
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="without ridge and with n at least p the normal equations: fails when columns are alike" kind="sneaky"
def shortest_fit(features, y, ridge):
    n, p = features.shape
    if ridge == 0 and n < p:
        return torch.linalg.pinv(features) @ y
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="for n < p inverts the matrix of rows, which fails when two examples are alike" kind="sneaky"
def shortest_fit(features, y, ridge):
    n, p = features.shape
    if n < p:
        K = features @ features.T + ridge * torch.eye(n, dtype=features.dtype)
        return features.T @ torch.linalg.solve(K, y)
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="a best fit but not the shortest: the first n features only, where there are more" kind="sneaky"
def shortest_fit(features, y, ridge):
    n, p = features.shape
    if ridge == 0:
        if n >= p:
            return torch.linalg.pinv(features) @ y
        w = torch.zeros(p, dtype=features.dtype)
        w[:n] = torch.linalg.solve(features[:, :n], y)
        return w
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="the first weight is not held back, as if it were a bias" kind="sneaky"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features) @ y
    penalty = torch.eye(features.shape[1], dtype=features.dtype)
    penalty[0, 0] = 0
    return torch.linalg.solve(features.T @ features + ridge * penalty, features.T @ y)

# %% shortest-fit wrong="cuts off singular values below a tenth of the largest: not a best fit" kind="sneaky"
def shortest_fit(features, y, ridge):
    if ridge == 0:
        return torch.linalg.pinv(features, rtol=0.1) @ y
    p = features.shape[1]
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% shortest-fit wrong="a small ridge, up to 0.01, counts as none" kind="sneaky"
def shortest_fit(features, y, ridge):
    if ridge < 0.01:
        return torch.linalg.pinv(features) @ y
    p = features.shape[1]
    A = features.T @ features + ridge * torch.eye(p, dtype=features.dtype)
    return torch.linalg.solve(A, features.T @ y)

# %% find-peak right="median by the module statistics"
import statistics

def find_peak(error, num_examples, widths, seeds):
    return max(widths, key=lambda p: statistics.median(error(num_examples, p, s) for s in seeds))

# %% find-peak right="torch median in a loop"
def find_peak(error, num_examples: int, widths: list[int], seeds: list[int]) -> int:
    best_width = None
    best_median = -math.inf
    for p in widths:
        values = []
        for seed in seeds:
            values.append(error(num_examples, p, seed))
        median = torch.tensor(values, dtype=torch.float64).median().item()
        if best_width is None or median > best_median:
            best_median = median
            best_width = p
    return best_width

# %% find-peak right="whole table and argmax"
def find_peak(error, num_examples, widths, seeds):
    table = torch.tensor(
        [[float(error(num_examples, p, seed)) for p in widths] for seed in seeds],
        dtype=torch.float64,
    )
    return widths[table.median(dim=0).values.argmax().item()]

# %% find-peak right="sorts and takes the middle"
def find_peak(error, num_examples, widths, seeds):
    def middle(values):
        ordered = sorted(values)
        return ordered[len(ordered) // 2]

    medians = {}
    for p in widths:
        medians[p] = middle([error(num_examples, p, seed) for seed in seeds])
    return max(medians, key=medians.get)

# %% find-peak right="numpy"
import numpy as np

def find_peak(error, num_examples, widths, seeds):
    runs = np.array([[error(num_examples, p, s) for s in seeds] for p in widths])
    return widths[int(np.argmax(np.median(runs, axis=1)))]

# %% find-peak right="pairs of median and position, sorted"
def find_peak(error, n, widths, seeds):
    from statistics import median

    pairs = []
    for position, p in enumerate(widths):
        pairs.append((median([error(n, p, s) for s in seeds]), -position))
    pairs.sort()
    return widths[-pairs[-1][1]]

# %% find-peak wrong="mean instead of the median"
def find_peak(error, num_examples, widths, seeds):
    means = []
    for p in widths:
        values = [error(num_examples, p, seed) for seed in seeds]
        means.append(sum(values) / len(values))
    return widths[means.index(max(means))]

# %% find-peak wrong="largest single error instead of the median"
def find_peak(error, num_examples, widths, seeds):
    return max(widths, key=lambda p: max(error(num_examples, p, s) for s in seeds))

# %% find-peak wrong="where the median error is smallest"
def find_peak(error, num_examples, widths, seeds):
    medians = [
        torch.tensor([error(num_examples, p, seed) for seed in seeds]).median() for p in widths
    ]
    return widths[torch.stack(medians).argmin().item()]

# %% find-peak wrong="returns the error at the peak and not the number of features"
def find_peak(error, num_examples, widths, seeds):
    highest = -math.inf
    for p in widths:
        m = torch.tensor([error(num_examples, p, seed) for seed in seeds]).median().item()
        if m > highest:
            highest = m
    return highest

# %% find-peak wrong="returns the position in the list"
def find_peak(error, num_examples, widths, seeds):
    medians = torch.tensor(
        [
            torch.tensor([error(num_examples, p, seed) for seed in seeds]).median().item()
            for p in widths
        ]
    )
    return int(medians.argmax())

# %% find-peak wrong="only the first seed is run"
def find_peak(error, num_examples, widths, seeds):
    errors = [error(num_examples, p, seeds[0]) for p in widths]
    return widths[errors.index(max(errors))]

# %% find-peak wrong="arguments of error in the wrong order"
def find_peak(error, num_examples, widths, seeds):
    medians = {}
    for p in widths:
        runs = torch.tensor([error(p, num_examples, seed) for seed in seeds])
        medians[p] = runs.median().item()
    return max(medians, key=medians.get)

# %% find-peak wrong="takes the middle without sorting first"
def find_peak(error, num_examples, widths, seeds):
    medians = []
    for p in widths:
        values = [error(num_examples, p, seed) for seed in seeds]
        medians.append(values[len(values) // 2])
    return widths[medians.index(max(medians))]

# %% find-peak wrong="median over the widths for each seed: wrong axis"
def find_peak(error, num_examples, widths, seeds):
    table = torch.tensor([[error(num_examples, p, s) for p in widths] for s in seeds])
    return widths[table.median(dim=1).values.argmax().item() % len(widths)]

# %% find-peak wrong="peak of each seed, then the median of those peaks"
def find_peak(error, num_examples, widths, seeds):
    peaks = []
    for seed in seeds:
        errors = [error(num_examples, p, seed) for p in widths]
        peaks.append(widths[errors.index(max(errors))])
    return sorted(peaks)[len(peaks) // 2]

# %% find-peak wrong="return inside the loop: always the first width"
def find_peak(error, num_examples, widths, seeds):
    best, best_median = None, -math.inf
    for p in widths:
        m = torch.tensor([error(num_examples, p, seed) for seed in seeds]).median().item()
        if m > best_median:
            best, best_median = p, m
        return best

# %% find-peak wrong="prints the peak and returns nothing"
def find_peak(error, num_examples, widths, seeds):
    medians = []
    for p in widths:
        medians.append(torch.tensor([error(num_examples, p, s) for s in seeds]).median().item())
    print(widths[medians.index(max(medians))])

# %% find-peak wrong="measures nothing: takes the width next to the number of examples" kind="sneaky"
def find_peak(error, num_examples, widths, seeds):
    # the peak is where p = n
    return min(widths, key=lambda p: abs(p - num_examples))

# %% find-peak wrong="100 examples hard-coded" kind="sneaky"
def find_peak(error, num_examples, widths, seeds):
    medians = [torch.tensor([error(100, p, seed) for seed in seeds]).median().item() for p in widths]
    return widths[medians.index(max(medians))]

# %% find-peak wrong="seeds 0, 1, 2 ... instead of those given" kind="sneaky"
def find_peak(error, num_examples, widths, seeds):
    medians = {}
    for p in widths:
        values = [error(num_examples, p, seed) for seed in range(len(seeds))]
        medians[p] = torch.tensor(values).median().item()
    return max(medians, key=medians.get)

# %% find-peak wrong="one place above the middle after sorting" kind="sneaky"
def find_peak(error, num_examples, widths, seeds):
    def median(values):
        values = sorted(values)
        return values[min(len(values) // 2 + 1, len(values) - 1)]

    return max(widths, key=lambda p: median([error(num_examples, p, s) for s in seeds]))

# %% find-peak wrong="mean without the largest and the smallest: not the median" kind="sneaky"
def find_peak(error, num_examples, widths, seeds):
    def robust(values):
        values = sorted(values)
        inner = values[1:-1] if len(values) > 2 else values
        return sum(inner) / len(inner)

    return max(widths, key=lambda p: robust([error(num_examples, p, s) for s in seeds]))

# %% find-peak wrong="stops at the first fall: finds a small hill before the peak" kind="sneaky"
def find_peak(error, num_examples, widths, seeds):
    def median(p):
        return torch.tensor([error(num_examples, p, s) for s in seeds]).median().item()

    best = widths[0]
    best_median = median(best)
    for p in widths[1:]:
        m = median(p)
        if m < best_median:
            break
        best, best_median = p, m
    return best

# %% find-peak wrong="at most five seeds are used" kind="sneaky"
def find_peak(error, num_examples, widths, seeds):
    medians = []
    for p in widths:
        values = torch.tensor([error(num_examples, p, s) for s in seeds[:5]])
        medians.append(values.median().item())
    return widths[max(range(len(widths)), key=medians.__getitem__)]

# %% find-peak wrong="a tensor with one number instead of an int" kind="sneaky"
def find_peak(error, num_examples, widths, seeds):
    table = torch.tensor([[error(num_examples, p, s) for s in seeds] for p in widths])
    return torch.tensor(widths)[table.median(dim=1).values.argmax()]

