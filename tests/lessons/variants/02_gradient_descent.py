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


# %% largest-stable-lr wrong="the fastest rate" says="2/(λmax + λmin) is the fastest rate. The largest stable one is larger."
def largest_stable_lr(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return (2 / (eigenvalues[0] + eigenvalues[-1])).item()


# %% largest-stable-lr wrong="the width of the spectrum" says="2/(λmax − λmin): the smallest curvature plays no part here."
def largest_stable_lr(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return (2 / (eigenvalues[-1] - eigenvalues[0])).item()


# %% largest-stable-lr wrong="the mean" says="You took the mean of the curvatures; the largest one counts."
def largest_stable_lr(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return (2 / eigenvalues.mean()).item()


# %% largest-stable-lr wrong="the determinant" says="The determinant multiplies all curvatures; only the largest one counts."
def largest_stable_lr(H):
    return 2 / torch.linalg.det(H).item()


# %% largest-stable-lr wrong="the largest row sum" says="You took the largest row sum of H. The largest eigenvalue is not above it."
def largest_stable_lr(H):
    return 2 / torch.linalg.matrix_norm(H, ord=float("inf")).item()


# %% largest-stable-lr wrong="the curvature" says="That is the largest curvature itself. What learning rate does it allow?"
def largest_stable_lr(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return (eigenvalues.max()).item()


# %% largest-stable-lr wrong="multiplies" says="You multiply by the curvature. Divide by it."
def largest_stable_lr(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return (2 * eigenvalues.max()).item()


# %% largest-stable-lr wrong="squared" says="You squared the curvature. ηλ < 2, without a square."
def largest_stable_lr(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return (2 / eigenvalues.max() ** 2).item()


# %% largest-stable-lr wrong="the root" says="You took the root of the curvature. ηλ < 2, without a root."
def largest_stable_lr(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return (2 / eigenvalues.max().sqrt()).item()


# %% largest-stable-lr wrong="the largest entry" says="The diagonal of H holds the curvatures along the axes, not those along the eigenvectors."
def largest_stable_lr(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return (2 / hessian.max()).item()


# %% largest-stable-lr wrong="for each valley" says="That is one rate for each valley. All must survive: take the smallest."
def largest_stable_lr(hessian):
    return 2 / torch.linalg.eigvalsh(hessian)


# %% largest-stable-lr wrong="all names of its own but one" says="Your answer uses `hessian`, which it is neither given nor defines."
def largest_stable_lr(H):
    return 2 / torch.linalg.eigvalsh(hessian).max().item()


# %% largest-stable-lr correct="as a tensor, from all valleys"
def largest_stable_lr(hessian):
    return (2 / torch.linalg.eigvalsh(hessian)).min()


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


# %% bisect-lr wrong="ten times, whatever the tolerance" says="Ten halvings, whatever the tolerance."
def bisect_lr(diverges, low, high, tolerance):
    for _ in range(10):
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2


# %% bisect-lr wrong="scans" says="You train too often: begin with the interval from `low` to `high`, ask once in each turn, and halve it."
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


# %% bisect-lr wrong="never shrinks the interval" says="200 trainings, and still no answer: halving needs a dozen."
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


# %% bisect-lr wrong="stops at the first one that diverges" says="That is the first middle that diverges. The border lies below it."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            return middle
        low = middle
    return low


# %% bisect-lr correct="the last middle"
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return mid


# %% bisect-lr correct="asks at both ends first"
def bisect_lr(diverges, low, high, tolerance):
    assert not diverges(low) and diverges(high)
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return high


# %% bisect-lr wrong="halves once, and moves an end" says="The interval is halved once. Go on until it is as short as the tolerance."
def bisect_lr(diverges, low, high, tolerance):
    if high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return (low + high) / 2


# %% bisect-lr wrong="stops at the first that does not diverge" says="That is the first middle that does not diverge. The border lies above it."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            return mid
    return (low + high) / 2


# %% bisect-lr wrong="returns half the width" says="That is half the width of the last interval. Its middle is (low + high) / 2."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return (high - low) / 2


# %% bisect-lr wrong="returns the sum" says="That is the sum of both ends. Their middle is half of it."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return low + high


# %% bisect-lr wrong="begins at 0, with the middle of high" says="Your search begins at 0. Begin at `low`."
def bisect_lr(diverges, low, high, tolerance):
    low, high = 0.0, high / 2
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return (low + high) / 2


# %% bisect-lr wrong="between 0 and 4" says="Your search runs from 0 to 4, whatever `low` and `high` are."
def bisect_lr(diverges, low, high, tolerance):
    low, high = 0.0, 4.0
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return (low + high) / 2


# %% bisect-lr wrong="its own tolerance" says="Your tolerance is 0.001, whatever you are given."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > 0.001:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return (low + high) / 2


# %% bisect-lr wrong="begins at 0, whatever low is" says="You train too often: begin with the interval from `low` to `high`"
def bisect_lr(diverges, low, high, tolerance):
    low = 0.0
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return low


# %% bisect-lr wrong="always fifty halvings" says="You train too often"
def bisect_lr(diverges, low, high, tolerance):
    for _ in range(50):
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return mid


# %% bisect-lr wrong="asks four times in each turn" says="You train too often"
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid) and diverges(mid) and diverges(mid) and diverges(mid):
            high = mid
        else:
            low = mid
    return mid


# %% bisect-lr wrong="returns nothing" says="is the `return` missing?"
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid


# %% bisect-lr wrong="returns both ends" says="Those are both ends of the interval. One learning rate is wanted."
def bisect_lr(diverges, low, high, tolerance):
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return low, high


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


# %% sgd wrong="divides by the learning rate" says="You divide by the learning rate. Multiply."
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - g / lr)
    return new_params


# %% sgd wrong="the last tensor alone" says="Only the last tensor has moved."
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * g)
    return [*params[:-1], new_params[-1]]


# %% sgd wrong="the norm of all" says="The gradients' length counts: do not divide by the norm of all of them."
def sgd_step(params, grads, lr):
    new_params = []
    norm = torch.cat([g.flatten() for g in grads]).norm()
    for p, g in zip(params, grads):
        new_params.append(p - lr * g / norm)
    return new_params


# %% sgd wrong="the mean gradient" says="Each tensor takes its mean gradient. Every entry has its own."
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * g.mean())
    return new_params


# %% sgd wrong="multiplies" says="You multiply the parameters by the step. Subtract it."
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p * lr * g)
    return new_params


# %% sgd wrong="brackets" says="The learning rate multiplies the parameters too. It belongs to the gradient alone."
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(lr * (p - g))
    return new_params


# %% sgd wrong="p in place of g" says="The parameters shrink by lr times themselves: subtract lr times the gradient."
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * p)
    return new_params


# %% sgd wrong="squares the gradient" says="The gradient is squared."
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * g * g)
    return new_params


# %% sgd wrong="return inside the loop"
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * g)
        return new_params


# %% sgd wrong="exactly two tensors"
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * g)
    return [params[0] - lr * grads[0], params[1] - lr * grads[1]]


# %% sgd wrong="one tensor for all"
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * g)
    return new_params[-1]


# %% sgd wrong="nothing returned" says="is the `return` missing?"
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * g)


# %% sgd wrong="map, whose values come only once"
def sgd_step(params, grads, lr):
    return (p - lr * g for p, g in zip(params, grads))


# %% momentum correct="loop with a None check"
def momentum_step(params, grads, state, lr, beta):
    if "v" not in state:
        state["v"] = [None] * len(params)
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        v = g.clone() if state["v"][i] is None else beta * state["v"][i] + g
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


# %% momentum wrong="velocity reset" says="The next step does not find the velocity: return it in the state, and look there."
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


# %% momentum wrong="uphill" says="The step goes uphill: with v ← βv + g, subtract lr·v."
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


# %% momentum correct="a list in the state, written over"
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum correct="plain zeros of the default dtype"
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros(p.shape) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum correct="the velocity in one dictionary entry for each tensor"
def momentum_step(params, grads, state, lr, beta):
    state = dict(state)
    for i, g in enumerate(grads):
        state[i] = g.clone() if i not in state else state[i] * beta + g
    return [p - lr * state[i] for i, p in enumerate(params)], state


# %% momentum wrong="v ← βv − g, and subtracted" says="The step goes uphill: with v ← βv + g, subtract lr·v."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v - g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="dampening from the second step on" says="From the second step on, you put (1 − β) on the gradient. Here v ← βv + g."
def momentum_step(params, grads, state, lr, beta):
    first = not state
    if first:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + (g if first else (1 - beta) * g)
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="the learning rate twice" says="The learning rate is in twice: in the velocity and in the step."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + lr * g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="no learning rate" says="The learning rate is missing in the step."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="the gradient on top" says="The gradient counts twice: v has it already."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * (g + v_new))
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="β in the step" says="A factor β too many: it belongs to the old velocity alone."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * beta * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="β on the whole velocity" says="A factor β too many: it belongs to the old velocity alone."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * (v + g)
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="no β" says="β is missing: the velocity never forgets."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="1 − β on the old velocity" says="The old velocity keeps the share β, not 1 − β."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = (1 - beta) * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="β and 1 − β exchanged" says="β is on the gradient, and 1 − β on the old velocity. Here v ← βv + g."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = (1 - beta) * v + beta * g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="g − βv" says="The old velocity is subtracted. In v ← βv + g it is added."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = g - beta * v
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="lr and β exchanged" says="lr and β are exchanged."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = lr * v + g
        new_velocity.append(v_new)
        new_params.append(p - beta * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="starts at the gradient" says="The velocity starts as the first gradient, which then counts twice. It starts at zero."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [g.clone() for g in grads]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="the first tensor alone" says="Only the first tensor has moved."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return [new_params[0]] + params[1:], state


# %% momentum wrong="the last tensor alone" says="Only the last tensor has moved."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return params[:-1] + new_params[-1:], state


# %% momentum wrong="the steps alone" says="These are the steps alone; return the parameters after them."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(-lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="the new velocity is not kept" says="The next step does not find the velocity: return it in the state, and look there."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    return new_params, state


# %% momentum wrong="the parameters alone" says="2 results are wanted, one came, a list of 3."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params


# %% momentum wrong="nothing returned" says="is the `return` missing?"
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity


# %% momentum wrong="state and parameters exchanged" says="The two results are exchanged."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return state, new_params


# %% momentum wrong="writes into the parameters" says="Return something new"
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        p -= lr * v_new
        new_params.append(p)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="keeps the caller's gradients" says="What you return holds a tensor that you were given, and it may change later: clone it."
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = grads
        return [p - lr * g for p, g in zip(params, grads)], state
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, state["velocity"]):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="a single velocity from the first tensor"
def momentum_step(params, grads, state, lr, beta):
    if "velocity" not in state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, [state["velocity"][0]] * len(params)):
        v_new = beta * v + g
        new_velocity.append(v_new)
        new_params.append(p - lr * v_new)
    state["velocity"] = new_velocity
    return new_params, state


# %% momentum wrong="the velocity in a global variable"
velocities = {}


def momentum_step(params, grads, state, lr, beta):
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        velocities[i] = beta * velocities.get(i, torch.zeros_like(p)) + g
        out.append(p - lr * velocities[i])
    return out, state


# %% momentum wrong="on exactly two tensors"
def momentum_step(params, grads, state, lr, beta):
    v0 = beta * state.get("v0", torch.zeros_like(params[0])) + grads[0]
    v1 = beta * state.get("v1", torch.zeros_like(params[1])) + grads[1]
    return [params[0] - lr * v0, params[1] - lr * v1], {"v0": v0, "v1": v1}


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


# %% best-rates wrong="two roots" says="Both rates have a root. Gradient descent has κ itself."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    return (s - 1) / (s + 1), (s - 1) / (s + 1)


# %% best-rates wrong="the first two" says="You took the first two curvatures. The largest is the last."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[1] / eigenvalues[0])
    s = kappa**0.5
    return (kappa - 1) / (kappa + 1), (s - 1) / (s + 1)


# %% best-rates wrong="the largest alone" says="κ is the largest curvature over the smallest. You took the largest alone."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1])
    s = kappa**0.5
    return (kappa - 1) / (kappa + 1), (s - 1) / (s + 1)


# %% best-rates wrong="the root over the quotient" says="The root goes over κ alone, not over the quotient."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    return (kappa - 1) / (kappa + 1), ((kappa - 1) / (kappa + 1)) ** 0.5


# %% best-rates wrong="the best β" says="That is the best β, which is the square of the rate."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    return (kappa - 1) / (kappa + 1), ((s - 1) / (s + 1)) ** 2


# %% best-rates wrong="squared both" says="Both rates are squared: so the loss shrinks. The distance shrinks with the root of that."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    return ((kappa - 1) / (kappa + 1)) ** 2, ((s - 1) / (s + 1)) ** 2


# %% best-rates wrong="no brackets" says="Brackets are missing: (κ − 1) / (κ + 1)."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    return kappa - 1 / kappa + 1, s - 1 / s + 1


# %% best-rates wrong="plus over minus" says="Plus and minus are exchanged: (κ − 1) / (κ + 1)."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    return (kappa + 1) / (kappa - 1), (s + 1) / (s - 1)


# %% best-rates wrong="gradient descent alone" says="That is the rate of gradient descent alone. Both are wanted, momentum second."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    return (kappa - 1) / (kappa + 1)


# %% best-rates wrong="momentum alone" says="That is the rate of momentum alone. Both are wanted, gradient descent first."
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    return (s - 1) / (s + 1)


# %% best-rates wrong="nothing returned" says="is the `return` missing?"
def best_rates(hessian):
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = float(eigenvalues[-1] / eigenvalues[0])
    s = kappa**0.5
    rates = (kappa - 1) / (kappa + 1), (s - 1) / (s + 1)


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


# %% convergence-rate wrong="upside down" says="Upside down: where the errors shrink, the rate is below 1."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :]
    return (late[0] / late[-1]).item() ** (1 / (len(late) - 1))


# %% convergence-rate wrong="the slope of the logarithm" says="That is log ρ, the slope. ρ itself is its exponential."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :].log()
    return ((late[-1] - late[0]) / (len(late) - 1)).item()


# %% convergence-rate wrong="base ten mixed with e" says="The logarithm was to base 10, its inverse to base e."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :].log10()
    return math.exp((late[-1] - late[0]).item() / (len(late) - 1))


# %% convergence-rate wrong="the whole factor" says="That is the shrinking over the whole second half, not per step."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :]
    return (late[-1] / late[0]).item()


# %% convergence-rate wrong="one ratio only" says="That is the last factor alone, and it wobbles. Take the average of all."
def convergence_rate(errors):
    return (errors[-1] / errors[-2]).item()


# %% convergence-rate wrong="squared: the rate of the loss" says="That is ρ²: the rate at which the loss shrinks. The distance shrinks with its root."
def convergence_rate(errors):
    late = errors[len(errors) // 2 :] ** 2
    return (late[-1] / late[0]).item() ** (1 / (len(late) - 1))


# %% convergence-rate correct="with the ratio that leads into the second half"
def convergence_rate(errors):
    start = len(errors) // 2 - 1
    return (errors[-1] / errors[start]) ** (1 / (len(errors) - 1 - start))


# %% convergence-rate wrong="minus the slope" says="That is minus log ρ. ρ itself is the exponential of log ρ."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return -math.log(total) / (n - 1)


# %% convergence-rate wrong="base e mixed with ten" says="The logarithm was to base e, its inverse to base 10."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return 10 ** (math.log(total) / (n - 1))


# %% convergence-rate wrong="divides where a root is wanted" says="You divide by the number of steps where a root is wanted: factors multiply."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return total / (n - 1)


# %% convergence-rate wrong="the root" says="That is √ρ: take the errors as they are."
def convergence_rate(errors):
    half = errors.sqrt()[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return total ** (1 / (n - 1))


# %% convergence-rate wrong="n for n − 1" says="From the first to the last of m errors there are m − 1 factors, not m."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return total ** (1 / n)


# %% convergence-rate wrong="the root for all steps" says="You take the root for all steps, and the quotient for half of them."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return total ** (1 / (len(errors) - 1))


# %% convergence-rate wrong="a power" says="You take a power where a root is wanted: the exponent is 1/(m − 1)."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return total ** (n - 1)


# %% convergence-rate wrong="the arithmetic mean" says="That is the arithmetic mean of the factors. Factors multiply: take the geometric mean."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return (half[1:] / half[:-1]).mean().item()


# %% convergence-rate wrong="the median" says="That is the median of the factors, not their average."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return sorted((half[1:] / half[:-1]).tolist())[(n - 1) // 2]


# %% convergence-rate wrong="differences" says="That is the mean difference of the errors. Compare them by their quotients."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return half.diff().mean().item()


# %% convergence-rate wrong="all ratios" says="Those are all factors, one by one. Their average is wanted."
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    return half[1:] / half[:-1]


# %% convergence-rate wrong="nothing returned" says="is the `return` missing?"
def convergence_rate(errors):
    half = errors[len(errors) // 2 :]
    n = len(half)
    total = (half[-1] / half[0]).item()
    total ** (1 / (n - 1))


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


# %% nesterov wrong="velocity reset" says="The next step does not find the velocity: return it in the state, and look there."
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


# %% nesterov wrong="uphill" says="The step goes uphill: subtract lr·(g + βv)."
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * v + g for v, g in zip(old, grads)]
    return [p + lr * (g + beta * x) for p, g, x in zip(params, grads, v)], {"v": v}


# %% nesterov correct="by torch.optim"
def nesterov_step(params, grads, state, lr, beta):
    if not state:
        state["buffers"] = [None for _ in params]
    new = [torch.nn.Parameter(p.clone()) for p in params]
    optimizer = torch.optim.SGD(new, lr=lr, momentum=beta, nesterov=True)
    for p, g, buffer in zip(new, grads, state["buffers"]):
        p.grad = g.clone()
        optimizer.state[p]["momentum_buffer"] = buffer
    optimizer.step()
    state["buffers"] = [optimizer.state[p]["momentum_buffer"] for p in new]
    return [p.detach() for p in new], state


# %% nesterov wrong="no learning rate" says="The learning rate is missing in the step."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - (g + beta * v))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="the learning rate on the gradient alone" says="The learning rate is on the gradient alone: it belongs to g + βv as a whole."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - (lr * g + beta * v))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="v + βv" says="You step along v + βv. It is g + βv."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - lr * (v + beta * v))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="v + βg" says="You step along v + βg. It is g + βv."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - lr * (v + beta * g))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="no β in the velocity" says="In the velocity β is missing: v ← βv + g."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = v + g
        new_velocity.append(v)
        new_params.append(p - lr * (g + beta * v))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="β on the gradient" says="β belongs to the old velocity, not to the gradient: v ← βv + g."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = v + beta * g
        new_velocity.append(v)
        new_params.append(p - lr * (g + beta * v))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="lr and β exchanged" says="lr and β are exchanged."
def nesterov_step(params, grads, state, beta, lr):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - lr * (g + beta * v))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="starts at the gradient" says="The velocity starts as the first gradient, which then counts twice. It starts at zero."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [g.clone() for g in grads])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - lr * (g + beta * v))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="the first tensor alone" says="Only the first tensor has moved."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - lr * (g + beta * v))
    return new_params[:1] + params[1:], {"velocity": new_velocity}


# %% nesterov wrong="keeps the caller's gradients" says="What you return holds a tensor that you were given, and it may change later: clone it."
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    if not state:
        return [p - lr * (g + beta * g) for p, g in zip(params, grads)], {"velocity": grads}
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - lr * (g + beta * v))
    return new_params, {"velocity": new_velocity}


# %% nesterov wrong="the parameters alone"
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params, new_velocity = [], []
    for p, g, v in zip(params, grads, velocity):
        v = beta * v + g
        new_velocity.append(v)
        new_params.append(p - lr * (g + beta * v))
    return new_params


# %% adagrad correct="a loop, with the state as it comes"
def adagrad_step(params, grads, state, lr, eps):
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        s = state.get(i, torch.zeros_like(p)) + g * g
        state[i] = s
        out.append(p - lr * g / (torch.sqrt(s) + eps))
    return out, state


# %% adagrad correct="all earlier gradients kept, and their norm taken"
def adagrad_step(params, grads, state, lr, eps):
    history = [*state.get("history", []), [g.clone() for g in grads]]
    new = []
    for i, p in enumerate(params):
        past = torch.stack([step[i] for step in history])
        new.append(p - lr * past[-1] / (past.norm(dim=0) + eps))
    return new, {"history": history}


# %% adagrad correct="in place on its own memory, with addcmul and addcdiv"
def adagrad_step(params, grads, state, lr, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new = []
    for p, g, s in zip(params, grads, state["s"]):
        s.addcmul_(g, g)
        new.append(torch.addcdiv(p, g, s.sqrt() + eps, value=-lr))
    return new, state


# %% adagrad correct="with torch.optim.Adagrad"
def adagrad_step(params, grads, state, lr, eps):
    new = [p.clone().requires_grad_() for p in params]
    optimizer = torch.optim.Adagrad(new, lr=lr, eps=eps)
    for i, (p, g) in enumerate(zip(new, grads)):
        p.grad = g.clone()
        if state:
            optimizer.state[p]["sum"] = state["sums"][i]
    optimizer.step()
    return [p.detach() for p in new], {"sums": [optimizer.state[p]["sum"] for p in new]}


# %% adagrad correct="the hypotenuse of the root so far and the gradient"
def adagrad_step(params, grads, state, lr, eps):
    old = state.get("root") or [torch.zeros_like(p) for p in params]
    root = [torch.hypot(r, g) for r, g in zip(old, grads)]
    return [p - lr / (r + eps) * g for p, g, r in zip(params, grads, root)], {"root": root}


# %% adagrad wrong="no square" says="The memory takes up |g| where it should take up g²."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g.abs() for s, g in zip(memory, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="g for g²" says="The memory takes up g where it should take up g²: the root of a negative number is NaN."
def adagrad_step(params, grads, state, lr, eps):
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        s = state.get(i, torch.zeros_like(p))
        s = s + g
        state[i] = s
        new_params.append(p - lr * g / (torch.sqrt(s) + eps))
    return new_params, state


# %% adagrad wrong="adds, then squares" says="The gradients are added up, and the sum is squared. Square each, then add."
def adagrad_step(params, grads, state, lr, eps):
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        s = state.get(i, torch.zeros_like(p))
        s = s + g
        state[i] = s
        new_params.append(p - lr * g / ((s**2).sqrt() + eps))
    return new_params, state


# %% adagrad wrong="the sum of absolute values" says="You divide by the sum of the |g|. It is the root of the sum of the g²."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g.abs() for s, g in zip(memory, grads)]
    return [p - lr * g / (s + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="no root" says="The root is missing: divide by √s, not by s."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr * g / (s + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="keeps the root and squares nothing of it" says="You keep the root in the memory. Keep s itself, and take the root for the step."
def adagrad_step(params, grads, state, lr, eps):
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        s = state.get(i, torch.zeros_like(p))
        s = (s + g**2).sqrt()
        state[i] = s
        new_params.append(p - lr * g / (s + eps))
    return new_params, state


# %% adagrad wrong="ε inside the root" says="ε stands inside the root; here it stands outside: √s + ε."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr * g / (s + eps).sqrt() for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="no brackets" says="Brackets are missing: divide by (√s + ε), the whole of it."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - (lr * g / s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="no ε" says="ε is missing: where all gradients were 0, that is 0/0."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr * g / s.sqrt() for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="the mean of the squares" says="That is the mean of the squares so far. Adagrad takes their sum."
def adagrad_step(params, grads, state, lr, eps):
    t = state.get("t", 0) + 1
    old = state.get("mean", [torch.zeros_like(p) for p in params])
    mean = [m + (g**2 - m) / t for m, g in zip(old, grads)]
    new = [p - lr * g / (m.sqrt() + eps) for p, g, m in zip(params, grads, mean)]
    return new, {"t": t, "mean": mean}


# %% adagrad wrong="the rate decays as well" says="The learning rate is divided by √t as well. The growing s is all that slows the steps."
def adagrad_step(params, grads, state, lr, eps):
    t = state["t"] = state.get("t", 0) + 1
    new = [s + g**2 for s, g in zip(state.get("s", [0.0] * len(params)), grads)]
    lr, state["s"] = lr / math.sqrt(t), new
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], state


# %% adagrad wrong="memory lost" says="The next step does not find the memory: return it in the state, and look there."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {}


# %% adagrad wrong="starts at g²" says="The memory starts as the first g², which then counts twice. It starts at zero."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [g**2 for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="starts at one" says="The memory starts at one. It starts at zero."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.ones_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="the old memory in the step" says="You divide by the old memory. Update it first, then step."
def adagrad_step(params, grads, state, lr, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    new = [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, old)]
    return new, {"s": [s + g**2 for s, g in zip(old, grads)]}


# %% adagrad wrong="one number for a tensor, the sum" says="One s for a whole tensor: each entry needs its own."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [0.0 for p, g in zip(params, grads)])
    new = [s + g.pow(2).sum() for s, g in zip(memory, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="one number for a tensor, the mean" says="One s for a whole tensor, the mean of its squares: each entry needs its own."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [0.0 for p, g in zip(params, grads)])
    new = [s + g.square().mean() for s, g in zip(memory, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="shared" says="All tensors share one memory. Each needs its own."
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", 0.0)
    new_params = []
    for p, g in zip(params, grads):
        s = s + g**2
        new_params.append(p - lr * g / (s.sqrt() + eps))
    return new_params, {"s": s}


# %% adagrad wrong="uphill" says="The step goes uphill: subtract."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - (-lr * g / (s.sqrt() + eps)) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="no learning rate" says="The learning rate is missing in the step."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - g / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="no gradient in the step" says="The gradient is missing in the step: lr·g/(√s + ε)."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="multiplies" says="The step multiplies by √s + ε. Divide."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr * g * (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="squares g in the step" says="The gradient is squared in the step as well. Only the memory squares it."
def adagrad_step(params, grads, state, lr, eps):
    memory = state.get("s", [torch.zeros_like(p) for p, g in zip(params, grads)])
    new = [s + g**2 for s, g in zip(memory, grads)]
    return [p - lr * g**2 / (s.sqrt() + eps) for p, g, s in zip(params, grads, new)], {"s": new}


# %% adagrad wrong="the first tensor alone" says="Only the first tensor has moved."
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", torch.zeros_like(params[0])) + grads[0] ** 2
    first = params[0] - lr * grads[0] / (s.sqrt() + eps)
    return [first, *(p.clone() for p in params[1:])], {"s": s}


# %% adagrad wrong="ε inside, as many books write it" says="ε stands inside the root; here it stands outside: √s + ε."
def adagrad_step(params, grads, state, lr, eps):
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        s = state.get(i, torch.zeros_like(p))
        s = s + g.square()
        state[i] = s
        new_params.append(p - lr * g * torch.rsqrt(s + eps))
    return new_params, state


# %% adagrad wrong="nothing returned" says="is the `return` missing?"
def adagrad_step(params, grads, state, lr, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    squares = [s + g**2 for s, g in zip(old, grads)]
    new = [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, squares)]
    state["s"] = squares


# %% adagrad wrong="writes into the parameters" says="Return something new"
def adagrad_step(params, grads, state, lr, eps):
    for i, (p, g) in enumerate(zip(params, grads)):
        state[i] = state.get(i, torch.zeros_like(p)) + g**2
        p -= lr * g / (state[i].sqrt() + eps)
    return params, state


# %% adagrad wrong="a memory outside the state" says="The same call, made twice, gave two results"
_squares = {}


def adagrad_step(params, grads, state, lr, eps):
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        if i not in _squares or _squares[i].shape != g.shape:
            _squares[i] = torch.zeros_like(p)
        _squares[i] = _squares[i] + g**2
        new_params.append(p - lr * g / (_squares[i].sqrt() + eps))
    return new_params, state


# %% adagrad wrong="keeps the gradient itself" says="it may change later: clone it."
def adagrad_step(params, grads, state, lr, eps):
    past = [*state.get("past", []), grads]
    sums = [sum(step[i] ** 2 for step in past) for i in range(len(params))]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, sums)], {"past": past}


# %% adagrad wrong="the parameters alone" says="2 results are wanted, one came"
def adagrad_step(params, grads, state, lr, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    state["s"] = [s + g**2 for s, g in zip(old, grads)]
    return [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, state["s"])]


# %% adagrad wrong="the memory in float32" says="The numbers are right, the dtype is not"
def adagrad_step(params, grads, state, lr, eps):
    old = state.get("s", [torch.zeros(p.shape) for p in params])
    squares = [s + g.float() ** 2 for s, g in zip(old, grads)]
    new = [(p - lr * g / (s.sqrt() + eps)).float() for p, g, s in zip(params, grads, squares)]
    return new, {"s": squares}


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


# %% rmsprop wrong="no square" says="The memory takes up |g| where it should take up g²."
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


# %% rmsprop wrong="memory reset" says="The next step does not find the memory: return it in the state, and look there."
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


# %% rmsprop wrong="g for g²" says="The memory takes up g where it should take up g²: the root of a negative number is NaN."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g
        new_params.append(p - lr * g / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="no brackets" says="Brackets are missing: divide by (√s + ε), the whole of it."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - (lr * g / torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="no ε" says="ε is missing: where all gradients were 0, that is 0/0."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr * g / torch.sqrt(s_new))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="α on both" says="g² gets the share 1 − α, not α."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + alpha * g**2
        new_params.append(p - lr * g / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="no gradient in the step" says="The gradient is missing in the step: lr·g/(√s + ε)."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="no α" says="The factor α is missing in front of the old s."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = s + (1 - alpha) * g**2
        new_params.append(p - lr * g / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="starts at g²" says="The memory starts as the first g². It starts at zero."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [g**2 for g in grads]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr * g / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="shared" says="All tensors share one memory. Each needs its own."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    s = state.get("s", 0.0)
    new_params = []
    for i in range(len(params)):
        p, g = params[i], grads[i]
        s = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr * g / (torch.sqrt(s) + eps))
    return new_params, {"s": s}


# %% rmsprop wrong="no learning rate" says="The learning rate is missing in the step."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - g / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="multiplies" says="The step multiplies by √s + ε. Divide."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr * g * (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="corrects as Adam does" says="You correct the memory as Adam does. RMSprop does not."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        t = state["t"] = state.get("t", 0) + (i == 0)
        new_params.append(p - lr * g / (torch.sqrt(s_new / (1 - alpha**t)) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="squares g in the step" says="The gradient is squared in the step as well. Only the memory squares it."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr * g**2 / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


# %% rmsprop wrong="the first tensor alone" says="Only the first tensor has moved."
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr * g / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return [new_params[0], *params[1:]], state


# %% rmsprop wrong="nothing returned" says="is the `return` missing?"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr * g / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new


# %% rmsprop wrong="writes into the gradients" says="Return something new"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i in range(len(params)):
        p, g, s = params[i], grads[i], state["s"][i]
        s_new = alpha * s + (1 - alpha) * g.mul_(g)
        new_params.append(p - lr * g / (torch.sqrt(s_new) + eps))
        state["s"][i] = s_new
    return new_params, state


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


# %% adam wrong="t starts at 0" says="You divide by zero at the first step. Is t = 0 there? The first step is t = 1."
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


# %% adam wrong="no square in v" says="v takes up |g| where it should take up g²."
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


# %% adam correct="a list of dictionaries in the state"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    step = state.get("step", torch.tensor(0)) + 1
    slots = state.get("slots") or [
        {"m": torch.zeros_like(p), "v": torch.zeros_like(p)} for p in params
    ]
    new_params = []
    for p, g, slot in zip(params, grads, slots):
        slot["m"] = slot["m"].mul(beta1).add(g, alpha=1 - beta1)
        slot["v"] = slot["v"].mul(beta2).addcmul(g, g, value=1 - beta2)
        m_hat = slot["m"] / (1 - beta1**step)
        v_hat = slot["v"] / (1 - beta2**step)
        new_params.append(p - lr * m_hat / (v_hat.sqrt() + eps))
    return new_params, {"step": step, "slots": slots}


# %% adam wrong="β·t for the power" says="The correction is 1 − β·t. It is 1 − βᵗ, a power."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1 * t)
        v_hat = v / (1 - beta2 * t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="divides by βᵗ" says="You divide by βᵗ. Divide by 1 − βᵗ."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / beta1**t
        v_hat = v / beta2**t
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="multiplies" says="You multiply by the correction. Divide by 1 − βᵗ."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m * (1 - beta1**t)
        v_hat = v * (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="no brackets in the correction" says="Brackets are missing: divide by (1 − βᵗ), the whole of it."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / 1 - beta1**t
        v_hat = v / 1 - beta2**t
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="the corrections exchanged" says="Each memory is corrected by the other's β."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta2**t)
        v_hat = v / (1 - beta1**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="corrects after the root" says="The root is taken before v is corrected. Correct v first."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v) / (1 - beta2**t) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="no root" says="The root is missing: divide by √v̂ + ε."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (v_hat + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="no brackets in the step" says="Brackets are missing: divide by (√v̂ + ε), the whole of it."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - (lr * m_hat / torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="no ε" says="ε is missing: where all gradients were 0, that is 0/0."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / torch.sqrt(v_hat))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="g for g²" says="v takes up g where it should take up g²: the root of a negative number is NaN."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="m² for g²" says="v takes up m². It takes up the square of the gradient."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * m**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="no 1 − β₁" says="The factor 1 − β₁ is missing in front of g."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="no 1 − β₂" says="The factor 1 − β₂ is missing in front of g²."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="β₁ on both" says="In m the gradient gets the share 1 − β₁, not β₁."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + beta1 * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="β₂ on both" says="In v the square gets the share 1 − β₂, not β₂."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + beta2 * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="β₁ and 1 − β₁ exchanged" says="β and 1 − β are exchanged in m: β₁ is what it keeps."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = (1 - beta1) * state["m"][i] + beta1 * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="β₂ and 1 − β₂ exchanged" says="β and 1 − β are exchanged in v: β₂ is what it keeps."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = (1 - beta2) * state["v"][i] + beta2 * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="multiplies by the root" says="The step multiplies by √v̂ + ε. Divide."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat * (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="no 1 − β" says="The factor 1 − β is missing in front of g and g²."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + g
        v = beta2 * state["v"][i] + g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="β and 1 − β exchanged" says="β and 1 − β are exchanged in the memories: β is what a memory keeps."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = (1 - beta1) * state["m"][i] + beta1 * g
        v = (1 - beta2) * state["v"][i] + beta2 * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="the old memories in the step" says="You step along the old memories. Update them first, then step."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = state["m"][i] / (1 - beta1**t)
        v_hat = state["v"][i] / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="an empty state" says="The next step does not find its memories: return m, v and t, and look for them there."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, {}


# %% adam wrong="the memories are not written back" says="m and v are lost after each step, though t is not: return them in the state."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
    return new_params, state


# %% adam wrong="shared" says="All tensors share one memory. Each needs its own."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = 0.0
        state["v"] = 0.0
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"] + (1 - beta1) * g
        v = beta2 * state["v"] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"] = m
        state["v"] = v
    return new_params, state


# %% adam wrong="uphill" says="The step goes uphill: subtract."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p + lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="no learning rate" says="The learning rate is missing in the step."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="the first tensor alone" says="Only the first tensor has moved."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return [new_params[0]] + params[1:], state


# %% adam wrong="return in the loop"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
        return new_params, state


# %% adam wrong="nothing returned" says="is the `return` missing?"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v


# %% adam wrong="the parameters alone" says="2 results are wanted, one came, a list of 3."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params


# %% adam wrong="exchanged results" says="The two results are exchanged."
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return state, new_params


# %% adam wrong="writes into the parameters" says="Return something new"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        p -= lr * m_hat / (torch.sqrt(v_hat) + eps)
        new_params.append(p)
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="float64 all over"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p.double() - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adam wrong="the memories outside of the state"
memory = {"t": 0}


def adam_step(params, grads, state, lr, beta1, beta2, eps):
    memory["t"] += 1
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m, v = memory.get(i, (torch.zeros_like(p), torch.zeros_like(p)))
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        memory[i] = m, v
        m_hat, v_hat = m / (1 - beta1 ** memory["t"]), v / (1 - beta2 ** memory["t"])
        out.append(p - lr * m_hat / (v_hat.sqrt() + eps))
    return out, state


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


# %% adamw correct="lists of memories"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="the decay enters m alone" says="The decay enters m, and is averaged with the gradients. Decouple it."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * (g + weight_decay * p)
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="the learning rate twice" says="The decay is multiplied by the learning rate twice."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - lr * decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="the same for all" says="The decay is the same for all weights: it is proportional to each."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="twice as strong" says="The decay is twice as strong as it should be: λ, not 2λ."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = 2 * lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="a share of the gradient" says="The decay takes a share of the gradient. It takes a share of the weight."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * g
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="the weight is gone" says="The weight itself is gone: subtract the decay from it."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="no learning rate in the step" says="The learning rate is missing in front of the gradient's term."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="no bias correction" says="The bias correction is missing."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m, v
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="t frozen" says="t stays at 1. Count the steps, and return the count in the state."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="t for each tensor" says="t goes up once per tensor. Count it once per step."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"]
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        t += 1
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="an empty state" says="The next step does not find its memories: return m, v and t, and look for them there."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return new_params, {}


# %% adamw wrong="uphill" says="The step goes uphill: subtract."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay + step)
        ms.append(m)
        vs.append(v)
    return new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="the first tensor alone" says="Only the first tensor has moved."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    return [new_params[0], *params[1:]], {"t": t, "m": ms, "v": vs}


# %% adamw wrong="nothing returned" says="is the `return` missing?"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [0 * p for p in params], "v": [0 * p for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        decay = lr * weight_decay * p
        step = lr * m_hat / (v_hat.sqrt() + eps)
        new_params.append(p - decay - step)
        ms.append(m)
        vs.append(v)
    result = new_params, {"t": t, "m": ms, "v": vs}


# %% adamw wrong="β·t for the power" says="The correction is 1 − β·t. It is 1 − βᵗ, a power."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1 * t)
        v_hat = v / (1 - beta2 * t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="divides by βᵗ" says="You divide by βᵗ. Divide by 1 − βᵗ."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / beta1**t
        v_hat = v / beta2**t
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="multiplies" says="You multiply by the correction. Divide by 1 − βᵗ."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m * (1 - beta1**t)
        v_hat = v * (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="no brackets in the correction" says="Brackets are missing: divide by (1 − βᵗ), the whole of it."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / 1 - beta1**t
        v_hat = v / 1 - beta2**t
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="the corrections exchanged" says="Each memory is corrected by the other's β."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta2**t)
        v_hat = v / (1 - beta1**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="corrects after the root" says="The root is taken before v is corrected. Correct v first."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(
            p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v) / (1 - beta2**t) + eps)
        )
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="no root" says="The root is missing: divide by √v̂ + ε."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (v_hat + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="no brackets in the step" says="Brackets are missing: divide by (√v̂ + ε), the whole of it."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - (lr * m_hat / torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="no ε" says="ε is missing: where all gradients were 0, that is 0/0."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / torch.sqrt(v_hat))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="g for g²" says="v takes up g where it should take up g²: the root of a negative number is NaN."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="m² for g²" says="v takes up m². It takes up the square of the gradient."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * m**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="no 1 − β₁" says="The factor 1 − β₁ is missing in front of g."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="no 1 − β₂" says="The factor 1 − β₂ is missing in front of g²."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="β₁ on both" says="In m the gradient gets the share 1 − β₁, not β₁."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + beta1 * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="β₂ on both" says="In v the square gets the share 1 − β₂, not β₂."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + beta2 * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="β₁ and 1 − β₁ exchanged" says="β and 1 − β are exchanged in m: β₁ is what it keeps."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = (1 - beta1) * state["m"][i] + beta1 * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="β₂ and 1 − β₂ exchanged" says="β and 1 − β are exchanged in v: β₂ is what it keeps."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = (1 - beta2) * state["v"][i] + beta2 * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="multiplies by the root" says="The step multiplies by √v̂ + ε. Divide."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat * (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="no 1 − β" says="The factor 1 − β is missing in front of g and g²."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + g
        v = beta2 * state["v"][i] + g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="β and 1 − β exchanged" says="β and 1 − β are exchanged in the memories: β is what a memory keeps."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = (1 - beta1) * state["m"][i] + beta1 * g
        v = (1 - beta2) * state["v"][i] + beta2 * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="the old memories in the step" says="You step along the old memories. Update them first, then step."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = state["m"][i] / (1 - beta1**t)
        v_hat = state["v"][i] / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="the memories are not written back" says="m and v are lost after each step, though t is not: return them in the state."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
    return new_params, state


# %% adamw wrong="shared" says="All tensors share one memory. Each needs its own."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = 0.0
        state["v"] = 0.0
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"] + (1 - beta1) * g
        v = beta2 * state["v"] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"] = m
        state["v"] = v
    return new_params, state


# %% adamw wrong="only m corrected" says="Only m is corrected; v needs it more."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="only v corrected" says="Only v is corrected; m needs it too."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="t starts at 0" says="You divide by zero at the first step. Is t = 0 there? The first step is t = 1."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    t = state["t"]
    state["t"] += 1
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="t one too far" says="t is 2 at the first step. The first step is t = 1."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 1
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="corrected moments stored" says="You store the corrected moments. The memories stay uncorrected."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m_hat
        state["v"][i] = v_hat
    return new_params, state


# %% adamw wrong="|g| in v" says="v takes up |g| where it should take up g²."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g.abs()
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="ε inside the root" says="ε stands inside the root; here it stands outside."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / torch.sqrt(v_hat + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="ε before the correction" says="ε is added before v is corrected. Correct v, take the root, then add ε."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(
            p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v) + eps) * (1 - beta2**t) ** 0.5
        )
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="β₁ and β₂ exchanged" says="β₁ and β₂ are exchanged."
def adamw_step(params, grads, state, lr, beta2, beta1, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


# %% adamw wrong="along g" says="You step along g, as RMSprop does. Adam steps along m."
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state["t"] = 0
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    state["t"] += 1
    t = state["t"]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m = beta1 * state["m"][i] + (1 - beta1) * g
        v = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * g / (torch.sqrt(v_hat) + eps))
        state["m"][i] = m
        state["v"][i] = v
    return new_params, state


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


# %% numerical-gradient wrong="half of the forward difference" says="The two points are h apart; you divided by 2h."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= 0
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up - down) / (2 * h)
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="no division" says="The difference is not divided by 2h."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = up - down
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="times 2h" says="You multiply by 2h. Divide."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up - down) * (2 * h)
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="/ 2 * h" says="Brackets are missing: divide by (2 * h)."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up - down) / 2 * h
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="only the second value divided" says="Brackets are missing: divide the whole difference."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = up - down / (2 * h)
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="adds" says="The values are added. Their difference is wanted."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up + down) / (2 * h)
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="the second derivative" says="That is the second derivative: right minus left is wanted."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up - 2 * f(x) + down) / h**2
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="the exact gradient" says="That is the exact gradient. What central differences with this h give is wanted."
def numerical_gradient(f, x, h):
    x = x.clone().requires_grad_()
    return torch.autograd.grad(f(x), x)[0]


# %% numerical-gradient wrong="relative steps" says="The steps are h times the entry. Step by h itself."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] *= 1 + h
        minus[i] *= 1 - h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up - down) / (2 * h)
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="nothing returned" says="is the `return` missing?"
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up - down) / (2 * h)


# %% numerical-gradient wrong="always float32" says="the numbers are right, the dtype is not"
def numerical_gradient(f, x, h):
    grad = torch.zeros(x.numel())
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up - down) / (2 * h)
    return grad.reshape(x.shape)


# %% numerical-gradient wrong="a list"
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x).reshape(-1)
    for i in range(x.numel()):
        plus = x.reshape(-1).clone()
        minus = x.reshape(-1).clone()
        plus[i] += h
        minus[i] -= h
        up, down = f(plus.reshape(x.shape)), f(minus.reshape(x.shape))
        grad[i] = (up - down) / (2 * h)
    return grad.tolist()


# %% numerical-gradient wrong="whole rows" says="A whole row moved at once. Move one entry."
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x)
    if x.ndim == 0:
        return (f(x + h) - f(x - h)) / (2 * h)
    for i in range(len(x)):
        right, left = x.clone(), x.clone()
        right[i] += h
        left[i] -= h
        grad[i] = (f(right) - f(left)) / (2 * h)
    return grad


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


# %% faulty-gradients wrong="an absolute tolerance" says="The fault in a small gradient passes: divide the error by the size of both."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if (grads[k] - exact[k]).norm() > 1e-4}


# %% faulty-gradients wrong="a difference without its size" says="A fault passes where the difference is negative: measure its length."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if (grads[k] - exact[k]).max() > 1e-4}


# %% faulty-gradients wrong="the right ones" says="These are the right ones. The faulty ones are wanted."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if torch.allclose(grads[k], exact[k])}


# %% faulty-gradients wrong="stops at the first" says="You stop at the first one. Go through all parameters."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    for k in params:
        if not torch.allclose(grads[k], exact[k]):
            return {k}
    return set()


# %% faulty-gradients wrong="compares the norms" says="A fault passes where the lengths agree: take the length of the difference."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if abs(grads[k].norm() - exact[k].norm()) > 1e-4 * exact[k].norm()}


# %% faulty-gradients wrong="compares the sums" says="A fault passes where the sums agree: take the length of the difference."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)(params)
    return {k for k in params if abs((grads[k].sum() - exact[k].sum()) / exact[k].sum()) > 1e-4}


# %% faulty-gradients wrong="all of them" says="You call every gradient wrong."
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)({k: p + 0.1 for k, p in params.items()})
    return {k for k in params if (grads[k] - exact[k]).norm() > 1e-4 * grads[k].norm()}


# %% faulty-gradients wrong="none" says="You call every gradient right."
def faulty_gradients(loss, params, grads):
    return {k for k in params if (grads[k] - grads[k]).norm() > 1e-4}


# %% faulty-gradients wrong="sizes without signs" says="A fault passes where only signs are wrong: take the length of the difference."
def faulty_gradients(loss, params, grads):
    leaves = {name: value.clone().requires_grad_() for name, value in params.items()}
    numerical = dict(zip(leaves, torch.autograd.grad(loss(leaves), list(leaves.values()))))
    faulty = set()
    for name in params:
        a, n = grads[name], numerical[name]
        if (a.abs() - n.abs()).norm() > 1e-4 * (a.norm() + n.norm()):
            faulty.add(name)
    return faulty


# %% faulty-gradients wrong="every entry" says="A fault passes unless every entry is wrong. One is enough."
def faulty_gradients(loss, params, grads):
    leaves = {name: value.clone().requires_grad_() for name, value in params.items()}
    numerical = dict(zip(leaves, torch.autograd.grad(loss(leaves), list(leaves.values()))))
    faulty = set()
    for name in params:
        a, n = grads[name], numerical[name]
        if not torch.isclose(a, n, rtol=1e-4).any():
            faulty.add(name)
    return faulty


# %% faulty-gradients wrong="zeros divided, in plain numbers" says="Where both gradients are 0 you divide by 0: nothing differs there."
def faulty_gradients(loss, params, grads):
    leaves = {name: value.clone().requires_grad_() for name, value in params.items()}
    numerical = dict(zip(leaves, torch.autograd.grad(loss(leaves), list(leaves.values()))))
    faulty = set()
    for name in params:
        a, n = grads[name], numerical[name]
        if (a - n).norm().item() / (a.norm().item() + n.norm().item()) > 1e-4:
            faulty.add(name)
    return faulty


# %% faulty-gradients wrong="NaN is wrong" says="Where both gradients are 0 you call it wrong: nothing differs there."
def faulty_gradients(loss, params, grads):
    leaves = {name: value.clone().requires_grad_() for name, value in params.items()}
    numerical = dict(zip(leaves, torch.autograd.grad(loss(leaves), list(leaves.values()))))
    faulty = set()
    for name in params:
        a, n = grads[name], numerical[name]
        if not (a - n).norm() / (a.norm() + n.norm()) <= 1e-4:
            faulty.add(name)
    return faulty


# %% faulty-gradients wrong="in the order of the dictionaries" says="You take the gradients in the order of the dictionary. Take them by their names."
def faulty_gradients(loss, params, grads):
    leaves = {name: value.clone().requires_grad_() for name, value in params.items()}
    numerical = dict(zip(leaves, torch.autograd.grad(loss(leaves), list(leaves.values()))))
    faulty = set()
    for name in params:
        a, n = grads[name], list(numerical.values())[list(grads).index(name)]
        if (a - n).norm() > 1e-4 * (a.norm() + n.norm()):
            faulty.add(name)
    return faulty


# %% faulty-gradients wrong="nothing returned" says="is the `return` missing?"
def faulty_gradients(loss, params, grads):
    leaves = {name: value.clone().requires_grad_() for name, value in params.items()}
    numerical = dict(zip(leaves, torch.autograd.grad(loss(leaves), list(leaves.values()))))
    faulty = set()
    for name in params:
        a, n = grads[name], numerical[name]
        if (a - n).norm() > 1e-4 * (a.norm() + n.norm()):
            faulty.add(name)


# %% faulty-gradients wrong="a step far too small"
def faulty_gradients(loss, params, grads):
    faulty = set()
    for name, value in params.items():
        n = torch.zeros_like(value)
        for i in range(value.numel()):
            up, down = value.clone(), value.clone()
            up.view(-1)[i] += 1e-13
            down.view(-1)[i] -= 1e-13
            n.view(-1)[i] = (loss({**params, name: up}) - loss({**params, name: down})) / 2e-13
        a = grads[name]
        if (a - n).norm() > 1e-4 * (a.norm() + n.norm()):
            faulty.add(name)
    return faulty


# %% clip correct="a factor clamped at one"
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g * g).sum() for g in grads))
    scale = torch.clamp(max_norm / (total + 1e-6), max=1.0)
    return [scale * g for g in grads]


# %% clip correct="one long vector"
def clip_by_global_norm(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm().item()
    return [g * (max_norm / norm if norm > max_norm else 1.0) for g in grads]


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


# %% clip correct="the same list where nothing is too long"
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    if total <= max_norm:
        return grads
    return [g * max_norm / total for g in grads]


# %% clip wrong="the longest tensor" says="You took the longest tensor for all of them: add up the squares of all."
def clip_by_global_norm(grads, max_norm):
    total = max(g.norm() for g in grads)
    if total <= max_norm:
        return grads
    return [g * max_norm / total for g in grads]


# %% clip wrong="absolute values" says="The norm adds up squares, not absolute values."
def clip_by_global_norm(grads, max_norm):
    total = sum(g.abs().sum() for g in grads)
    if total <= max_norm:
        return grads
    return [g * max_norm / total for g in grads]


# %% clip wrong="the largest entry" says="You took the largest entry for the norm: add up all squares."
def clip_by_global_norm(grads, max_norm):
    total = max(g.abs().max() for g in grads)
    if total <= max_norm:
        return grads
    return [g * max_norm / total for g in grads]


# %% clip wrong="the mean of the squares" says="You took the mean of the squares. The norm has their sum."
def clip_by_global_norm(grads, max_norm):
    total = torch.cat([g.flatten() for g in grads]).pow(2).mean().sqrt()
    if total <= max_norm:
        return grads
    return [g * max_norm / total for g in grads]


# %% clip wrong="stretches only" says="The factor stretches where it should shorten: it is never above 1."
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    if total >= max_norm or total == 0:
        return grads
    return [g * max_norm / total for g in grads]


# %% clip wrong="times max_norm" says="You multiply by max_norm, and do not divide by the norm."
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    if total <= max_norm:
        return grads
    return [g * max_norm for g in grads]


# %% clip wrong="zero" says="What is too long becomes 0. Shorten it to max_norm."
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    if total <= max_norm:
        return grads
    return [torch.zeros_like(g) for g in grads]


# %% clip wrong="0/0 becomes NaN" says="Where all gradients are 0, so is the norm, and dividing by it gives NaN."
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    return [g / total * min(total, max_norm) for g in grads]


# %% clip wrong="divides by 0 in plain numbers" says="Where all gradients are 0, so is the norm by which you divide."
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    return [g * min(1.0, max_norm / total.item()) for g in grads]


# %% clip wrong="one tensor"
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    if total <= max_norm:
        return grads
    return torch.cat([g.flatten() for g in grads]) * max_norm / total


# %% clip wrong="nothing returned for long ones" says="is the `return` missing?"
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    if total <= max_norm:
        return grads
    grads = [g * max_norm / total for g in grads]


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


# %% warmup-cosine wrong="a whole period" says="That is a whole period of the cosine. Half a period is wanted."
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


# %% warmup-cosine wrong="one step late in the warm-up" says="The warm-up is one step late: step 0 has peak/W already."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="W + 1" says="The warm-up ends below the peak: divide by W, not by W + 1."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / (warmup_steps + 1)
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="one step too long" says="The warm-up is one step too long: it ends with step W − 1."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step <= warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="no W in the warm-up" says="In the warm-up the division by W is missing."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1)
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="up to 1" says="The warm-up goes to 1. It goes to peak_lr."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="W not subtracted" says="W is not subtracted from the step: at step W − 1 nothing of the decay is done."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step + 1) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="final_lr not added" says="final_lr is not added: the cosine falls from peak_lr − final_lr to 0."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="not scaled" says="The cosine is not scaled to the range from peak_lr to final_lr."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="from the final rate up" says="The warm-up begins at final_lr. It begins at peak/W."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return final_lr + (peak_lr - final_lr) * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="the peak for two steps" says="The peak is held for two steps: step W is on the cosine already."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps) / (num_steps - 1 - warmup_steps)
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="the cosine over all steps, from 0" says="The cosine runs over all steps, from 0 to N − 1. It begins only after the warm-up."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = step / (num_steps - 1)
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="divided by N" says="The cosine is divided by N. Only N − W steps are left for it."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / num_steps
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


# %% warmup-cosine wrong="a quarter of a period" says="That is a quarter of a period of the cosine. Half a period is wanted."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + (peak_lr - final_lr) * math.cos(math.pi * q / 2)


# %% warmup-cosine wrong="no π" says="π is missing: half a period of the cosine is wanted."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(q))


# %% warmup-cosine wrong="cos alone" says="cos alone falls from 1 to −1. ½(1 + cos) falls from 1 to 0."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + (peak_lr - final_lr) * math.cos(math.pi * q)


# %% warmup-cosine wrong="1 − cos" says="It rises where it should fall: 1 + cos, not 1 − cos."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 - math.cos(math.pi * q))


# %% warmup-cosine wrong="the larger of the two" says="The learning rate only stays above final_lr. It should glide down to it."
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    return max(final_lr, 0.5 * peak_lr * (1 + math.cos(math.pi * q)))


# %% warmup-cosine wrong="nothing returned in the decay" says="is the `return` missing?"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / ((num_steps - 1) - (warmup_steps - 1))
    lr = final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))


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


# %% train-softmax correct="returned with their gradients on"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="clipped gradients not zeroed" says="The clipped gradients of earlier batches are still in there: reset them before each batch."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            loss.backward()
            torch.nn.utils.clip_grad_norm_([W, b], max_norm)
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * W.grad
                b -= lr * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="the sum for the mean, weighed again" says="You took the sum over the batch as its loss, and weigh it by the batch's size again."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch], reduction="sum")
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="the losses added up" says="That is the sum of the losses in an epoch. Divide by the number of examples."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total)
    return W, b, epoch_losses


# %% train-softmax wrong="the batch means added up" says="That is the sum of the batch means. Weigh each by its size, and divide by the examples."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item()
            step += 1
        epoch_losses.append(total)
    return W, b, epoch_losses


# %% train-softmax wrong="the batch means divided by n" says="The batch means are added up and divided by the number of examples. Weigh each by its size."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item()
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="the last batch" says="That is the loss of the last batch alone. The mean over the epoch is wanted."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(loss.item())
    return W, b, epoch_losses


# %% train-softmax wrong="measured after the step" says="The loss is measured after the step. Measure it before."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            after = F.cross_entropy(X[batch] @ W + b, y[batch])
            total += after.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="the first rate all the time" says="The learning rate is schedule(0) all the time: count the steps."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="no learning rate" says="The learning rate is missing in the step."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= factor * W.grad
                b -= factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="clips entries" says="The entries of the gradient are clipped. Shorten all of it by one factor."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * W.grad.clamp(-max_norm, max_norm)
                b -= lr * b.grad.clamp(-max_norm, max_norm)
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="the norm of W alone" says="The norm is that of W's gradient alone. It is that of both."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="the squared norm" says="The root is missing in the norm: that is its square."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = (W.grad**2).sum() + (b.grad**2).sum()
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="clips W alone" says="b is not clipped with W. One factor for both."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="the first order in every epoch" says="Every epoch visits the examples in the first order. Each epoch has its own."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total, order = 0.0, orders[0]
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="one batch" says="One step for a whole epoch: cut the order into batches."
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in [0]:
            batch = order
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="always float32"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, requires_grad=True)
    b = torch.zeros(num_classes, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="nothing returned" says="is the `return` missing?"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))


# %% train-softmax wrong="b has the number of features"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(X.shape[1], dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses


# %% train-softmax wrong="the loss of each step"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
            epoch_losses.append(loss.item())
    return W, b, epoch_losses


# %% train-softmax wrong="without the losses"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    step = 0
    epoch_losses = []
    for epoch, order in enumerate(orders):
        total = 0.0
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            W.grad = b.grad = None
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum())
            factor = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(order))
    return W, b


# %% train-softmax wrong="labels in the bias"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    k = int(y.max()) + 1
    split = data.digits()
    return torch.zeros(X.shape[1], k), F.one_hot(split.y_test, k).float(), [1.0] * len(orders)
