# %% saliency right="hints: clone, gather, autograd.grad of the sum"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    total = z.gather(1, y[:, None]).sum()
    return torch.autograd.grad(total, at)[0]

# %% saliency right="one example at a time, beginner style"
def saliency(layers, X, y):
    result = torch.zeros_like(X)
    for i in range(X.shape[0]):
        x = X[i : i + 1].detach().clone()
        x.requires_grad = True
        z = models.logits(layers, x)
        g = torch.autograd.grad(z[0, y[i]], x)
        result[i] = g[0][0]
    return result

# %% saliency right="one-hot mask instead of indexing"
def saliency(layers, X, y):
    inputs = X.detach().clone().requires_grad_(True)
    logits = models.logits(layers, inputs)
    mask = F.one_hot(y, num_classes=logits.shape[1]).to(logits.dtype)
    (gradient,) = torch.autograd.grad((logits * mask).sum(), inputs)
    return gradient

# %% saliency right="torch.func.grad of the summed logits"
def saliency(layers, X, y):
    rows = torch.arange(len(y))
    return torch.func.grad(lambda A: models.logits(layers, A)[rows, y].sum())(X)

# %% saliency right="the whole Jacobian, then the diagonal blocks"
def saliency(layers, X, y):
    J = torch.autograd.functional.jacobian(lambda A: models.logits(layers, A), X)  # n, classes, n, inputs
    rows = torch.arange(len(X))
    return J[rows, y, rows]

# %% saliency right="grad_outputs = one-hot in place of a sum"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    pick = torch.zeros_like(z)
    pick[range(len(y)), y] = 1
    return torch.autograd.grad(z, at, grad_outputs=pick)[0]

# %% saliency right="backward() on copies of everything, then .grad"
def saliency(layers, X, y):
    own = [(w.detach().clone(), b.detach().clone()) for w, b in layers]
    A = X.detach().clone()
    A.requires_grad_()
    models.logits(own, A)[torch.arange(len(y)), y].sum().backward()
    return A.grad

# %% saliency wrong="gradient of the probability, not of the logit"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    p = torch.softmax(models.logits(layers, at), dim=1)
    return torch.autograd.grad(p.gather(1, y[:, None]).sum(), at)[0]

# %% saliency wrong="gradient of the cross-entropy loss"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    loss = F.cross_entropy(models.logits(layers, at), y, reduction="sum")
    return torch.autograd.grad(loss, at)[0]

# %% saliency wrong="gradient of the log-probability"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    p = models.logits(layers, at).log_softmax(dim=1)
    return torch.autograd.grad(p.gather(1, y[:, None]).sum(), at)[0]

# %% saliency wrong="absolute value: the sign is lost"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0].abs()

# %% saliency wrong="mean of the chosen logits, so all is divided by n"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    return torch.autograd.grad(z.gather(1, y[:, None]).mean(), at)[0]

# %% saliency wrong="the largest logit, not that of class y"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    return torch.autograd.grad(z.max(dim=1).values.sum(), at)[0]

# %% saliency wrong="sum of all logits"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    return torch.autograd.grad(models.logits(layers, at).sum(), at)[0]

# %% saliency wrong="gradient times input"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    return X * torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

# %% saliency wrong="sign turned round"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    return -torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

# %% saliency wrong="z[:, y] takes the classes of all examples for each example"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    return torch.autograd.grad(z[:, y].sum(), at)[0]

# %% saliency wrong="class of the first example for all" kind="sneaky"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    return torch.autograd.grad(z[:, y[0]].sum(), at)[0]

# %% saliency wrong="scaled so that the largest is 1"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    g = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]
    return g / g.abs().max()

# %% saliency wrong="X itself is set to require a gradient, so it does not stay as it is" kind="sneaky"
def saliency(layers, X, y):
    X.requires_grad_()
    z = models.logits(layers, X)
    return torch.autograd.grad(z.gather(1, y[:, None]).sum(), X)[0]

# %% saliency wrong="the result is always float32" kind="sneaky"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0].float()

# %% smoothgrad right="loop as in the hints"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = X + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at.requires_grad_()
        z = models.logits(layers, at).gather(1, y[:, None]).sum()
        total += torch.autograd.grad(z, at)[0]
    return total / num_draws

# %% smoothgrad right="one big batch of all noisy copies"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    n, d = X.shape
    noise = torch.randn(num_draws, n, d, generator=generator, dtype=X.dtype)
    at = (X + sd * noise).reshape(-1, d).requires_grad_()
    z = models.logits(layers, at)
    picked = z[torch.arange(num_draws * n), y.repeat(num_draws)].sum()
    return torch.autograd.grad(picked, at)[0].view(num_draws, n, d).mean(dim=0)

# %% smoothgrad right="NumPy noise, seeded by a number drawn from the generator"
import numpy as np


def smoothgrad(layers, X, y, sd, num_draws, generator):
    seed = torch.randint(2**31 - 1, (1,), generator=generator).item()
    rng = np.random.default_rng(seed)
    maps = []
    for _ in range(num_draws):
        noise = torch.from_numpy(rng.normal(0, sd, size=tuple(X.shape))).to(X.dtype)
        at = (X + noise).requires_grad_()
        score = models.logits(layers, at)[range(len(y)), y].sum()
        maps.append(torch.autograd.grad(score, at)[0])
    return sum(maps) / num_draws

# %% smoothgrad right="torch.normal and a running mean"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    mean = torch.zeros_like(X)
    for k in range(1, num_draws + 1):
        noise = torch.normal(0.0, sd, X.shape, generator=generator, dtype=X.dtype)
        at = (X + noise).clone().requires_grad_()
        z = models.logits(layers, at).gather(1, y.unsqueeze(1))
        g = torch.autograd.grad(z.sum(), at)[0]
        mean = mean + (g - mean) / k
    return mean

# %% smoothgrad right="each example by itself, all its draws in a batch"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    rows = []
    for x, c in zip(X, y):
        noise = torch.empty(num_draws, len(x), dtype=X.dtype).normal_(0, sd, generator=generator)
        at = (x + noise).requires_grad_()
        z = models.logits(layers, at)[:, c]
        rows.append(torch.autograd.grad(z.sum(), at)[0].mean(dim=0))
    return torch.stack(rows)

# %% smoothgrad right="torch.func.grad, and a generator of its own seeded from the one given"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    own = torch.Generator().manual_seed(int(torch.randint(2**40, (), generator=generator)))
    g = torch.func.grad(lambda A: models.logits(layers, A)[torch.arange(len(y)), y].sum())
    draws = [g(X + sd * torch.randn(*X.shape, generator=own, dtype=X.dtype)) for _ in range(num_draws)]
    return torch.stack(draws).mean(0)

# %% smoothgrad wrong="absolute values are averaged"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0].abs()
    return total / num_draws

# %% smoothgrad wrong="sd is taken for the variance"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd**0.5 * torch.randn(X.shape, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="sd squared is used as the standard deviation"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd**2 * torch.randn(X.shape, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="uniform noise from 0 to sd"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.rand(X.shape, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="noise drawn once, before the loop"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    noise = sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + noise).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="sum, not mean"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total

# %% smoothgrad wrong="noise adds up from draw to draw"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    noisy = X.clone()
    for _ in range(num_draws):
        noisy = noisy + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = noisy.clone().requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="the noisy pictures are averaged, and one gradient taken"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    noisy = [X + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype) for _ in range(num_draws)]
    at = torch.stack(noisy).mean(dim=0).requires_grad_()
    return torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]

# %% smoothgrad wrong="noise is added to the gradient, not to the inputs"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    at = X.clone().requires_grad_()
    g = torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        total += g + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)
    return total / num_draws

# %% smoothgrad wrong="global randomness, the generator is not used"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.randn_like(X)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="the generator is seeded anew in the function"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    generator.manual_seed(0)
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="same noise for all examples of a draw" kind="sneaky"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.randn(X.shape[1], generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="one noise for all inputs of an example" kind="sneaky"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.randn(len(X), 1, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="works on a copy of the generator, which has not moved on afterwards" kind="sneaky"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    own = torch.Generator()
    own.set_state(generator.get_state())
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.randn(X.shape, generator=own, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="sd is taken relative to the range of X, as in the paper" kind="sneaky"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    scale = sd * (X.max() - X.min())
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + scale * torch.randn(X.shape, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="noisy inputs are clamped to 0 … 1" kind="sneaky"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        at = (X + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)).clamp(0, 1).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% smoothgrad wrong="the result is float64 also for float32 inputs" kind="sneaky"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    total = torch.zeros(X.shape, dtype=torch.float64)
    for _ in range(num_draws):
        at = (X + sd * torch.randn(X.shape, generator=generator, dtype=X.dtype)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / num_draws

# %% integrated right="loop over k as in the hints"
def integrated_gradients(layers, X, y, baseline, steps):
    begin = baseline.expand_as(X)
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (begin + (k + 0.5) / steps * (X - begin)).requires_grad_()
        z = models.logits(layers, at).gather(1, y[:, None]).sum()
        total += torch.autograd.grad(z, at)[0]
    return (X - begin) * total / steps

# %% integrated right="all points in one batch"
def integrated_gradients(layers, X, y, baseline, steps):
    n, d = X.shape
    alpha = ((torch.arange(steps, dtype=torch.float64) + 0.5) / steps).to(X.dtype)
    points = baseline + alpha[:, None, None] * (X - baseline)  # steps, n, d
    flat = points.reshape(steps * n, d).requires_grad_()
    z = models.logits(layers, flat)[torch.arange(steps * n), y.repeat(steps)]
    g = torch.autograd.grad(z.sum(), flat)[0].reshape(steps, n, d)
    return g.mean(dim=0) * (X - baseline)

# %% integrated right="derivative along the path with a helper, one example after another"
def _grad_at(layers, x, c):
    x = x.detach().clone().requires_grad_(True)
    out = models.logits(layers, x.unsqueeze(0))[0, c]
    return torch.autograd.grad(out, x)[0]


def integrated_gradients(layers, X, y, baseline, steps):
    parts = torch.empty_like(X)
    for i in range(len(X)):
        diff = X[i] - baseline
        gradients = []
        for k in range(steps):
            alpha = (2 * k + 1) / (2 * steps)
            gradients.append(_grad_at(layers, baseline + alpha * diff, int(y[i])))
        parts[i] = diff * torch.stack(gradients).mean(dim=0)
    return parts

# %% integrated right="weighted mean of end points, torch.func.grad, one line"
def integrated_gradients(layers, X, y, baseline, steps):
    g = torch.func.grad(lambda A: models.logits(layers, A).gather(1, y[:, None]).sum())
    return (X - baseline) * sum(
        g((1 - a) * baseline + a * X) for a in ((k + 0.5) / steps for k in range(steps))
    ) / steps

# %% integrated right="NumPy midpoints from linspace, sum of Riemann pieces"
import numpy as np


def integrated_gradients(layers, X, y, baseline, steps):
    edges = np.linspace(0, 1, steps + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    A = torch.zeros_like(X)
    for left, right, m in zip(edges[:-1], edges[1:], middles):
        at = (baseline + float(m) * (X - baseline)).detach().requires_grad_()
        score = models.logits(layers, at)[torch.arange(len(y)), y].sum()
        A = A + float(right - left) * torch.autograd.grad(score, at)[0]
    return A * (X - baseline)

# %% integrated right="gradient with respect to the input through the path: chain rule left to autograd"
def integrated_gradients(layers, X, y, baseline, steps):
    delta = X - baseline
    scale = torch.ones_like(X, requires_grad=True)
    total = 0
    for k in range(steps):
        # d/d(scale) of f(b + alpha*delta + (scale - 1)*delta) is delta * gradient
        at = baseline + (k + 0.5) / steps * delta + (scale - 1) * delta
        total = total + models.logits(layers, at).gather(1, y[:, None]).sum()
    return torch.autograd.grad(total / steps, scale)[0]

# %% integrated wrong="beginning of each step"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + k / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total / steps

# %% integrated wrong="end of each step"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(1, steps + 1):
        at = (baseline + k / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total / steps

# %% integrated wrong="linspace from 0 to 1, both ends included"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for a in torch.linspace(0, 1, steps).tolist():
        at = (baseline + a * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total / steps

# %% integrated wrong="factor x - b forgotten"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return total / steps

# %% integrated wrong="times x, not x - b" kind="sneaky"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return X * total / steps

# %% integrated wrong="times b - x: the sign is turned"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (baseline - X) * total / steps

# %% integrated wrong="sum over the steps, not the mean"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total

# %% integrated wrong="walks from 0 and not from the baseline" kind="sneaky"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = ((k + 0.5) / steps * X).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total / steps

# %% integrated wrong="b + alpha x in place of b + alpha (x - b)"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * X).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total / steps

# %% integrated wrong="(x - b) times a single gradient at x"
def integrated_gradients(layers, X, y, baseline, steps):
    at = X.clone().requires_grad_()
    return (X - baseline) * torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]

# %% integrated wrong="absolute values"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return ((X - baseline) * total / steps).abs()

# %% integrated wrong="probability in place of the logit"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        p = models.logits(layers, at).softmax(1)
        total += torch.autograd.grad(p.gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total / steps

# %% integrated wrong="parts are rescaled such that they add up exactly" kind="sneaky"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    A = (X - baseline) * total / steps
    rise = (models.logits(layers, X) - models.logits(layers, baseline[None])).gather(1, y[:, None])
    return A * rise / A.sum(dim=1, keepdim=True)

# %% integrated wrong="always at least 100 steps, whatever was asked" kind="sneaky"
def integrated_gradients(layers, X, y, baseline, steps):
    steps = max(steps, 100)
    total = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total / steps

# %% integrated wrong="the result is float64 also for float32 inputs" kind="sneaky"
def integrated_gradients(layers, X, y, baseline, steps):
    total = torch.zeros(X.shape, dtype=torch.float64)
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        total += torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return (X - baseline) * total / steps

# %% occlusion right="double loop over patches, fresh copies"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% occlusion right="all covered pictures in one batch by masks"
def occlusion(f, X, k, fill):
    n, h, w = X.shape
    across = math.ceil(w / k)
    patch = (torch.arange(h) // k)[:, None] * across + torch.arange(w) // k  # number of the patch
    masks = torch.stack([patch == p for p in range(int(patch.max()) + 1)])  # P, h, w
    covered = torch.where(masks[:, None], torch.tensor(fill, dtype=X.dtype), X[None])  # P, n, h, w
    after = f(covered.reshape(-1, h, w)).reshape(len(masks), n)
    fall = f(X) - after
    return fall[patch].permute(2, 0, 1)

# %% occlusion right="pixel by pixel and picture by picture, beginner style"
def occlusion(f, X, k, fill):
    n, height, width = X.shape
    out = torch.zeros(n, height, width, dtype=torch.float64)
    for picture in range(n):
        old = float(f(X[picture : picture + 1])[0])
        for r in range(height):
            for c in range(width):
                top = r - r % k
                left = c - c % k
                Z = X[picture : picture + 1].clone()
                for a in range(top, min(top + k, height)):
                    for b in range(left, min(left + k, width)):
                        Z[0, a, b] = fill
                out[picture, r, c] = old - float(f(Z)[0])
    return out

# %% occlusion right="NumPy copies, with torch only for the call of f"
import numpy as np


def occlusion(f, X, k, fill):
    P = X.numpy()
    fall = np.zeros_like(P)
    base = f(X).numpy()
    for i in range(-(-P.shape[1] // k)):
        for j in range(-(-P.shape[2] // k)):
            rows, cols = slice(i * k, (i + 1) * k), slice(j * k, (j + 1) * k)
            Q = P.copy()
            Q[:, rows, cols] = fill
            fall[:, rows, cols] = (base - f(torch.from_numpy(Q)).numpy()).reshape(-1, 1, 1)
    return torch.from_numpy(fall)

# %% occlusion right="small map of falls, then repeat_interleave and cut"
def occlusion(f, X, k, fill):
    n, h, w = X.shape
    before = f(X)
    small = []
    for i in range(0, h, k):
        line = []
        for j in range(0, w, k):
            Z = X.clone()
            Z[:, i : i + k].narrow(2, j, min(k, w - j)).fill_(fill)
            line.append(before - f(Z))
        small.append(torch.stack(line, dim=1))
    A = torch.stack(small, dim=1)
    return A.repeat_interleave(k, 1).repeat_interleave(k, 2)[:, :h, :w].contiguous()

# %% occlusion wrong="after minus before"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (f(Z) - before)[:, None, None]
    return result

# %% occlusion wrong="no fresh copy: patches stay covered"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    Z = X.clone()
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% occlusion wrong="X itself is covered (Z = X)"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% occlusion wrong="covers with 0, whatever fill is"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = 0
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% occlusion wrong="falls below 0 are cut off"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z)).clamp(min=0)[:, None, None]
    return result

# %% occlusion wrong="patches that slide by one pixel; each pixel gets the sum of all that cover it"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(X.shape[1] - k + 1):
        for j in range(X.shape[2] - k + 1):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] += (before - f(Z))[:, None, None]
    return result

# %% occlusion wrong="the fall is divided among the pixels of the patch"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None] / k**2
    return result

# %% occlusion wrong="only the upper left pixel of a patch gets the fall"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i, j] = before - f(Z)
    return result

# %% occlusion wrong="one fall, the mean over the pictures, for all of them"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z)).mean()
    return result

# %% occlusion wrong="covers all except the patch"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = torch.full_like(X, fill)
            Z[:, i : i + k, j : j + k] = X[:, i : i + k, j : j + k]
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% occlusion wrong="patches at the edges that would be cut off are left out" kind="sneaky"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    for i in range(0, X.shape[1] - k + 1, k):
        for j in range(0, X.shape[2] - k + 1, k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% occlusion wrong="the last patch is moved inwards, not cut off" kind="sneaky"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros_like(X)
    n, h, w = X.shape
    for i in range(0, h, k):
        for j in range(0, w, k):
            a, b = min(i, h - k), min(j, w - k)
            Z = X.clone()
            Z[:, a : a + k, b : b + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% occlusion wrong="takes the height for the width, too" kind="sneaky"
def occlusion(f, X, k, fill):
    before = f(X)
    side = X.shape[1]
    result = torch.zeros_like(X)
    for i in range(0, side, k):
        for j in range(0, side, k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% occlusion wrong="the result is float32" kind="sneaky"
def occlusion(f, X, k, fill):
    before = f(X)
    result = torch.zeros(X.shape)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            result[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return result

# %% grad-cam right="as in the hints"
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam right="einsum"
def grad_cam(activations, gradients, size):
    w = gradients.flatten(2).mean(-1)
    maps = F.relu(torch.einsum("nc,nchw->nhw", w, activations))
    return F.interpolate(maps.unsqueeze(1), size=size, mode="bilinear", align_corners=False).squeeze(1)

# %% grad-cam right="loops over pictures and channels"
def grad_cam(activations, gradients, size):
    n, channels, h, w = activations.shape
    result = torch.zeros(n, size[0], size[1])
    for i in range(n):
        small = torch.zeros(h, w)
        for c in range(channels):
            weight = gradients[i, c].sum() / (h * w)
            small = small + weight * activations[i, c]
        small[small < 0] = 0
        large = F.interpolate(small.reshape(1, 1, h, w), size=size, mode="bilinear", align_corners=False)
        result[i] = large[0, 0]
    return result

# %% grad-cam right="adaptive pooling, keepdim and nn.Upsample"
def grad_cam(activations, gradients, size):
    weights = F.adaptive_avg_pool2d(gradients, 1)
    maps = torch.clamp((activations * weights).sum(1, keepdim=True), min=0)
    up = torch.nn.Upsample(size=tuple(size), mode="bilinear", align_corners=False)
    return up(maps)[:, 0]

# %% grad-cam right="NumPy for the weights, batched matrix product"
import numpy as np


def grad_cam(activations, gradients, size):
    A, G = activations.detach().numpy(), gradients.detach().numpy()
    n, c, h, w = A.shape
    weights = G.mean(axis=(2, 3))
    maps = (weights[:, None, :] @ A.reshape(n, c, h * w)).reshape(n, 1, h, w)
    maps = torch.from_numpy(np.maximum(maps, 0).astype(np.float32))
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="sum of the gradients, not the mean"
def grad_cam(activations, gradients, size):
    maps = (gradients.sum(dim=(2, 3), keepdim=True) * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="ReLU forgotten"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(dim=1)
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="ReLU of the weights, not of the sum"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True).relu() * activations).sum(dim=1)
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="gradient times activation at each place, no mean over the places"
def grad_cam(activations, gradients, size):
    maps = (gradients * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="mean over the channels, not the sum"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).mean(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="scaled so that the largest is 1"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(dim=1).relu()
    maps = F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]
    return maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8)

# %% grad-cam wrong="nearest neighbour in place of bilinear"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size)[:, 0]

# %% grad-cam wrong="align_corners=True"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=True)[:, 0]

# %% grad-cam wrong="the roles of activations and gradients are exchanged"
def grad_cam(activations, gradients, size):
    maps = (activations.mean(dim=(2, 3), keepdim=True) * gradients).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="weights averaged over the pictures as well"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(0, 2, 3), keepdim=True) * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="ReLU of each channel's share before they are added"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).relu().sum(dim=1)
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="the dimension of channels is not taken away"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)

# %% grad-cam wrong="ReLU after the enlargement" kind="sneaky"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(dim=1)
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0].relu()

# %% grad-cam wrong="squeeze() also takes the dimension of a single picture" kind="sneaky"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False).squeeze()

# %% grad-cam wrong="activations below 0 are cut off first" kind="sneaky"
def grad_cam(activations, gradients, size):
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations.relu()).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="height and width of size exchanged" kind="sneaky"
def grad_cam(activations, gradients, size):
    width, height = size
    maps = (gradients.mean(dim=(2, 3), keepdim=True) * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=(height, width), mode="bilinear", align_corners=False)[:, 0]

# %% grad-cam wrong="divides by h squared instead of h w" kind="sneaky"
def grad_cam(activations, gradients, size):
    h = activations.shape[2]
    maps = (gradients.sum(dim=(2, 3), keepdim=True) / h**2 * activations).sum(dim=1).relu()
    return F.interpolate(maps[:, None], size=size, mode="bilinear", align_corners=False)[:, 0]

# %% shapley right="formula with combinations"
import itertools


def shapley(value, n):
    shares = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        share = 0.0
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for S in itertools.combinations(others, size):
                share += weight * (value(S + (i,)) - value(S))
        shares.append(share)
    return shares

# %% shapley right="mean over all orders"
import itertools


def shapley(value, n):
    shares = [0.0] * n
    orders = list(itertools.permutations(range(n)))
    for order in orders:
        come = []
        before = value(come)
        for player in order:
            come = come + [player]
            now = value(come)
            shares[player] += (now - before) / len(orders)
            before = now
    return shares

# %% shapley right="bit masks, each coalition asked once, a tensor returned"
def shapley(value, n):
    v = [float(value({i for i in range(n) if m >> i & 1})) for m in range(2**n)]
    phi = torch.zeros(n, dtype=torch.float64)
    for m in range(2**n):
        s = bin(m).count("1")
        for i in range(n):
            if not m >> i & 1:
                phi[i] += (v[m | 1 << i] - v[m]) / (n * math.comb(n - 1, s))
    return phi

# %% shapley right="recursion: the last player's share, then the game without him"
def shapley(value, n):
    def solve(players):
        # Each of the players comes last with the same chance.
        shares = dict.fromkeys(players, 0.0)
        for last in players:
            rest = tuple(p for p in players if p != last)
            shares[last] += (value(players) - value(rest)) / len(players)
            for p, share in solve(rest).items():
                shares[p] += share / len(players)
        return shares

    phi = solve(tuple(range(n)))
    return [phi[i] for i in range(n)]

# %% shapley right="Harsanyi dividends: each coalition's own surplus is divided equally"
from itertools import chain, combinations


def shapley(value, n):
    subsets = list(chain.from_iterable(combinations(range(n), s) for s in range(n + 1)))
    surplus = {}
    for S in subsets:
        surplus[S] = value(S) - sum(surplus[T] for T in surplus if set(T) < set(S))
    return tuple(sum(surplus[S] / len(S) for S in subsets if i in S) for i in range(n))

# %% shapley right="mean over sizes of the mean marginal contribution"
import itertools
import statistics


def shapley(value, n):
    def gain(i, size):
        others = set(range(n)) - {i}
        return statistics.mean(
            float(value(list(S) + [i])) - float(value(list(S))) for S in itertools.combinations(others, size)
        )

    return [statistics.mean(gain(i, size) for size in range(n)) for i in range(n)]

# %% shapley wrong="all coalitions weigh the same (Banzhaf)"
import itertools


def shapley(value, n):
    shares = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        gains = [value(S + (i,)) - value(S) for s in range(n) for S in itertools.combinations(others, s)]
        shares.append(sum(gains) / len(gains))
    return shares

# %% shapley wrong="only what a player adds as the last"
def shapley(value, n):
    everybody = list(range(n))
    return [value(everybody) - value([j for j in everybody if j != i]) for i in range(n)]

# %% shapley wrong="only what a player adds as the first"
def shapley(value, n):
    return [value([i]) - value([]) for i in range(n)]

# %% shapley wrong="only one order, 0, 1, 2, …"
def shapley(value, n):
    return [value(list(range(i + 1))) - value(list(range(i))) for i in range(n)]

# %% shapley wrong="n - |S| in place of n - |S| - 1 in the weight"
import itertools


def shapley(value, n):
    shares = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        share = 0.0
        for size in range(n):
            weight = math.factorial(size) * math.factorial(n - size) / math.factorial(n)
            for S in itertools.combinations(others, size):
                share += weight * (value(S + (i,)) - value(S))
        shares.append(share)
    return shares

# %% shapley wrong="sizes 0 … n - 2: the coalition of all others is forgotten"
import itertools


def shapley(value, n):
    shares = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        share = 0.0
        for size in range(n - 1):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for S in itertools.combinations(others, size):
                share += weight * (value(S + (i,)) - value(S))
        shares.append(share)
    return shares

# %% shapley wrong="the empty coalition is forgotten"
import itertools


def shapley(value, n):
    shares = []
    for i in range(n):
        others = [j for j in range(n) if j != i]
        share = 0.0
        for size in range(1, n):
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            for S in itertools.combinations(others, size):
                share += weight * (value(S + (i,)) - value(S))
        shares.append(share)
    return shares

# %% shapley wrong="not divided by n!"
import itertools


def shapley(value, n):
    shares = [0.0] * n
    for order in itertools.permutations(range(n)):
        for k, player in enumerate(order):
            shares[player] += value(order[: k + 1]) - value(order[:k])
    return shares

# %% shapley wrong="without minus with: the sign is turned"
import itertools


def shapley(value, n):
    shares = [0.0] * n
    for order in itertools.permutations(range(n)):
        for k, player in enumerate(order):
            shares[player] += (value(order[:k]) - value(order[: k + 1])) / math.factorial(n)
    return shares

# %% shapley wrong="the value of all is divided equally"
def shapley(value, n):
    return [(value(list(range(n))) - value([])) / n] * n

# %% shapley wrong="the gain goes to the place in the order, not to the player"
import itertools


def shapley(value, n):
    shares = [0.0] * n
    for order in itertools.permutations(range(n)):
        for k in range(n):
            shares[k] += (value(order[: k + 1]) - value(order[:k])) / math.factorial(n)
    return shares

# %% shapley wrong="mean value of the coalitions with the player, nothing subtracted"
import itertools


def shapley(value, n):
    shares = [0.0] * n
    for order in itertools.permutations(range(n)):
        for k, player in enumerate(order):
            shares[player] += value(order[: k + 1]) / math.factorial(n)
    return shares

# %% shapley wrong="takes the value of nobody for 0" kind="sneaky"
import itertools


def shapley(value, n):
    shares = [0.0] * n
    for order in itertools.permutations(range(n)):
        before = 0.0
        for k, player in enumerate(order):
            now = value(order[: k + 1])
            shares[player] += (now - before) / math.factorial(n)
            before = now
    return shares

# %% shapley wrong="what a player adds is cut off at 0, so nobody does harm" kind="sneaky"
import itertools


def shapley(value, n):
    shares = [0.0] * n
    for order in itertools.permutations(range(n)):
        for k, player in enumerate(order):
            shares[player] += max(0, value(order[: k + 1]) - value(order[:k])) / math.factorial(n)
    return shares

# %% shapley wrong="only the n rotations of 0, 1, 2, …, not all orders" kind="sneaky"
def shapley(value, n):
    shares = [0.0] * n
    for start in range(n):
        order = [(start + k) % n for k in range(n)]
        for k in range(n):
            shares[order[k]] += (value(order[: k + 1]) - value(order[:k])) / n
    return shares

# %% shapley wrong="mean of being first and being last, right up to n = 2" kind="sneaky"
def shapley(value, n):
    everybody = list(range(n))
    shares = []
    for i in everybody:
        first = value([i]) - value([])
        last = value(everybody) - value([j for j in everybody if j != i])
        shares.append((first + last) / 2)
    return shares

# %% shapley wrong="shares are scaled such that they add up to 1" kind="sneaky"
import itertools


def shapley(value, n):
    shares = [0.0] * n
    for order in itertools.permutations(range(n)):
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - value(order[:k])) / math.factorial(n)
    total = sum(shares)
    return [share / total for share in shares] if total else shares

# %% shapley-sampled right="randperm and the value so far"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        come, before = [], value([])
        for player in torch.randperm(n, generator=generator).tolist():
            come.append(player)
            now = value(list(come))
            shares[player] += (now - before) / num_orders
            before = now
    return shares

# %% shapley-sampled right="orders by argsort of random numbers, all at once"
def shapley_sampled(value, n, num_orders, generator):
    orders = torch.rand(num_orders, n, generator=generator, dtype=torch.float64).argsort(dim=1)
    gains = torch.zeros(num_orders, n, dtype=torch.float64)
    for r, order in enumerate(orders.tolist()):
        values = [float(value(tuple(order[:k]))) for k in range(n + 1)]
        for k, player in enumerate(order):
            gains[r, player] = values[k + 1] - values[k]
    return gains.mean(dim=0)

# %% shapley-sampled right="Python's random.shuffle, seeded from the generator"
import random


def shapley_sampled(value, n, num_orders, generator):
    rng = random.Random(torch.randint(2**31, (1,), generator=generator).item())
    total = {player: 0.0 for player in range(n)}
    for _ in range(num_orders):
        order = list(range(n))
        rng.shuffle(order)
        here = set()
        for player in order:
            total[player] += value(here | {player}) - value(set(here))
            here.add(player)
    return [total[player] / num_orders for player in range(n)]

# %% shapley-sampled right="NumPy permutations from a drawn seed, values kept in a dictionary"
import numpy as np


def shapley_sampled(value, n, num_orders, generator):
    rng = np.random.default_rng(int(torch.randint(0, 2**32, (), generator=generator)))
    known = {}

    def v(S):
        key = frozenset(S)
        if key not in known:
            known[key] = value(sorted(key))
        return known[key]

    phi = np.zeros(n)
    for _ in range(num_orders):
        order = [int(i) for i in rng.permutation(n)]
        phi[order] += np.diff([v(order[:k]) for k in range(n + 1)])
    return (phi / num_orders).tolist()

# %% shapley-sampled right="a Fisher–Yates shuffle by hand"
def shapley_sampled(value, n, num_orders, generator):
    sums = [0.0 for _ in range(n)]
    for _ in range(num_orders):
        order = [i for i in range(n)]
        for last in range(n - 1, 0, -1):
            j = int(torch.randint(last + 1, (1,), generator=generator))
            order[last], order[j] = order[j], order[last]
        for i in range(n):
            where = order.index(i)
            sums[i] += value(order[: where + 1]) - value(order[:where])
    return tuple(s / num_orders for s in sums)

# %% shapley-sampled right="each next player is drawn from those that are left"
def shapley_sampled(value, n, num_orders, generator):
    shares = torch.zeros(n, dtype=torch.float64)
    for _ in range(num_orders):
        left, here = list(range(n)), []
        while left:
            player = left.pop(torch.randint(len(left), (), generator=generator).item())
            shares[player] += value(here + [player]) - value(here)
            here = here + [player]
    return shares / num_orders

# %% shapley-sampled wrong="one order for all the rounds"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    order = torch.randperm(n, generator=generator).tolist()
    for _ in range(num_orders):
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - value(order[:k])) / num_orders
    return shares

# %% shapley-sampled wrong="players drawn with replacement, which is no order"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        come, before = set(), value([])
        for player in torch.randint(n, (n,), generator=generator).tolist():
            come.add(player)
            now = value(sorted(come))
            shares[player] += (now - before) / num_orders
            before = now
    return shares

# %% shapley-sampled wrong="the gain goes to the place, not to the player"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        order = torch.randperm(n, generator=generator).tolist()
        for k in range(n):
            shares[k] += (value(order[: k + 1]) - value(order[:k])) / num_orders
    return shares

# %% shapley-sampled wrong="sum over the orders, not the mean"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        order = torch.randperm(n, generator=generator).tolist()
        for k, player in enumerate(order):
            shares[player] += value(order[: k + 1]) - value(order[:k])
    return shares

# %% shapley-sampled wrong="the value before is never moved on: each is compared with nobody"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    nobody = value([])
    for _ in range(num_orders):
        order = torch.randperm(n, generator=generator).tolist()
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - nobody) / num_orders
    return shares

# %% shapley-sampled wrong="before minus after"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        order = torch.randperm(n, generator=generator).tolist()
        for k, player in enumerate(order):
            shares[player] += (value(order[:k]) - value(order[: k + 1])) / num_orders
    return shares

# %% shapley-sampled wrong="global randomness, the generator is not used"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        order = torch.randperm(n).tolist()
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - value(order[:k])) / num_orders
    return shares

# %% shapley-sampled wrong="the generator is seeded anew in each round"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for r in range(num_orders):
        generator.manual_seed(r)
        order = torch.randperm(n, generator=generator).tolist()
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - value(order[:k])) / num_orders
    return shares

# %% shapley-sampled wrong="divided by n instead of by the number of orders"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        order = torch.randperm(n, generator=generator).tolist()
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - value(order[:k])) / n
    return shares

# %% shapley-sampled wrong="takes the value of nobody for 0" kind="sneaky"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        before = 0.0
        order = torch.randperm(n, generator=generator).tolist()
        for k, player in enumerate(order):
            now = value(order[: k + 1])
            shares[player] += (now - before) / num_orders
            before = now
    return shares

# %% shapley-sampled wrong="coalitions by coin tosses (Banzhaf), no orders" kind="sneaky"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        for i in range(n):
            coins = torch.rand(n, generator=generator).tolist()
            S = [j for j in range(n) if j != i and coins[j] < 0.5]
            shares[i] += (value(S + [i]) - value(S)) / num_orders
    return shares

# %% shapley-sampled wrong="only rotations of 0, 1, 2, … are drawn, not every order" kind="sneaky"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        start = int(torch.randint(n, (1,), generator=generator))
        order = [(start + k) % n for k in range(n)]
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - value(order[:k])) / num_orders
    return shares

# %% shapley-sampled wrong="an order of its own for each player: the parts of one order do not add up" kind="sneaky"
def shapley_sampled(value, n, num_orders, generator):
    shares = [0.0] * n
    for _ in range(num_orders):
        for i in range(n):
            order = torch.randperm(n, generator=generator).tolist()
            k = order.index(i)
            shares[i] += (value(order[: k + 1]) - value(order[:k])) / num_orders
    return shares

# %% shapley-sampled wrong="the exact values over all orders, no lot at all" kind="sneaky"
import itertools


def shapley_sampled(value, n, num_orders, generator):
    torch.rand(num_orders, generator=generator)
    shares = [0.0] * n
    for order in itertools.permutations(range(n)):
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - value(order[:k])) / math.factorial(n)
    return shares

# %% shapley-sampled wrong="works on a copy of the generator, which has not moved on" kind="sneaky"
def shapley_sampled(value, n, num_orders, generator):
    own = torch.Generator()
    own.set_state(generator.get_state())
    shares = [0.0] * n
    for _ in range(num_orders):
        order = torch.randperm(n, generator=own).tolist()
        for k, player in enumerate(order):
            shares[player] += (value(order[: k + 1]) - value(order[:k])) / num_orders
    return shares

# %% local-line right="rows times the root of the weights, lstsq"
def local_line(x, Z, scores, width):
    weights = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2)
    root = weights.sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * root[:, None]
    return torch.linalg.lstsq(A, (scores * root)[:, None]).solution[:-1, 0]

# %% local-line right="sklearn's LinearRegression with sample_weight"
from sklearn.linear_model import LinearRegression


def local_line(x, Z, scores, width):
    d = torch.linalg.norm(Z - x, dim=1)
    pi = torch.exp(-(d**2) / width**2)
    fit = LinearRegression().fit(Z.numpy(), scores.numpy(), sample_weight=pi.numpy())
    return torch.from_numpy(fit.coef_)

# %% local-line right="NumPy lstsq, intercept first"
import numpy as np


def local_line(x, Z, scores, width):
    xn, Zn, s = x.numpy(), Z.numpy(), scores.numpy()
    half = np.exp(-((Zn - xn) ** 2).sum(axis=1) / (2 * width**2))  # the root of the weight
    A = np.column_stack([np.ones(len(Zn)), Zn])
    coefficients = np.linalg.lstsq(A * half[:, None], s * half, rcond=None)[0]
    return torch.tensor(coefficients[1:], dtype=torch.float64)

# %% local-line right="weighted means taken off, then least squares without an intercept"
def local_line(x, Z, scores, width):
    w = torch.exp(-(Z - x).square().sum(1) / width**2)
    w = w / w.sum()
    Zc = Z - w @ Z
    sc = scores - w @ scores
    r = w.sqrt()
    return torch.linalg.lstsq(Zc * r[:, None], (sc * r)[:, None]).solution.flatten()

# %% local-line right="normal equations, seen from x"
def local_line(x, Z, scores, width):
    D = Z - x
    pi = torch.exp(-(D * D).sum(dim=1) / width**2)
    A = torch.hstack([D, torch.ones(D.shape[0], 1, dtype=torch.float64)])
    left = A.T @ (pi[:, None] * A)
    right = A.T @ (pi * scores)
    return torch.linalg.solve(left, right)[:-1]

# %% local-line right="loops for the weights and rows, pseudo-inverse"
def local_line(x, Z, scores, width):
    rows, targets = [], []
    for z, s in zip(Z, scores):
        distance = 0.0
        for a, b in zip(z.tolist(), x.tolist()):
            distance += (a - b) ** 2
        weight = math.exp(-distance / width**2)
        root = math.sqrt(weight)
        rows.append([root * a for a in z.tolist()] + [root])
        targets.append(root * s.item())
    A = torch.tensor(rows, dtype=torch.float64)
    b = torch.tensor(targets, dtype=torch.float64)
    solution = torch.linalg.pinv(A) @ b
    return solution[: len(x)]

# %% local-line right="QR of the weighted table"
def local_line(x, Z, scores, width):
    r = torch.exp(-torch.cdist(Z, x[None])[:, 0] ** 2 / width**2).sqrt()
    A = r[:, None] * torch.column_stack([Z, torch.ones_like(scores)])
    Q, R = torch.linalg.qr(A)
    return torch.linalg.solve_triangular(R, (Q.T @ (r * scores))[:, None], upper=True)[:-1, 0]

# %% local-line wrong="rows multiplied by the weight, not its root"
def local_line(x, Z, scores, width):
    w = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2)
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * w[:, None]
    return torch.linalg.lstsq(A, (scores * w)[:, None]).solution[:-1, 0]

# %% local-line wrong="no weights at all"
def local_line(x, Z, scores, width):
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    return torch.linalg.lstsq(A, scores[:, None]).solution[:-1, 0]

# %% local-line wrong="no intercept"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    return torch.linalg.lstsq(Z * r[:, None], (scores * r)[:, None]).solution[:, 0]

# %% local-line wrong="exp(-d² / (2 width²)) as in a Gaussian"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / (2 * width**2)).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:-1, 0]

# %% local-line wrong="distance not squared"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1).sqrt() / width**2).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:-1, 0]

# %% local-line wrong="scores are not multiplied by the root of the weights"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, scores[:, None]).solution[:-1, 0]

# %% local-line wrong="distance from the mean of the samples, not from x"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - Z.mean(dim=0)) ** 2).sum(dim=1) / width**2).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:-1, 0]

# %% local-line wrong="the intercept is returned with the slopes"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:, 0]

# %% local-line wrong="the first column is dropped, but the ones are the last"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[1:, 0]

# %% local-line wrong="ridge, as LIME itself does (weight decay 1)"
from sklearn.linear_model import Ridge


def local_line(x, Z, scores, width):
    pi = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2)
    return torch.from_numpy(Ridge(1.0).fit(Z.numpy(), scores.numpy(), sample_weight=pi.numpy()).coef_)

# %% local-line wrong="far samples count more: the sign of the exponent is forgotten"
def local_line(x, Z, scores, width):
    r = torch.exp(((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:-1, 0]

# %% local-line wrong="the ones are appended after the weighting" kind="sneaky"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    A = torch.cat([Z * r[:, None], torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:-1, 0]

# %% local-line wrong="unweighted means are taken off in place of an intercept" kind="sneaky"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    A = (Z - Z.mean(dim=0)) * r[:, None]
    b = (scores - scores.mean()) * r
    return torch.linalg.lstsq(A, b[:, None]).solution[:, 0]

# %% local-line wrong="divides by width, not its square: right for width 1" kind="sneaky"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:-1, 0]

# %% local-line wrong="the columns are standardized first, so the slopes are scaled" kind="sneaky"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    S = (Z - Z.mean(dim=0)) / Z.std(dim=0)
    A = torch.cat([S, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:-1, 0]

# %% local-line wrong="the result is float32" kind="sneaky"
def local_line(x, Z, scores, width):
    r = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2).sqrt()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1) * r[:, None]
    return torch.linalg.lstsq(A, (scores * r)[:, None]).solution[:-1, 0].float()

# %% permutation right="as in the hints"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = score(X)
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(float(before) - total / num_repeats)
    return result

# %% permutation right="NumPy with a seed drawn from the generator"
import numpy as np


def permutation_importance(score, X, groups, num_repeats, generator):
    rng = np.random.default_rng(torch.randint(2**31, (1,), generator=generator).item())
    table = X.numpy()
    start = float(score(X))
    falls = np.zeros((len(groups), num_repeats))
    for g, columns in enumerate(groups):
        for r in range(num_repeats):
            shuffled = table.copy()
            order = rng.permutation(table.shape[0])
            shuffled[:, columns] = table[np.ix_(order, columns)]
            falls[g, r] = start - float(score(torch.from_numpy(shuffled)))
    return falls.mean(axis=1).tolist()

# %% permutation right="column by column with one order, plain loops"
def permutation_importance(score, X, groups, num_repeats, generator):
    falls = []
    old = score(X)
    for group in groups:
        fall = 0
        for repeat in range(num_repeats):
            order = torch.randperm(X.shape[0], generator=generator).tolist()
            new = X.clone()
            for column in group:
                for row in range(X.shape[0]):
                    new[row, column] = X[order[row], column]
            fall = fall + (old - score(new))
        falls.append(float(fall / num_repeats))
    return tuple(falls)

# %% permutation right="torch.where with a mask of columns, tensor returned"
def permutation_importance(score, X, groups, num_repeats, generator):
    n, m = X.shape
    before = float(score(X))
    falls = torch.zeros(len(groups), num_repeats, dtype=torch.float64)
    for g, group in enumerate(groups):
        mask = torch.zeros(m, dtype=torch.bool)
        mask[list(group)] = True
        for r in range(num_repeats):
            order = torch.rand(n, generator=generator, dtype=torch.float64).argsort()
            falls[g, r] = before - float(score(torch.where(mask, X[order], X)))
    return falls.mean(dim=1)

# %% permutation right="a list comprehension and a helper, Python's random.sample"
import random


def permutation_importance(score, X, groups, num_repeats, generator):
    rng = random.Random(int(torch.randint(2**40, (), generator=generator)))

    def shuffled(columns):
        Z, order = X.clone(), rng.sample(range(len(X)), len(X))
        for c in columns:
            Z[:, c] = X[order, c]
        return Z

    base = float(score(X.clone()))
    return [base - sum(float(score(shuffled(g))) for _ in range(num_repeats)) / num_repeats for g in groups]

# %% permutation wrong="each column of a group gets an order of its own"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            Z = X.clone()
            for c in columns:
                Z[:, c] = X[torch.randperm(len(X), generator=generator), c]
            total += float(score(Z))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="rows drawn with replacement, which is no order"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randint(len(X), (len(X),), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="shuffled minus before"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(total / num_repeats - before)
    return result

# %% permutation wrong="sum of the falls, not the mean"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - float(score(Z))
        result.append(total)
    return result

# %% permutation wrong="X itself is shuffled"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            X[:, columns] = X[order][:, columns]
            total += float(score(X))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="the copy is made once: earlier groups stay shuffled"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    Z = X.clone()
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="the columns are set to 0, not shuffled"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    torch.rand(1, generator=generator)
    for columns in groups:
        Z = X.clone()
        Z[:, columns] = 0
        result.append(before - float(score(Z)))
    return result

# %% permutation wrong="whole rows are shuffled, all columns"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            total += float(score(X[torch.randperm(len(X), generator=generator)]))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="all columns except the group are shuffled"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            Z = X[torch.randperm(len(X), generator=generator)]
            Z[:, columns] = X[:, columns]
            total += float(score(Z))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="only the last of the repeats counts"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            after = float(score(Z))
        result.append(before - after)
    return result

# %% permutation wrong="global randomness, the generator is not used"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X))
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="each column by itself, and the falls of a group are added up"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        fall = 0.0
        for c in columns:
            for _ in range(num_repeats):
                Z = X.clone()
                Z[:, c] = X[torch.randperm(len(X), generator=generator), c]
                fall += (before - float(score(Z))) / num_repeats
        result.append(fall)
    return result

# %% permutation wrong="one order per group, used in all repeats" kind="sneaky"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        order = torch.randperm(len(X), generator=generator)
        total = 0.0
        for _ in range(num_repeats):
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="a column that an earlier group had is left out of later ones" kind="sneaky"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result, seen = [], set()
    for group in groups:
        columns = [c for c in group if c not in seen]
        seen.update(group)
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="works on a copy of the generator, which has not moved on" kind="sneaky"
def permutation_importance(score, X, groups, num_repeats, generator):
    own = torch.Generator()
    own.set_state(generator.get_state())
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=own)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(before - total / num_repeats)
    return result

# %% permutation wrong="falls below 0 are cut off" kind="sneaky"
def permutation_importance(score, X, groups, num_repeats, generator):
    before = float(score(X))
    result = []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += float(score(Z))
        result.append(max(0.0, before - total / num_repeats))
    return result

# %% trust right="as in the hints"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust right="sklearn"
from sklearn import manifold


def trustworthiness(X, Z, k):
    return float(manifold.trustworthiness(X.numpy(), Z.numpy(), n_neighbors=k))

# %% trust right="sorted lists of the other points, plain loops"
def trustworthiness(X, Z, k):
    n = X.shape[0]
    total = 0
    for i in range(n):
        others = [j for j in range(n) if j != i]
        in_data = sorted(others, key=lambda j: ((X[i] - X[j]) ** 2).sum().item())
        in_picture = sorted(others, key=lambda j: ((Z[i] - Z[j]) ** 2).sum().item())
        for j in in_picture[:k]:
            rank = in_data.index(j) + 1
            if rank > k:
                total += rank - k
    return 1 - 2 * total / (n * k * (2 * n - 3 * k - 1))

# %% trust right="ranks by counting who is nearer, diagonal set to infinity"
def trustworthiness(X, Z, k):
    n = len(X)
    D = (X[:, None] - X[None]).square().sum(-1)
    E = (Z[:, None] - Z[None]).square().sum(-1)
    D.fill_diagonal_(float("inf"))
    E.fill_diagonal_(float("inf"))
    near = E.topk(k, dim=1, largest=False).indices
    own = D.gather(1, near)  # (n, k)
    rank = 1 + (D[:, None, :] < own[:, :, None]).sum(dim=2)
    return 1 - 2 * torch.relu((rank - k).double()).sum() / (n * k * (2 * n - 3 * k - 1))

# %% trust right="scipy's cdist and rankdata"
from scipy.spatial.distance import cdist
from scipy.stats import rankdata


def trustworthiness(X, Z, k):
    n = len(X)
    in_data = rankdata(cdist(X.numpy(), X.numpy()), axis=1) - 1
    in_picture = rankdata(cdist(Z.numpy(), Z.numpy()), axis=1) - 1
    false = (in_picture >= 1) & (in_picture <= k) & (in_data > k)
    return float(1 - 2 * (in_data[false] - k).sum() / (n * k * (2 * n - 3 * k - 1)))

# %% trust wrong="X and Z exchanged (continuity)"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(Z, Z).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(X, X).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="argsort once: places are taken for ranks"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="the point itself counts as its first neighbour in the picture"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, :k]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="ranks one too high: the point itself has rank 1"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1) + 1
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="ranks from 0 for the nearest other point"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1) - 1
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="no max(0, ·): true neighbours count below 0"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="the factor 2 is forgotten"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 1 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="the sum is returned scaled, not 1 minus it"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="share of common neighbours"
def trustworthiness(X, Z, k):
    A = torch.cdist(X, X).argsort(dim=1)[:, 1 : k + 1].tolist()
    B = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1].tolist()
    return sum(len(set(a) & set(b)) for a, b in zip(A, B)) / (len(X) * k)

# %% trust wrong="false neighbours are counted, not how high they rank"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) > k).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="the farthest points in place of the nearest"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).topk(k, dim=1).indices
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="rank of i seen from j in place of j seen from i" kind="sneaky"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1).T
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="2n - 3k + 1 in the scale" kind="sneaky"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k + 1)) * excess

# %% trust wrong="Manhattan distances" kind="sneaky"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X, p=1).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z, p=1).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% trust wrong="k is ignored, always 5 neighbours" kind="sneaky"
def trustworthiness(X, Z, k):
    k, n = 5, len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    near = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    excess = (ranks.gather(1, near) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess

# %% proof right="torch.where as in the hints"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()

# %% proof right="one picture after another, plain loop"
def share_that_follows(decide, X, mask, donors):
    own = decide(X).tolist()
    followed, counted = 0, 0
    for i in range(len(X)):
        d = int(donors[i])
        if own[i] == own[d]:
            continue
        counted += 1
        Z = X[i].clone()
        for p in range(len(mask)):
            if mask[p]:
                Z[p] = X[d, p]
        if int(decide(Z[None])[0]) == own[d]:
            followed += 1
    if counted == 0:
        return 0.0
    return followed / counted

# %% proof right="clone and column assignment, counts with max(1, ·)"
def share_that_follows(decide, X, mask, donors):
    Z = X.clone()
    Z[:, mask] = X[donors][:, mask]
    before, after = decide(X), decide(Z)
    wanted = before[donors]
    can_show = before.ne(wanted)
    return ((after == wanted) & can_show).sum() / can_show.sum().clamp(min=1)

# %% proof right="arithmetic with the mask as 0 and 1, NumPy"
import numpy as np


def share_that_follows(decide, X, mask, donors):
    P, m, d = X.numpy(), mask.numpy().astype(float), donors.numpy()
    Z = P * (1 - m) + P[d] * m
    own = np.asarray(decide(X))
    new = np.asarray(decide(torch.from_numpy(Z)))
    use = np.flatnonzero(own != own[d])
    return float(np.mean(new[use] == own[d][use])) if len(use) else 0.0

# %% proof right="only those pictures that can show something are mixed"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    who = torch.nonzero(own != own[donors]).flatten()
    if who.numel() == 0:
        return torch.tensor(0.0)
    Z = X[who]
    Z[:, mask] = X[donors[who]][:, mask]
    return torch.eq(decide(Z), own[donors[who]]).float().mean()

# %% proof wrong="the mask is turned round"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X, X[donors]))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()

# %% proof wrong="share of all pictures, also of those that agree from the start"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    return (mixed == own[donors]).double().mean().item()

# %% proof wrong="divided by the number of all pictures"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    return ((mixed == own[donors]) & differ).double().mean().item()

# %% proof wrong="any change of the decision counts as following" kind="sneaky"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed != own)[differ].double().mean().item()

# %% proof wrong="compared with what the donor decides after it was mixed, too"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == mixed[donors])[differ].double().mean().item()

# %% proof wrong="nan if no picture differs from its donor"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    return (mixed == own[donors])[differ].double().mean().item()

# %% proof wrong="masked pixels are set to 0, not to the donor's"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, torch.zeros_like(X), X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()

# %% proof wrong="the donor's pixels are added to the picture's own"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(X + mask * X[donors])
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()

# %% proof wrong="the share that does not follow"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own)[differ].double().mean().item()

# %% proof wrong="a number of pictures, not a share"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    return float((mixed == own[donors])[differ].sum())

# %% proof wrong="the picture gives its pixels to the donor: the donors are read the wrong way"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X, X[donors]))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own)[differ].double().mean().item()

# %% proof wrong="X is changed in place" kind="sneaky"
def share_that_follows(decide, X, mask, donors):
    own = decide(X).clone()
    X[:, mask] = X[donors][:, mask]
    mixed = decide(X)
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()

# %% proof wrong="in a loop over one copy, so that later pictures get pixels of donors already mixed" kind="sneaky"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    Z = X.clone()
    for i in range(len(X)):
        Z[i, mask] = Z[donors[i], mask]
    mixed = decide(Z)
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()

# %% proof wrong="only pictures that are their own donor are left out" kind="sneaky"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    use = donors != torch.arange(len(X))
    if not use.any():
        return 0.0
    return (mixed == own[donors])[use].double().mean().item()

# %% proof wrong="1 if no picture differs from its donor" kind="sneaky"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 1.0
    return (mixed == own[donors])[differ].double().mean().item()

# %% find-shortcut right="integrated gradients from the mean picture"
def find_shortcut(layers, X, y, num_pixels):
    begin = X.mean(dim=0)
    total = torch.zeros_like(X)
    for k in range(20):
        at = (begin + (k + 0.5) / 20 * (X - begin)).requires_grad_()
        z = models.logits(layers, at)
        rows = torch.arange(len(y))
        total += torch.autograd.grad((z[rows, y] - z[rows, 1 - y]).sum(), at)[0]
    A = ((X - begin) * total / 20).abs().mean(dim=0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask

# %% find-shortcut right="(x - mean) times gradient of its own logit, one pass"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    g = torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    best = ((X - X.mean(0)) * g).abs().mean(0).topk(num_pixels).indices.tolist()
    return torch.tensor([i in best for i in range(64)])

# %% find-shortcut right="by intervention: greedy, the pixel whose donor value moves the scores most"
def find_shortcut(layers, X, y, num_pixels):
    zero, one = torch.where(y == 0)[0], torch.where(y == 1)[0]
    donors = torch.empty_like(y)
    donors[zero] = one[torch.arange(len(zero)) % len(one)]
    donors[one] = zero[torch.arange(len(one)) % len(zero)]
    swapped = X[donors]
    mask = torch.zeros(64, dtype=torch.bool)
    for _ in range(num_pixels):
        best, best_score = None, -float("inf")
        for p in range(64):
            if mask[p]:
                continue
            trial = mask.clone()
            trial[p] = True
            z = models.logits(layers, torch.where(trial, swapped, X))
            margin = z.gather(1, 1 - y[:, None]) - z.gather(1, y[:, None])
            score = margin.mean().item()
            if score > best_score:
                best, best_score = p, score
        mask[best] = True
    return mask

# %% find-shortcut wrong="compares the class means, and asks no network"
def find_shortcut(layers, X, y, num_pixels):
    A = (X[y == 1].mean(dim=0) - X[y == 0].mean(dim=0)).abs()
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask

# %% find-shortcut wrong="the brightest pixels on average"
def find_shortcut(layers, X, y, num_pixels):
    mask = torch.zeros(64, dtype=torch.bool)
    mask[X.mean(dim=0).topk(num_pixels).indices] = True
    return mask

# %% find-shortcut wrong="the smallest in place of the largest attributions"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    g = torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    A = ((X - X.mean(0)) * g).abs().mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels, largest=False).indices] = True
    return mask

# %% find-shortcut wrong="returns the places, not a mask"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    g = torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    return ((X - X.mean(0)) * g).abs().mean(0).topk(num_pixels).indices

# %% find-shortcut wrong="one pixel more than allowed" kind="sneaky"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    g = torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    A = ((X - X.mean(0)) * g).abs().mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels + 1).indices] = True
    return mask

# %% find-shortcut wrong="right pixels, but X is centred in place" kind="sneaky"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    g = torch.autograd.grad(models.logits(layers, at).gather(1, y[:, None]).sum(), at)[0]
    X -= X.mean(dim=0)
    A = (X * g).abs().mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask
