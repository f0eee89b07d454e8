"""Answers to the exercises of *Gradient descent* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% largest-stable-lr correct="by the spectral norm"
def largest_stable_lr(hessian):
    return float(2.0 / torch.linalg.matrix_norm(hessian, ord=2))


# %% largest-stable-lr correct="by power iteration"
def largest_stable_lr(H):
    w = torch.ones(len(H), dtype=H.dtype) + 0.1 * torch.arange(len(H), dtype=H.dtype)
    for _ in range(20000):
        w = H @ w
        w = w / w.norm()
    return 2 / (w @ H @ w)


# %% largest-stable-lr correct="with NumPy and a general eigenvalue routine"
def largest_stable_lr(hessian):
    import numpy as np

    eigenvalues = np.linalg.eigvals(hessian.numpy())
    return min(2 / abs(value) for value in eigenvalues)


# %% largest-stable-lr wrong="1/λ, the fastest instead of the largest" says="1/λ is the rate that settles a valley in one step; twice that is still stable."
def largest_stable_lr(hessian):
    return 1 / torch.linalg.eigvalsh(hessian).max().item()


# %% largest-stable-lr wrong="the flattest valley" says="You took the flattest valley. The steepest one is the strictest."
def largest_stable_lr(hessian):
    return 2 / torch.linalg.eigvalsh(hessian).min().item()


# %% largest-stable-lr wrong="the trace" says="The trace adds up all curvatures; only the largest one counts."
def largest_stable_lr(hessian):
    return 2 / torch.trace(hessian).item()


# %% largest-stable-lr wrong="the diagonal" says="The diagonal of H holds the curvatures along the axes, not those along the eigenvectors."
def largest_stable_lr(hessian):
    return 2 / hessian.diagonal().max().item()


# %% largest-stable-lr wrong="the Frobenius norm" says="That is the Frobenius norm of H. The largest eigenvalue is smaller."
def largest_stable_lr(hessian):
    return 2 / hessian.norm().item()


# %% largest-stable-lr wrong="upside down" says="Upside down: a large curvature demands a small learning rate."
def largest_stable_lr(hessian):
    return torch.linalg.eigvalsh(hessian).max().item() / 2


# %% largest-stable-lr wrong="nothing returned" says="is the `return` missing?"
def largest_stable_lr(hessian):
    2 / torch.linalg.eigvalsh(hessian).max().item()


# %% bisect-lr correct="a fixed number of halvings, computed"
def bisect_lr(diverges, low, high, tolerance):
    for _ in range(math.ceil(math.log2((high - low) / tolerance)) + 1):
        mid = 0.5 * (low + high)
        if diverges(mid):
            high = mid
        else:
            low = mid
    return low


# %% bisect-lr correct="recursively"
def bisect_lr(diverges, low, high, tolerance):
    middle = low + (high - low) / 2
    if high - low <= tolerance:
        return middle
    if diverges(middle):
        return bisect_lr(diverges, low, middle, tolerance)
    return bisect_lr(diverges, middle, high, tolerance)


# %% bisect-lr correct="returns a tensor"
def bisect_lr(diverges, a, b, tol):
    a, b = torch.tensor(a, dtype=torch.float64), torch.tensor(b, dtype=torch.float64)
    while (b - a) > tol:
        c = (a + b) / 2
        a, b = (a, c) if diverges(c.item()) else (c, b)
    return b


# %% bisect-lr wrong="moves the wrong end" says="You move the wrong end: if the middle diverges, the border lies below it."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


# %% bisect-lr wrong="halves once" says="That is the first middle: go on until the interval is as short as the tolerance."
def bisect_lr(diverges, low, high, tolerance):
    return (low + high) / 2


# %% bisect-lr wrong="ten times, whatever the tolerance" says="An interval of 4, halved ten times, is still wider than 0.001."
def bisect_lr(diverges, low, high, tolerance):
    for _ in range(10):
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


# %% bisect-lr wrong="scans" says="Halving needs 12 trainings here. You used more."
def bisect_lr(diverges, low, high, tolerance):
    width = (high - low) / 150
    lr = low
    while not diverges(lr):
        lr += width
    high, low = lr, lr - width
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return low


# %% bisect-lr wrong="never shrinks the interval" says="your interval does not shrink."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            middle = (low + middle) / 2
        else:
            middle = (middle + high) / 2
    return middle


# %% bisect-lr wrong="returns the width" says="That is the width of the last interval, not where it lies."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return high - low


# %% bisect-lr wrong="stops at the first one that diverges" says="That is the first middle: go on until the interval is as short as the tolerance."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            return middle
        low = middle
    return low


# %% sgd correct="a loop"
def sgd_step(params, grads, lr):
    new = []
    for i in range(len(params)):
        new.append(params[i] - lr * grads[i])
    return new


# %% sgd correct="torch.add with alpha, as a tuple"
def sgd_step(params, grads, lr):
    return tuple(torch.add(p, g, alpha=-lr) for p, g in zip(params, grads))


# %% sgd correct="clone, then in place on the clone"
def sgd_step(params, grads, lr):
    out = [p.clone() for p in params]
    for p, g in zip(out, grads):
        p.sub_(lr * g)
    return out


# %% sgd wrong="uphill" says="The step goes uphill: subtract the gradient."
def sgd_step(params, grads, lr):
    return [p + lr * g for p, g in zip(params, grads)]


# %% sgd wrong="no learning rate" says="The learning rate is missing."
def sgd_step(params, grads, lr):
    return [p - g for p, g in zip(params, grads)]


# %% sgd wrong="in place" says="Return something new"
def sgd_step(params, grads, lr):
    for p, g in zip(params, grads):
        p -= lr * g
    return params


# %% sgd wrong="only the first tensor" says="Only the first tensor has moved."
def sgd_step(params, grads, lr):
    return [params[0] - lr * grads[0], *params[1:]]


# %% sgd wrong="normalized gradient" says="The gradient's length counts: do not divide by its norm."
def sgd_step(params, grads, lr):
    return [p - lr * g / g.norm() for p, g in zip(params, grads)]


# %% sgd wrong="only its sign" says="That uses the sign of the gradient only; its size counts too."
def sgd_step(params, grads, lr):
    return [p - lr * g.sign() for p, g in zip(params, grads)]


# %% sgd wrong="returns the steps" says="These are the steps alone; return the parameters after them."
def sgd_step(params, grads, lr):
    return [-lr * g for p, g in zip(params, grads)]


# %% sgd wrong="casts to float64"
def sgd_step(params, grads, lr):
    return [p.double() - lr * g.double() for p, g in zip(params, grads)]


# %% momentum correct="loop with a None check"
def momentum_step(params, grads, state, lr, beta):
    if "v" not in state:
        state["v"] = [None] * len(params)
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        v = g if state["v"][i] is None else beta * state["v"][i] + g
        state["v"][i] = v
        out.append(p - lr * v)
    return out, state


# %% momentum correct="in place on its own velocity"
def momentum_step(params, grads, state, lr, beta):
    if not state:
        state = {i: torch.zeros_like(p) for i, p in enumerate(params)}
    for i, g in enumerate(grads):
        state[i].mul_(beta).add_(g)
    return [p - lr * state[i] for i, p in enumerate(params)], state


# %% momentum correct="the velocity points downhill"
def momentum_step(params, grads, state, lr, beta):
    velocity = state.get("velocity") or [torch.zeros_like(p) for p in params]
    velocity = [beta * v - g for v, g in zip(velocity, grads)]
    return [p + lr * v for p, v in zip(params, velocity)], dict(velocity=velocity)


# %% momentum wrong="(1−β) on the gradient" says="You put (1 − β) on the gradient. That is the other convention; here v ← βv + g."
def momentum_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + (1 - beta) * g for v, g in zip(old, grads)]
    return [p - lr * x for p, x in zip(params, v)], {"v": v}


# %% momentum wrong="learning rate inside the velocity" says="The learning rate is inside the velocity, so a change of it comes too late. Multiply by it in the step."
def momentum_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + lr * g for v, g in zip(old, grads)]
    return [p - x for p, x in zip(params, v)], {"v": v}


# %% momentum wrong="velocity reset" says="The velocity is lost after each step: return it in the state."
def momentum_step(params, grads, state, lr, beta):
    v = [torch.zeros_like(p) for p in params]
    v = [beta * v + g for v, g in zip(v, grads)]
    return [p - lr * x for p, x in zip(params, v)], {}


# %% momentum wrong="velocity shared" says="All tensors share one velocity. Each needs its own."
def momentum_step(params, grads, state, lr, beta):
    v = state.get("v", 0.0)
    out = []
    for p, g in zip(params, grads):
        v = beta * v + g
        out.append(p - lr * v)
    return out, {"v": v}


# %% momentum wrong="uphill" says="The step goes uphill: subtract the velocity."
def momentum_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p + lr * x for p, x in zip(params, v)], {"v": v}


# %% momentum wrong="steps along the old velocity" says="You step along the old velocity. Update it first, then step."
def momentum_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * x for p, x in zip(params, old)], {"v": v}


# %% momentum wrong="Nesterov" says="That is Nesterov's step, which comes later. The heavy ball steps along v."
def momentum_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * (g + beta * x) for p, x, g in zip(params, v, grads)], {"v": v}


# %% momentum wrong="β on the wrong term" says="β belongs to the old velocity, not to the gradient."
def momentum_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [v + beta * g for v, g in zip(old, grads)]
    return [p - lr * x for p, x in zip(params, v)], {"v": v}


# %% momentum wrong="signs mixed" says="The signs are mixed: a velocity that adds gradients is subtracted in the step, once."
def momentum_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v - g for v, g in zip(old, grads)]
    new = [p - lr * (beta * o + g) for p, o, g in zip(params, old, grads)]
    return new, {"v": v}


# %% best-rates correct="condition number from NumPy"
def best_rates(hessian):
    import numpy as np

    k = np.linalg.cond(hessian.numpy())
    return (k - 1) / (k + 1), (np.sqrt(k) - 1) / (np.sqrt(k) + 1)


# %% best-rates correct="without κ"
def best_rates(H):
    low, *_, high = torch.linalg.eigvalsh(H)
    a, b = high.sqrt(), low.sqrt()
    return [(high - low) / (high + low), (a - b) / (a + b)]


# %% best-rates correct="as a tensor"
def best_rates(hessian):
    e = torch.linalg.eigvalsh(hessian)
    kappa = torch.stack([e.max() / e.min(), (e.max() / e.min()) ** 0.5])
    return 1 - 2 / (kappa + 1)


# %% best-rates wrong="no root" says="The root is missing in the rate of momentum."
def best_rates(hessian):
    e = torch.linalg.eigvalsh(hessian)
    k = (e[-1] / e[0]).item()
    return (k - 1) / (k + 1), (k - 1) / (k + 1)


# %% best-rates wrong="κ upside down" says="κ is upside down: the largest curvature over the smallest."
def best_rates(hessian):
    e = torch.linalg.eigvalsh(hessian)
    k = (e[0] / e[-1]).item()
    return (k - 1) / (k + 1), (math.sqrt(k) - 1) / (math.sqrt(k) + 1)


# %% best-rates wrong="exchanged" says="The two rates are exchanged: gradient descent comes first."
def best_rates(hessian):
    e = torch.linalg.eigvalsh(hessian)
    k = (e[-1] / e[0]).item()
    return (math.sqrt(k) - 1) / (math.sqrt(k) + 1), (k - 1) / (k + 1)


# %% best-rates wrong="κ from the diagonal" says="κ compares eigenvalues, not entries on the diagonal."
def best_rates(hessian):
    d = hessian.diagonal()
    k = (d.max() / d.min()).item()
    return (k - 1) / (k + 1), (math.sqrt(k) - 1) / (math.sqrt(k) + 1)


# %% best-rates wrong="1 − 1/κ" says="1 − 1/κ is the rate at η = 1/λmax, which is not the best one."
def best_rates(hessian):
    e = torch.linalg.eigvalsh(hessian)
    k = (e[-1] / e[0]).item()
    return 1 - 1 / k, 1 - 1 / math.sqrt(k)


# %% best-rates wrong="κ² for √κ" says="You squared κ; take its root."
def best_rates(hessian):
    e = torch.linalg.eigvalsh(hessian)
    k = (e[-1] / e[0]).item()
    return (k - 1) / (k + 1), (k**2 - 1) / (k**2 + 1)


# %% convergence-rate correct="a line fitted to the logarithms"
def convergence_rate(errors):
    import numpy as np

    late = errors[len(errors) // 2 :].numpy()
    slope, _ = np.polyfit(np.arange(len(late)), np.log(late), 1)
    return np.exp(slope)


# %% convergence-rate correct="geometric mean of the ratios"
def convergence_rate(errors):
    half = errors[errors.shape[0] // 2 :]
    ratios = half[1:] / half[:-1]
    return torch.exp(ratios.log().mean())


# %% convergence-rate correct="base ten"
def convergence_rate(errors):
    logs = [math.log10(e) for e in errors]
    n = len(logs)
    return 10 ** ((logs[n - 1] - logs[n // 2]) / (n - 1 - n // 2))


# %% convergence-rate wrong="over all steps" says="That is the average over all steps. The fast start is in it: use the second half."
def convergence_rate(errors):
    return (errors[-1] / errors[0]).item() ** (1 / (len(errors) - 1))


# %% convergence-rate wrong="the first half" says="That is the first half. The long run is the second."
def convergence_rate(errors):
    early = errors[: len(errors) // 2]
    return (early[-1] / early[0]).item() ** (1 / (len(early) - 1))


# %% convergence-rate wrong="upside down" says="Upside down: a rate that shrinks is below 1."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :]
    return (late[0] / late[-1]).item() ** (1 / (len(late) - 1))


# %% convergence-rate wrong="the slope of the logarithm" says="That is log ρ, the slope. ρ itself is its exponential."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :].log()
    return ((late[-1] - late[0]) / (len(late) - 1)).item()


# %% convergence-rate wrong="base ten mixed with e" says="The logarithm was to base 10, its inverse to base e (or the other way round)."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :].log10()
    return math.exp((late[-1] - late[0]).item() / (len(late) - 1))


# %% convergence-rate wrong="the whole factor" says="That is the shrinking over the whole second half, not per step."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :]
    return (late[-1] / late[0]).item()


# %% convergence-rate wrong="one ratio only"
def convergence_rate(errors):
    return (errors[-1] / errors[-2]).item()


# %% convergence-rate wrong="squared: the rate of the loss" says="That is ρ²: the rate at which the loss shrinks. The distance shrinks with its root."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :] ** 2
    return (late[-1] / late[0]).item() ** (1 / (len(late) - 1))


# %% nesterov correct="loop, velocity kept per index"
def nesterov_step(params, grads, state, lr, beta):
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        state[i] = beta * state.get(i, torch.zeros_like(p)) + g
        out.append(p - lr * (g + beta * state[i]))
    return out, state


# %% nesterov correct="written out in the old velocity"
def nesterov_step(params, grads, state, lr, beta):
    v = state.get("v", [0 * p for p in params])
    new = [p - lr * ((1 + beta) * g + beta**2 * v) for p, g, v in zip(params, grads, v)]
    return new, {"v": [beta * v + g for v, g in zip(v, grads)]}


# %% nesterov correct="the look-ahead in place"
def nesterov_step(params, grads, state, lr, beta):
    state = state or {"buf": [torch.zeros_like(g) for g in grads]}
    new = []
    for p, g, buf in zip(params, grads, state["buf"]):
        buf.mul_(beta).add_(g)
        new.append(p.add(g.add(buf, alpha=beta), alpha=-lr))
    return new, state


# %% nesterov wrong="heavy ball" says="That is the heavy ball: it steps along v. Nesterov steps along g + βv, with the new v."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * x for p, x in zip(params, v)], {"v": v}


# %% nesterov wrong="the old velocity in the look-ahead" says="g + βv, with the new v."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * (g + beta * o) for p, g, o in zip(params, grads, old)], {"v": v}


# %% nesterov wrong="stores the look-ahead" says="You store the look-ahead as the velocity: remember v, step along g + βv."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    ahead = [g + beta * x for g, x in zip(grads, v)]
    return [p - lr * a for p, a in zip(params, ahead)], {"v": ahead}


# %% nesterov wrong="(1−β) on the gradient" says="You put (1 − β) on the gradient. That is the other convention; here v ← βv + g."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + (1 - beta) * g for v, g in zip(old, grads)]
    return [p - lr * (g + beta * x) for p, g, x in zip(params, grads, v)], {"v": v}


# %% nesterov wrong="velocity reset" says="The velocity is lost after each step: return it in the state."
def nesterov_step(params, grads, state, lr, beta):
    v = [1 * g for g in grads]
    return [p - lr * (g + beta * x) for p, g, x in zip(params, grads, v)], {}


# %% nesterov wrong="the gradient left out of the step" says="The step is along g + βv; the gradient is missing."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * beta * x for p, x in zip(params, v)], {"v": v}


# %% nesterov wrong="v in place of βv" says="You step along g + v; the β is missing."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * (g + x) for p, g, x in zip(params, grads, v)], {"v": v}


# %% nesterov wrong="learning rate inside the velocity" says="The learning rate is inside the velocity, so a change of it comes too late. Multiply by it in the step."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + lr * g for v, g in zip(old, grads)]
    return [p - (lr * g + beta * x) for p, g, x in zip(params, grads, v)], {"v": v}


# %% nesterov wrong="velocity shared" says="All tensors share one velocity. Each needs its own."
def nesterov_step(params, grads, state, lr, beta):
    v = state.get("v", 0.0)
    out = []
    for p, g in zip(params, grads):
        v = beta * v + g
        out.append(p - lr * (g + beta * v))
    return out, {"v": v}


# %% nesterov wrong="uphill" says="The step goes uphill: subtract."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p + lr * (g + beta * x) for p, g, x in zip(params, grads, v)], {"v": v}


# %% rmsprop correct="a loop"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        s = state.get(i, torch.zeros_like(p))
        s = alpha * s + (1 - alpha) * g * g
        state[i] = s
        out.append(p - lr * g / (torch.sqrt(s) + eps))
    return out, state


# %% rmsprop correct="as a moving average: s + (1−α)(g² − s)"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [s + (1 - alpha) * (g.pow(2) - s) for s, g in zip(s, grads)]
    return [p - g * (lr / (s**0.5 + eps)) for p, g, s in zip(params, grads, s)], {"s": s}


# %% rmsprop correct="with lerp and addcdiv"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    for s, g in zip(state["s"], grads):
        s.lerp_(g.square(), 1 - alpha)
    new = [
        torch.addcdiv(p, g, s.sqrt() + eps, value=-lr) for p, g, s in zip(params, grads, state["s"])
    ]
    return new, state


# %% rmsprop wrong="no square" says="The memory takes up g where it should take up g²."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * s + (1 - alpha) * g.abs() for s, g in zip(old, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, s)], {"s": s}


# %% rmsprop wrong="no root" says="The root is missing: divide by √s, not by s."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * s + (1 - alpha) * g**2 for s, g in zip(old, grads)]
    return [p - lr * g / (s + eps) for p, g, s in zip(params, grads, s)], {"s": s}


# %% rmsprop wrong="ε inside the root" says="ε stands inside the root; here it stands outside: √s + ε."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * s + (1 - alpha) * g**2 for s, g in zip(old, grads)]
    return [p - lr * g / (s + eps).sqrt() for p, g, s in zip(params, grads, s)], {"s": s}


# %% rmsprop wrong="α and 1−α exchanged" says="α and 1 − α are exchanged: α is what the memory keeps."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [(1 - alpha) * s + alpha * g**2 for s, g in zip(old, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, s)], {"s": s}


# %% rmsprop wrong="Adagrad" says="That is Adagrad, which never forgets. Here s ← αs + (1 − α)g²."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [s + g**2 for s, g in zip(old, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, s)], {"s": s}


# %% rmsprop wrong="memory reset" says="The memory is lost after each step: return it in the state."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    s = [(1 - alpha) * g**2 for g in grads]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, s)], {}


# %% rmsprop wrong="the old memory in the step" says="You divide by the old memory. Update it first, then step."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * s + (1 - alpha) * g**2 for s, g in zip(old, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, old)], {"s": s}


# %% rmsprop wrong="one number per tensor" says="One s for a whole tensor: each entry needs its own."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [0.0 for _ in params])
    s = [alpha * s + (1 - alpha) * (g**2).mean() for s, g in zip(old, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, s)], {"s": s}


# %% rmsprop wrong="uphill" says="The step goes uphill: subtract."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * s + (1 - alpha) * g**2 for s, g in zip(old, grads)]
    return [p + lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, s)], {"s": s}


# %% rmsprop wrong="(1−α) left out" says="The factor 1 − α is missing in front of g²."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * s + g**2 for s, g in zip(old, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, s)], {"s": s}


# %% adam correct="a loop, state per tensor"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.setdefault("t", 0) + 1
    state["t"] = t
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m, v = state.get(i, (torch.zeros_like(p), torch.zeros_like(p)))
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        state[i] = (m, v)
        mhat, vhat = m / (1 - beta1**t), v / (1 - beta2**t)
        out.append(p - lr * mhat / (torch.sqrt(vhat) + eps))
    return out, state


# %% adam correct="t kept for each tensor, rightly"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    new, memory = [], []
    for i, (p, g) in enumerate(zip(params, grads)):
        old = state["memory"][i] if state else {"t": 0, "m": 0, "v": 0}
        s = {
            "t": old["t"] + 1,
            "m": beta1 * old["m"] + (1 - beta1) * g,
            "v": beta2 * old["v"] + (1 - beta2) * g**2,
        }
        memory.append(s)
        c1, c2 = 1 - beta1 ** s["t"], 1 - beta2 ** s["t"]
        new.append(p - lr / c1 * s["m"] / ((s["v"] / c2) ** 0.5 + eps))
    return new, {"memory": memory}


# %% adam correct="the corrections folded into learning rate and ε, as at the end of section 2 of the paper"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    state = state or {"t": 0, "mv": [(torch.zeros_like(p), torch.zeros_like(p)) for p in params]}
    t = state["t"] + 1
    root = math.sqrt(1 - beta2**t)
    mv = [(m.lerp(g, 1 - beta1), v.lerp(g * g, 1 - beta2)) for (m, v), g in zip(state["mv"], grads)]
    rate = lr * root / (1 - beta1**t)
    new = [p - rate * m / (v.sqrt() + eps * root) for p, (m, v) in zip(params, mv)]
    return new, {"t": t, "mv": mv}


# %% adam wrong="no bias correction" says="The bias correction is missing."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    return [p - lr * m / (v.sqrt() + eps) for p, m, v in zip(params, m, v)], {"m": m, "v": v}


# %% adam wrong="only m corrected" says="Only m is corrected; v needs it more."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = [p - lr * m / (1 - beta1**t) / (v.sqrt() + eps) for p, m, v in zip(params, m, v)]
    return new, {"t": t, "m": m, "v": v}


# %% adam wrong="only v corrected" says="Only v is corrected; m needs it too."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = [p - lr * m / ((v / (1 - beta2**t)).sqrt() + eps) for p, m, v in zip(params, m, v)]
    return new, {"t": t, "m": m, "v": v}


# %% adam wrong="t frozen at 1" says="t stays at 1. Count the steps, and return the count in the state."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"m": m, "v": v}


# %% adam wrong="t counted per tensor" says="t goes up once per tensor. Count it once per step."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0)
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        t += 1
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}


# %% adam wrong="t starts at 0" says="t is 0 at the first step, so you divide by zero. The first step is t = 1."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0)
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t + 1, "m": m, "v": v}


# %% adam wrong="t one too far" says="t is 2 at the first step. The first step is t = 1."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 1) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}


# %% adam wrong="corrected moments stored" says="You store the corrected moments. The memories stay uncorrected."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    m = [m / (1 - beta1**t) for m in m]
    v = [v / (1 - beta2**t) for v in v]
    new = [p - lr * m / (v.sqrt() + eps) for p, m, v in zip(params, m, v)]
    return new, {"t": t, "m": m, "v": v}


# %% adam wrong="no square in v" says="v takes up g where it should take up g²."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g.abs() for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}


# %% adam wrong="ε inside the root" says="ε stands inside the root; here it stands outside."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        new.append(p - lr * (m_i / (1 - beta1**t)) / (v_i / (1 - beta2**t) + eps).sqrt())
    return new, {"t": t, "m": m, "v": v}


# %% adam wrong="ε before the correction" says="ε is added before v is corrected. Correct v, take the root, then add ε."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    rate = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    return [p - rate * m / (v.sqrt() + eps) for p, m, v in zip(params, m, v)], {
        "t": t,
        "m": m,
        "v": v,
    }


# %% adam wrong="β₁ and β₂ exchanged" says="β₁ and β₂ are exchanged."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    beta1, beta2 = beta2, beta1
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}


# %% adam wrong="the gradient in place of m" says="You step along g, as RMSprop does. Adam steps along m."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, g, v_i in zip(params, grads, v):
        new.append(p - lr * g / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "v": v}


# %% adamw correct="shrinks the weights first, as PyTorch does"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        p = p * (1 - lr * weight_decay)
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}


# %% adamw correct="the decay inside the bracket with the step"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    out, new_state = [], {"t": t}
    for i, (p, g) in enumerate(zip(params, grads)):
        m, v = state.get(i, (0, 0))
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        new_state[i] = m, v
        adam = m / (1 - beta1**t) / (torch.sqrt(v / (1 - beta2**t)) + eps)
        out.append(p - lr * (adam + weight_decay * p))
    return out, new_state


# %% adamw correct="on top of a class"
class _AdamW:
    def __init__(self, p):
        self.t, self.m, self.v = 0, torch.zeros_like(p), torch.zeros_like(p)

    def step(self, p, g, lr, b1, b2, eps, wd):
        self.t += 1
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g * g
        mhat, vhat = self.m / (1 - b1**self.t), self.v / (1 - b2**self.t)
        return p - lr * wd * p - lr * mhat / (vhat.sqrt() + eps)


def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    rules = state.get("rules") or [_AdamW(p) for p in params]
    new = [
        r.step(p, g, lr, beta1, beta2, eps, weight_decay) for r, p, g in zip(rules, params, grads)
    ]
    return new, {"rules": rules}


# %% adamw wrong="L2 in the gradient" says="That is Adam with an L2 penalty: the decay went through the gradient. Decouple it."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    grads = [g + weight_decay * p for p, g in zip(params, grads)]
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}


# %% adamw wrong="decay without the learning rate" says="The decay is not multiplied by the learning rate."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        step = (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps)
        new.append(p - weight_decay * p - lr * step)
    return new, {"t": t, "m": m, "v": v}


# %% adamw wrong="no decay" says="There is no decay: that is plain Adam."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        new.append(p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}


# %% adamw wrong="the decay makes weights grow" says="The weights grow: subtract the decay."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        step = (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps)
        new.append(p + lr * weight_decay * p - lr * step)
    return new, {"t": t, "m": m, "v": v}


# %% adamw wrong="decays the weight after the step" says="You decay the weight after the step. Both terms use the weight from before it."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        p = p - lr * (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps)
        new.append(p - lr * weight_decay * p)
    return new, {"t": t, "m": m, "v": v}


# %% adamw wrong="the decay divided by √v too" says="The decay is divided by √v like the gradient. Decouple it."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        m_hat, v_hat = m_i / (1 - beta1**t), v_i / (1 - beta2**t)
        new.append(p - lr * (m_hat + weight_decay * p) / (v_hat.sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}


# %% adamw wrong="L1: a constant pull" says="The decay pulls by a constant amount, as an L1 penalty does. It is proportional to the weight."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * m + (1 - beta1) * g for m, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * v + (1 - beta2) * g**2 for v, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, m_i, v_i in zip(params, m, v):
        step = (m_i / (1 - beta1**t)) / ((v_i / (1 - beta2**t)).sqrt() + eps)
        new.append(p - lr * weight_decay * p.sign() - lr * step)
    return new, {"t": t, "m": m, "v": v}


# %% numerical-gradient correct="flattened"
def numerical_gradient(f, x, h):
    flat = x.reshape(-1)
    slopes = []
    for i in range(len(flat)):
        e = torch.zeros_like(flat)
        e[i] = h
        slopes.append((f((flat + e).reshape(x.shape)) - f((flat - e).reshape(x.shape))) / (2 * h))
    return torch.stack([torch.as_tensor(s) for s in slopes]).reshape(x.shape)


# %% numerical-gradient correct="changes one entry and puts it back"
def numerical_gradient(f, x, h):
    x = x.clone()
    gradient = torch.empty_like(x)
    it = x.view(-1)
    for i in range(it.shape[0]):
        kept = it[i].item()
        it[i] = kept + h
        up = float(f(x))
        it[i] = kept - h
        down = float(f(x))
        it[i] = kept
        gradient.view(-1)[i] = (up - down) / h / 2
    return gradient


# %% numerical-gradient correct="over all multi-indices"
def numerical_gradient(f, x, h):
    import itertools

    gradient = torch.zeros_like(x)
    for index in itertools.product(*(range(n) for n in x.shape)):
        bump = torch.zeros_like(x)
        bump[index] = 1
        gradient[index] = (f(x + h * bump) - f(x - h * bump)) / (2 * h)
    return gradient


# %% numerical-gradient wrong="forward difference" says="That is the forward difference. Look to both sides."
def numerical_gradient(f, x, h):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        right = x.clone()
        right.view(-1)[i] += h
        gradient.view(-1)[i] = (f(right) - f(x)) / h
    return gradient


# %% numerical-gradient wrong="backward difference" says="That is the backward difference. Look to both sides."
def numerical_gradient(f, x, h):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        left = x.clone()
        left.view(-1)[i] -= h
        gradient.view(-1)[i] = (f(x) - f(left)) / h
    return gradient


# %% numerical-gradient wrong="divides by h" says="The two points are 2h apart; you divided by h."
def numerical_gradient(f, x, h):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        right, left = x.clone(), x.clone()
        right.view(-1)[i] += h
        left.view(-1)[i] -= h
        gradient.view(-1)[i] = (f(right) - f(left)) / h
    return gradient


# %% numerical-gradient wrong="moves all entries at once" says="All entries moved at once. Move one, and leave the others."
def numerical_gradient(f, x, h):
    return torch.full_like(x, ((f(x + h) - f(x - h)) / (2 * h)).item())


# %% numerical-gradient wrong="does not put entries back" says="Entries stay moved while the next one is tried. Begin afresh for each."
def numerical_gradient(f, x, h):
    gradient = torch.zeros_like(x)
    right, left = x.clone(), x.clone()
    for i in range(x.numel()):
        right.view(-1)[i] += h
        left.view(-1)[i] -= h
        gradient.view(-1)[i] = (f(right) - f(left)) / (2 * h)
    return gradient


# %% numerical-gradient wrong="changes x" says="Return something new"
def numerical_gradient(f, x, h):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        x.view(-1)[i] += h
        up = f(x)
        x.view(-1)[i] -= 2 * h
        gradient.view(-1)[i] = (up - f(x)) / (2 * h)
    return gradient


# %% numerical-gradient wrong="left minus right" says="The sign is flipped: right minus left."
def numerical_gradient(f, x, h):
    gradient = torch.zeros_like(x)
    for i in range(x.numel()):
        right, left = x.clone(), x.clone()
        right.view(-1)[i] += h
        left.view(-1)[i] -= h
        gradient.view(-1)[i] = (f(left) - f(right)) / (2 * h)
    return gradient


# %% numerical-gradient wrong="flat" says="shape"
def numerical_gradient(f, x, h):
    gradient = []
    for i in range(x.numel()):
        right, left = x.clone(), x.clone()
        right.view(-1)[i] += h
        left.view(-1)[i] -= h
        gradient.append((f(right) - f(left)) / (2 * h))
    return torch.stack(gradient)


# %% faulty-gradients correct="autograd as the referee"
def faulty_gradients(loss, params, grads):
    leaves = {name: value.clone().requires_grad_() for name, value in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    return {
        name
        for name, n in zip(leaves, exact)
        if (grads[name] - n).norm() > 1e-4 * (grads[name].norm() + n.norm())
    }


# %% faulty-gradients correct="with numerical_gradient, as a list"
def faulty_gradients(loss, params, grads):
    bad = []
    for name in params:
        n = numerical_gradient(lambda value: loss({**params, name: value}), params[name], 1e-5)
        a = grads[name]
        if torch.linalg.norm(a - n) / (torch.linalg.norm(a) + torch.linalg.norm(n)) > 1e-4:
            bad.append(name)
    return bad


# %% faulty-gradients correct="torch.func"
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    error = {k: (grads[k] - exact[k]).norm() / (grads[k].norm() + exact[k].norm()) for k in params}
    return {k for k, e in error.items() if e > 1e-4}


# %% faulty-gradients wrong="an absolute tolerance"
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if (grads[k] - exact[k]).norm() > 1e-4}


# %% faulty-gradients wrong="a difference without its size" says="b2 is wrong too: go through all parameters, and judge by the norm of the difference, which ignores signs."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if (grads[k] - exact[k]).max() > 1e-4}


# %% faulty-gradients wrong="the right ones" says="These are the right ones. The faulty ones are wanted."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if torch.allclose(grads[k], exact[k])}


# %% faulty-gradients wrong="stops at the first" says="b2 is wrong too: go through all parameters, and judge by the norm of the difference, which ignores signs."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    for k in params:
        if not torch.allclose(grads[k], exact[k]):
            return {k}
    return set()


# %% faulty-gradients wrong="compares the norms"
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if abs(grads[k].norm() - exact[k].norm()) > 1e-4 * exact[k].norm()}


# %% faulty-gradients wrong="compares the sums"
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if abs((grads[k].sum() - exact[k].sum()) / exact[k].sum()) > 1e-4}


# %% faulty-gradients wrong="all of them" says="You call right gradients wrong: is the numerical one precise enough?"
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)({k: p + 0.1 for k, p in params.items()})
    return {k for k in params if (grads[k] - exact[k]).norm() > 1e-4 * grads[k].norm()}


# %% faulty-gradients wrong="none" says="Two are wrong, and you found none."
def faulty_gradients(loss, params, grads):
    return {k for k in params if (grads[k] - grads[k]).norm() > 1e-4}


# %% clip correct="a factor clamped at one"
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g * g).sum() for g in grads))
    scale = torch.clamp(max_norm / (total + 1e-6), max=1.0)
    return [scale * g for g in grads]


# %% clip correct="one long vector"
def clip_by_global_norm(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm().item()
    return [g * min(1.0, max_norm / norm) for g in grads]


# %% clip correct="the norm of the norms, through torch"
def clip_by_global_norm(grads, max_norm):
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in grads]))
    if norm > max_norm:
        grads = tuple(g / norm * max_norm for g in grads)
    return grads


# %% clip wrong="each tensor by itself" says="You clip each tensor by itself, which bends the direction. One factor for all."
def clip_by_global_norm(grads, max_norm):
    return [g * min(1.0, (max_norm / g.norm()).item()) for g in grads]


# %% clip wrong="always rescales" says="A short gradient is made longer. Clip only what is too long."
def clip_by_global_norm(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm()
    return [g * (max_norm / norm) for g in grads]


# %% clip wrong="adds up the norms" says="The global norm is not the sum of the norms: add up squares, then take the root."
def clip_by_global_norm(grads, max_norm):
    norm = sum(g.norm().item() for g in grads)
    return [g * min(1.0, max_norm / norm) for g in grads]


# %% clip wrong="no root" says="The root is missing: that is the squared norm."
def clip_by_global_norm(grads, max_norm):
    norm = sum((g**2).sum().item() for g in grads)
    return [g * min(1.0, max_norm / norm) for g in grads]


# %% clip wrong="clips entries" says="You clip entries, which bends the direction. Shorten all of it by one factor."
def clip_by_global_norm(grads, max_norm):
    return [g.clamp(-max_norm, max_norm) for g in grads]


# %% clip wrong="upside down" says="The factor is upside down."
def clip_by_global_norm(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm().item()
    return [g * max(1.0, norm / max_norm) for g in grads]


# %% clip wrong="to length one" says="You shorten to length 1; the length wanted is max_norm."
def clip_by_global_norm(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm().item()
    return [g / norm if norm > max_norm else g for g in grads]


# %% clip wrong="in place" says="Return something new"
def clip_by_global_norm(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm().item()
    for g in grads:
        g *= min(1.0, max_norm / norm)
    return grads


# %% warmup-cosine correct="with an early return and min"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step + 1 <= warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    progress = (step + 1 - warmup_steps) / (num_steps - warmup_steps)
    return peak_lr * 0.5 * (1 + math.cos(math.pi * progress)) + final_lr * 0.5 * (
        1 - math.cos(math.pi * progress)
    )


# %% warmup-cosine correct="with torch"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    warm = torch.linspace(peak_lr / warmup_steps, peak_lr, warmup_steps)
    q = torch.linspace(0, torch.pi, num_steps - warmup_steps + 1)[1:]
    return torch.cat([warm, final_lr + (peak_lr - final_lr) * (1 + q.cos()) / 2])[step]


# %% warmup-cosine correct="by the half angle"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    last_warm = warmup_steps - 1
    if step <= last_warm:
        return (step + 1) * (peak_lr / warmup_steps)
    angle = (step - last_warm) / (num_steps - 1 - last_warm) * math.pi / 2
    return final_lr + (peak_lr - final_lr) * math.cos(angle) ** 2


# %% warmup-cosine wrong="warm-up from zero" says="The first step has learning rate 0 and is lost: begin at peak/W."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = (step - warmup_steps) / (num_steps - 1 - warmup_steps)
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done)) / 2


# %% warmup-cosine wrong="off by one at the end" says="Off by one: the last step does not reach final_lr."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step - warmup_steps) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done)) / 2


# %% warmup-cosine wrong="the cosine over all steps" says="The cosine runs over all steps. It begins only after the warm-up."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step + 1) / num_steps
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done)) / 2


# %% warmup-cosine wrong="down to zero" says="It ends at 0, not at final_lr."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return peak_lr * (1 + math.cos(math.pi * done)) / 2


# %% warmup-cosine wrong="a straight line down" says="It falls in a straight line; a cosine is wanted."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * (1 - done)


# %% warmup-cosine wrong="a whole period" says="That is a whole period of the cosine, or none of π: half a period is wanted."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(2 * math.pi * done)) / 2


# %% warmup-cosine wrong="no halving" says="1 + cos falls from 2 to 0: halve it."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done))


# %% warmup-cosine wrong="no warm-up" says="There is no warm-up."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    done = step / (num_steps - 1)
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done)) / 2


# %% warmup-cosine wrong="final_lr added on top" says="final_lr is added on top: scale the cosine to the range from peak_lr to final_lr."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    done = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + peak_lr * (1 + math.cos(math.pi * done)) / 2


# %% train-softmax correct="an nn.Linear and torch.optim"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    layer = torch.nn.Linear(X.shape[1], int(y.max()) + 1, dtype=X.dtype)
    for p in layer.parameters():
        torch.nn.init.zeros_(p)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, schedule)
    losses = []
    for order in orders:
        per_example = []
        for k in range(0, len(order), batch_size):
            chosen = order[k : k + batch_size]
            each = F.cross_entropy(layer(X[chosen]), y[chosen], reduction="none")
            per_example += each.tolist()
            optimizer.zero_grad()
            each.mean().backward()
            torch.nn.utils.clip_grad_norm_(layer.parameters(), max_norm)
            optimizer.step()
            scheduler.step()
        losses.append(sum(per_example) / len(per_example))
    return layer.weight.detach().T, layer.bias.detach(), losses


# %% train-softmax correct="the gradient by hand"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    n, d = X.shape
    k = int(y.max()) + 1
    Y = F.one_hot(y, k).to(X.dtype)
    W, b, step, history = X.new_zeros(d, k), X.new_zeros(k), 0, []
    for order in orders:
        Xe, Ye = X[order], Y[order]
        total = 0
        for i in range(0, n, batch_size):
            Xb, Yb = Xe[i : i + batch_size], Ye[i : i + batch_size]
            log_p = (Xb @ W + b).log_softmax(dim=1)
            total -= (Yb * log_p).sum()
            error = (log_p.exp() - Yb) / len(Xb)
            gW, gb = Xb.T @ error, error.sum(dim=0)
            norm = ((gW**2).sum() + (gb**2).sum()).sqrt()
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            W, b = W - lr * factor * gW, b - lr * factor * gb
            step += 1
        history.append(total / n)
    return W, b, torch.stack(history)


# %% train-softmax correct="the bias as one more weight"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    X1 = torch.cat([X, torch.ones_like(X[:, :1])], dim=1)
    theta = X.new_zeros(X1.shape[1], len(y.unique())).requires_grad_()
    t = 0
    losses = []
    for order in orders:
        losses.append(0.0)
        for rows in torch.split(order, batch_size):
            theta.grad = None
            loss = F.cross_entropy(X1[rows] @ theta, y[rows])
            loss.backward()
            with torch.no_grad():
                g = theta.grad
                if g.norm() > max_norm:
                    g = g * max_norm / g.norm()
                theta -= schedule(t) * g
            losses[-1] += loss.item() * len(rows) / len(order)
            t += 1
    theta = theta.detach()
    return theta[:-1], theta[-1], losses


# %% train-softmax wrong="gradients not zeroed" says="The gradients of earlier batches are still in there: they add up unless you reset them."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            loss.backward()
            grads = [W.grad, b.grad]
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="sum for mean" says="You took the sum over the batch as its loss. The mean is wanted."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch], reduction="sum")
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item()
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="last short batch dropped" says="The last, short batch is left out."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            if len(batch) < batch_size:
                continue
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="last short batch dropped, mean over what is left" says="The last, short batch is left out of the training and of the mean."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            if len(batch) < batch_size:
                continue
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / (len(X) // batch_size * batch_size))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="the short batch weighs as much as a full one" says="The mean of batch means overweights the short batch: weigh each by its size."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item()
            step += 1
        epoch_losses.append(total / len(order.split(batch_size)))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="schedule per epoch" says="The schedule is asked once per epoch. It counts steps."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(len(epoch_losses)) * scale * grads[0]
                b -= schedule(len(epoch_losses)) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="steps restart in each epoch" says="The step count begins anew in each epoch. It runs through the whole training."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total, step = 0.0, 0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="steps counted from one" says="Steps count from 0: the first learning rate is schedule(0)."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 1, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="clips after the step" says="The gradient was not clipped, or only after it had been used."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * grads[0]
                b -= schedule(step) * grads[1]
            grads = [g * scale for g in grads]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="clips each tensor by itself" says="W and b are clipped each by itself. One factor for both."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            scale = [(max_norm / g.norm()).clamp(max=1) for g in grads]
            with torch.no_grad():
                W -= schedule(step) * scale[0] * grads[0]
                b -= schedule(step) * scale[1] * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="always rescales" says="Short gradients are stretched to max_norm. Clip only what is too long."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = max_norm / norm
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="labels do not follow" says="The examples are reordered, and the labels are not."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch, labels in zip(order.split(batch_size), y.split(batch_size)):
            loss = F.cross_entropy(X[batch] @ W + b, labels)
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="the order ignored" says="The examples are visited in their own order, not in the one given."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in torch.arange(len(X)).split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="softmax before a loss that has it" says="There is a softmax before a loss that has one inside. Hand it the raw scores."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy((X[batch] @ W + b).softmax(dim=1), y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="uphill" says="The steps go uphill."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W += schedule(step) * scale * grads[0]
                b += schedule(step) * scale * grads[1]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="loss measured after the step" says="The loss is measured after the step. Measure it before."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
                b -= schedule(step) * scale * grads[1]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses


# %% train-softmax wrong="the bias never trained" says="b never moves."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step, epoch_losses = 0, []
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            norm = torch.cat([g.flatten() for g in grads]).norm()
            scale = (max_norm / norm).clamp(max=1)
            with torch.no_grad():
                W -= schedule(step) * scale * grads[0]
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses
