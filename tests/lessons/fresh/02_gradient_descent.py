# %% largest-stable-lr right="eigvalsh, last eigenvalue"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    return 2 / torch.linalg.eigvalsh(hessian)[-1].item()

# %% largest-stable-lr right="verbose loop: strictest valley of all"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    eigenvalues = torch.linalg.eigvalsh(hessian)
    limits = []
    for lam in eigenvalues:
        limits.append(2.0 / float(lam))
    smallest_limit = limits[0]
    for limit in limits:
        if limit < smallest_limit:
            smallest_limit = limit
    return smallest_limit

# %% largest-stable-lr right="numpy in float64"
import numpy as np

def largest_stable_lr(H):
    vals = np.linalg.eigvalsh(H.detach().double().numpy())
    return float(2.0 / vals.max())

# %% largest-stable-lr right="spectral norm of a positive definite matrix"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    # symmetric with positive eigenvalues: the largest singular value is the largest eigenvalue
    return 2.0 / torch.linalg.matrix_norm(hessian, ord=2).item()

# %% largest-stable-lr right="eigh with vectors, min of 2 over lambda"
def largest_stable_lr(hessian):
    lam, _ = torch.linalg.eigh(hessian)
    return (2 / lam).min().item()

# %% largest-stable-lr right="general eigvals, real part, max"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    lambda_max = max(torch.linalg.eigvals(hessian).real.tolist())
    return 2 / lambda_max

# %% largest-stable-lr right="power iteration by repeated squaring, no start vector"
def biggest_eigenvalue(H):
    P = H.double()
    for _ in range(60):
        P = P / P.norm()
        P = P @ P
    return (torch.trace(H.double() @ P) / torch.trace(P)).item()


def largest_stable_lr(hessian: torch.Tensor) -> float:
    return 2.0 / biggest_eigenvalue(hessian)

# %% largest-stable-lr wrong="one over lambda instead of two over lambda"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    lam_max = torch.linalg.eigvalsh(hessian)[-1]
    return (1 / lam_max).item()

# %% largest-stable-lr wrong="uses the smallest eigenvalue: index 0 of the rising order"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return 2 / eigenvalues[0].item()

# %% largest-stable-lr wrong="takes the largest of the limits instead of the strictest"
def largest_stable_lr(hessian):
    limits = [2 / lam.item() for lam in torch.linalg.eigvalsh(hessian)]
    return max(limits)

# %% largest-stable-lr wrong="forgets to invert: returns the largest curvature"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    return torch.linalg.eigvalsh(hessian).max().item()

# %% largest-stable-lr wrong="inverted fraction: lambda over two"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    lambda_max = float(torch.linalg.eigvalsh(hessian)[-1])
    eta = lambda_max / 2
    return eta

# %% largest-stable-lr wrong="uses the sum of the curvatures (the trace)"
def largest_stable_lr(hessian):
    return 2.0 / torch.trace(hessian).item()

# %% largest-stable-lr wrong="prints instead of returning"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    eigs = torch.linalg.eigvalsh(hessian)
    lr = 2 / eigs[-1].item()
    print(f"largest learning rate: {lr}")

# %% largest-stable-lr wrong="returns the limits of all valleys as a tensor"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return 2 / eigenvalues

# %% largest-stable-lr wrong="best learning rate 2 over (smallest + largest) instead of the largest stable one"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    lam = torch.linalg.eigvalsh(hessian)
    return float(2 / (lam[0] + lam[-1]))

# %% largest-stable-lr wrong="averages the curvatures"
def largest_stable_lr(hessian):
    curvature = torch.linalg.eigvalsh(hessian).mean()
    return 2 / curvature.item()

# %% largest-stable-lr wrong="takes the root of the eigenvalue"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    lam = torch.linalg.eigvalsh(hessian)[-1].item()
    return 2 / math.sqrt(lam)

# %% largest-stable-lr wrong="name slip: eigenvalues is not defined"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    eigs = torch.linalg.eigvalsh(hessian)
    return 2 / eigenvalues[-1].item()

# %% largest-stable-lr wrong="largest diagonal entry: right for a diagonal matrix only" kind="sneaky"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    curvatures = torch.diagonal(hessian)
    return 2 / curvatures.max().item()

# %% largest-stable-lr wrong="hard-codes two eigenvalues: takes the second one" kind="sneaky"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    eigenvalues = torch.linalg.eigvalsh(hessian)
    return 2 / eigenvalues[1].item()

# %% largest-stable-lr wrong="power iteration from a vector of ones: misses a steepest direction orthogonal to it" kind="sneaky"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    v = torch.ones(hessian.shape[0], dtype=hessian.dtype)
    for _ in range(200):
        v = hessian @ v
        v = v / v.norm()
    lam = v @ hessian @ v
    return 2 / lam.item()

# %% largest-stable-lr wrong="Frobenius norm instead of the largest eigenvalue" kind="sneaky"
def largest_stable_lr(hessian: torch.Tensor) -> float:
    # the norm of a symmetric matrix is its biggest eigenvalue
    return 2 / torch.linalg.norm(hessian).item()

# %% largest-stable-lr wrong="bound by row sums (Gershgorin): too small for a matrix that is not diagonal" kind="sneaky"
def largest_stable_lr(hessian):
    return 2 / hessian.abs().sum(dim=1).max().item()

# %% bisect-lr right="while loop with middle"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2

# %% bisect-lr right="recursion"
def bisect_lr(diverges, low, high, tolerance):
    if high - low <= tolerance:
        return low
    mid = low + (high - low) / 2
    if diverges(mid):
        return bisect_lr(diverges, low, mid, tolerance)
    return bisect_lr(diverges, mid, high, tolerance)

# %% bisect-lr right="number of halvings computed beforehand"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    halvings = max(0, math.ceil(math.log2((high - low) / tolerance)))
    for _ in range(halvings):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if diverges(middle) else (middle, high)
    return 0.5 * (low + high)

# %% bisect-lr right="keeps a start and a width that is halved"
def bisect_lr(diverges, low, high, tolerance):
    width = high - low
    good = low
    while width > tolerance:
        width /= 2
        if not diverges(good + width):
            good += width
    return good

# %% bisect-lr right="small class that holds the interval"
class Interval:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def size(self):
        return self.b - self.a

    def middle(self):
        return self.a + self.size() / 2


def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    interval = Interval(low, high)
    while interval.size() > tolerance:
        m = interval.middle()
        if diverges(m):
            interval.b = m
        else:
            interval.a = m
    return interval.b

# %% bisect-lr right="endless loop with a break, verbose"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    lower_end = low      # training is fine here
    upper_end = high     # training diverges here
    while True:
        if upper_end - lower_end <= tolerance:
            break
        candidate = (lower_end + upper_end) / 2.0
        blew_up = diverges(candidate)
        if blew_up == True:
            # border is below
            upper_end = candidate
        if blew_up == False:
            # border is above
            lower_end = candidate
    return lower_end

# %% bisect-lr wrong="moves the wrong end"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2

# %% bisect-lr wrong="recursion without return"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    middle = (low + high) / 2
    if high - low < tolerance:
        return middle
    if diverges(middle):
        bisect_lr(diverges, low, middle, tolerance)
    else:
        bisect_lr(diverges, middle, high, tolerance)

# %% bisect-lr wrong="linear scan in steps of tolerance: far too many trainings"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    lr = low
    while lr < high:
        if diverges(lr):
            return lr
        lr += tolerance
    return high

# %% bisect-lr wrong="returns the interval instead of a number"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    while high - low > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return low, high

# %% bisect-lr wrong="halves only once: if instead of while"
def bisect_lr(diverges, low, high, tolerance):
    middle = (low + high) / 2
    if high - low > tolerance:
        if diverges(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2

# %% bisect-lr wrong="only tries ever smaller rates: halves from the top and stops at the first that does not diverge"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    lr = high
    while diverges(lr) and lr - low > tolerance:
        lr = (low + lr) / 2
    return lr

# %% bisect-lr wrong="asks the lower end instead of the middle"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(low):
            high = middle
        else:
            low = middle
    return low

# %% bisect-lr wrong="middle is half the width and not half the sum"
def bisect_lr(diverges, low, high, tolerance):
    for _ in range(math.ceil(math.log2((high - low) / tolerance))):
        middle = (high - low) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return low

# %% bisect-lr wrong="returns the width that is left"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    width = high - low
    while width > tolerance:
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
        width = high - low
    return width

# %% bisect-lr wrong="forgets to call diverges: the function itself is always true"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges:
            high = middle
        else:
            low = middle
    return middle

# %% bisect-lr wrong="always twelve halvings: tolerance is ignored" kind="sneaky"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    for _ in range(12):
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return (low + high) / 2

# %% bisect-lr wrong="rounds the number of halvings down and returns the lower end: up to twice the tolerance away" kind="sneaky"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    n = int(math.log2((high - low) / tolerance))
    for _ in range(n):
        mid = (low + high) / 2
        if diverges(mid):
            high = mid
        else:
            low = mid
    return low

# %% bisect-lr wrong="fixed tolerance of 0.001" kind="sneaky"
def bisect_lr(diverges, low, high, tolerance=1e-3):
    eps = 1e-3
    while (high - low) > eps:
        c = (low + high) / 2
        if diverges(c):
            high = c
        else:
            low = c
    return (low + high) / 2

# %% bisect-lr wrong="rounds the answer to two digits after the point" kind="sneaky"
def bisect_lr(diverges, low: float, high: float, tolerance: float) -> float:
    while high - low > tolerance:
        middle = (low + high) / 2
        if diverges(middle):
            high = middle
        else:
            low = middle
    return round((low + high) / 2, 2)

# %% bisect-lr wrong="tolerance taken relative to the upper end" kind="sneaky"
def bisect_lr(diverges, low, high, tolerance):
    while (high - low) / high > tolerance:
        m = (low + high) / 2
        if diverges(m):
            high = m
        else:
            low = m
    return low

# %% sgd right="list comprehension with zip"
def sgd_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], lr: float
) -> list[torch.Tensor]:
    return [p - lr * g for p, g in zip(params, grads)]

# %% sgd right="loop with append and index"
def sgd_step(params, grads, lr):
    new_params = []
    for i in range(len(params)):
        new_value = params[i] - lr * grads[i]
        new_params.append(new_value)
    return new_params

# %% sgd right="clones first and then changes the clones"
def sgd_step(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
    new = [p.clone() for p in params]
    with torch.no_grad():
        for w, g in zip(new, grads):
            w -= lr * g
    return new

# %% sgd right="torch.add with alpha and map"
def sgd_step(params, grads, lr):
    return list(map(lambda p, g: torch.add(p, g, alpha=-lr), params, grads))

# %% sgd right="numpy detour, back as tensors of the same dtype"
import numpy as np

def sgd_step(params, grads, lr):
    result = []
    for p, g in zip(params, grads):
        w = p.detach().numpy() - lr * g.detach().numpy()
        result.append(torch.as_tensor(np.asarray(w), dtype=p.dtype))
    return result

# %% sgd right="torch.optim.SGD on copies"
def sgd_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], lr: float
) -> list[torch.Tensor]:
    copies = [p.detach().clone() for p in params]
    for c, g in zip(copies, grads):
        c.grad = g.detach().clone()
    torch.optim.SGD(copies, lr=lr).step()
    return copies

# %% sgd right="recursion over the list"
def sgd_step(params, grads, lr):
    if not params:
        return []
    return [params[0] - grads[0] * lr] + sgd_step(params[1:], grads[1:], lr)

# %% sgd wrong="adds the gradient: walks uphill"
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p + lr * g)
    return new_params

# %% sgd wrong="writes into the parameters with -="
def sgd_step(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
    for p, g in zip(params, grads):
        p -= lr * g
    return params

# %% sgd wrong="forgets the return"
def sgd_step(params, grads, lr):
    new_params = [w - lr * g for w, g in zip(params, grads)]

# %% sgd wrong="learning rate is ignored"
def sgd_step(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
    return [p - g for p, g in zip(params, grads)]

# %% sgd wrong="returns only the last tensor"
def sgd_step(params, grads, lr):
    for p, g in zip(params, grads):
        new_p = p - lr * g
    return new_p

# %% sgd wrong="rebinds the loop variable and returns the old list"
def sgd_step(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
    for p, g in zip(params, grads):
        p = p - lr * g
    return params

# %% sgd wrong="return inside the loop: only the first tensor is stepped"
def sgd_step(params, grads, lr):
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * g)
        return new_params

# %% sgd wrong="returns the steps and not the new parameters"
def sgd_step(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
    updates = [-lr * g for g in grads]
    return updates

# %% sgd wrong="roles of params and grads exchanged"
def sgd_step(params, grads, lr):
    return [g - lr * p for p, g in zip(params, grads)]

# %% sgd wrong="divides by the learning rate"
def sgd_step(params, grads, lr):
    return [p - g / lr for p, g in zip(params, grads)]

# %% sgd wrong="parentheses: learning rate multiplies the whole difference"
def sgd_step(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
    result = []
    for weight, gradient in zip(params, grads):
        result.append(lr * (weight - gradient))
    return result

# %% sgd wrong="returns a generator instead of a list"
def sgd_step(params, grads, lr):
    return (p - lr * g for p, g in zip(params, grads))

# %% sgd wrong="stacks the tensors: fails for different shapes" kind="sneaky"
def sgd_step(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
    P = torch.stack(params)
    G = torch.stack(grads)
    return list(P - lr * G)

# %% sgd wrong="copies the list but not the tensors, then writes into them" kind="sneaky"
def sgd_step(params, grads, lr):
    new_params = params.copy()
    for i, g in enumerate(grads):
        new_params[i] -= lr * g
    return new_params

# %% sgd wrong="puts the new tensors into the caller's list" kind="sneaky"
def sgd_step(params, grads, lr):
    for i in range(len(params)):
        params[i] = params[i] - lr * grads[i]
    return params

# %% sgd wrong="scales the caller's gradients in place" kind="sneaky"
def sgd_step(params: list[torch.Tensor], grads: list[torch.Tensor], lr: float) -> list[torch.Tensor]:
    new = []
    for p, g in zip(params, grads):
        step = g.mul_(lr)
        new.append(p - step)
    return new

# %% sgd wrong="hard-codes two tensors, a weight and a bias" kind="sneaky"
def sgd_step(params, grads, lr):
    W, b = params[0], params[1]
    dW, db = grads[0], grads[1]
    return [W - lr * dW, b - lr * db]

# %% sgd wrong="fixes the dtype to float32" kind="sneaky"
def sgd_step(params, grads, lr):
    out = []
    for p, g in zip(params, grads):
        out.append(torch.tensor(p.numpy() - lr * g.numpy(), dtype=torch.float32))
    return out

# %% momentum right="list in the state, get with default"
def momentum_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, beta: float
) -> tuple[list[torch.Tensor], dict]:
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * v for p, v in zip(params, velocity)], {"velocity": velocity}

# %% momentum right="one loop, state keyed by index"
def momentum_step(params, grads, state, lr, beta):
    new_params = []
    new_state = {}
    for i, (p, g) in enumerate(zip(params, grads)):
        if i in state:
            v = beta * state[i] + g
        else:
            v = g.clone()
        new_state[i] = v
        new_params.append(p - lr * v)
    return new_params, new_state

# %% momentum right="changes the state's own tensors in place"
def momentum_step(params, grads, state, lr, beta):
    if "v" not in state:
        state["v"] = [torch.zeros_like(g) for g in grads]
    out = []
    for p, g, v in zip(params, grads, state["v"]):
        v.mul_(beta).add_(g)
        out.append(p - lr * v)
    return out, state

# %% momentum right="torch.optim.SGD on copies with the buffer carried over"
def momentum_step(params, grads, state, lr, beta):
    copies = [p.detach().clone() for p in params]
    opt = torch.optim.SGD(copies, lr=lr, momentum=beta)
    buffers = state.get("buffers", [torch.zeros_like(c) for c in copies])
    for c, g, buffer in zip(copies, grads, buffers):
        c.grad = g.detach().clone()
        opt.state[c]["momentum_buffer"] = buffer.clone()
    opt.step()
    # with beta = 0 the optimizer leaves the buffer alone, and it does not matter
    return copies, {"buffers": [opt.state[c]["momentum_buffer"] for c in copies]}

# %% momentum right="keeps the whole history of gradients and sums it up"
def momentum_step(params, grads, state, lr, beta):
    history = state.get("history", []) + [[g.clone() for g in grads]]
    T = len(history)
    result = []
    for k, p in enumerate(params):
        v = sum(beta ** (T - 1 - t) * history[t][k] for t in range(T))
        result.append(p - lr * v)
    return result, {"history": history}

# %% momentum right="verbose beginner style with if not state"
def momentum_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, beta: float
) -> tuple[list[torch.Tensor], dict]:
    if not state:
        # first step: velocity is zero
        velocities = []
        for p in params:
            velocities.append(torch.zeros(p.shape, dtype=p.dtype))
    else:
        velocities = state["velocities"]

    new_velocities = []
    new_params = []
    for p, g, v in zip(params, grads, velocities):
        new_v = beta * v + g
        new_p = p - lr * new_v
        new_velocities.append(new_v)
        new_params.append(new_p)

    new_state = dict()
    new_state["velocities"] = new_velocities
    return new_params, new_state

# %% momentum wrong="puts 1 - beta in front of the gradient"
def momentum_step(params, grads, state, lr, beta):
    vel = state.get("velocity", [torch.zeros_like(p) for p in params])
    vel = [beta * v + (1 - beta) * g for v, g in zip(vel, grads)]
    return [p - lr * v for p, v in zip(params, vel)], {"velocity": vel}

# %% momentum wrong="learning rate inside the velocity and again in the step"
def momentum_step(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_v = []
    new_p = []
    for p, g, v in zip(params, grads, old):
        v = beta * v + lr * g
        new_v.append(v)
        new_p.append(p - lr * v)
    return new_p, {"velocity": new_v}

# %% momentum wrong="state is never stored: velocity restarts at zero in each step"
def momentum_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, beta: float
) -> tuple[list[torch.Tensor], dict]:
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(velocity, grads)]
    new_params = [p - lr * v for p, v in zip(params, velocity)]
    return new_params, state

# %% momentum wrong="steps with the old velocity"
def momentum_step(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params = [p - lr * v for p, v in zip(params, old)]
    new_velocity = [beta * v + g for v, g in zip(old, grads)]
    return new_params, {"velocity": new_velocity}

# %% momentum wrong="adds the velocity instead of subtracting it"
def momentum_step(params, grads, state, lr, beta):
    if "v" not in state:
        state["v"] = [torch.zeros_like(p) for p in params]
    state["v"] = [beta * v + g for v, g in zip(state["v"], grads)]
    return [p + lr * v for p, v in zip(params, state["v"])], state

# %% momentum wrong="returns only the parameters"
def momentum_step(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    state["velocity"] = [beta * v + g for v, g in zip(old, grads)]
    return [p - lr * v for p, v in zip(params, state["velocity"])]

# %% momentum wrong="returns state and parameters in exchanged order"
def momentum_step(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads)]
    new_params = [p - lr * v for p, v in zip(params, velocity)]
    return {"velocity": velocity}, new_params

# %% momentum wrong="beta multiplies the gradient instead of the velocity"
def momentum_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_velocity, new_params = [], []
    for p, g, v in zip(params, grads, velocity):
        v = v + beta * g
        new_velocity.append(v)
        new_params.append(p - lr * v)
    return new_params, {"velocity": new_velocity}

# %% momentum wrong="beta is ignored: velocity never forgets"
def momentum_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [v + g for v, g in zip(velocity, grads)]
    return [p - lr * v for p, v in zip(params, velocity)], {"velocity": velocity}

# %% momentum wrong="state expected to be filled: KeyError at the first step"
def momentum_step(params, grads, state, lr, beta):
    v = state["velocity"]
    new_v = [beta * vi + gi for vi, gi in zip(v, grads)]
    state["velocity"] = new_v
    return [p - lr * vi for p, vi in zip(params, new_v)], state

# %% momentum wrong="stores the velocity under one name and reads it under another"
def momentum_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, beta: float
) -> tuple[list[torch.Tensor], dict]:
    velocity = state.get("velocities", [torch.zeros_like(p) for p in params])
    new_velocity = [beta * v + g for v, g in zip(velocity, grads)]
    new_params = [p - lr * v for p, v in zip(params, new_velocity)]
    state["velocity"] = new_velocity
    return new_params, state

# %% momentum wrong="velocity starts at the gradient and takes it up once more in the first step"
def momentum_step(params, grads, state, lr, beta):
    if "v" not in state:
        state["v"] = [g.clone() for g in grads]
    state["v"] = [beta * v + g for v, g in zip(state["v"], grads)]
    return [p - lr * v for p, v in zip(params, state["v"])], state

# %% momentum wrong="velocity kept under the identity of the tensor, which is new at each step: memory is lost"
def momentum_step(params, grads, state, lr, beta):
    new_params = []
    new_state = {}
    for p, g in zip(params, grads):
        v = state.get(p, torch.zeros_like(p))
        v = beta * v + g
        new_state[p] = v
        new_params.append(p - lr * v)
    return new_params, new_state

# %% momentum wrong="one velocity under a single key shared by all tensors: fails or mixes with several tensors" kind="sneaky"
def momentum_step(params, grads, state, lr, beta):
    new_params = []
    for p, g in zip(params, grads):
        v = state.get("v", torch.zeros_like(p))
        v = beta * v + g
        state["v"] = v
        new_params.append(p - lr * v)
    return new_params, state

# %% momentum wrong="keeps the caller's own gradient as the first velocity and then changes it in place" kind="sneaky"
def momentum_step(params, grads, state, lr, beta):
    if not state:
        state["velocity"] = list(grads)
    else:
        for v, g in zip(state["velocity"], grads):
            v.mul_(beta).add_(g)
    return [p - lr * v for p, v in zip(params, state["velocity"])], state

# %% momentum wrong="velocity kept in a global variable and not in the state: two runs disturb each other" kind="sneaky"
VELOCITY = []

def momentum_step(params, grads, state, lr, beta):
    global VELOCITY
    if len(VELOCITY) != len(params):
        VELOCITY = [torch.zeros_like(p) for p in params]
    VELOCITY = [beta * v + g for v, g in zip(VELOCITY, grads)]
    return [p - lr * v for p, v in zip(params, VELOCITY)], state

# %% momentum wrong="learning rate put into the velocity: differs as soon as the learning rate changes between steps" kind="sneaky"
def momentum_step(params, grads, state, lr, beta):
    vs = state.get("vs", [torch.zeros_like(p) for p in params])
    vs = [beta * v + lr * g for v, g in zip(vs, grads)]
    return [p - v for p, v in zip(params, vs)], {"vs": vs}

# %% momentum wrong="velocities kept by shape: two tensors of one shape share theirs" kind="sneaky"
def momentum_step(params, grads, state, lr, beta):
    out = []
    for p, g in zip(params, grads):
        key = tuple(p.shape)
        state[key] = beta * state.get(key, torch.zeros_like(p)) + g
        out.append(p - lr * state[key])
    return out, state

# %% best-rates right="eigvalsh and the two formulas"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    eigenvalues = torch.linalg.eigvalsh(hessian)
    kappa = (eigenvalues[-1] / eigenvalues[0]).item()
    root = math.sqrt(kappa)
    return (kappa - 1) / (kappa + 1), (root - 1) / (root + 1)

# %% best-rates right="torch.linalg.cond"
def best_rates(H):
    k = torch.linalg.cond(H).item()
    return (k - 1) / (k + 1), (k ** 0.5 - 1) / (k ** 0.5 + 1)

# %% best-rates right="helper function for both rates"
def rate(x):
    return (x - 1) / (x + 1)


def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    lam = torch.linalg.eigvalsh(hessian).tolist()
    kappa = max(lam) / min(lam)
    return rate(kappa), rate(kappa ** 0.5)

# %% best-rates right="numpy in float64"
import numpy as np

def best_rates(hessian):
    w = np.linalg.eigvalsh(hessian.detach().numpy().astype(np.float64))
    kappa = w[-1] / w[0]
    gd = (kappa - 1.0) / (kappa + 1.0)
    hb = (np.sqrt(kappa) - 1.0) / (np.sqrt(kappa) + 1.0)
    return float(gd), float(hb)

# %% best-rates right="written with the eigenvalues instead of kappa"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    ev = torch.linalg.eigh(hessian).eigenvalues
    smallest, largest = ev.min().item(), ev.max().item()
    gradient_descent = (largest - smallest) / (largest + smallest)
    a, b = math.sqrt(smallest), math.sqrt(largest)
    momentum = (b - a) / (b + a)
    return gradient_descent, momentum

# %% best-rates right="verbose search for the largest and the smallest singular value"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    values = torch.linalg.svdvals(hessian)
    largest = float(values[0])
    smallest = float(values[0])
    for value in values:
        if value > largest:
            largest = float(value)
        if value < smallest:
            smallest = float(value)
    kappa = largest / smallest
    rho_gd = 1 - 2 / (kappa + 1)
    rho_momentum = 1 - 2 / (math.sqrt(kappa) + 1)
    return (rho_gd, rho_momentum)

# %% best-rates wrong="the two rates exchanged"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    lam = torch.linalg.eigvalsh(hessian)
    kappa = (lam[-1] / lam[0]).item()
    momentum = (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)
    gd = (kappa - 1) / (kappa + 1)
    return momentum, gd

# %% best-rates wrong="condition number upside down: negative rates"
def best_rates(hessian):
    lam = torch.linalg.eigvalsh(hessian)
    kappa = lam[0].item() / lam[-1].item()
    r = kappa ** 0.5
    return (kappa - 1) / (kappa + 1), (r - 1) / (r + 1)

# %% best-rates wrong="no root in the rate of momentum: both are equal"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    eigs = torch.linalg.eigvalsh(hessian)
    kappa = float(eigs.max() / eigs.min())
    rho = (kappa - 1) / (kappa + 1)
    return rho, rho

# %% best-rates wrong="root of the whole fraction instead of the root of kappa"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    eigs = torch.linalg.eigvalsh(hessian)
    kappa = (eigs[-1] / eigs[0]).item()
    gd = (kappa - 1) / (kappa + 1)
    return gd, math.sqrt(gd)

# %% best-rates wrong="returns only the rate of gradient descent"
def best_rates(hessian):
    lam = torch.linalg.eigvalsh(hessian)
    k = (lam[-1] / lam[0]).item()
    return (k - 1) / (k + 1)

# %% best-rates wrong="fraction upside down: rates above 1"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    lam = torch.linalg.eigvalsh(hessian)
    kappa = (lam[-1] / lam[0]).item()
    s = math.sqrt(kappa)
    return (kappa + 1) / (kappa - 1), (s + 1) / (s - 1)

# %% best-rates wrong="returns the best settings beta: the square of the rate of momentum"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    lam = torch.linalg.eigvalsh(hessian)
    kappa = (lam[-1] / lam[0]).item()
    root = math.sqrt(kappa)
    return (kappa - 1) / (kappa + 1), ((root - 1) / (root + 1)) ** 2

# %% best-rates wrong="largest eigenvalue taken for the condition number"
def best_rates(hessian):
    kappa = torch.linalg.eigvalsh(hessian)[-1].item()
    return (kappa - 1) / (kappa + 1), (math.sqrt(kappa) - 1) / (math.sqrt(kappa) + 1)

# %% best-rates wrong="missing parentheses: kappa - 1 / kappa + 1"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    lam = torch.linalg.eigvalsh(hessian)
    kappa = lam[-1].item() / lam[0].item()
    return kappa - 1 / kappa + 1, math.sqrt(kappa) - 1 / math.sqrt(kappa) + 1

# %% best-rates wrong="rate of gradient descent at step 1 over the largest curvature: 1 - 1/kappa"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    lam = torch.linalg.eigvalsh(hessian)
    kappa = (lam.max() / lam.min()).item()
    return 1 - 1 / kappa, 1 - 1 / math.sqrt(kappa)

# %% best-rates wrong="prints the rates and returns nothing"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    lam = torch.linalg.eigvalsh(hessian)
    kappa = (lam[-1] / lam[0]).item()
    root = math.sqrt(kappa)
    print((kappa - 1) / (kappa + 1), (root - 1) / (root + 1))

# %% best-rates wrong="largest and smallest diagonal entry: right for a diagonal matrix only" kind="sneaky"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    d = hessian.diagonal()
    kappa = (d.max() / d.min()).item()
    root = math.sqrt(kappa)
    return (kappa - 1) / (kappa + 1), (root - 1) / (root + 1)

# %% best-rates wrong="condition number in the Frobenius norm" kind="sneaky"
def best_rates(hessian):
    kappa = torch.linalg.cond(hessian, "fro").item()
    root = kappa ** 0.5
    return (kappa - 1) / (kappa + 1), (root - 1) / (root + 1)

# %% best-rates wrong="unpacks exactly two eigenvalues: fails for other sizes" kind="sneaky"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    small, large = torch.linalg.eigvalsh(hessian).tolist()
    kappa = large / small
    root = math.sqrt(kappa)
    return (kappa - 1) / (kappa + 1), (root - 1) / (root + 1)

# %% best-rates wrong="whole-number division for the condition number" kind="sneaky"
def best_rates(hessian: torch.Tensor) -> tuple[float, float]:
    lam = torch.linalg.eigvalsh(hessian)
    kappa = lam[-1].item() // lam[0].item()
    root = math.sqrt(kappa)
    return (kappa - 1) / (kappa + 1), (root - 1) / (root + 1)

# %% best-rates wrong="takes the first two of the falling eigenvalues: right for two by two only" kind="sneaky"
def best_rates(hessian):
    ev = sorted(torch.linalg.eigvalsh(hessian).tolist(), reverse=True)
    kappa = ev[0] / ev[1]
    r = math.sqrt(kappa)
    return (kappa - 1) / (kappa + 1), (r - 1) / (r + 1)

# %% convergence-rate right="end to end quotient from the middle"
def convergence_rate(errors: torch.Tensor) -> float:
    a = len(errors) // 2
    b = len(errors) - 1
    return (errors[b] / errors[a]).item() ** (1 / (b - a))

# %% convergence-rate right="mean of the log ratios"
def convergence_rate(errors):
    second = errors[len(errors) // 2 :]
    ratios = second[1:] / second[:-1]
    return ratios.log().mean().exp().item()

# %% convergence-rate right="straight line fitted to the logs with numpy"
import numpy as np

def convergence_rate(errors: torch.Tensor) -> float:
    e = errors.detach().double().numpy()
    start = len(e) // 2
    k = np.arange(start, len(e))
    slope, _ = np.polyfit(k, np.log(e[start:]), 1)
    return float(np.exp(slope))

# %% convergence-rate right="loop over the factors, geometric mean by logs"
def convergence_rate(errors: torch.Tensor) -> float:
    values = errors.tolist()
    n = len(values)
    half = n // 2
    log_sum = 0.0
    count = 0
    for k in range(half, n - 1):
        factor = values[k + 1] / values[k]
        log_sum += math.log(factor)
        count += 1
    average_log = log_sum / count
    return math.exp(average_log)

# %% convergence-rate right="statistics.geometric_mean of the ratios"
from statistics import geometric_mean

def convergence_rate(errors):
    tail = errors.double()[errors.numel() // 2 :].tolist()
    return geometric_mean([b / a for a, b in zip(tail, tail[1:])])

# %% convergence-rate right="difference of two logs over the number of steps"
def convergence_rate(e: torch.Tensor) -> float:
    logs = torch.log(e.to(torch.float64))
    mid, last = e.shape[0] // 2, e.shape[0] - 1
    return math.exp((logs[last] - logs[mid]).item() / (last - mid))

# %% convergence-rate right="least squares line with torch.linalg.lstsq"
def convergence_rate(errors: torch.Tensor) -> float:
    tail = errors[len(errors) // 2 :].double()
    k = torch.arange(len(tail), dtype=torch.float64)
    A = torch.stack([k, torch.ones_like(k)], dim=1)
    solution = torch.linalg.lstsq(A, tail.log().unsqueeze(1)).solution
    return solution[0].exp().item()

# %% convergence-rate wrong="arithmetic mean of the ratios"
def convergence_rate(errors: torch.Tensor) -> float:
    half = errors[len(errors) // 2 :]
    ratios = half[1:] / half[:-1]
    return ratios.mean().item()

# %% convergence-rate wrong="looks at all steps and not only at the second half"
def convergence_rate(errors: torch.Tensor) -> float:
    n = len(errors)
    return (errors[-1] / errors[0]).item() ** (1 / (n - 1))

# %% convergence-rate wrong="ratio upside down: above 1 for a shrinking run"
def convergence_rate(errors):
    second = errors[len(errors) // 2 :]
    ratios = second[:-1] / second[1:]
    return torch.exp(torch.log(ratios).mean()).item()

# %% convergence-rate wrong="uses the first half"
def convergence_rate(errors: torch.Tensor) -> float:
    half = len(errors) // 2
    first = errors[:half]
    return (first[-1] / first[0]).item() ** (1 / (len(first) - 1))

# %% convergence-rate wrong="returns the slope of the logs without exp"
def convergence_rate(errors: torch.Tensor) -> float:
    a = len(errors) // 2
    b = len(errors) - 1
    slope = (errors[b].log() - errors[a].log()) / (b - a)
    return slope.item()

# %% convergence-rate wrong="only the last ratio"
def convergence_rate(errors):
    return (errors[-1] / errors[-2]).item()

# %% convergence-rate wrong="no root: the whole shrinkage of the second half"
def convergence_rate(errors: torch.Tensor) -> float:
    half = errors[len(errors) // 2 :]
    rho = 1.0
    for k in range(len(half) - 1):
        rho = rho * (half[k + 1] / half[k]).item()
    return rho

# %% convergence-rate wrong="line fitted to the errors themselves and not to their logs"
import numpy as np

def convergence_rate(errors: torch.Tensor) -> float:
    n = len(errors)
    tail = errors[n // 2 :].numpy()
    slope = np.polyfit(np.arange(len(tail)), tail, 1)[0]
    return float(np.exp(slope))

# %% convergence-rate wrong="divides by the index of the last step instead of the number of factors"
def convergence_rate(errors: torch.Tensor) -> float:
    n = len(errors)
    mid = n // 2
    return (errors[-1] / errors[mid]).item() ** (1 / (n - 1))

# %% convergence-rate wrong="mean of the differences instead of the ratios"
def convergence_rate(errors):
    tail = errors[len(errors) // 2 :]
    return (tail[1:] - tail[:-1]).mean().item()

# %% convergence-rate wrong="geometric mean of the errors and not of their ratios"
def convergence_rate(errors: torch.Tensor) -> float:
    tail = errors[len(errors) // 2 :]
    return tail.log().mean().exp().item()

# %% convergence-rate wrong="log to base 10 undone with exp"
def convergence_rate(errors: torch.Tensor) -> float:
    tail = errors[len(errors) // 2 :]
    logs = torch.log10(tail)
    slope = (logs[-1] - logs[0]) / (len(tail) - 1)
    return torch.exp(slope).item()

# %% convergence-rate wrong="hard-codes steps 100 and 300 of the experiment below" kind="sneaky"
def convergence_rate(errors: torch.Tensor) -> float:
    return (errors[300] / errors[100]).item() ** (1 / 200)

# %% convergence-rate wrong="one factor too many in the exponent: counts the points of the second half instead of the steps" kind="sneaky"
def convergence_rate(errors: torch.Tensor) -> float:
    tail = errors[len(errors) // 2 :]
    return float((tail[-1] / tail[0]) ** (1 / len(tail)))

# %% convergence-rate wrong="exponent n // 2 is right for an odd number of steps only" kind="sneaky"
def convergence_rate(errors):
    n = errors.shape[0]
    return float(errors[-1] / errors[n // 2]) ** (1.0 / (n // 2))

# %% convergence-rate wrong="median of the ratios: wrong when they wobble" kind="sneaky"
def convergence_rate(errors: torch.Tensor) -> float:
    tail = errors[len(errors) // 2 :]
    ratios = tail[1:] / tail[:-1]
    return ratios.median().item()

# %% convergence-rate wrong="skips the first ten steps instead of the first half" kind="sneaky"
def convergence_rate(errors: torch.Tensor) -> float:
    tail = errors[10:]
    return (tail[-1] / tail[0]).item() ** (1 / (len(tail) - 1))

# %% nesterov right="list in the state"
def nesterov_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, beta: float
) -> tuple[list[torch.Tensor], dict]:
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(old, grads)]
    new = [p - lr * (g + beta * v) for p, g, v in zip(params, grads, velocity)]
    return new, {"velocity": velocity}

# %% nesterov right="one loop with append"
def nesterov_step(params, grads, state, lr, beta):
    if "v" not in state:
        state["v"] = [0.0] * len(params)
    new_params = []
    new_v = []
    for i in range(len(params)):
        v = beta * state["v"][i] + grads[i]
        look_ahead = grads[i] + beta * v
        new_v.append(v)
        new_params.append(params[i] - lr * look_ahead)
    state["v"] = new_v
    return new_params, state

# %% nesterov right="expanded formula in the old velocity"
def nesterov_step(params, grads, state, lr, beta):
    vs = state["vs"] if "vs" in state else [torch.zeros_like(g) for g in grads]
    # g + beta (beta v + g) = (1 + beta) g + beta^2 v
    out = [p - lr * ((1 + beta) * g + beta**2 * v) for p, g, v in zip(params, grads, vs)]
    return out, {"vs": [beta * v + g for v, g in zip(vs, grads)]}

# %% nesterov right="in place on its own buffers, keyed by index"
def nesterov_step(params, grads, state, lr, beta):
    result = []
    for i, (w, g) in enumerate(zip(params, grads)):
        buf = state.setdefault(i, torch.zeros_like(w))
        buf.mul_(beta).add_(g)
        result.append(w.sub(g.add(buf, alpha=beta), alpha=lr))
    return result, state

# %% nesterov right="numpy in float64, back in the dtype of the parameter"
import numpy as np

def nesterov_step(params, grads, state, lr, beta):
    n = len(params)
    v_old = state.get("v", [np.zeros(tuple(p.shape)) for p in params])
    new_params, v_new = [], []
    for k in range(n):
        g = grads[k].detach().numpy().astype(np.float64)
        v = beta * v_old[k] + g
        w = params[k].detach().numpy().astype(np.float64) - lr * (g + beta * v)
        v_new.append(v)
        new_params.append(torch.tensor(w, dtype=params[k].dtype))
    return new_params, {"v": v_new}

# %% nesterov right="helper function for a single tensor"
def one_tensor(w, g, v, lr, beta):
    v = beta * v + g
    w = w - lr * (g + beta * v)
    return w, v


def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity") or [torch.zeros_like(p) for p in params]
    pairs = [one_tensor(w, g, v, lr, beta) for w, g, v in zip(params, grads, velocity)]
    return [w for w, _ in pairs], {"velocity": [v for _, v in pairs]}

# %% nesterov wrong="plain momentum: no look ahead"
def nesterov_step(params, grads, state, lr, beta):
    vel = state.get("velocity", [torch.zeros_like(p) for p in params])
    vel = [beta * v + g for v, g in zip(vel, grads)]
    return [p - lr * v for p, v in zip(params, vel)], {"velocity": vel}

# %% nesterov wrong="uses the old velocity in the step"
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_params = []
    new_velocity = []
    for p, g, v in zip(params, grads, old):
        new_params.append(p - lr * (g + beta * v))
        new_velocity.append(beta * v + g)
    return new_params, {"velocity": new_velocity}

# %% nesterov wrong="stores the look-ahead direction as the velocity"
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = []
    new_params = []
    for p, g, v in zip(params, grads, old):
        v = beta * v + g
        v = g + beta * v
        velocity.append(v)
        new_params.append(p - lr * v)
    return new_params, {"velocity": velocity}

# %% nesterov wrong="beta multiplies the gradient in the look-ahead: v + beta g"
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    vel = [beta * v + g for v, g in zip(old, grads)]
    new = [p - lr * (v + beta * g) for p, v, g in zip(params, vel, grads)]
    return new, {"velocity": vel}

# %% nesterov wrong="forgets beta in the step: g + v"
def nesterov_step(params, grads, state, lr, beta):
    if not state:
        state["velocity"] = [torch.zeros_like(p) for p in params]
    new_v = [beta * v + g for v, g in zip(state["velocity"], grads)]
    new_p = [p - lr * (g + v) for p, g, v in zip(params, grads, new_v)]
    state["velocity"] = new_v
    return new_p, state

# %% nesterov wrong="adds instead of subtracts"
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * a + g for a, g in zip(old, grads)]
    return [p + lr * (g + beta * b) for p, g, b in zip(params, grads, v)], {"v": v}

# %% nesterov wrong="1 - beta in front of the gradient in the velocity"
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    new_v = [beta * v + (1 - beta) * g for v, g in zip(old, grads)]
    new_p = [p - lr * (g + beta * v) for p, g, v in zip(params, grads, new_v)]
    return new_p, {"v": new_v}

# %% nesterov wrong="returns an empty state: velocity restarts each step"
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(velocity, grads)]
    new_params = [p - lr * (g + beta * v) for p, g, v in zip(params, grads, velocity)]
    return new_params, {}

# %% nesterov wrong="returns only the parameters"
def nesterov_step(params, grads, state, lr, beta):
    velocity = state.get("velocity", [torch.zeros_like(p) for p in params])
    velocity = [beta * v + g for v, g in zip(velocity, grads)]
    state["velocity"] = velocity
    return [p - lr * (g + beta * v) for p, g, v in zip(params, grads, velocity)]

# %% nesterov wrong="parentheses: learning rate only on the gradient"
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("velocity", [torch.zeros_like(p) for p in params])
    vel = [beta * v + g for v, g in zip(old, grads)]
    new = [p - lr * g + beta * v for p, g, v in zip(params, grads, vel)]
    return new, {"velocity": vel}

# %% nesterov wrong="uses the velocity of the last tensor for all parameters"
def nesterov_step(params, grads, state, lr, beta):
    vel = state.get("velocity", [torch.zeros_like(p) for p in params])
    new_vel = []
    for v, g in zip(vel, grads):
        v = beta * v + g
        new_vel.append(v)
    new_params = []
    for p, g in zip(params, grads):
        new_params.append(p - lr * (g + beta * v))
    return new_params, {"velocity": new_vel}

# %% nesterov wrong="torch.optim.SGD with nesterov=True: raises for beta = 0" kind="sneaky"
def nesterov_step(params, grads, state, lr, beta):
    copies = [p.detach().clone() for p in params]
    opt = torch.optim.SGD(copies, lr=lr, momentum=beta, nesterov=True)
    for i, c in enumerate(copies):
        c.grad = grads[i].clone()
        if state:
            opt.state[c]["momentum_buffer"] = state["buffers"][i]
    opt.step()
    return copies, {"buffers": [opt.state[c]["momentum_buffer"] for c in copies]}

# %% nesterov wrong="keeps the caller's own gradients as velocity and changes them in place later" kind="sneaky"
def nesterov_step(params, grads, state, lr, beta):
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        if i not in state:
            state[i] = g
        else:
            state[i].mul_(beta).add_(g)
        new_params.append(p - lr * (g + beta * state[i]))
    return new_params, state

# %% nesterov wrong="velocity kept as an attribute of the function: a second run begins with the old one" kind="sneaky"
def nesterov_step(params, grads, state, lr, beta):
    if not hasattr(nesterov_step, "velocity"):
        nesterov_step.velocity = [torch.zeros_like(p) for p in params]
    nesterov_step.velocity = [beta * v + g for v, g in zip(nesterov_step.velocity, grads)]
    new = [p - lr * (g + beta * v) for p, g, v in zip(params, grads, nesterov_step.velocity)]
    return new, state

# %% nesterov wrong="learning rate inside the velocity: differs when the learning rate changes between steps" kind="sneaky"
def nesterov_step(params, grads, state, lr, beta):
    old = state.get("v", [torch.zeros_like(p) for p in params])
    v = [beta * a + lr * g for a, g in zip(old, grads)]
    new = [p - (lr * g + beta * b) for p, g, b in zip(params, grads, v)]
    return new, {"v": v}

# %% nesterov wrong="velocity written over by each tensor in the loop: works for one tensor only" kind="sneaky"
def nesterov_step(params, grads, state, lr, beta):
    v = state.get("v", 0)
    new_params = []
    for p, g in zip(params, grads):
        v = beta * v + g
        new_params.append(p - lr * (g + beta * v))
    state["v"] = v
    return new_params, state

# %% rmsprop right="list comprehension, list in the state"
def rmsprop_step(
    params: list[torch.Tensor],
    grads: list[torch.Tensor],
    state: dict,
    lr: float,
    alpha: float,
    eps: float,
) -> tuple[list[torch.Tensor], dict]:
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * a + (1 - alpha) * g**2 for a, g in zip(old, grads)]
    new = [p - lr * g / (a.sqrt() + eps) for p, g, a in zip(params, grads, s)]
    return new, {"s": s}

# %% rmsprop right="loop keyed by index, verbose"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    new_params = []
    new_state = {}
    for i in range(len(params)):
        w = params[i]
        g = grads[i]
        if i in state:
            s = state[i]
        else:
            s = torch.zeros_like(w)
        s = alpha * s + (1 - alpha) * g * g
        step = g / (torch.sqrt(s) + eps)
        new_params.append(w - lr * step)
        new_state[i] = s
    return new_params, new_state

# %% rmsprop right="own buffers changed in place with addcmul and addcdiv"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if "square_avg" not in state:
        state["square_avg"] = [torch.zeros_like(g) for g in grads]
    out = []
    for p, g, sq in zip(params, grads, state["square_avg"]):
        sq.mul_(alpha).addcmul_(g, g, value=1 - alpha)
        denom = sq.sqrt().add_(eps)
        out.append(torch.addcdiv(p, g, denom, value=-lr))
    return out, state

# %% rmsprop right="torch.optim.RMSprop on copies with its state carried over"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    copies = [p.detach().clone() for p in params]
    opt = torch.optim.RMSprop(copies, lr=lr, alpha=alpha, eps=eps)
    old = state.get("square_avg", [torch.zeros_like(c) for c in copies])
    for c, g, s in zip(copies, grads, old):
        c.grad = g.detach().clone()
        opt.state[c] = {"step": torch.tensor(0.0), "square_avg": s.clone()}
    opt.step()
    return copies, {"square_avg": [opt.state[c]["square_avg"] for c in copies]}

# %% rmsprop right="numpy in float64, back in the dtype of the parameter"
import numpy as np

def rmsprop_step(params, grads, state, lr, alpha, eps):
    memory = state.get("memory", [0.0] * len(params))
    result, new_memory = [], []
    for p, g, s in zip(params, grads, memory):
        g64 = g.detach().numpy().astype(float)
        s = alpha * s + (1 - alpha) * g64 ** 2
        w = p.detach().numpy().astype(float) - lr * g64 / (np.sqrt(s) + eps)
        new_memory.append(s)
        result.append(torch.tensor(w, dtype=p.dtype))
    return result, {"memory": new_memory}

# %% rmsprop right="memory as a moving average written with lerp"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    s = state["s"] if state else [torch.zeros_like(p) for p in params]
    s = [torch.lerp(old, g.square(), 1 - alpha) for old, g in zip(s, grads)]
    return [p - (lr / (old.sqrt() + eps)) * g for p, g, old in zip(params, grads, s)], {"s": s}

# %% rmsprop wrong="eps inside the root"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * a + (1 - alpha) * g**2 for a, g in zip(old, grads)]
    new = [p - lr * g / torch.sqrt(a + eps) for p, g, a in zip(params, grads, s)]
    return new, {"s": s}

# %% rmsprop wrong="forgets the root"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if "s" not in state:
        state["s"] = [torch.zeros_like(p) for p in params]
    new_s, new_p = [], []
    for p, g, s in zip(params, grads, state["s"]):
        s = alpha * s + (1 - alpha) * g ** 2
        new_s.append(s)
        new_p.append(p - lr * g / (s + eps))
    return new_p, {"s": new_s}

# %% rmsprop wrong="gradient not squared in the memory"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * a + (1 - alpha) * g for a, g in zip(old, grads)]
    new = [p - lr * g / (torch.sqrt(a) + eps) for p, g, a in zip(params, grads, s)]
    return new, {"s": s}

# %% rmsprop wrong="alpha and 1 - alpha exchanged"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    new_s = []
    new_params = []
    for p, g, s in zip(params, grads, old):
        s = (1 - alpha) * s + alpha * g**2
        new_s.append(s)
        new_params.append(p - lr * g / (s.sqrt() + eps))
    return new_params, {"s": new_s}

# %% rmsprop wrong="divides by the old memory"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    new_params = [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, old)]
    new_s = [alpha * s + (1 - alpha) * g**2 for s, g in zip(old, grads)]
    return new_params, {"s": new_s}

# %% rmsprop wrong="Adagrad: sums up all squares"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [a + g**2 for a, g in zip(old, grads)]
    new = [p - lr * g / (a.sqrt() + eps) for p, g, a in zip(params, grads, s)]
    return new, {"s": s}

# %% rmsprop wrong="no 1 - alpha in front of the square"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * a + g * g for a, g in zip(old, grads)]
    new = [p - lr * g / (a.sqrt() + eps) for p, g, a in zip(params, grads, s)]
    return new, {"s": s}

# %% rmsprop wrong="memory is computed and not returned: the state stays empty"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    new_params = []
    for i in range(len(params)):
        s_new = alpha * s[i] + (1 - alpha) * grads[i] ** 2
        new_params.append(params[i] - lr * grads[i] / (torch.sqrt(s_new) + eps))
    return new_params, state

# %% rmsprop wrong="steps along the square of the gradient: the sign is lost"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    new_s, new_params = [], []
    for p, g, s in zip(params, grads, old):
        g = g ** 2
        s = alpha * s + (1 - alpha) * g
        new_s.append(s)
        new_params.append(p - lr * g / (s.sqrt() + eps))
    return new_params, {"s": new_s}

# %% rmsprop wrong="one scale for a whole tensor: mean of the squares instead of entry by entry"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [0.0 for _ in params])
    s = [alpha * a + (1 - alpha) * (g**2).mean() for a, g in zip(old, grads)]
    new = [p - lr * g / (a.sqrt() + eps) for p, g, a in zip(params, grads, s)]
    return new, {"s": s}

# %% rmsprop wrong="adds the step"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * a + (1 - alpha) * g.pow(2) for a, g in zip(old, grads)]
    return [p + lr * g / (a.sqrt() + eps) for p, g, a in zip(params, grads, s)], {"s": s}

# %% rmsprop wrong="missing parentheses: eps is added to the quotient"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * a + (1 - alpha) * g.pow(2) for a, g in zip(old, grads)]
    return [p - lr * (g / a.sqrt() + eps) for p, g, a in zip(params, grads, s)], {"s": s}

# %% rmsprop wrong="memory starts at one instead of zero"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not state:
        state["s"] = [torch.ones_like(p) for p in params]
    state["s"] = [alpha * s + (1 - alpha) * g**2 for s, g in zip(state["s"], grads)]
    out = [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, state["s"])]
    return out, state

# %% rmsprop wrong="bias correction that is not in the rule"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    t = state.get("t", 0) + 1
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * a + (1 - alpha) * g**2 for a, g in zip(old, grads)]
    new = []
    for p, g, a in zip(params, grads, s):
        corrected = a / (1 - alpha**t)
        new.append(p - lr * g / (corrected.sqrt() + eps))
    return new, {"s": s, "t": t}

# %% rmsprop wrong="eps is ignored: zero over zero gives nan where the gradient is zero" kind="sneaky"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    old = state.get("s", [torch.zeros_like(p) for p in params])
    s = [alpha * a + (1 - alpha) * g**2 for a, g in zip(old, grads)]
    return [p - lr * g / torch.sqrt(a) for p, g, a in zip(params, grads, s)], {"s": s}

# %% rmsprop wrong="first step sets the memory to the square itself" kind="sneaky"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    if "s" in state:
        s = [alpha * a + (1 - alpha) * g**2 for a, g in zip(state["s"], grads)]
    else:
        s = [g**2 for g in grads]
    new = [p - lr * g / (a.sqrt() + eps) for p, g, a in zip(params, grads, s)]
    return new, {"s": s}

# %% rmsprop wrong="fixed eps of 1e-8: the argument is ignored" kind="sneaky"
def rmsprop_step(params, grads, state, lr, alpha, eps=1e-8):
    s_old = state.get("s", [torch.zeros_like(p) for p in params])
    new_params, s_new = [], []
    for p, g, s in zip(params, grads, s_old):
        s = alpha * s + (1 - alpha) * g * g
        s_new.append(s)
        new_params.append(p - lr * g / (torch.sqrt(s) + 1e-8))
    return new_params, {"s": s_new}

# %% rmsprop wrong="one memory for all tensors: works for a single tensor only" kind="sneaky"
def rmsprop_step(params, grads, state, lr, alpha, eps):
    s = state.get("s", 0.0)
    new_params = []
    for p, g in zip(params, grads):
        s = alpha * s + (1 - alpha) * g**2
        new_params.append(p - lr * g / (s.sqrt() + eps))
    return new_params, {"s": s}

# %% rmsprop wrong="memory in a global list and not in the state: a second run begins with the old one" kind="sneaky"
memory = []

def rmsprop_step(params, grads, state, lr, alpha, eps):
    if not memory:
        for p in params:
            memory.append(torch.zeros_like(p))
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        memory[i] = alpha * memory[i] + (1 - alpha) * g**2
        new_params.append(p - lr * g / (memory[i].sqrt() + eps))
    return new_params, state

# %% adam right="lists m and v and a step count in the state"
def adam_step(
    params: list[torch.Tensor],
    grads: list[torch.Tensor],
    state: dict,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> tuple[list[torch.Tensor], dict]:
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new_params = []
    for p, a, b in zip(params, m, v):
        m_hat = a / (1 - beta1**t)
        v_hat = b / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (v_hat.sqrt() + eps))
    return new_params, {"m": m, "v": v, "t": t}

# %% adam right="index keyed state, in-place on own buffers"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state["t"] = 0
        for i, p in enumerate(params):
            state[i] = (torch.zeros_like(p), torch.zeros_like(p))
    state["t"] += 1
    c1 = 1 - beta1 ** state["t"]
    c2 = 1 - beta2 ** state["t"]
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m, v = state[i]
        m.mul_(beta1).add_(g, alpha=1 - beta1)
        v.mul_(beta2).addcmul_(g, g, value=1 - beta2)
        out.append(p - lr * (m / c1) / ((v / c2).sqrt() + eps))
    return out, state

# %% adam right="torch.optim.Adam on copies, its state carried over"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    copies = [p.detach().clone() for p in params]
    optimizer = torch.optim.Adam(copies, lr=lr, betas=(beta1, beta2), eps=eps)
    for i, c in enumerate(copies):
        c.grad = grads[i].detach().clone()
        if i in state:
            optimizer.state[c] = {
                k: value.clone() for k, value in state[i].items()
            }
    optimizer.step()
    return copies, {i: dict(optimizer.state[c]) for i, c in enumerate(copies)}

# %% adam right="small class for the memory of one tensor"
class Memory:
    def __init__(self, like):
        self.m = torch.zeros_like(like)
        self.v = torch.zeros_like(like)

    def update(self, g, beta1, beta2):
        self.m = beta1 * self.m + (1 - beta1) * g
        self.v = beta2 * self.v + (1 - beta2) * g * g


def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if "memories" not in state:
        state["memories"] = [Memory(p) for p in params]
        state["count"] = 0
    state["count"] = state["count"] + 1
    t = state["count"]
    new = []
    for p, g, memory in zip(params, grads, state["memories"]):
        memory.update(g, beta1, beta2)
        m_hat = memory.m / (1 - beta1**t)
        v_hat = memory.v / (1 - beta2**t)
        new.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
    return new, state

# %% adam right="keeps the powers of beta as running products"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    m_old, v_old, b1t, b2t = state.get("all", (None, None, 1.0, 1.0))
    if m_old is None:
        m_old = [torch.zeros_like(p) for p in params]
        v_old = [torch.zeros_like(p) for p in params]
    b1t *= beta1
    b2t *= beta2
    m_new, v_new, p_new = [], [], []
    for p, g, m, v in zip(params, grads, m_old, v_old):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g.square()
        step = (m / (1 - b1t)) / ((v / (1 - b2t)) ** 0.5 + eps)
        m_new.append(m)
        v_new.append(v)
        p_new.append(p - lr * step)
    return p_new, {"all": (m_new, v_new, b1t, b2t)}

# %% adam right="numpy in float64, back in the dtype of the parameter"
import numpy as np

def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    ms = state.get("m", [np.zeros(tuple(p.shape)) for p in params])
    vs = state.get("v", [np.zeros(tuple(p.shape)) for p in params])
    out, new_m, new_v = [], [], []
    for p, g, m, v in zip(params, grads, ms, vs):
        g = g.detach().double().numpy()
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        w = p.detach().double().numpy() - lr * (m / (1 - beta1 ** t)) / (np.sqrt(v / (1 - beta2 ** t)) + eps)
        out.append(torch.as_tensor(np.asarray(w)).to(p.dtype))
        new_m.append(m)
        new_v.append(v)
    return out, {"t": t, "m": new_m, "v": new_v}

# %% adam wrong="no bias correction at all"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = [p - lr * a / (b.sqrt() + eps) for p, a, b in zip(params, m, v)]
    return new, {"m": m, "v": v}

# %% adam wrong="counts from zero: divides by zero at the first step"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0)
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new_params = []
    for p, a, b in zip(params, m, v):
        m_hat = a / (1 - beta1**t)
        v_hat = b / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (v_hat.sqrt() + eps))
    return new_params, {"m": m, "v": v, "t": t + 1}

# %% adam wrong="t is never counted up: corrects as at the first step forever"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 1)
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    m_hat = [a / (1 - beta1**t) for a in m]
    v_hat = [b / (1 - beta2**t) for b in v]
    new = [p - lr * a / (b.sqrt() + eps) for p, a, b in zip(params, m_hat, v_hat)]
    state["m"] = m
    state["v"] = v
    return new, state

# %% adam wrong="stores the corrected memories"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = state.get("m", [torch.zeros_like(p) for p in params])
    v = state.get("v", [torch.zeros_like(p) for p in params])
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m[i] = beta1 * m[i] + (1 - beta1) * g
        v[i] = beta2 * v[i] + (1 - beta2) * g**2
        m[i] = m[i] / (1 - beta1**t)
        v[i] = v[i] / (1 - beta2**t)
        new_params.append(p - lr * m[i] / (torch.sqrt(v[i]) + eps))
    return new_params, {"t": t, "m": m, "v": v}

# %% adam wrong="eps inside the root"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if "t" not in state:
        state = {"t": 0, "m": [torch.zeros_like(p) for p in params], "v": [torch.zeros_like(p) for p in params]}
    t = state["t"] + 1
    new_params, ms, vs = [], [], []
    for p, g, m, v in zip(params, grads, state["m"], state["v"]):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        ms.append(m)
        vs.append(v)
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        new_params.append(p - lr * m_hat / torch.sqrt(v_hat + eps))
    return new_params, {"t": t, "m": ms, "v": vs}

# %% adam wrong="gradient not squared in the second memory"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        new.append(p - lr * (a / (1 - beta1**t)) / (torch.sqrt(b / (1 - beta2**t)) + eps))
    return new, {"t": t, "m": m, "v": v}

# %% adam wrong="the two betas exchanged"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta2 * a + (1 - beta2) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta1 * a + (1 - beta1) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        m_hat = a / (1 - beta2**t)
        v_hat = b / (1 - beta1**t)
        new.append(p - lr * m_hat / (v_hat.sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}

# %% adam wrong="correction without the power of t"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    m = state.get("m", [torch.zeros_like(p) for p in params])
    v = state.get("v", [torch.zeros_like(p) for p in params])
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(v, grads)]
    m_hat = [a / (1 - beta1) for a in m]
    v_hat = [b / (1 - beta2) for b in v]
    new = [p - lr * a / (b.sqrt() + eps) for p, a, b in zip(params, m_hat, v_hat)]
    return new, {"m": m, "v": v}

# %% adam wrong="corrects only the second memory"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new_params = []
    for p, a, b in zip(params, m, v):
        v_hat = b / (1 - beta2**t)
        new_params.append(p - lr * a / (v_hat.sqrt() + eps))
    return new_params, {"m": m, "v": v, "t": t}

# %% adam wrong="forgets the root of v hat"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        m_hat, v_hat = a / (1 - beta1**t), b / (1 - beta2**t)
        new.append(p - lr * m_hat / (v_hat + eps))
    return new, {"m": m, "v": v, "t": t}

# %% adam wrong="name slip: gradient g used outside the loop, so m of every tensor takes the last gradient"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    for g in grads:
        g2 = g**2
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a in state.get("m", zeros)]
    v = [beta2 * a + (1 - beta2) * g2 for a in state.get("v", zeros)]
    new = []
    for p, a, b in zip(params, m, v):
        new.append(p - lr * (a / (1 - beta1**t)) / ((b / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}

# %% adam wrong="returns the parameters only"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    state["t"] = state.get("t", 0) + 1
    t = state["t"]
    if "m" not in state:
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    new = []
    for i in range(len(params)):
        state["m"][i] = beta1 * state["m"][i] + (1 - beta1) * grads[i]
        state["v"][i] = beta2 * state["v"][i] + (1 - beta2) * grads[i] ** 2
        m_hat = state["m"][i] / (1 - beta1**t)
        v_hat = state["v"][i] / (1 - beta2**t)
        new.append(params[i] - lr * m_hat / (v_hat.sqrt() + eps))
    return new

# %% adam wrong="step counted inside the loop over the tensors: too fast with more than one" kind="sneaky"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    if not state:
        state = {"t": 0, "m": [torch.zeros_like(p) for p in params], "v": [torch.zeros_like(p) for p in params]}
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        state["t"] += 1
        t = state["t"]
        state["m"][i] = beta1 * state["m"][i] + (1 - beta1) * g
        state["v"][i] = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = state["m"][i] / (1 - beta1**t)
        v_hat = state["v"][i] / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (v_hat.sqrt() + eps))
    return new_params, state

# %% adam wrong="efficient form with eps next to the uncorrected root: eps weighs too much at first" kind="sneaky"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    lr_t = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    new = [p - lr_t * a / (b.sqrt() + eps) for p, a, b in zip(params, m, v)]
    return new, {"t": t, "m": m, "v": v}

# %% adam wrong="usual betas and eps hard-coded: the arguments are ignored" kind="sneaky"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    b1, b2, e = 0.9, 0.999, 1e-8
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [b1 * a + (1 - b1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [b2 * a + (1 - b2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        new.append(p - lr * (a / (1 - b1**t)) / ((b / (1 - b2**t)).sqrt() + e))
    return new, {"t": t, "m": m, "v": v}

# %% adam wrong="step count in a global variable: a second run begins with the count of the first" kind="sneaky"
t = 0

def adam_step(params, grads, state, lr, beta1, beta2, eps):
    global t
    t = t + 1
    if not state:
        state["m"] = [torch.zeros_like(p) for p in params]
        state["v"] = [torch.zeros_like(p) for p in params]
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        state["m"][i] = beta1 * state["m"][i] + (1 - beta1) * g
        state["v"][i] = beta2 * state["v"][i] + (1 - beta2) * g * g
        m_hat = state["m"][i] / (1 - beta1**t)
        v_hat = state["v"][i] / (1 - beta2**t)
        new_params.append(p - lr * m_hat / (v_hat.sqrt() + eps))
    return new_params, state

# %% adam wrong="AMSGrad: keeps the largest v, so the denominator never shrinks" kind="sneaky"
def adam_step(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    v_hat = [b / (1 - beta2**t) for b in v]
    v_max = [torch.maximum(old, new) for old, new in zip(state.get("v_max", zeros), v_hat)]
    out = [p - lr * a / (1 - beta1**t) / (b.sqrt() + eps) for p, a, b in zip(params, m, v_max)]
    return out, {"t": t, "m": m, "v": v, "v_max": v_max}

# %% adamw right="Adam with one line changed"
def adamw_step(
    params: list[torch.Tensor],
    grads: list[torch.Tensor],
    state: dict,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> tuple[list[torch.Tensor], dict]:
    zeros = [torch.zeros_like(p) for p in params]
    t = state.get("t", 0) + 1
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new_params = []
    for p, a, b in zip(params, m, v):
        m_hat = a / (1 - beta1**t)
        v_hat = b / (1 - beta2**t)
        new_params.append(p - lr * weight_decay * p - lr * m_hat / (v_hat.sqrt() + eps))
    return new_params, {"m": m, "v": v, "t": t}

# %% adamw right="shrinks the weight first by a factor, then the Adam step"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    state["t"] = state.get("t", 0) + 1
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        m, v = state.get(i, (torch.zeros_like(p), torch.zeros_like(p)))
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        state[i] = (m, v)
        shrunk = p * (1 - lr * weight_decay)
        step = (m / (1 - beta1 ** state["t"])) / (torch.sqrt(v / (1 - beta2 ** state["t"])) + eps)
        out.append(shrunk - lr * step)
    return out, state

# %% adamw right="own Adam helper called with decay added afterwards"
def plain_adam(params, grads, state, lr, beta1, beta2, eps):
    t = state.get("t", 0) + 1
    m = state.get("m", [torch.zeros_like(p) for p in params])
    v = state.get("v", [torch.zeros_like(p) for p in params])
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(m, grads)]
    v = [beta2 * a + (1 - beta2) * g.pow(2) for a, g in zip(v, grads)]
    new = [
        p - lr * (a / (1 - beta1**t)) / ((b / (1 - beta2**t)).sqrt() + eps)
        for p, a, b in zip(params, m, v)
    ]
    return new, {"t": t, "m": m, "v": v}


def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    new, state = plain_adam(params, grads, state, lr, beta1, beta2, eps)
    return [n - lr * weight_decay * p for n, p in zip(new, params)], state

# %% adamw right="torch.optim.AdamW on copies, its state carried over"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    copies = [p.detach().clone() for p in params]
    opt = torch.optim.AdamW(copies, lr=lr, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
    for i, c in enumerate(copies):
        c.grad = grads[i].detach().clone()
        if i in state:
            opt.state[c] = {k: s.clone() for k, s in state[i].items()}
    opt.step()
    return copies, {i: opt.state[c] for i, c in enumerate(copies)}

# %% adamw right="verbose, in-place on own buffers"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if len(state) == 0:
        state["step"] = 0
        state["exp_avg"] = [torch.zeros_like(p) for p in params]
        state["exp_avg_sq"] = [torch.zeros_like(p) for p in params]
    state["step"] += 1
    bias1 = 1.0 - beta1 ** state["step"]
    bias2 = 1.0 - beta2 ** state["step"]
    new_params = []
    for i in range(len(params)):
        weight = params[i]
        gradient = grads[i]
        first = state["exp_avg"][i]
        second = state["exp_avg_sq"][i]
        first.mul_(beta1)
        first.add_(gradient * (1 - beta1))
        second.mul_(beta2)
        second.add_(gradient * gradient * (1 - beta2))
        direction = (first / bias1) / (torch.sqrt(second / bias2) + eps)
        decay = weight_decay * weight
        new_params.append(weight - lr * (direction + decay))
    return new_params, state

# %% adamw wrong="L2 penalty: decay added to the gradient"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    grads = [g + weight_decay * p for g, p in zip(grads, params)]
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        new.append(p - lr * (a / (1 - beta1**t)) / ((b / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="decay without the learning rate"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        m_hat = a / (1 - beta1**t)
        v_hat = b / (1 - beta2**t)
        new.append(p - weight_decay * p - lr * m_hat / (v_hat.sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="decay has the wrong sign: weights grow"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        step = (a / (1 - beta1**t)) / ((b / (1 - beta2**t)).sqrt() + eps)
        new.append(p - lr * step + lr * weight_decay * p)
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="weight_decay is ignored: plain Adam"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    if not state:
        state = {"t": 0, "m": [torch.zeros_like(p) for p in params], "v": [torch.zeros_like(p) for p in params]}
    state["t"] += 1
    t = state["t"]
    result = []
    for i, (p, g) in enumerate(zip(params, grads)):
        state["m"][i] = beta1 * state["m"][i] + (1 - beta1) * g
        state["v"][i] = beta2 * state["v"][i] + (1 - beta2) * g**2
        m_hat = state["m"][i] / (1 - beta1**t)
        v_hat = state["v"][i] / (1 - beta2**t)
        result.append(p - lr * m_hat / (torch.sqrt(v_hat) + eps))
    return result, state

# %% adamw wrong="decay inside the quotient: divided by the root of v hat"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        m_hat = a / (1 - beta1**t)
        v_hat = b / (1 - beta2**t)
        new.append(p - lr * (m_hat + weight_decay * p) / (v_hat.sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="no bias correction"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        new.append(p - lr * weight_decay * p - lr * a / (b.sqrt() + eps))
    return new, {"m": m, "v": v}

# %% adamw wrong="decays by the gradient instead of the weight"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, g, a, b in zip(params, grads, m, v):
        step = (a / (1 - beta1**t)) / ((b / (1 - beta2**t)).sqrt() + eps)
        new.append(p - lr * weight_decay * g - lr * step)
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="returns the old state: memories start anew each step"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        m_hat = a / (1 - beta1**t)
        v_hat = b / (1 - beta2**t)
        new.append(p * (1 - lr * weight_decay) - lr * m_hat / (v_hat.sqrt() + eps))
    return new, state

# %% adamw wrong="multiplies by the product lr times weight_decay instead of one minus it"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        p = lr * weight_decay * p
        new.append(p - lr * (a / (1 - beta1**t)) / ((b / (1 - beta2**t)).sqrt() + eps))
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="decays the sign of the weight: L1 instead of weight decay"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        adam = (a / (1 - beta1**t)) / ((b / (1 - beta2**t)).sqrt() + eps)
        new.append(p - lr * adam - lr * weight_decay * torch.sign(p))
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="decay uses the weight after the Adam step and not the one before" kind="sneaky"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        m_hat = a / (1 - beta1**t)
        v_hat = b / (1 - beta2**t)
        p = p - lr * m_hat / (v_hat.sqrt() + eps)
        p = p - lr * weight_decay * p
        new.append(p)
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="decays matrices only: biases are left out" kind="sneaky"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    t = state.get("t", 0) + 1
    zeros = [torch.zeros_like(p) for p in params]
    m = [beta1 * a + (1 - beta1) * g for a, g in zip(state.get("m", zeros), grads)]
    v = [beta2 * a + (1 - beta2) * g**2 for a, g in zip(state.get("v", zeros), grads)]
    new = []
    for p, a, b in zip(params, m, v):
        decay = weight_decay if p.dim() > 1 else 0.0  # no decay for biases
        step = (a / (1 - beta1**t)) / ((b / (1 - beta2**t)).sqrt() + eps)
        new.append(p - lr * decay * p - lr * step)
    return new, {"t": t, "m": m, "v": v}

# %% adamw wrong="torch.optim.AdamW with its default decay of 0.01: the argument is not passed on" kind="sneaky"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    copies = [p.detach().clone() for p in params]
    opt = torch.optim.AdamW(copies, lr=lr, betas=(beta1, beta2), eps=eps)
    for i, c in enumerate(copies):
        c.grad = grads[i].detach().clone()
        if i in state:
            opt.state[c] = {k: s.clone() for k, s in state[i].items()}
    opt.step()
    return copies, {i: opt.state[c] for i, c in enumerate(copies)}

# %% adamw wrong="step counted once per tensor" kind="sneaky"
def adamw_step(params, grads, state, lr, beta1, beta2, eps, weight_decay):
    state.setdefault("t", 0)
    out = []
    for i, (p, g) in enumerate(zip(params, grads)):
        state["t"] += 1
        m = beta1 * state.get(("m", i), torch.zeros_like(p)) + (1 - beta1) * g
        v = beta2 * state.get(("v", i), torch.zeros_like(p)) + (1 - beta2) * g**2
        state["m", i], state["v", i] = m, v
        m_hat = m / (1 - beta1 ** state["t"])
        v_hat = v / (1 - beta2 ** state["t"])
        out.append(p - lr * (m_hat / (v_hat.sqrt() + eps) + weight_decay * p))
    return out, state

# %% numerical-gradient right="flat copies, one entry at a time"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    grad = torch.zeros(x.numel(), dtype=x.dtype)
    flat = x.detach().flatten()
    for i in range(x.numel()):
        plus, minus = flat.clone(), flat.clone()
        plus[i] += h
        minus[i] -= h
        grad[i] = (f(plus.reshape(x.shape)) - f(minus.reshape(x.shape))) / (2 * h)
    return grad.reshape(x.shape)

# %% numerical-gradient right="follows the hint: view(-1) of fresh clones"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    gradient = x.clone()
    for i in range(x.numel()):
        right = x.clone()
        right.view(-1)[i] += h
        left = x.clone()
        left.view(-1)[i] -= h
        gradient.view(-1)[i] = (f(right) - f(left)) / (2 * h)
    return gradient

# %% numerical-gradient right="multi-index with itertools.product"
from itertools import product

def numerical_gradient(f, x, h):
    out = torch.empty_like(x)
    for index in product(*[range(n) for n in x.shape]):
        up = x.clone()
        up[index] = up[index] + h
        down = x.clone()
        down[index] = down[index] - h
        out[index] = (float(f(up)) - float(f(down))) / (2 * h)
    return out

# %% numerical-gradient right="unit vectors from the rows of an identity matrix"
def numerical_gradient(f, x, h):
    E = torch.eye(x.numel(), dtype=x.dtype)
    values = [float(f(x + h * e.reshape(x.shape)) - f(x - h * e.reshape(x.shape))) / (2 * h) for e in E]
    return torch.tensor(values, dtype=x.dtype).reshape(x.shape)

# %% numerical-gradient right="numpy nditer over the indices"
import numpy as np

def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    base = x.detach().numpy().copy()
    grad = np.zeros_like(base)
    for index in np.ndindex(*base.shape):
        saved = base[index].copy()
        base[index] = saved + h
        above = float(f(torch.from_numpy(base.copy())))
        base[index] = saved - h
        below = float(f(torch.from_numpy(base.copy())))
        base[index] = saved
        grad[index] = (above - below) / (2 * h)
    return torch.from_numpy(grad).reshape(x.shape)

# %% numerical-gradient right="inner helper function, verbose"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    """Central differences."""
    shape = x.shape

    def loss_with_shift(i, shift):
        moved = x.reshape(-1).clone()
        moved[i] = moved[i] + shift
        return f(moved.reshape(shape))

    entries = []
    for i in range(x.numel()):
        above = loss_with_shift(i, h)
        below = loss_with_shift(i, -h)
        difference = above - below
        entries.append(float(difference / (2 * h)))
    return torch.tensor(entries, dtype=x.dtype).reshape(shape)

# %% numerical-gradient wrong="one-sided difference instead of the central one"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    grad = torch.zeros_like(x)
    base = f(x)
    for i in range(x.numel()):
        y = x.clone()
        y.view(-1)[i] += h
        grad.view(-1)[i] = (f(y) - base) / h
    return grad

# %% numerical-gradient wrong="divides by h instead of 2 h"
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus = x.clone()
        minus = x.clone()
        plus.view(-1)[i] += h
        minus.view(-1)[i] -= h
        grad.view(-1)[i] = (f(plus) - f(minus)) / h
    return grad

# %% numerical-gradient wrong="missing parentheses: divides by 2 and multiplies by h"
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus = x.clone()
        plus.view(-1)[i] += h
        minus = x.clone()
        minus.view(-1)[i] -= h
        grad.view(-1)[i] = (f(plus) - f(minus)) / 2 * h
    return grad

# %% numerical-gradient wrong="left minus right: sign is wrong"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    g = torch.zeros_like(x).flatten()
    for i in range(len(g)):
        left = x.flatten().clone()
        right = x.flatten().clone()
        left[i] -= h
        right[i] += h
        g[i] = (f(left.reshape(x.shape)) - f(right.reshape(x.shape))) / (2 * h)
    return g.reshape(x.shape)

# %% numerical-gradient wrong="moves all entries at once"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return torch.full_like(x, float(slope))

# %% numerical-gradient wrong="one copy for the whole loop, entries are not put back"
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x)
    y = x.clone()
    for i in range(x.numel()):
        y.view(-1)[i] += h
        above = f(y)
        y.view(-1)[i] -= 2 * h
        below = f(y)
        grad.view(-1)[i] = (above - below) / (2 * h)
    return grad

# %% numerical-gradient wrong="moves right by h and then back only to the start: below is f at x"
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        y = x.clone()
        y.view(-1)[i] += h
        above = f(y)
        y.view(-1)[i] -= h
        below = f(y)
        grad.view(-1)[i] = (above - below) / (2 * h)
    return grad

# %% numerical-gradient wrong="returns a flat list of numbers"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    result = []
    for i in range(x.numel()):
        p = x.clone().flatten()
        m = x.clone().flatten()
        p[i] += h
        m[i] -= h
        result.append(float((f(p.reshape(x.shape)) - f(m.reshape(x.shape))) / (2 * h)))
    return result

# %% numerical-gradient wrong="the result stays flat: shape of x is lost"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    n = x.numel()
    grad = torch.zeros(n, dtype=x.dtype)
    for i in range(n):
        e = torch.zeros(n, dtype=x.dtype)
        e[i] = h
        e = e.reshape(x.shape)
        grad[i] = (f(x + e) - f(x - e)) / (2 * h)
    return grad

# %% numerical-gradient wrong="no copy: writes into x and leaves it changed"
def numerical_gradient(f, x, h):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus = x
        plus.view(-1)[i] += h
        f_plus = f(plus)
        minus = x
        minus.view(-1)[i] -= h
        f_minus = f(minus)
        grad.view(-1)[i] = (f_plus - f_minus) / (2 * h)
    return grad

# %% numerical-gradient wrong="return inside the loop: only the first entry is filled"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        e = torch.zeros(x.numel(), dtype=x.dtype)
        e[i] = h
        e = e.view(x.shape)
        grad.view(-1)[i] = (f(x + e) - f(x - e)) / (2 * h)
        return grad

# %% numerical-gradient wrong="exact gradient by autograd: h has no influence and f must be made of torch functions"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    leaf = x.detach().clone().requires_grad_()
    return torch.autograd.grad(f(leaf), leaf)[0]

# %% numerical-gradient wrong="walks along the first axis only: right for a vector" kind="sneaky"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    grad = torch.zeros_like(x)
    for i in range(len(x)):
        plus = x.clone()
        plus[i] += h
        minus = x.clone()
        minus[i] -= h
        grad[i] = (f(plus) - f(minus)) / (2 * h)
    return grad

# %% numerical-gradient wrong="two nested loops: works for matrices only" kind="sneaky"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    rows, cols = x.shape
    grad = torch.zeros_like(x)
    for i in range(rows):
        for j in range(cols):
            plus = x.clone()
            minus = x.clone()
            plus[i, j] += h
            minus[i, j] -= h
            grad[i, j] = (f(plus) - f(minus)) / (2 * h)
    return grad

# %% numerical-gradient wrong="result always float32: digits and dtype of a float64 x are lost" kind="sneaky"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    grad = torch.zeros(x.shape)
    for i in range(x.numel()):
        plus = x.clone()
        plus.view(-1)[i] += h
        minus = x.clone()
        minus.view(-1)[i] -= h
        grad.view(-1)[i] = (f(plus) - f(minus)) / (2 * h)
    return grad

# %% numerical-gradient wrong="fixed step of 1e-5: h is ignored" kind="sneaky"
def numerical_gradient(f, x, h=1e-5):
    h = 1e-5
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        plus = x.clone()
        plus.view(-1)[i] += h
        minus = x.clone()
        minus.view(-1)[i] -= h
        grad.view(-1)[i] = (f(plus) - f(minus)) / (2 * h)
    return grad

# %% numerical-gradient wrong="moves x itself and back again: rounding leaves x changed in its last digits" kind="sneaky"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    grad = torch.zeros_like(x)
    flat = x.view(-1)
    for i in range(flat.numel()):
        flat[i] += h
        up = float(f(x))
        flat[i] -= 2 * h
        down = float(f(x))
        flat[i] += h
        grad.view(-1)[i] = (up - down) / (2 * h)
    return grad

# %% numerical-gradient wrong="step scaled by the size of the entry: not the step h" kind="sneaky"
def numerical_gradient(f, x: torch.Tensor, h: float) -> torch.Tensor:
    flat = x.flatten()
    out = torch.zeros_like(flat)
    for i in range(flat.numel()):
        step = h * max(1.0, abs(flat[i].item()))
        a, b = flat.clone(), flat.clone()
        a[i] += step
        b[i] -= step
        out[i] = (f(a.reshape(x.shape)) - f(b.reshape(x.shape))) / (2 * step)
    return out.reshape(x.shape)

# %% faulty-gradients right="autograd as referee on detached copies"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    leaves = {name: p.detach().clone().requires_grad_() for name, p in params.items()}
    value = loss(leaves)
    names = list(leaves)
    exact = torch.autograd.grad(value, [leaves[n] for n in names], allow_unused=True)
    wrong = set()
    for name, n in zip(names, exact):
        a = grads[name]
        if n is None:
            n = torch.zeros_like(a)
        distance = (a - n).norm()
        size = a.norm() + n.norm()
        if distance > 1e-4 * size:
            wrong.add(name)
    return wrong

# %% faulty-gradients right="own central differences with a lambda per parameter"
def central_differences(f, x, h=1e-5):
    grad = torch.zeros(x.numel(), dtype=x.dtype)
    for i in range(x.numel()):
        e = torch.zeros(x.numel(), dtype=x.dtype)
        e[i] = h
        e = e.reshape(x.shape)
        grad[i] = float(f(x + e) - f(x - e)) / (2 * h)
    return grad.reshape(x.shape)


def faulty_gradients(loss, params, grads):
    faulty = set()
    for name in params:
        n = central_differences(lambda value: loss({**params, name: value}), params[name])
        a = grads[name]
        size = (a.norm() + n.norm()).item()
        if size > 0 and (a - n).norm().item() / size > 1e-4:
            faulty.add(name)
    return faulty

# %% faulty-gradients right="torch.func.grad over the whole dictionary, set comprehension"
def faulty_gradients(loss, params, grads):
    exact = torch.func.grad(loss)({k: v.detach() for k, v in params.items()})

    def relative(a, n):
        size = a.norm() + n.norm()
        return 0.0 if size == 0 else ((a - n).norm() / size).item()

    return {name for name in params if relative(grads[name], exact[name]) > 1e-4}

# %% faulty-gradients right="backward on copies and .grad, beginner style"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    result = set()
    for name in params.keys():
        # copy all parameters, only this one gets a gradient
        copies = {}
        for other in params.keys():
            copies[other] = params[other].detach().clone()
        copies[name].requires_grad = True
        value = loss(copies)
        if value.requires_grad:
            value.backward()
        numeric = copies[name].grad
        if numeric is None:
            numeric = torch.zeros_like(copies[name])
        claimed = grads[name].detach()
        numerator = torch.sqrt(torch.sum((claimed - numeric) ** 2)).item()
        denominator = torch.sqrt(torch.sum(claimed ** 2)).item() + torch.sqrt(torch.sum(numeric ** 2)).item()
        if denominator == 0.0:
            continue
        if numerator / denominator > 1e-4:
            result.add(name)
    return result

# %% faulty-gradients right="numpy differences on a flat copy"
import numpy as np

def faulty_gradients(loss, params, grads):
    bad = []
    h = 1e-5
    for name, p in params.items():
        flat = p.detach().numpy().reshape(-1).copy()
        numeric = np.empty_like(flat)
        for i in range(flat.size):
            values = []
            for sign in (1, -1):
                moved = flat.copy()
                moved[i] += sign * h
                values.append(float(loss({**params, name: torch.from_numpy(moved).reshape(p.shape)})))
            numeric[i] = (values[0] - values[1]) / (2 * h)
        claimed = grads[name].detach().numpy().reshape(-1)
        total = np.linalg.norm(claimed) + np.linalg.norm(numeric)
        if total > 0 and np.linalg.norm(claimed - numeric) / total > 1e-4:
            bad.append(name)
    return set(bad)

# %% faulty-gradients wrong="absolute error instead of the relative one"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    wrong = set()
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()), allow_unused=True)
    for name, n in zip(leaves, exact):
        n = torch.zeros_like(grads[name]) if n is None else n
        if (grads[name] - n).norm() > 1e-4:
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="returns the names that are right"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    names = set()
    for name, n in zip(leaves, exact):
        a = grads[name]
        relative = (a - n).norm() / (a.norm() + n.norm())
        if relative < 1e-4:
            names.add(name)
    return names

# %% faulty-gradients wrong="returns the relative errors in a dictionary instead of the names"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    errors = {}
    for name, n in zip(leaves, exact):
        a = grads[name]
        errors[name] = ((a - n).norm() / (a.norm() + n.norm())).item()
    return {name: e for name, e in errors.items() if e > 1e-4}

# %% faulty-gradients wrong="returns a single name: stops at the first fault"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    for name, n in zip(leaves, exact):
        a = grads[name]
        if (a - n).norm() / (a.norm() + n.norm()) > 1e-4:
            return {name}
    return set()

# %% faulty-gradients wrong="name slip: uses network_loss of the page instead of loss"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(network_loss(leaves), list(leaves.values()))
    wrong = set()
    for name, n in zip(leaves, exact):
        a = grads[name]
        if (a - n).norm() / (a.norm() + n.norm()) > 1e-4:
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="sum of the signed differences instead of a norm: faults cancel or turn negative"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    wrong = set()
    for name, n in zip(leaves, exact):
        a = grads[name]
        error = (a - n).sum() / (a.abs().sum() + n.abs().sum())
        if error > 1e-4:
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="builds the set in the loop anew: only the last fault is kept"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    for (name, a), n in zip(grads.items(), exact):
        faulty = set()
        if (a - n).norm() / (a.norm() + n.norm()) > 1e-4:
            faulty.add(name)
    return faulty

# %% faulty-gradients wrong="threshold 1e-2 instead of 1e-4"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    wrong = set()
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()), allow_unused=True)
    for name, n in zip(leaves, exact):
        a = grads[name]
        n = torch.zeros_like(a) if n is None else n
        size = a.norm() + n.norm()
        if size > 0 and (a - n).norm() / size > 1e-2:
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="exact comparison with torch.equal: rounding counts as a fault"
def faulty_gradients(loss, params, grads):
    h = 1e-5
    wrong = set()
    for name, p in params.items():
        numeric = torch.zeros_like(p).reshape(-1)
        for i in range(p.numel()):
            plus = p.clone().reshape(-1)
            minus = p.clone().reshape(-1)
            plus[i] += h
            minus[i] -= h
            up = loss({**params, name: plus.reshape(p.shape)})
            down = loss({**params, name: minus.reshape(p.shape)})
            numeric[i] = (up - down) / (2 * h)
        if not torch.equal(numeric.reshape(p.shape), grads[name]):
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="prints the names and returns nothing"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    for name, n in zip(leaves, exact):
        a = grads[name]
        if (a - n).norm() / (a.norm() + n.norm()) > 1e-4:
            print(name, "is wrong")

# %% faulty-gradients wrong="judges all parameters together: names all of them as soon as one is wrong"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    n = torch.cat([e.flatten() for e in exact])
    a = torch.cat([grads[name].flatten() for name in leaves])
    if (a - n).norm() / (a.norm() + n.norm()) > 1e-4:
        return set(params)
    return set()

# %% faulty-gradients wrong="zero over zero counts as a fault: a gradient that is rightly zero is named" kind="sneaky"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()), allow_unused=True, materialize_grads=True)
    faulty = set()
    for name, n in zip(leaves, exact):
        a = grads[name]
        error = (a - n).norm() / (a.norm() + n.norm())
        if not error <= 1e-4:
            faulty.add(name)
    return faulty

# %% faulty-gradients wrong="turns on requires_grad on the caller's tensors" kind="sneaky"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    for p in params.values():
        p.requires_grad_(True)
    exact = torch.autograd.grad(loss(params), list(params.values()), allow_unused=True)
    wrong = set()
    for name, n in zip(params, exact):
        a = grads[name]
        n = torch.zeros_like(a) if n is None else n
        size = a.norm() + n.norm()
        if size > 0 and (a - n).norm() / size > 1e-4:
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="compares directions only: a gradient that is twice too long passes" kind="sneaky"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()))
    wrong = set()
    for name, n in zip(leaves, exact):
        cosine = F.cosine_similarity(grads[name].flatten(), n.flatten(), dim=0)
        if 1 - cosine > 1e-4:
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="compares lengths only: a flipped sign passes" kind="sneaky"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()), allow_unused=True)
    wrong = set()
    for name, n in zip(leaves, exact):
        a_norm = grads[name].norm().item()
        n_norm = 0.0 if n is None else n.norm().item()
        if a_norm + n_norm > 0 and abs(a_norm - n_norm) / (a_norm + n_norm) > 1e-4:
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="allclose with an absolute tolerance of 1e-4: small faulty gradients pass" kind="sneaky"
def faulty_gradients(loss, params: dict, grads: dict) -> set[str]:
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()), allow_unused=True, materialize_grads=True)
    return {
        name
        for name, n in zip(leaves, exact)
        if not torch.allclose(grads[name], n, rtol=1e-4, atol=1e-4)
    }

# %% faulty-gradients wrong="hard-codes the four names of the network on the page" kind="sneaky"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    names = ["W1", "b1", "W2", "b2"]
    exact = torch.autograd.grad(loss(leaves), [leaves[k] for k in names])
    wrong = set()
    for name, n in zip(names, exact):
        a = grads[name]
        if (a - n).norm() / (a.norm() + n.norm()) > 1e-4:
            wrong.add(name)
    return wrong

# %% faulty-gradients wrong="pairs gradients with parameters by position: a different order in grads mixes them up" kind="sneaky"
def faulty_gradients(loss, params, grads):
    leaves = {k: p.detach().clone().requires_grad_() for k, p in params.items()}
    exact = torch.autograd.grad(loss(leaves), list(leaves.values()), allow_unused=True, materialize_grads=True)
    wrong = set()
    for name, a, n in zip(params.keys(), grads.values(), exact):
        size = a.norm() + n.norm()
        if size > 0 and (a.flatten() - n.flatten()).norm() / size > 1e-4:
            wrong.add(name)
    return wrong

# %% clip right="sum of squares, factor capped at one"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    total = math.sqrt(sum((g**2).sum().item() for g in grads))
    factor = min(1.0, max_norm / total) if total > 0 else 1.0
    return [factor * g for g in grads]

# %% clip right="early return for short gradients"
def clip_by_global_norm(grads, max_norm):
    norm = torch.cat([g.flatten() for g in grads]).norm()
    if norm <= max_norm:
        return grads
    return [g * (max_norm / norm) for g in grads]

# %% clip right="norm of the norms, clamp"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    norms = torch.stack([torch.linalg.vector_norm(g) for g in grads])
    total = torch.linalg.vector_norm(norms)
    scale = torch.clamp(max_norm / total, max=1.0)
    return [g * scale for g in grads]

# %% clip right="verbose loops, copies returned"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    sum_of_squares = 0.0
    for g in grads:
        for entry in g.flatten().tolist():
            sum_of_squares += entry * entry
    global_norm = sum_of_squares ** 0.5

    clipped = []
    if global_norm > max_norm:
        for g in grads:
            clipped.append(g / global_norm * max_norm)
    else:
        for g in grads:
            clipped.append(g.clone())
    return clipped

# %% clip right="one long vector, cut up again"
def clip_by_global_norm(grads, max_norm):
    flat = torch.cat([g.reshape(-1) for g in grads])
    length = flat.norm().item()
    if length > max_norm:
        flat = flat * (max_norm / length)
    pieces = flat.split([g.numel() for g in grads])
    return [piece.reshape(g.shape) for piece, g in zip(pieces, grads)]

# %% clip right="numpy for the norm, division by max(1, norm / max_norm)"
import numpy as np

def clip_by_global_norm(grads, max_norm):
    total = np.sqrt(sum(np.sum(np.square(g.detach().double().numpy())) for g in grads))
    divisor = max(1.0, float(total) / max_norm)
    return [g / divisor for g in grads]

# %% clip wrong="clips each tensor by its own norm"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    clipped = []
    for g in grads:
        norm = g.norm()
        if norm > max_norm:
            g = g * max_norm / norm
        clipped.append(g)
    return clipped

# %% clip wrong="clips by value: the direction changes"
def clip_by_global_norm(grads, max_norm):
    return [g.clamp(-max_norm, max_norm) for g in grads]

# %% clip wrong="scales short gradients up as well"
def clip_by_global_norm(grads, max_norm):
    total = torch.cat([g.flatten() for g in grads]).norm()
    return [g * max_norm / total for g in grads]

# %% clip wrong="forgets the root: square of the norm"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    total = 0.0
    for g in grads:
        total += (g**2).sum()
    factor = min(1.0, max_norm / total)
    return [g * factor for g in grads]

# %% clip wrong="sum of the norms instead of the global norm"
def clip_by_global_norm(grads, max_norm):
    total = sum(g.norm() for g in grads)
    if total > max_norm:
        return [g * (max_norm / total) for g in grads]
    return [g.clone() for g in grads]

# %% clip wrong="writes into the caller's tensors"
def clip_by_global_norm(grads, max_norm):
    total = math.sqrt(sum((g**2).sum().item() for g in grads))
    if total > max_norm:
        for g in grads:
            g *= max_norm / total
    return grads

# %% clip wrong="largest norm of a single tensor instead of the global norm"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    biggest = max(g.norm().item() for g in grads)
    factor = min(1.0, max_norm / biggest)
    return [factor * g for g in grads]

# %% clip wrong="unit length instead of max_norm"
def clip_by_global_norm(grads, max_norm):
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    if total > max_norm:
        grads = [g / total for g in grads]
    return grads

# %% clip wrong="returns the norm instead of the gradients"
def clip_by_global_norm(grads, max_norm):
    copies = [g.clone() for g in grads]
    total = torch.sqrt(sum((g**2).sum() for g in copies))
    if total > max_norm:
        copies = [g * max_norm / total for g in copies]
    return total

# %% clip wrong="max instead of min: long gradients stay and short ones grow"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    total = math.sqrt(sum(g.pow(2).sum().item() for g in grads))
    factor = max(1.0, max_norm / total)
    return [g * factor for g in grads]

# %% clip wrong="returns nothing when the gradient is short enough"
def clip_by_global_norm(grads, max_norm):
    total = torch.cat([g.flatten() for g in grads]).norm()
    if total > max_norm:
        return [g * max_norm / total for g in grads]

# %% clip wrong="sum of absolute values (1-norm)"
def clip_by_global_norm(grads, max_norm):
    total = sum(g.abs().sum().item() for g in grads)
    factor = min(1.0, max_norm / max(total, 1e-30))
    return [factor * g for g in grads]

# %% clip wrong="returns one long vector instead of the list of tensors"
def clip_by_global_norm(grads, max_norm):
    flat = torch.cat([g.flatten() for g in grads])
    norm = flat.norm()
    if norm > max_norm:
        flat = flat * max_norm / norm
    return flat

# %% clip wrong="all gradients zero: zero over zero gives nan" kind="sneaky"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    total = torch.sqrt(sum((g**2).sum() for g in grads))
    new_length = min(total.item(), max_norm)
    return [g / total * new_length for g in grads]

# %% clip wrong="spectral norm for matrices: torch.linalg.norm(g, 2) is not the length of the entries" kind="sneaky"
def clip_by_global_norm(grads: list[torch.Tensor], max_norm: float) -> list[torch.Tensor]:
    squares = 0.0
    for g in grads:
        squares += torch.linalg.norm(g, 2).item() ** 2
    total = math.sqrt(squares)
    factor = min(1.0, max_norm / total) if total > 0 else 1.0
    return [g * factor for g in grads]

# %% clip wrong="stacks the tensors: fails for different shapes" kind="sneaky"
def clip_by_global_norm(grads, max_norm):
    stacked = torch.stack(grads)
    total = stacked.norm()
    if total > max_norm:
        stacked = stacked * (max_norm / total)
    return list(stacked)

# %% clip wrong="all gradients zero: division by zero raises" kind="sneaky"
def clip_by_global_norm(grads, max_norm):
    total = math.sqrt(sum(g.square().sum().item() for g in grads))
    return [g * min(1.0, max_norm / total) for g in grads]

# %% clip wrong="replaces the tensors in the caller's list" kind="sneaky"
def clip_by_global_norm(grads, max_norm):
    total = math.sqrt(sum(g.square().sum().item() for g in grads))
    if total > max_norm:
        for i in range(len(grads)):
            grads[i] = grads[i] * (max_norm / total)
    return grads

# %% clip wrong="in-place library call on the caller's tensors through parameters that share their memory" kind="sneaky"
def clip_by_global_norm(grads, max_norm):
    dummies = []
    for g in grads:
        d = torch.nn.Parameter(torch.zeros_like(g))
        d.grad = g
        dummies.append(d)
    torch.nn.utils.clip_grad_norm_(dummies, max_norm)
    return [d.grad for d in dummies]

# %% warmup-cosine right="textbook if"
def warmup_cosine(
    step: int, num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float
) -> float:
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(math.pi * q))

# %% warmup-cosine right="counts steps from one inside"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    k = step + 1
    if k <= warmup_steps:
        return k / warmup_steps * peak_lr
    progress = (k - warmup_steps) / (num_steps - warmup_steps)
    weight = (1 + math.cos(progress * math.pi)) / 2
    return weight * peak_lr + (1 - weight) * final_lr

# %% warmup-cosine right="whole schedule as a table with numpy, then one entry of it"
import numpy as np

def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    up = peak_lr * np.arange(1, warmup_steps + 1) / warmup_steps
    q = np.linspace(0.0, 1.0, num_steps - warmup_steps + 1)[1:]
    down = final_lr + (peak_lr - final_lr) * (1 + np.cos(np.pi * q)) / 2
    return float(np.concatenate([up, down])[step])

# %% warmup-cosine right="cosine squared of the half angle, helper functions"
def rise(step, warmup_steps):
    return (step + 1) / warmup_steps


def fall(q):
    return math.cos(math.pi * q / 2) ** 2


def warmup_cosine(step: int, num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float) -> float:
    if step <= warmup_steps - 1:
        return peak_lr * rise(step, warmup_steps)
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * fall(q)

# %% warmup-cosine right="torch in float64, one conditional expression"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    done = torch.tensor((step + 1 - warmup_steps) / (num_steps - warmup_steps), dtype=torch.float64)
    cosine = (final_lr + (peak_lr - final_lr) * (1 + torch.cos(math.pi * done)) / 2).item()
    return peak_lr * (step + 1) / warmup_steps if step + 1 < warmup_steps else cosine

# %% warmup-cosine right="verbose beginner style"
def warmup_cosine(
    step: int, num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float
) -> float:
    in_warmup = step < warmup_steps
    if in_warmup:
        fraction = (step + 1) / warmup_steps
        lr = fraction * peak_lr
    else:
        last_warmup_step = warmup_steps - 1
        last_step = num_steps - 1
        steps_done = step - last_warmup_step
        steps_total = last_step - last_warmup_step
        q = steps_done / steps_total
        half_cosine = 0.5 * (1.0 + math.cos(math.pi * q))
        height = peak_lr - final_lr
        lr = final_lr + height * half_cosine
    return lr

# %% warmup-cosine wrong="warm-up starts at zero: step / W"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="decay starts one step late and misses final_lr: q = (step - W) / (N - W)"
def warmup_cosine(step: int, num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float) -> float:
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps) / (num_steps - warmup_steps)
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="cosine without pi"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(q))

# %% warmup-cosine wrong="no half in front of the cosine: starts at nearly twice the peak"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        lr = peak_lr * (step + 1) / warmup_steps
    else:
        q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
        lr = final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * q))
    return lr

# %% warmup-cosine wrong="linear decay instead of the cosine"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return peak_lr + q * (final_lr - peak_lr)

# %% warmup-cosine wrong="q over the whole training: the curve jumps at the end of the warm-up"
def warmup_cosine(step: int, num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float) -> float:
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = step / (num_steps - 1)
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="final_lr is ignored: falls to zero"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return peak_lr * 0.5 * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="whole-number division in the fraction"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * ((step + 1) // warmup_steps)
    q = (step - warmup_steps + 1) // (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="rises instead of falls: 1 - cos"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 - math.cos(math.pi * q))

# %% warmup-cosine wrong="no warm-up: cosine from step 0"
def warmup_cosine(step: int, num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float) -> float:
    q = step / (num_steps - 1)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="missing return in the decay branch"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / (num_steps - warmup_steps)
    lr = final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="full cosine: falls and rises again"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - (warmup_steps - 1)) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(2 * math.pi * q))

# %% warmup-cosine wrong="warm-up rises from final_lr: right for final_lr = 0 only" kind="sneaky"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return final_lr + (peak_lr - final_lr) * (step + 1) / warmup_steps
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="cosine scaled to the peak with final_lr on top: right for final_lr = 0 only" kind="sneaky"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step + 1 < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return peak_lr * 0.5 * (1 + math.cos(math.pi * q)) + final_lr

# %% warmup-cosine wrong="cosine down to zero, cut off below at final_lr" kind="sneaky"
def warmup_cosine(step: int, num_steps: int, warmup_steps: int, peak_lr: float, final_lr: float) -> float:
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return max(final_lr, peak_lr * 0.5 * (1 + math.cos(math.pi * q)))

# %% warmup-cosine wrong="peak reached a second time at step W, and division by zero when W = N - 1" kind="sneaky"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    if step < warmup_steps:
        return peak_lr * (step + 1) / warmup_steps
    q = (step - warmup_steps) / (num_steps - 1 - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(math.pi * q))

# %% warmup-cosine wrong="warm-up by (step + 1) / (W - 1) clipped at 1: division by zero for W = 1" kind="sneaky"
def warmup_cosine(step, num_steps, warmup_steps, peak_lr, final_lr):
    rise = min(1.0, (step + 1) / (warmup_steps - 1))
    if step < warmup_steps:
        return peak_lr * rise
    q = (step - warmup_steps + 1) / (num_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * 0.5 * (1 + math.cos(math.pi * q))

# %% train-softmax right="autograd as in the hints"
def train_softmax(
    X: torch.Tensor,
    y: torch.Tensor,
    orders: list[torch.Tensor],
    batch_size: int,
    schedule,
    max_norm: float,
) -> tuple[torch.Tensor, torch.Tensor, list[float]]:
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grad_W, grad_b = torch.autograd.grad(loss, [W, b])
            total += loss.item() * len(batch)
            norm = math.sqrt((grad_W**2).sum().item() + (grad_b**2).sum().item())
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * grad_W
                b -= lr * factor * grad_b
            step += 1
        epoch_losses.append(total / len(order))
    return W, b, epoch_losses

# %% train-softmax right="gradient by hand with one-hot targets"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    n, d = X.shape
    k = len(torch.unique(y))
    W = torch.zeros(d, k, dtype=X.dtype)
    b = torch.zeros(k, dtype=X.dtype)
    Y = F.one_hot(y, k).to(X.dtype)
    losses, t = [], 0
    for order in orders:
        epoch_sum = 0.0
        for start in range(0, n, batch_size):
            idx = order[start : start + batch_size]
            scores = X[idx] @ W + b
            log_p = torch.log_softmax(scores, dim=1)
            epoch_sum += -(Y[idx] * log_p).sum().item()
            delta = (log_p.exp() - Y[idx]) / len(idx)
            dW, db = X[idx].T @ delta, delta.sum(dim=0)
            norm = torch.cat([dW.flatten(), db]).norm()
            if norm > max_norm:
                dW, db = dW * max_norm / norm, db * max_norm / norm
            lr = schedule(t)
            W, b = W - lr * dW, b - lr * db
            t += 1
        losses.append(epoch_sum / n)
    return W, b, losses

# %% train-softmax right="nn.Linear and torch.optim.SGD, own clipping"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    layer = torch.nn.Linear(X.shape[1], int(y.max().item()) + 1).to(X.dtype)
    torch.nn.init.zeros_(layer.weight)
    torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    epoch_losses = []
    step = 0
    for order in orders:
        losses, sizes = [], []
        for first in range(0, len(order), batch_size):
            batch = order[first:first + batch_size]
            loss = F.cross_entropy(layer(X[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            norm = torch.sqrt(sum((p.grad ** 2).sum() for p in layer.parameters())).item()
            if norm > max_norm:
                for p in layer.parameters():
                    p.grad.mul_(max_norm / norm)
            for group in optimizer.param_groups:
                group["lr"] = schedule(step)
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(batch))
            step += 1
        epoch_losses.append(sum(l * s for l, s in zip(losses, sizes)) / sum(sizes))
    return layer.weight.detach().T.clone(), layer.bias.detach().clone(), epoch_losses

# %% train-softmax right="numpy throughout in float64, back as tensors"
import numpy as np

def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    A = X.detach().numpy().astype(np.float64)
    t = y.numpy()
    classes = int(t.max()) + 1
    W, b = np.zeros((A.shape[1], classes)), np.zeros(classes)
    step, means = 0, []
    for order in orders:
        order = order.numpy()
        total = 0.0
        for s in range(0, len(order), batch_size):
            idx = order[s:s + batch_size]
            z = A[idx] @ W + b
            z = z - z.max(axis=1, keepdims=True)
            p = np.exp(z)
            p = p / p.sum(axis=1, keepdims=True)
            rows = np.arange(len(idx))
            total += -np.log(p[rows, t[idx]]).sum()
            p[rows, t[idx]] -= 1
            p = p / len(idx)
            gW, gb = A[idx].T @ p, p.sum(axis=0)
            norm = np.sqrt((gW ** 2).sum() + (gb ** 2).sum())
            scale = max_norm / norm if norm > max_norm else 1.0
            lr = schedule(step)
            W = W - lr * scale * gW
            b = b - lr * scale * gb
            step += 1
        means.append(float(total / len(order)))
    return torch.tensor(W, dtype=X.dtype), torch.tensor(b, dtype=X.dtype), means

# %% train-softmax right="split up in helper functions"
def clipped(grads, max_norm):
    norm = torch.sqrt(sum((g**2).sum() for g in grads))
    return [g * max_norm / norm for g in grads] if norm > max_norm else list(grads)


def loss_and_grads(W, b, X, y):
    W = W.detach().requires_grad_()
    b = b.detach().requires_grad_()
    loss = F.cross_entropy(X @ W + b, y)
    return loss.item(), torch.autograd.grad(loss, [W, b])


def batches(order, batch_size):
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = y.unique().numel()
    W, b = X.new_zeros(X.shape[1], num_classes), X.new_zeros(num_classes)
    step, epoch_losses = 0, []
    for order in orders:
        weighted = []
        for chosen in batches(order, batch_size):
            loss, grads = loss_and_grads(W, b, X[chosen], y[chosen])
            gW, gb = clipped(grads, max_norm)
            lr = schedule(step)
            W, b = W - lr * gW, b - lr * gb
            weighted.append(loss * len(chosen))
            step += 1
        epoch_losses.append(sum(weighted) / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax right="one enlarged weight matrix with the bias as its last row"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    ones = torch.ones(len(X), 1, dtype=X.dtype)
    Z = torch.cat([X, ones], dim=1)
    V = torch.zeros(Z.shape[1], int(y.max()) + 1, dtype=X.dtype, requires_grad=True)
    step = 0
    history = []
    for order in orders:
        per_example = []
        for chosen in torch.split(order, batch_size):
            losses = F.cross_entropy(Z[chosen] @ V, y[chosen], reduction="none")
            (gradient,) = torch.autograd.grad(losses.mean(), [V])
            length = gradient.norm().item()
            if length > max_norm:
                gradient = gradient * (max_norm / length)
            with torch.no_grad():
                V -= schedule(step) * gradient
            step = step + 1
            per_example.extend(losses.detach().tolist())
        history.append(sum(per_example) / len(per_example))
    V = V.detach()
    return V[:-1], V[-1], history

# %% train-softmax wrong="mean of the batch means: a short batch weighs as much as a full one in the report"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        losses = []
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            with torch.no_grad():
                W -= schedule(step) * factor * gW
                b -= schedule(step) * factor * gb
            losses.append(loss.item())
            step += 1
        epoch_losses.append(sum(losses) / len(losses))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="step counter starts anew in each epoch"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    for order in orders:
        total = 0.0
        for step, batch in enumerate(order.split(batch_size)):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
            total += loss.item() * len(batch)
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="learning rate by epoch and not by step"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    k = int(y.max()) + 1
    W = torch.zeros(X.shape[1], k, dtype=X.dtype)
    b = torch.zeros(k, dtype=X.dtype)
    history = []
    for epoch, order in enumerate(orders):
        lr = schedule(epoch)
        total = 0.0
        for i in range(0, len(order), batch_size):
            batch = order[i : i + batch_size]
            logp = F.log_softmax(X[batch] @ W + b, dim=1)
            total += F.nll_loss(logp, y[batch], reduction="sum").item()
            delta = (logp.exp() - F.one_hot(y[batch], k)) / len(batch)
            dW, db = X[batch].T @ delta, delta.sum(0)
            norm = (dW.square().sum() + db.square().sum()).sqrt()
            scale = torch.clamp(max_norm / norm, max=1.0)
            W = W - lr * scale * dW
            b = b - lr * scale * db
        history.append(total / len(order))
    return W, b, history

# %% train-softmax wrong="no clipping: max_norm is ignored"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * gW
                b -= lr * gb
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="W and b clipped each by its own norm"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            grads = torch.autograd.grad(loss, [W, b])
            lr = schedule(step)
            with torch.no_grad():
                for p, g in zip([W, b], grads):
                    norm = g.norm()
                    if norm > max_norm:
                        g = g * max_norm / norm
                    p -= lr * g
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="softmax before cross_entropy: applied twice"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            y_hat = torch.softmax(X[batch] @ W + b, dim=1)
            loss = F.cross_entropy(y_hat, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = math.sqrt(gW.pow(2).sum().item() + gb.pow(2).sum().item())
            factor = min(1.0, max_norm / (norm + 1e-12))
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="loss measured after the step"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses, step = [], 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
                after = F.cross_entropy(X[batch] @ W + b, y[batch])
            total += after.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="one loss per step instead of one per epoch"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    losses = []
    step = 0
    for order in orders:
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            with torch.no_grad():
                W -= schedule(step) * factor * gW
                b -= schedule(step) * factor * gb
            step += 1
            losses.append(loss.item())
    return W.detach(), b.detach(), losses

# %% train-softmax wrong="sum of the gradients of a batch instead of their mean"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch], reduction="sum")
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
            total += loss.item()
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="bias is never stepped: stays zero"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="starts from random numbers instead of zero"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = (0.01 * torch.randn(X.shape[1], num_classes, dtype=X.dtype)).requires_grad_()
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            with torch.no_grad():
                W -= schedule(step) * factor * gW
                b -= schedule(step) * factor * gb
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="gradients pile up: backward without resetting them"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            loss.backward()
            norm = torch.sqrt((W.grad**2).sum() + (b.grad**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * W.grad
                b -= lr * factor * b.grad
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="orders are ignored: walks through the examples as they lie"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    n = len(X)
    k = int(y.max()) + 1
    W = torch.zeros(X.shape[1], k, dtype=X.dtype)
    b = torch.zeros(k, dtype=X.dtype)
    step = 0
    epoch_losses = []
    for _ in orders:
        total = 0.0
        for start in range(0, n, batch_size):
            xb, yb = X[start : start + batch_size], y[start : start + batch_size]
            logp = torch.log_softmax(xb @ W + b, dim=1)
            total -= logp[torch.arange(len(yb)), yb].sum().item()
            delta = (logp.exp() - F.one_hot(yb, k)) / len(yb)
            gW, gb = xb.T @ delta, delta.sum(dim=0)
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum())
            if norm > max_norm:
                gW, gb = gW * max_norm / norm, gb * max_norm / norm
            W = W - schedule(step) * gW
            b = b - schedule(step) * gb
            step += 1
        epoch_losses.append(total / n)
    return W, b, epoch_losses

# %% train-softmax wrong="drops the short last batch" kind="sneaky"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    num_batches = len(X) // batch_size
    for order in orders:
        total = 0.0
        for k in range(num_batches):
            batch = order[k * batch_size : (k + 1) * batch_size]
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / (num_batches * batch_size))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="always ten classes" kind="sneaky"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    W = torch.zeros(X.shape[1], 10, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(10, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="divides the gradient of a short batch by batch_size too: it counts less" kind="sneaky"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    n, d = X.shape
    k = int(y.max()) + 1
    W = torch.zeros(d, k, dtype=X.dtype)
    b = torch.zeros(k, dtype=X.dtype)
    onehot = F.one_hot(y, k).to(X.dtype)
    step = 0
    epoch_losses = []
    for order in orders:
        total = 0.0
        for i in range(0, n, batch_size):
            batch = order[i : i + batch_size]
            p = torch.softmax(X[batch] @ W + b, dim=1)
            total += -(onehot[batch] * p.log()).sum().item()
            delta = (p - onehot[batch]) / batch_size
            gW = X[batch].T @ delta
            gb = delta.sum(dim=0)
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum())
            if norm > max_norm:
                gW = gW * max_norm / norm
                gb = gb * max_norm / norm
            lr = schedule(step)
            W = W - lr * gW
            b = b - lr * gb
            step += 1
        epoch_losses.append(total / n)
    return W, b, epoch_losses

# %% train-softmax wrong="first step asks schedule(1): counts from one" kind="sneaky"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            step += 1
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
            total += loss.item() * len(batch)
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="every gradient is stretched to max_norm, short ones too" kind="sneaky"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum())
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * max_norm / norm * gW
                b -= lr * max_norm / norm * gb
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="classes counted in the first batch only: too few when it does not hold them all" kind="sneaky"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    first = orders[0][:batch_size]
    num_classes = len(set(y[first].tolist()))
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
            total += loss.item() * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% train-softmax wrong="epoch losses keep tensors instead of floats" kind="sneaky"
def train_softmax(X, y, orders, batch_size, schedule, max_norm):
    num_classes = int(y.max()) + 1
    W = torch.zeros(X.shape[1], num_classes, dtype=X.dtype, requires_grad=True)
    b = torch.zeros(num_classes, dtype=X.dtype, requires_grad=True)
    epoch_losses = []
    step = 0
    for order in orders:
        total = 0.0
        for batch in order.split(batch_size):
            loss = F.cross_entropy(X[batch] @ W + b, y[batch])
            gW, gb = torch.autograd.grad(loss, [W, b])
            norm = torch.sqrt((gW**2).sum() + (gb**2).sum()).item()
            factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
            lr = schedule(step)
            with torch.no_grad():
                W -= lr * factor * gW
                b -= lr * factor * gb
            total += loss * len(batch)
            step += 1
        epoch_losses.append(total / len(X))
    return W.detach(), b.detach(), epoch_losses

# %% adagrad right="as in the hints: a list in the state"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    sums = state.get("s", [torch.zeros_like(p) for p in params])
    sums = [s + g**2 for s, g in zip(sums, grads)]
    new_params = [p - lr * g / (s.sqrt() + eps) for p, g, s in zip(params, grads, sums)]
    return new_params, {"s": sums}

# %% adagrad right="verbose loop with an index, state changed in place"
def adagrad_step(params, grads, state, lr, eps):
    if "sum_of_squares" not in state:
        state["sum_of_squares"] = []
        for p in params:
            state["sum_of_squares"].append(torch.zeros_like(p))
    new_params = []
    for i in range(len(params)):
        squares = torch.mul(grads[i], grads[i])
        state["sum_of_squares"][i] = torch.add(state["sum_of_squares"][i], squares)
        denominator = torch.sqrt(state["sum_of_squares"][i]) + eps
        step = lr * torch.div(grads[i], denominator)
        new_params.append(params[i] - step)
    return new_params, state

# %% adagrad right="state keyed by position, addcmul and addcdiv"
def adagrad_step(params, grads, state, lr, eps):
    out = []
    for i, (p, g) in enumerate(zip(params, grads, strict=True)):
        s = torch.addcmul(state.get(i, torch.zeros_like(g)), g, g)
        state[i] = s
        out.append(torch.addcdiv(p, g, s.sqrt() + eps, value=-lr))
    return out, state

# %% adagrad right="numpy in float64, back in the dtype of the parameter"
import numpy as np

def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    memory = state.get("memory", [0.0] * len(params))
    new_params, new_memory = [], []
    for p, g, s in zip(params, grads, memory):
        p64 = p.detach().numpy().astype(np.float64)
        g64 = g.detach().numpy().astype(np.float64)
        s = s + np.square(g64)
        new_memory.append(s)
        new_params.append(torch.tensor(p64 - lr * g64 / (np.sqrt(s) + eps), dtype=p.dtype))
    return new_params, {"memory": new_memory}

# %% adagrad right="PyTorch's own Adagrad on copies, its sums carried along"
def adagrad_step(params, grads, state, lr, eps):
    copies = [torch.nn.Parameter(p.detach().clone()) for p in params]
    optimizer = torch.optim.Adagrad(copies, lr=lr, eps=eps)
    for i, (p, g) in enumerate(zip(copies, grads)):
        p.grad = g.detach().clone()
        if "sums" in state:
            optimizer.state[p]["sum"].copy_(state["sums"][i])
    optimizer.step()
    sums = [optimizer.state[p]["sum"].clone() for p in copies]
    return [p.detach() for p in copies], {"sums": sums}

# %% adagrad right="remembers all gradients, cloned, and adds up anew"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    history = state.setdefault("history", [])
    history.append([g.clone() for g in grads])
    new_params = []
    for i, p in enumerate(params):
        s = sum(old[i] ** 2 for old in history)
        new_params.append(p - lr * grads[i] / (s**0.5 + eps))
    return new_params, state

# %% adagrad right="one long vector, split up again"
def adagrad_step(params, grads, state, lr, eps):
    w = torch.cat([p.reshape(-1) for p in params])
    g = torch.cat([x.reshape(-1) for x in grads])
    s = g.square() if not state else state["s"] + g.square()
    w = w - lr * g / (torch.sqrt(s) + eps)
    parts = torch.split(w, [p.numel() for p in params])
    return [part.reshape(p.shape).clone() for part, p in zip(parts, params)], {"s": s}

# %% adagrad right="beginner: number by number in plain python"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    new_params = []
    for k in range(len(params)):
        ws = params[k].flatten().tolist()
        gs = grads[k].flatten().tolist()
        if k not in state:
            state[k] = [0.0] * len(ws)
        for j in range(len(ws)):
            state[k][j] = state[k][j] + gs[j] ** 2
            ws[j] = ws[j] - lr * gs[j] / (math.sqrt(state[k][j]) + eps)
        new_params.append(torch.tensor(ws, dtype=params[k].dtype).reshape(params[k].shape))
    return new_params, state

# %% adagrad wrong="eps inside the root"
def adagrad_step(params, grads, state, lr, eps):
    sums = state.get("s", [torch.zeros_like(p) for p in params])
    sums = [s + g**2 for s, g in zip(sums, grads)]
    return [p - lr * g / (s + eps).sqrt() for p, g, s in zip(params, grads, sums)], {"s": sums}

# %% adagrad wrong="steps with the old s"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    s = state.get("s", [torch.zeros_like(p) for p in params])
    new_params = [p - lr * g / (torch.sqrt(si) + eps) for p, g, si in zip(params, grads, s)]
    state["s"] = [si + g**2 for si, g in zip(s, grads)]
    return new_params, state

# %% adagrad wrong="no root"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [a + g * g for a, g in zip(s, grads)]
    return [p - lr * g / (a + eps) for p, g, a in zip(params, grads, s)], {"s": s}

# %% adagrad wrong="adds up the gradients instead of their squares"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [a + g for a, g in zip(s, grads)]
    new = [p - lr * g / (torch.sqrt(a**2) + eps) for p, g, a in zip(params, grads, s)]
    return new, {"s": s}

# %% adagrad wrong="sum of absolute values: the same at the first step" kind="sneaky"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [a + g.abs() for a, g in zip(s, grads)]
    return [p - lr * g / (a + eps) for p, g, a in zip(params, grads, s)], {"s": s}

# %% adagrad wrong="mean of the squares instead of their sum"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    t = state.get("t", 0) + 1
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    new = [p - lr * g / ((si / t).sqrt() + eps) for p, g, si in zip(params, grads, s)]
    return new, {"s": s, "t": t}

# %% adagrad wrong="RMSprop: forgets a tenth at each step"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [0.9 * si + 0.1 * g**2 for si, g in zip(s, grads)]
    return [p - lr * g / (si.sqrt() + eps) for p, g, si in zip(params, grads, s)], {"s": s}

# %% adagrad wrong="no memory: each step starts from s = 0"
def adagrad_step(params, grads, state, lr, eps):
    new_params = []
    for p, g in zip(params, grads):
        s = torch.zeros_like(p)
        s = s + g**2
        new_params.append(p - lr * g / (torch.sqrt(s) + eps))
    return new_params, state

# %% adagrad wrong="reads the memory under another key than it writes" kind="sneaky"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    s = state.get("sum", [torch.zeros_like(p) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    state["sums"] = s
    return [p - lr * g / (si.sqrt() + eps) for p, g, si in zip(params, grads, s)], state

# %% adagrad wrong="one sum for each tensor instead of one for each weight"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [0.0] * len(params))
    s = [si + (g**2).sum() for si, g in zip(s, grads)]
    return [p - lr * g / (si.sqrt() + eps) for p, g, si in zip(params, grads, s)], {"s": s}

# %% adagrad wrong="return inside the loop: only the first tensor"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        s[i] = s[i] + g**2
        new_params.append(p - lr * g / (s[i].sqrt() + eps))
        state["s"] = s
        return new_params, state

# %% adagrad wrong="forgets to return the state"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    state["s"] = [si + g**2 for si, g in zip(s, grads)]
    return [p - lr * g / (si.sqrt() + eps) for p, g, si in zip(params, grads, state["s"])]

# %% adagrad wrong="uphill: plus instead of minus"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    return [p + lr * g / (si.sqrt() + eps) for p, g, si in zip(params, grads, s)], {"s": s}

# %% adagrad wrong="writes into the parameters"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    s = state.get("s", [torch.zeros_like(p) for p in params])
    for i in range(len(params)):
        s[i] = s[i] + grads[i] ** 2
        params[i] -= lr * grads[i] / (torch.sqrt(s[i]) + eps)
    state["s"] = s
    return params, state

# %% adagrad wrong="missing brackets: eps is added to the quotient"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    new_params = [p - lr * (g / si.sqrt() + eps) for p, g, si in zip(params, grads, s)]
    return new_params, {"s": s}

# %% adagrad wrong="no eps at all: 0/0 where the gradient was always 0" kind="sneaky"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    return [p - lr * g / si.sqrt() for p, g, si in zip(params, grads, s)], {"s": s}

# %% adagrad wrong="eps as a lower bound of the root instead of added to it" kind="sneaky"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    new = [p - lr * g / si.sqrt().clamp(min=eps) for p, g, si in zip(params, grads, s)]
    return new, {"s": s}

# %% adagrad wrong="starts with s = eps and has no eps in the quotient" kind="sneaky"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.full_like(p, eps) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    return [p - lr * g / si.sqrt() for p, g, si in zip(params, grads, s)], {"s": s}

# %% adagrad wrong="squares the gradients in place" kind="sneaky"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        direction = g.clone()
        s[i] = s[i] + g.pow_(2)
        new_params.append(p - lr * direction / (s[i].sqrt() + eps))
    state["s"] = s
    return new_params, state

# %% adagrad wrong="keeps the gradients themselves in the state, not copies" kind="sneaky"
def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    seen = state.setdefault("seen", [])
    seen.append(list(grads))
    new_params = []
    for i, p in enumerate(params):
        s = sum(old[i] ** 2 for old in seen)
        new_params.append(p - lr * grads[i] / (s.sqrt() + eps))
    return new_params, state

# %% adagrad wrong="memory in float64: float32 parameters come back as float64" kind="sneaky"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros(p.shape, dtype=torch.float64) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    return [p - lr * g / (si.sqrt() + eps) for p, g, si in zip(params, grads, s)], {"s": s}

# %% adagrad wrong="memory keyed by shape: two tensors of one shape share it" kind="sneaky"
def adagrad_step(params, grads, state, lr, eps):
    new_params = []
    for p, g in zip(params, grads):
        s = state.get(p.shape, 0) + g**2
        state[p.shape] = s
        new_params.append(p - lr * g / (torch.sqrt(s) + eps))
    return new_params, state

# %% adagrad wrong="memory in a global list: two trainings share it" kind="sneaky"
sums_of_squares = []


def adagrad_step(
    params: list[torch.Tensor], grads: list[torch.Tensor], state: dict, lr: float, eps: float
) -> tuple[list[torch.Tensor], dict]:
    if not sums_of_squares:
        sums_of_squares.extend(torch.zeros_like(p) for p in params)
    new_params = []
    for i, (p, g) in enumerate(zip(params, grads)):
        sums_of_squares[i] = sums_of_squares[i] + g**2
        new_params.append(p - lr * g / (sums_of_squares[i].sqrt() + eps))
    return new_params, state

# %% adagrad wrong="writes into the parameters through .data, in a new list" kind="sneaky"
def adagrad_step(params, grads, state, lr, eps):
    s = state.get("s", [torch.zeros_like(p) for p in params])
    s = [si + g**2 for si, g in zip(s, grads)]
    new_params = []
    for p, g, si in zip(params, grads, s):
        p.data.addcdiv_(g, si.sqrt() + eps, value=-lr)
        new_params.append(p.clone())
    return new_params, {"s": s}
