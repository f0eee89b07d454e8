"""Answers to the exercises of *Interpretability* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% saliency correct="backward on a copy"
def saliency(layers, X, y):
    X = X.detach().clone().requires_grad_(True)
    logits = models.logits(layers, X)
    logits[torch.arange(len(X)), y].sum().backward()
    return X.grad


# %% saliency correct="row by row"
def saliency(layers, X, y):
    rows = []
    for x, label in zip(X, y):
        x = x.clone().requires_grad_()
        score = models.logits(layers, x[None])[0, label]
        rows.append(torch.autograd.grad(score, x)[0])
    return torch.stack(rows)


# %% saliency correct="one-hot"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    one_hot = F.one_hot(y, z.shape[1]).to(z.dtype)
    return torch.autograd.grad(z, at, grad_outputs=one_hot)[0]


# %% saliency correct="backwards by hand"
def saliency(layers, X, y):
    outs = [X]
    for i, (W, b) in enumerate(layers):
        outs.append((outs[-1] if i == 0 else outs[-1].relu()) @ W.T + b)
    g = layers[-1][0][y]
    for (W, b), z in zip(layers[-2::-1], outs[-2:0:-1]):
        g = (g * (z > 0)) @ W
    return g


# %% saliency wrong="of the loss" says="That is the gradient of the mean loss."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    F.cross_entropy(z, y).backward()
    return at.grad


# %% saliency wrong="of the summed loss" says="That is the gradient of the loss. It fades"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    F.cross_entropy(z, y, reduction="sum").backward()
    return at.grad


# %% saliency wrong="of the log probability" says="That is the gradient of the log probability"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    F.log_softmax(z, 1).gather(1, y[:, None]).sum().backward()
    return at.grad


# %% saliency wrong="of the probability" says="That is the gradient of the probability"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.softmax(1).gather(1, y[:, None]).sum().backward()
    return at.grad


# %% saliency wrong="all logits" says="The logits of all classes are added up."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.sum().backward()
    return at.grad


# %% saliency wrong="the largest logit" says="That is the largest logit's gradient."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.max(dim=1).values.sum().backward()
    return at.grad


# %% saliency wrong="z[:, y]" says="Each example gets the classes of all others"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z[:, y].sum().backward()
    return at.grad


# %% saliency wrong="class of the first" says="asked for the class of the first"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z[:, y[0]].sum().backward()
    return at.grad


# %% saliency wrong="class 0" says="asked for class 0"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z[:, 0].sum().backward()
    return at.grad


# %% saliency wrong="mean" says="divided by the number of examples"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.gather(1, y[:, None]).mean().backward()
    return at.grad


# %% saliency wrong="absolute" says="The sign is lost."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.gather(1, y[:, None]).sum().backward()
    return at.grad.abs()


# %% saliency wrong="cut off" says="What speaks against the class is cut off."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.gather(1, y[:, None]).sum().backward()
    return at.grad.clamp(min=0)


# %% saliency wrong="times input" says="That is gradient × input."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.gather(1, y[:, None]).sum().backward()
    return at.grad * X


# %% saliency wrong="normalized" says="The map is scaled to a largest value of 1. Leave"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.gather(1, y[:, None]).sum().backward()
    return at.grad / at.grad.abs().max(dim=1, keepdim=True).values


# %% saliency wrong="normalized over all" says="The maps are scaled to a largest value of 1 over all"
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.gather(1, y[:, None]).sum().backward()
    return at.grad / at.grad.abs().max()


# %% saliency wrong="added up" says="The gradients of all examples are added up."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z.gather(1, y[:, None]).sum().backward()
    return at.grad.sum(0)


# %% saliency wrong="minus" says="That is minus the gradient."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    (-z.gather(1, y[:, None])).sum().backward()
    return at.grad


# %% saliency wrong="the first only" says="Only the first example has a map."
def saliency(layers, X, y):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    z[0, y[0]].backward()
    return at.grad[0]


# %% saliency wrong="in place" says="Autograd now watches a tensor that you were given"
def saliency(layers, X, y):
    X.requires_grad_()
    z = models.logits(layers, X).gather(1, y[:, None]).sum()
    return torch.autograd.grad(z, X)[0]


# %% saliency wrong="double"
def saliency(layers, X, y):
    at = X.double().clone().requires_grad_()
    z = models.logits([(W.double(), b.double()) for W, b in layers], at)
    return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]


# %% smoothgrad correct="a list of maps"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    maps = []
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        maps.append(grad(X + sd * noise))
    return torch.stack(maps).mean(0)


# %% smoothgrad correct="all at once"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    noise = torch.randn(num_draws, *X.shape, generator=generator).to(X.dtype)
    many = (X + sd * noise).reshape(-1, X.shape[1]).requires_grad_()
    z = models.logits(layers, many)
    score = z[torch.arange(len(z)), y.repeat(num_draws)].sum()
    return torch.autograd.grad(score, many)[0].reshape(noise.shape).mean(dim=0)


# %% smoothgrad correct="torch.normal, a seed drawn"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    own = torch.Generator().manual_seed(int(torch.randint(2**40, (), generator=generator)))
    total = 0
    for _ in range(num_draws):
        total = total + grad(torch.normal(X, sd, generator=own)) / num_draws
    return total


# %% smoothgrad wrong="sum" says="The gradients are added up."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total


# %% smoothgrad wrong="absolute" says="The absolute values are averaged."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at).abs()
    return total / num_draws


# %% smoothgrad wrong="squares" says="The squares of the gradients are averaged."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at) ** 2
    return total / num_draws


# %% smoothgrad wrong="times input" says="That is gradient × input."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return X * total / num_draws


# %% smoothgrad wrong="no noise" says="Each result is that of a single gradient"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    torch.rand(1, generator=generator)
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="variance" says="The noise has the variance `sd`"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd**0.5 * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="squared" says="The noise has the standard deviation sd²"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd**2 * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="unscaled" says="The noise is not scaled by `sd`."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="uniform from 0" says="The noise is uniform from 0 to sd"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.rand(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="uniform" says="The noise is uniform. Take Gaussian"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = 2 * torch.rand(X.shape, generator=generator, dtype=X.dtype) - 1
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="the noise alone" says="The inputs are gone"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="one noise for all" says="All examples get the same noise"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape[1], generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="one noise for all draws" says="Each result is that of a single gradient"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    fixed = torch.randn(X.shape, generator=generator, dtype=X.dtype)
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = fixed
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="seeded" says="Other generators give the same result."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    generator = torch.Generator().manual_seed(0)
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="global" says="From the same generator something else comes"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="a copy of the generator" says="The generator stands where it stood"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    generator = generator.clone_state() if hasattr(generator, "clone_state") else generator
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="reseeded" says="The generator has moved on, and the same comes"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    seed = generator.initial_seed()
    torch.rand(1, generator=generator)
    generator = torch.Generator().manual_seed(seed)
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="always ten" says="That is not the mean of `num_draws` gradients."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(10):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / 10


# %% smoothgrad wrong="divided twice" says="The gradient is divided by the number of draws once too often."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws / num_draws


# %% smoothgrad wrong="mean over examples" says="divided by the number of examples."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws / len(X)


# %% smoothgrad wrong="all classes" says="The logits of all classes are added up."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="class of the first" says="asked for the class of the first"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z[:, y[0]].sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="one map" says="There is one map for all examples."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return (total / num_draws).mean(0)


# %% smoothgrad wrong="all draws" says="All the draws are returned."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    maps = []
    total = torch.zeros_like(X)
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += maps.append(grad(at)) or maps[-1]
    return torch.stack(maps)


# %% integrated correct="a list of alphas"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated correct="all at once"
def integrated_gradients(layers, X, y, baseline, steps):
    alphas = (torch.arange(steps, dtype=X.dtype) + 0.5) / steps
    begin = baseline.expand_as(X)
    path = (begin + alphas[:, None, None] * (X - begin)).requires_grad_()
    z = models.logits(layers, path.reshape(-1, X.shape[1])).reshape(steps, len(X), -1)
    z[:, torch.arange(len(X)), y].sum().backward()
    return (X - begin) * path.grad.mean(0)


# %% integrated correct="from the other end"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total = torch.zeros_like(X)
    for k in range(steps):
        a = (k + 0.5) / steps
        total += grad(X + a * (baseline - X)) * (X - baseline) / steps
    return total


# %% integrated wrong="no factor" says="The factor x − baseline is missing"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return sum(maps) / len(maps)


# %% integrated wrong="times x" says="The factor is x. It is"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return X * sum(maps) / len(maps)


# %% integrated wrong="absolute factor" says="The factor is |x − baseline|"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline).abs() * sum(maps) / len(maps)


# %% integrated wrong="turned" says="The factor is turned"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (baseline - X) * sum(maps) / len(maps)


# %% integrated wrong="from 0" says="The way begins at 0."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(a * X) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="no baseline" says="The baseline is ignored"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(a * X) for a in alphas]
    return X * sum(maps) / len(maps)


# %% integrated wrong="left" says="You look at the beginning of each step"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [k / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="right" says="You look at the end of each step"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 1) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="linspace" says="both ends among them"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = torch.linspace(0, 1, steps).tolist()
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="linspace, one more" says="one more than there are steps"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = torch.linspace(0, 1, steps + 1).tolist()
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="trapezoid" says="That is the trapezoid rule"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = torch.linspace(0, 1, steps + 1).tolist()
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * (sum(maps) - maps[0] / 2 - maps[-1] / 2) / steps


# %% integrated wrong="at x" says="× the gradient at x. Walk all the way."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [1.0]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="the middle" says="Only the middle of the way"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [0.5]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="sum" says="The gradients are added up."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps)


# %% integrated wrong="probability" says="You walk with the probability."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.softmax(1).gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="log probability" says="You walk with the log probability."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.log_softmax(1).gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="loss" says="You walk with the mean loss."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(F.cross_entropy(z, y), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="all classes" says="The logits of all classes are added up."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="absolute" says="The sign is lost."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return ((X - baseline) * sum(maps) / len(maps)).abs()


# %% integrated wrong="cut off" says="What speaks against the class is cut off."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return ((X - baseline) * sum(maps) / len(maps)).relu()


# %% integrated wrong="summed over inputs" says="These are the sums over the inputs."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return ((X - baseline) * sum(maps) / len(maps)).sum(1)


# %% integrated wrong="class of the first" says="asked for the class of the first"
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z[:, y[0]].sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% integrated wrong="one step short" says="The last step is left out."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps - 1)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / steps


# %% integrated wrong="from 1" says="The first step is left out."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    alphas = [(k + 0.5) / steps for k in range(1, steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / steps


# %% integrated wrong="summed loss" says="You walk with the loss."
def integrated_gradients(layers, X, y, baseline, steps):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(F.cross_entropy(z, y, reduction="sum"), at)[0]

    alphas = [(k + 0.5) / steps for k in range(steps)]
    maps = [grad(baseline + a * (X - baseline)) for a in alphas]
    return (X - baseline) * sum(maps) / len(maps)


# %% occlusion correct="patch by patch with torch.where"
def occlusion(f, X, k, fill):
    n, h, w = X.shape
    rows, cols = torch.arange(h) // k, torch.arange(w) // k
    before = f(X)
    A = torch.zeros(n, h, w, dtype=X.dtype)
    for i in range(int(rows.max()) + 1):
        for j in range(int(cols.max()) + 1):
            patch = (rows[:, None] == i) & (cols == j)
            after = f(torch.where(patch, torch.tensor(fill, dtype=X.dtype), X))
            A += patch * (before - after)[:, None, None]
    return A


# %% occlusion correct="picture by picture"
def occlusion(f, X, k, fill):
    out = []
    for x in X:
        A, before = torch.empty_like(x), f(x[None])[0]
        for i in range(0, x.shape[0], k):
            for j in range(0, x.shape[1], k):
                z = x.clone()
                z[i : min(i + k, x.shape[0]), j : min(j + k, x.shape[1])] = fill
                A[i : i + k, j : j + k] = before - f(z[None])[0]
        out.append(A)
    return torch.stack(out)


# %% occlusion correct="one call for all"
def occlusion(f, X, k, fill):
    n, h, w = X.shape
    corners = [(i, j) for i in range(0, h, k) for j in range(0, w, k)]
    many = X.repeat(len(corners) + 1, 1, 1, 1)
    for number, (i, j) in enumerate(corners):
        many[number, :, i : i + k, j : j + k] = fill
    scores = f(many.reshape(-1, h, w)).reshape(len(corners) + 1, n)
    A = torch.zeros_like(X)
    for number, (i, j) in enumerate(corners):
        A[:, i : i + k, j : j + k] = (scores[-1] - scores[number])[:, None, None]
    return A


# %% occlusion wrong="sign" says="The sign is turned"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (f(Z) - before)[:, None, None]
    return A


# %% occlusion wrong="the score" says="That is the score of the covered picture."
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (f(Z))[:, None, None]
    return A


# %% occlusion wrong="relative" says="The fall is divided by the score before."
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = ((before - f(Z)) / before)[:, None, None]
    return A


# %% occlusion wrong="absolute" says="The sign is lost."
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = ((before - f(Z)).abs())[:, None, None]
    return A


# %% occlusion wrong="clamped" says="Where the score rises"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = ((before - f(Z)).clamp(min=0))[:, None, None]
    return A


# %% occlusion wrong="whole patches" says="The last patches are lost"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1] - k + 1, k):
        for j in range(0, X.shape[2] - k + 1, k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="piled up" says="The covers pile up"
def occlusion(f, X, k, fill):
    own = X.clone()
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = own
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="in place" says="Return something new"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="one pixel marked" says="Only the first pixel of each patch"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + 1, j : j + 1] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="zero" says="The cover is 0."
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = 0
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="added" says="`fill` is added"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] += fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="kept" says="All *but* the patch is covered."
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = torch.full_like(X, fill)
            Z[:, i : i + k, j : j + k] = X[:, i : i + k, j : j + k]
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="pixels" says="Each pixel is covered by itself."
def occlusion(f, X, k, fill):
    k = 1
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="shared out" says="The fall is shared out"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = ((before - f(Z)) / Z[0, i : i + k, j : j + k].numel())[
                :, None, None
            ]
    return A


# %% occlusion wrong="one for each patch" says="There is one number for each patch."
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A[:, ::k, ::k]


# %% occlusion wrong="mean" says="The mean over the pictures is taken."
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A.mean(0)


# %% occlusion wrong="mean for each" says="The falls of all pictures are averaged"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = ((before - f(Z)).mean().expand(len(X)))[:, None, None]
    return A


# %% occlusion wrong="sliding" says="Patches begin at each pixel"
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(X.shape[1]):
        for j in range(X.shape[2]):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="sliding, averaged" says="The patch moves on by 1."
def occlusion(f, X, k, fill):
    before = f(X)
    A, times = torch.zeros_like(X), torch.zeros_like(X)
    for i in range(X.shape[1] - k + 1):
        for j in range(X.shape[2] - k + 1):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] += (before - f(Z))[:, None, None]
            times[:, i : i + k, j : j + k] += 1
    return A / times


# %% occlusion wrong="the first" says="All pictures get the map of the first."
def occlusion(f, X, k, fill):
    before, A = f(X), torch.zeros_like(X)
    for i in range(0, X.shape[1], k):
        for j in range(0, X.shape[2], k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = ((before - f(Z))[:1].expand(len(X)))[:, None, None]
    return A


# %% grad-cam correct="einsum"
def grad_cam(activations, gradients, size):
    w = gradients.flatten(2).mean(2)
    cam = torch.einsum("nc,nchw->nhw", w, activations).clamp(min=0)
    return F.interpolate(cam.unsqueeze(1), size, mode="bilinear").squeeze(1)


# %% grad-cam correct="a loop over channels"
def grad_cam(activations, gradients, size):
    n, c, h, w = activations.shape
    maps = torch.zeros(n, h, w)
    for i in range(n):
        for j in range(c):
            maps[i] += gradients[i, j].sum() / (h * w) * activations[i, j]
    return F.interpolate(F.relu(maps)[:, None], size=size, mode="bilinear", align_corners=False)[
        :, 0
    ]


# %% grad-cam correct="in float64"
def grad_cam(activations, gradients, size):
    A, G = activations.double(), gradients.double()
    maps = F.relu((G.mean((2, 3))[:, :, None, None] * A).sum(1))
    return F.interpolate(maps[:, None], tuple(size), mode="bilinear", align_corners=False)[
        :, 0
    ].float()


# %% grad-cam wrong="max" says="its largest gradient"
def grad_cam(activations, gradients, size):
    weights = gradients.amax(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="sum" says="is the sum of its gradients"
def grad_cam(activations, gradients, size):
    weights = gradients.sum(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="absolute" says="the mean of absolute gradients"
def grad_cam(activations, gradients, size):
    weights = gradients.abs().mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="relu of gradients" says="Negative gradients are cut off"
def grad_cam(activations, gradients, size):
    weights = gradients.relu().mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="relu of weights" says="Negative weights are cut off."
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True).relu()
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="place by place" says="Each place has a weight of its own"
def grad_cam(activations, gradients, size):
    weights = gradients
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="batch" says="The weights are averaged over the pictures"
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(0, 2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="channels" says="The weights are averaged over the channels"
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(1, 2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="no weights" says="added up without weights"
def grad_cam(activations, gradients, size):
    weights = 1.0
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="relu early" says="ReLU comes before the sum"
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).relu().sum(dim=1, keepdim=True)
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="no relu" says="ReLU is missing."
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True)
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="abs" says="Negative sums are turned"
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).abs()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="mean" says="The channels are averaged."
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).mean(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="not enlarged" says="The map is not enlarged."
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return maps[:, 0]


# %% grad-cam wrong="nearest" says="The map is enlarged in blocks."
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size)[:, 0]


# %% grad-cam wrong="corners" says="align_corners=True"
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=True)[:, 0]


# %% grad-cam wrong="relu late" says="The map is enlarged before ReLU."
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True)
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0].relu()


# %% grad-cam wrong="scaled" says="The map is scaled to a largest value of 1."
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return (lambda A: A / A.amax(dim=(1, 2), keepdim=True).clamp(min=1e-8))(
        F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]
    )


# %% grad-cam wrong="channels left" says="A dimension is left over"
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)


# %% grad-cam wrong="size turned" says="Height and width are exchanged"
def grad_cam(activations, gradients, size):
    weights = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (weights * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=(size[1], size[0]), mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="exchanged" says="Activations and gradients are exchanged"
def grad_cam(activations, gradients, size):
    weights = activations.mean(dim=(2, 3), keepdim=True)
    maps = (weights * gradients).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% shapley correct="all orders"
def shapley(value, n):
    from itertools import permutations

    phi, orders = torch.zeros(n, dtype=torch.float64), list(permutations(range(n)))
    for order in orders:
        for place, i in enumerate(order):
            phi[i] += value(order[: place + 1]) - value(order[:place])
    return phi / len(orders)


# %% shapley correct="bits and sets"
def shapley(value, n):
    v = {}
    for bits in range(2**n):
        v[bits] = value({i for i in range(n) if bits >> i & 1})
    phi = []
    for i in range(n):
        total = 0
        for bits in range(2**n):
            if not bits >> i & 1:
                s = bin(bits).count("1")
                total += (
                    math.factorial(s) * math.factorial(n - 1 - s) * (v[bits | 1 << i] - v[bits])
                )
        phi.append(total / math.factorial(n))
    return phi


# %% shapley correct="mean of means over sizes"
def shapley(value, n):
    from itertools import combinations

    result = []
    for i in range(n):
        rest = [j for j in range(n) if j != i]
        means = []
        for size in range(n):
            gains = [value(S + (i,)) - value(S) for S in combinations(rest, size)]
            means.append(sum(gains) / len(gains))
        result.append(sum(means) / n)
    return tuple(result)


# %% shapley wrong="one off" says="The weight is |S|!·(n − |S|)!/n!."
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s)
                    / math.factorial(n)
                    * (value([*S, i]) - value(S))
                )
        phi.append(share)
    return phi


# %% shapley wrong="with i" says="belongs to an S that has i in it"
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(max(s - 1, 0))
                    * math.factorial(n - s)
                    / math.factorial(n)
                    * (value([*S, i]) - value(S))
                )
        phi.append(share)
    return phi


# %% shapley wrong="Banzhaf" says="All coalitions weigh the same"
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += 1 / 2 ** (n - 1) * (value([*S, i]) - value(S))
        phi.append(share)
    return phi


# %% shapley wrong="no weights" says="added up without weights"
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += 1 * (value([*S, i]) - value(S))
        phi.append(share)
    return phi


# %% shapley wrong="not divided" says="The weights are not divided by n!."
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += math.factorial(s) * math.factorial(n - s - 1) * (value([*S, i]) - value(S))
        phi.append(share)
    return phi


# %% shapley wrong="sum over sizes" says="The mean over sizes is missing"
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += 1 / math.comb(n - 1, s) * (value([*S, i]) - value(S))
        phi.append(share)
    return phi


# %% shapley wrong="no empty coalition" says="The empty coalition is left out"
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(1, n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s - 1)
                    / math.factorial(n)
                    * (value([*S, i]) - value(S))
                )
        phi.append(share)
    return phi


# %% shapley wrong="no largest" says="The largest coalition is left out"
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n - 1):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s - 1)
                    / math.factorial(n)
                    * (value([*S, i]) - value(S))
                )
        phi.append(share)
    return phi


# %% shapley wrong="values" says="The values of coalitions are averaged"
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s - 1)
                    / math.factorial(n)
                    * (value([*S, i]))
                )
        phi.append(share)
    return phi


# %% shapley wrong="turned" says="The sign is turned"
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s - 1)
                    / math.factorial(n)
                    * (value(S) - value([*S, i]))
                )
        phi.append(share)
    return phi


# %% shapley wrong="cut off" says="Gains below 0 are cut off."
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s - 1)
                    / math.factorial(n)
                    * (max(0, value([*S, i]) - value(S)))
                )
        phi.append(share)
    return phi


# %% shapley wrong="absolute" says="The sign of the gains is lost."
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s - 1)
                    / math.factorial(n)
                    * (abs(value([*S, i]) - value(S)))
                )
        phi.append(share)
    return phi


# %% shapley wrong="empty is 0" says="The empty coalition counts as 0."
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s - 1)
                    / math.factorial(n)
                    * (value([*S, i]) - (value(S) if S else 0))
                )
        phi.append(share)
    return phi


# %% shapley wrong="scaled" says="The result is scaled to v(all)."
def shapley(value, n):
    from itertools import combinations

    phi = []
    for i in range(n):
        share = 0.0
        for s in range(n):
            for S in combinations([j for j in range(n) if j != i], s):
                share += (
                    math.factorial(s)
                    * math.factorial(n - s - 1)
                    / math.factorial(n)
                    * (value([*S, i]) - value(S))
                )
        phi.append(share)
    return [p * value(range(n)) / sum(phi) for p in phi]


# %% shapley wrong="alone" says="what a player is worth alone"
def shapley(value, n):
    return [value([i]) - value([]) for i in range(n)]


# %% shapley wrong="leave one out" says="what is lost if a player leaves"
def shapley(value, n):
    everyone = set(range(n))
    return [value(everyone) - value(everyone - {i}) for i in range(n)]


# %% shapley wrong="one order" says="One order alone was tried"
def shapley(value, n):
    before, phi = value([]), []
    for i in range(n):
        after = value(list(range(i + 1)))
        phi.append(after - before)
        before = after
    return phi


# %% shapley-sampled correct="argsort of random numbers, cached"
def shapley_sampled(value, n, num_orders, generator):
    known, phi = {}, torch.zeros(n, dtype=torch.float64)

    def v(S):
        key = frozenset(S)
        if key not in known:
            known[key] = value(list(key))
        return known[key]

    for _ in range(num_orders):
        order = torch.rand(n, generator=generator).argsort().tolist()
        for place, i in enumerate(order):
            phi[i] += v(order[: place + 1]) - v(order[:place])
    return phi / num_orders


# %% shapley-sampled correct="sets that grow"
def shapley_sampled(value, n, num_orders, generator):
    rows = []
    for _ in range(num_orders):
        S, row = set(), [0.0] * n
        for i in torch.randperm(n, generator=generator).tolist():
            row[i] = value(S | {i}) - value(S)
            S.add(i)
        rows.append(row)
    return [sum(column) / num_orders for column in zip(*rows)]


# %% shapley-sampled correct="Python's own random, seeded by the generator"
def shapley_sampled(value, n, num_orders, generator):
    import random

    own = random.Random(int(torch.randint(2**40, (1,), generator=generator)))
    phi = [0] * n
    for _ in range(num_orders):
        order = list(range(n))
        own.shuffle(order)
        for p in range(n):
            phi[order[p]] += value(order[: p + 1]) - value(order[:p])
    return tuple(p / num_orders for p in phi)


# %% shapley-sampled wrong="sum" says="With two orders, the result is not the mean"
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += after - before
            before = after
    return phi


# %% shapley-sampled wrong="not in the order of players" says="With one order"
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[len(came) - 1] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="with replacement" says="In a single order, what the players add"
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randint(n, (n,), generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="alone" says="In a single order, what the players add"
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (value([i]) - value([])) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="empty is 0" says="In a single order, what the players add"
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], 0.0
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="one shuffle" says="Two orders are always the same"
def shapley_sampled(value, n, num_orders, generator):
    order = torch.randperm(n, generator=generator).tolist()
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in order:
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="rotations" says="Hardly any orders come."
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.arange(n).roll(int(torch.randint(n, (), generator=generator))).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="0, 1, 2" says="Two orders are always the same"
def shapley_sampled(value, n, num_orders, generator):
    torch.rand(1, generator=generator)
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in range(n):
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="global" says="From the same generator something else comes"
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randperm(n).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="reseeded" says="The generator has moved on, and the same comes"
def shapley_sampled(value, n, num_orders, generator):
    generator.manual_seed(generator.initial_seed())
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="fixed seed" says="Other generators give the same result."
def shapley_sampled(value, n, num_orders, generator):
    generator = torch.Generator().manual_seed(0)
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="one order too few" says="In a single order, what the players add"
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(num_orders - 1):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% shapley-sampled wrong="always 100" says="With one order, each player gets"
def shapley_sampled(value, n, num_orders, generator):
    phi = [0.0] * n
    for _ in range(100):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / 100
            before = after
    return phi


# %% shapley-sampled wrong="a copy of the generator" says="The generator stands where it stood"
def shapley_sampled(value, n, num_orders, generator):
    generator = generator.clone_state()
    phi = [0.0] * n
    for _ in range(num_orders):
        came, before = [], value([])
        for i in torch.randperm(n, generator=generator).tolist():
            came.append(i)
            after = value(came)
            phi[i] += (after - before) / num_orders
            before = after
    return phi


# %% local-line correct="normal equations"
def local_line(x, Z, scores, width):
    pi = torch.exp(-((Z - x) ** 2).sum(1) / width**2)
    A = torch.cat([torch.ones(len(Z), 1, dtype=Z.dtype), Z - x], dim=1)
    return torch.linalg.solve(A.T @ (pi[:, None] * A), A.T @ (pi * scores))[1:]


# %% local-line correct="scikit-learn"
def local_line(x, Z, scores, width):
    from sklearn.linear_model import LinearRegression

    near = torch.exp(-(torch.cdist(Z, x[None])[:, 0] ** 2) / width**2)
    fitted = LinearRegression().fit(Z.numpy(), scores.numpy(), sample_weight=near.numpy())
    return torch.from_numpy(fitted.coef_)


# %% local-line correct="weighted means taken off"
def local_line(x, Z, scores, width):
    p = (-(((Z - x).norm(dim=1) / width) ** 2)).exp()
    p = p / p.sum()
    Zc, sc = Z - p @ Z, scores - p @ scores
    return torch.linalg.lstsq(p.sqrt()[:, None] * Zc, (p.sqrt() * sc)[:, None]).solution.flatten()


# %% local-line wrong="no weights" says="the weights are missing"
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = torch.ones_like(d)
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="width not squared" says="The width is not squared"
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / width).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="distance not squared" says="The distance is not squared"
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-d / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="neither squared" says="Neither distance nor width"
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-d / width).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="2 width²" says="The weight is exp(−|z − x|²/(2·width²))"
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / (2 * width**2)).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="no root" says="Multiply both by its root."
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="from 0" says="Distances are taken from 0."
def local_line(x, Z, scores, width):
    d = Z.norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="from the mean" says="from the mean of the samples"
def local_line(x, Z, scores, width):
    d = (Z - Z.mean(0)).norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="no intercept" says="goes through 0."
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = Z
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:, 0]


# %% local-line wrong="no intercept at x" says="goes through 0 at x"
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = Z - x
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:, 0]


# %% local-line wrong="one-sided" says="The weights stand on the rows alone."
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="mean distance" says="The distance is averaged over the features."
def local_line(x, Z, scores, width):
    d = ((Z - x) ** 2).mean(dim=1).sqrt()
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="with intercept" says="The intercept is returned with the slopes."
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:, 0]


# %% local-line wrong="times x" says="The slopes are multiplied by x."
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0] * x


# %% local-line wrong="absolute" says="The signs are lost."
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0].abs()


# %% local-line wrong="far counts" says="The weights grow with the distance."
def local_line(x, Z, scores, width):
    d = (Z - x).norm(dim=1)
    near = 1 - (-(d**2) / width**2).exp()
    root = near.sqrt()[:, None]
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    w = torch.linalg.lstsq(root * A, root * scores[:, None]).solution
    return w[:-1, 0]


# %% local-line wrong="ridge" says="shrunk by a ridge of 1"
def local_line(x, Z, scores, width):
    near = (-((Z - x) ** 2).sum(1) / width**2).exp()
    A = torch.cat([Z, torch.ones(len(Z), 1, dtype=Z.dtype)], dim=1)
    G = A.T @ (near[:, None] * A) + torch.eye(A.shape[1], dtype=A.dtype)
    return torch.linalg.solve(G, A.T @ (near * scores))[:-1]


# %% permutation correct="by index"
def permutation_importance(score, X, groups, num_repeats, generator):
    base = score(X)
    out = []
    for group in groups:
        scores = []
        for _ in range(num_repeats):
            perm = torch.randperm(X.shape[0], generator=generator)
            shuffled = X.clone()
            for c in group:
                shuffled[:, c] = X[perm, c]
            scores.append(score(shuffled))
        out.append(base - sum(scores) / num_repeats)
    return out


# %% permutation correct="a tensor, by rand"
def permutation_importance(score, X, groups, num_repeats, generator):
    importances = torch.zeros(len(groups), dtype=torch.float64)
    for g, columns in enumerate(groups):
        mask = torch.zeros(X.shape[1], dtype=torch.bool)
        mask[columns] = True
        for _ in range(num_repeats):
            order = torch.rand(len(X), generator=generator).argsort()
            importances[g] += score(X) - score(torch.where(mask, X[order], X))
    return importances / num_repeats


# %% permutation correct="seeded numpy"
def permutation_importance(score, X, groups, num_repeats, generator):
    import numpy as np

    rng = np.random.default_rng(int(torch.randint(2**31, (), generator=generator)))
    table = X.numpy()
    result = []
    for columns in groups:
        falls = []
        for _ in range(num_repeats):
            Z = table.copy()
            Z[:, columns] = table[rng.permutation(len(table))][:, columns]
            falls.append(float(score(X)) - float(score(torch.from_numpy(Z))))
        result.append(float(np.mean(falls)))
    return result


# %% permutation wrong="sign" says="The sign is turned"
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += score(Z) - before
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="score" says="That is the score after shuffling."
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="sum" says="The falls are added up."
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total)
    return falls


# %% permutation wrong="apart" says="The columns of a group are shuffled apart."
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            for c in columns:
                Z[:, c] = X[torch.randperm(len(X), generator=generator), c]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="bootstrap" says="A column has other numbers than before"
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randint(len(X), (len(X),), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="piled up" says="A table comes to the score in which other columns"
def permutation_importance(score, X, groups, num_repeats, generator):
    Z = X.clone()
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = Z
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="in place" says="A table comes to the score in which other columns"
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X
            X[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="one order" says="The same shuffled table comes again"
def permutation_importance(score, X, groups, num_repeats, generator):
    fixed = torch.randperm(len(X), generator=generator)
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = fixed
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="once" says="The score does not see `num_repeats`"
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(1):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total)
    return falls


# %% permutation wrong="all rows" says="A table comes to the score in which other columns"
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z = X[order]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="first column only" says="The columns of a group are shuffled apart."
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns[0]] = X[order, columns[0]]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="global" says="From the same generator something else comes"
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X))
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="reseeded" says="The generator has moved on, and the same comes"
def permutation_importance(score, X, groups, num_repeats, generator):
    generator.manual_seed(generator.initial_seed())
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="relative" says="That is not the mean fall"
def permutation_importance(score, X, groups, num_repeats, generator):
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats / before)
    return falls


# %% permutation wrong="zeros" says="A column has other numbers than before"
def permutation_importance(score, X, groups, num_repeats, generator):
    torch.rand(1, generator=generator)
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = 0
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% permutation wrong="single columns" says="One number for each group is wanted."
def permutation_importance(score, X, groups, num_repeats, generator):
    groups = [[c] for c in range(X.shape[1])]
    before, falls = score(X), []
    for columns in groups:
        total = 0.0
        for _ in range(num_repeats):
            order = torch.randperm(len(X), generator=generator)
            Z = X.clone()
            Z[:, columns] = X[order][:, columns]
            total += before - score(Z)
        falls.append(total / num_repeats)
    return falls


# %% trust correct="scikit-learn"
def trustworthiness(X, Z, k):
    from sklearn import manifold

    return manifold.trustworthiness(X.numpy(), Z.numpy(), n_neighbors=k)


# %% trust correct="loops"
def trustworthiness(X, Z, k):
    n, total = len(X), 0
    for i in range(n):
        order = (X - X[i]).norm(dim=1).argsort().tolist()
        picture = (Z - Z[i]).norm(dim=1).argsort().tolist()
        order.remove(i)
        picture.remove(i)
        for j in picture[:k]:
            rank = order.index(j) + 1
            total += max(0, rank - k)
    return 1 - 2 * total / (n * k * (2 * n - 3 * k - 1))


# %% trust correct="the diagonal put to infinity"
def trustworthiness(X, Z, k):
    n = len(X)
    dX, dZ = torch.cdist(X, X).fill_diagonal_(math.inf), torch.cdist(Z, Z).fill_diagonal_(math.inf)
    ranks = torch.empty(n, n, dtype=torch.int64)
    ranks.scatter_(1, dX.argsort(1), torch.arange(1, n + 1).expand(n, n))
    near = dZ.topk(k, dim=1, largest=False).indices
    return 1 - torch.relu(ranks.gather(1, near).double() - k).sum() * 2 / (
        n * k * (2 * n - 3 * k - 1)
    )


# %% trust wrong="exchanged" says="that is continuity"
def trustworthiness(X, Z, k):
    X, Z = Z, X
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="ranks from 0" says="The ranks begin at 0."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1) - 1
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="ranks one high" says="The ranks are one too high"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1) + 1
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="rank" says="A false neighbour costs its rank."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) * (ranks.gather(1, nearest) > k)).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="count" says="A false neighbour costs 1."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) > k).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="reward" says="True neighbours get a reward"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="what is lost" says="That is what is lost."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="no 2" says="The 2 is missing"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - lost / (n * k * (2 * n - 3 * k - 1))


# %% trust wrong="plus 1" says="The scale is 2/(nk(2n − 3k + 1))."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 * lost / (n * k * (2 * n - 3 * k + 1))


# %% trust wrong="averaged" says="The loss is averaged over all neighbours."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - lost / (n * k)


# %% trust wrong="not scaled" says="The sum is not scaled"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - lost


# %% trust wrong="no k" says="k is missing in the scale"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="share" says="the share of neighbours that are kept"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) <= k).double().mean().item()
    return lost


# %% trust wrong="Manhattan" says="Distances are added up without squares."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X, p=1).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z, p=1).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="farthest" says="The *farthest* points"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = (-torch.cdist(X, X)).fill_diagonal_(-math.inf).argsort(dim=1).argsort(dim=1)
    nearest = (-torch.cdist(Z, Z)).fill_diagonal_(-math.inf).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="per cent" says="These are per cent."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 100 * (1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost)


# %% trust wrong="argsort once" says="`argsort` says who stands at which rank."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="itself a neighbour" says="A point counts as its own neighbour"
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    nearest = torch.cdist(Z, Z).argsort(dim=1)[:, :k]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% trust wrong="products" says="These are similarities by products."
def trustworthiness(X, Z, k):
    n = len(X)
    ranks = (-X @ X.T).fill_diagonal_(-math.inf).argsort(dim=1).argsort(dim=1)
    nearest = (-Z @ Z.T).fill_diagonal_(-math.inf).argsort(dim=1)[:, 1 : k + 1]
    lost = (ranks.gather(1, nearest) - k).clamp(min=0).sum().item()
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * lost


# %% proof correct="a loop"
def share_that_follows(decide, X, mask, donors):
    own = decide(X).tolist()
    Z = X.clone()
    for i, d in enumerate(donors.tolist()):
        Z[i, mask] = X[d, mask]
    new = decide(Z).tolist()
    chosen = [i for i in range(len(X)) if own[i] != own[int(donors[i])]]
    if not chosen:
        return 0.0
    return sum(new[i] == own[int(donors[i])] for i in chosen) / len(chosen)


# %% proof correct="those that differ only"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    target = own[donors]
    rows = (own != target).nonzero().flatten()
    if len(rows) == 0:
        return 0
    mixed = X[rows].clone()
    mixed[:, mask] = X[donors[rows]][:, mask]
    return (decide(mixed) == target[rows]).double().mean()


# %% proof correct="arithmetic with the mask"
def share_that_follows(decide, X, mask, donors):
    m = mask.to(X.dtype)
    before, wanted = decide(X), decide(X[donors])
    after = decide(m * X[donors] + (1 - m) * X)
    differ = before != wanted
    return (differ & (after == wanted)).sum().item() / max(int(differ.sum()), 1)


# %% proof wrong="all count" says="All pictures count."
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    return (mixed == own[donors]).double().mean().item()


# %% proof wrong="divided by all" says="divided by all. Divide"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return ((mixed == own[donors]) & differ).double().mean().item()


# %% proof wrong="any change" says="Any change counts."
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed != own)[differ].double().mean().item()


# %% proof wrong="stays" says="The share that stays"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own)[differ].double().mean().item()


# %% proof wrong="does not follow" says="The share that does *not* follow"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return 1 - (mixed == own[donors])[differ].double().mean().item()


# %% proof wrong="outside" says="The pixels *outside* the mask"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X, X[donors]))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()


# %% proof wrong="zero" says="The masked pixels are set to 0."
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(X * ~mask)
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()


# %% proof wrong="added" says="The donor's pixels are added."
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(X + X[donors] * mask)
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()


# %% proof wrong="mean" says="The masked pixels get their mean."
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X.mean(0), X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()


# %% proof wrong="whole" says="The whole picture of the donor"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(X[donors])
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].double().mean().item()


# %% proof wrong="number" says="The number of pictures is returned."
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (mixed == own[donors])[differ].sum().item()


# %% proof wrong="nan" says="Where no picture differs from its donor, 0"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    mixed = decide(torch.where(mask, X[donors], X))
    differ = own != own[donors]
    return (mixed == own[donors])[differ].double().mean().item()


# %% proof wrong="in a row" says="Donors that were changed already"
def share_that_follows(decide, X, mask, donors):
    own, Z = decide(X), X.clone()
    for i in range(len(X)):
        Z[i, mask] = Z[donors[i], mask]
    differ = own != own[donors]
    if not differ.any():
        return 0.0
    return (decide(Z) == own[donors])[differ].double().mean().item()


# %% proof wrong="in place" says="Return something new"
def share_that_follows(decide, X, mask, donors):
    own = decide(X)
    X[:, mask] = X[donors][:, mask]
    differ = own != own[donors]
    return (decide(X) == own[donors])[differ].double().mean().item() if differ.any() else 0.0


# %% find-shortcut wrong="the mean gradient" says="The network has its largest weights, and gradients, at these pixels"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    (g,) = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)
    A = g.abs().mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut correct="occlusion by the mean"
def find_shortcut(layers, X, y, num_pixels):
    A, rows = torch.zeros(64, dtype=X.dtype), torch.arange(len(X))
    before = models.logits(layers, X)[rows, y]
    for i in range(64):
        Z = X.clone()
        Z[:, i] = X[:, i].mean()
        A[i] = (before - models.logits(layers, Z)[rows, y]).mean()
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut correct="integrated gradients from the mean picture"
def find_shortcut(layers, X, y, num_pixels):
    base, total = X.mean(0), 0
    for k in range(16):
        at = (base + (k + 0.5) / 16 * (X - base)).requires_grad_()
        z = models.logits(layers, at)[torch.arange(len(X)), y].sum()
        total = total + torch.autograd.grad(z, at)[0] / 16
    A = ((X - base) * total).abs().sum(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut correct="permutation, as numpy"
def find_shortcut(layers, X, y, num_pixels):
    import numpy as np

    z, falls, rows = models.logits(layers, X), [], torch.arange(len(X))
    for i in range(64):
        Z = X.clone()
        Z[:, i] = Z[:, i].flip(0)
        falls.append(float((z[rows, y] - models.logits(layers, Z)[rows, y]).mean()))
    mask = np.zeros(64, dtype=bool)
    mask[np.argsort(falls)[-num_pixels:]] = True
    return mask


# %% find-shortcut wrong="the classes compared" says="These pixels differ most between the classes"
def find_shortcut(layers, X, y, num_pixels):
    A = (X[y == 0].mean(0) - X[y == 1].mean(0)).abs()
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut wrong="the largest variance" says="and the network does not use them"
def find_shortcut(layers, X, y, num_pixels):
    A = X.var(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut wrong="the brightest" says="These are the brightest pixels."
def find_shortcut(layers, X, y, num_pixels):
    A = X.mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut wrong="first weights" says="The network has its largest weights, and gradients, at these pixels"
def find_shortcut(layers, X, y, num_pixels):
    A = layers[0][0].abs().sum(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut wrong="all pixels" says="The mask has more pixels than it may."
def find_shortcut(layers, X, y, num_pixels):
    return torch.ones(64, dtype=torch.bool)


# %% find-shortcut wrong="none" says="The mask names no pixel."
def find_shortcut(layers, X, y, num_pixels):
    return torch.zeros(64, dtype=torch.bool)


# %% find-shortcut wrong="places" says="A mask is wanted"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    (g,) = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)
    return g.abs().mean(0).topk(num_pixels).indices


# %% find-shortcut wrong="the map" says="A mask is wanted"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    (g,) = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)
    return g.abs().mean(0)


# %% find-shortcut wrong="one pixel" says="do not turn the decisions"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    (g,) = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)
    A = g.abs().mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(1).indices] = True
    return mask


# %% find-shortcut wrong="two more" says="The mask has more pixels than it may."
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    (g,) = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)
    A = g.abs().mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels + 2).indices] = True
    return mask


# %% find-shortcut wrong="smallest" says="do not turn the decisions"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    (g,) = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)
    A = -g.abs().mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut wrong="the corner" says="do not turn the decisions"
def find_shortcut(layers, X, y, num_pixels):
    A = -torch.arange(64.0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask


# %% find-shortcut wrong="8 × 8" says="A mask is wanted"
def find_shortcut(layers, X, y, num_pixels):
    at = X.clone().requires_grad_()
    z = models.logits(layers, at)
    (g,) = torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)
    A = g.abs().mean(0)
    mask = torch.zeros(64, dtype=torch.bool)
    mask[A.topk(num_pixels).indices] = True
    return mask.view(8, 8)


# %% smoothgrad wrong="noise on the gradient" says="The noise is added to the gradient."
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total, at = torch.zeros_like(X), X
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X
        total += grad(at) + sd * noise
    return total / num_draws


# %% smoothgrad wrong="a walk" says="The noise adds up from draw to draw"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total, at = torch.zeros_like(X), X
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = at + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="one noise for an example" says="All inputs of an example get the same noise"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total, at = torch.zeros_like(X), X
    for _ in range(num_draws):
        noise = torch.randn((len(X), 1), generator=generator, dtype=X.dtype)
        at = X + sd * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="a share of the range" says="The noise is scaled by the range of X"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total, at = torch.zeros_like(X), X
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = X + sd * (X.max() - X.min()) * noise
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="cut off" says="The noisy inputs are cut off at 0 and 1"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    def grad(at):
        at = at.clone().requires_grad_()
        z = models.logits(layers, at)
        return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]

    total, at = torch.zeros_like(X), X
    for _ in range(num_draws):
        noise = torch.randn(X.shape, generator=generator, dtype=X.dtype)
        at = (X + sd * noise).clamp(0, 1)
        total += grad(at)
    return total / num_draws


# %% smoothgrad wrong="the mean of the inputs" says="Each result is that of a single gradient"
def smoothgrad(layers, X, y, sd, num_draws, generator):
    noise = torch.randn(num_draws, *X.shape, generator=generator, dtype=X.dtype)
    at = (X + sd * noise).mean(dim=0).requires_grad_()
    z = models.logits(layers, at)
    return torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0]


# %% integrated wrong="b + alpha x" says="The way is b + α·x"
def integrated_gradients(layers, X, y, baseline, steps):
    A = torch.zeros_like(X)
    for k in range(steps):
        at = (baseline + (k + 0.5) * X / steps).requires_grad_()
        z = models.logits(layers, at)
        A += torch.autograd.grad(z.gather(1, y[:, None]).sum(), at)[0] / steps
    return A * (X - baseline)


# %% integrated wrong="scaled to the rise" says="The parts are scaled such that they add up exactly."
def integrated_gradients(layers, X, y, baseline, steps):
    A, rows = torch.zeros_like(X), torch.arange(len(X))
    for k in range(steps):
        at = (baseline + (k + 0.5) / steps * (X - baseline)).requires_grad_()
        A += torch.autograd.grad(models.logits(layers, at)[rows, y].sum(), at)[0] / steps
    A = A * (X - baseline)
    rise = (models.logits(layers, X) - models.logits(layers, baseline[None]))[rows, y]
    return A * (rise / A.sum(dim=1))[:, None]


# %% occlusion wrong="a sliding sum" says="The patch moves on by 1, and the falls are added up."
def occlusion(f, X, k, fill):
    A, before = torch.zeros_like(X), f(X)
    height, width = X.shape[1], X.shape[2]
    for i in range(height - k + 1):
        for j in range(width - k + 1):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] += (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="moved inwards" says="The last patch is moved inwards."
def occlusion(f, X, k, fill):
    A, before = torch.zeros_like(X), f(X)
    height, width = X.shape[1], X.shape[2]
    for i in range(0, height, k):
        for j in range(0, width, k):
            Z = X.clone()
            u, v = min(i, height - k), min(j, width - k)
            Z[:, u : u + k, v : v + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="a square" says="The height is taken for the width, too."
def occlusion(f, X, k, fill):
    A, before = torch.zeros_like(X), f(X)
    height, width = X.shape[1], X.shape[1]
    for i in range(0, height, k):
        for j in range(0, width, k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None]
    return A


# %% occlusion wrong="by k squared" says="The fall is divided by k²."
def occlusion(f, X, k, fill):
    A, before = torch.zeros_like(X), f(X)
    height, width = X.shape[1], X.shape[2]
    for i in range(0, height, k):
        for j in range(0, width, k):
            Z = X.clone()
            Z[:, i : i + k, j : j + k] = fill
            A[:, i : i + k, j : j + k] = (before - f(Z))[:, None, None] / k**2
    return A


# %% grad-cam wrong="weights alone cut off" says="Negative weights are cut off, and the sum is not."
def grad_cam(activations, gradients, size):
    w = gradients.mean(dim=(2, 3), keepdim=True).relu()
    maps = (w * activations).sum(dim=1, keepdim=True)
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="activations cut off" says="Activations below 0 are cut off first."
def grad_cam(activations, gradients, size):
    w = gradients.mean(dim=(2, 3), keepdim=True)
    maps = (w * activations.relu()).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% grad-cam wrong="h squared" says="The gradients are divided by h², not by h·w."
def grad_cam(activations, gradients, size):
    w = gradients.sum(dim=(2, 3), keepdim=True) / gradients.shape[2] ** 2
    maps = (w * activations).sum(dim=1, keepdim=True).relu()
    return F.interpolate(maps, size=size, mode="bilinear", align_corners=False)[:, 0]


# %% shapley wrong="equal parts" says="The whole is divided equally."
def shapley(value, n):
    return [(value([*range(n)]) - value([])) / n for _ in range(n)]


# %% shapley wrong="to the place" says="What is gained goes to the place in the order."
def shapley(value, n):
    phi, orders = [0.0] * n, [*itertools.permutations(range(n))]
    for order in orders:
        for place in range(n):
            phi[place] += value(order[: place + 1]) - value(order[:place])
    return [part / len(orders) for part in phi]


# %% shapley wrong="rotations" says="Only the n rotations of 0, 1, 2, … are tried."
def shapley(value, n):
    phi = [0.0] * n
    for k in range(n):
        order = [*range(k, n), *range(k)]
        for place, i in enumerate(order):
            phi[i] += (value(order[: place + 1]) - value(order[:place])) / n
    return phi


# %% shapley wrong="first and last" says="That is the mean of coming first and of coming last."
def shapley(value, n):
    full = set(range(n))
    return [(value({i}) - value(set()) + value(full) - value(full - {i})) / 2 for i in range(n)]


# %% shapley wrong="adds up to 1" says="The result is scaled to add up to 1."
def shapley(value, n):
    phi = [0.0] * n
    for order in itertools.permutations(range(n)):
        for place, i in enumerate(order):
            phi[i] += value(order[: place + 1]) - value(order[:place])
    return [part / sum(phi) for part in phi]


# %% local-line wrong="no minus" says="The minus in the exponent is missing"
def local_line(x, Z, scores, width):
    near = torch.exp(((Z - x) ** 2).sum(dim=1) / width**2)
    root = near.sqrt()[:, None]
    ones = torch.ones(len(Z), 1, dtype=Z.dtype)
    A = root * torch.cat([Z, ones], dim=1)
    solution = torch.linalg.lstsq(A, root * scores[:, None]).solution[:, 0]
    return solution[:-1]


# %% local-line wrong="plain means" says="The plain means are taken off in place of an intercept."
def local_line(x, Z, scores, width):
    near = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2)
    root = near.sqrt()[:, None]
    ones = torch.ones(len(Z), 1, dtype=Z.dtype)
    A = root * (Z - Z.mean(dim=0))
    solution = torch.linalg.lstsq(A, root * (scores - scores.mean())[:, None]).solution[:, 0]
    return solution


# %% local-line wrong="bare ones" says="The ones are not multiplied by the root of the weights."
def local_line(x, Z, scores, width):
    near = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2)
    root = near.sqrt()[:, None]
    ones = torch.ones(len(Z), 1, dtype=Z.dtype)
    A = torch.cat([root * Z, ones], dim=1)
    solution = torch.linalg.lstsq(A, root * scores[:, None]).solution[:, 0]
    return solution[:-1]


# %% local-line wrong="standardized" says="These are the slopes of standardized columns."
def local_line(x, Z, scores, width):
    near = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2)
    root = near.sqrt()[:, None]
    ones = torch.ones(len(Z), 1, dtype=Z.dtype)
    A = root * torch.cat([(Z - Z.mean(dim=0)) / Z.std(dim=0), ones], dim=1)
    solution = torch.linalg.lstsq(A, root * scores[:, None]).solution[:, 0]
    return solution[:-1]


# %% local-line wrong="the first left out" says="The first slope is left out"
def local_line(x, Z, scores, width):
    near = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2)
    root = near.sqrt()[:, None]
    ones = torch.ones(len(Z), 1, dtype=Z.dtype)
    A = root * torch.cat([Z, ones], dim=1)
    solution = torch.linalg.lstsq(A, root * scores[:, None]).solution[:, 0]
    return solution[1:]


# %% local-line wrong="scikit-learn's ridge" says="The slopes are shrunk by a ridge of 1, as `Ridge()` does it."
def local_line(x, Z, scores, width):
    from sklearn.linear_model import Ridge

    near = torch.exp(-((Z - x) ** 2).sum(dim=1) / width**2)
    return torch.tensor(Ridge().fit(Z.numpy(), scores.numpy(), near.numpy()).coef_)


# %% trust wrong="the farthest of the picture" says="The *farthest* points of the picture are taken"
def trustworthiness(X, Z, k):
    n = len(X)
    r = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    N = torch.cdist(Z, Z).argsort(dim=1)[:, -k:]
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * (r.gather(1, N) - k).clamp(min=0).sum().item()


# %% trust wrong="seen from j" says="The rank of i is taken, seen from j."
def trustworthiness(X, Z, k):
    n, total = len(X), 0
    r = torch.cdist(X, X).argsort(dim=1).argsort(dim=1)
    N = torch.cdist(Z, Z).argsort(dim=1)[:, 1 : k + 1]
    for i in range(n):
        for j in N[i].tolist():
            total += max(0, r[j, i].item() - k)
    return 1 - 2 * total / (n * k * (2 * n - 3 * k - 1))


# %% proof wrong="one for none" says="Where no picture differs from its donor, 0 is wanted, not 1."
def share_that_follows(decide, X, mask, donors):
    own, mixed = decide(X), decide(torch.where(mask, X[donors], X))
    use = own != own[donors]
    if not use.any():
        return 1.0
    return (mixed == own[donors])[use].double().mean().item()


# %% proof wrong="into the donor" says="The picture's pixels are put into the donor."
def share_that_follows(decide, X, mask, donors):
    own, mixed = decide(X), decide(torch.where(mask, X, X[donors]))
    use = own != own[donors]
    if not use.any():
        return 0.0
    return (mixed == own)[use].double().mean().item()


# %% proof wrong="the mixed donor" says="The donor's decision is asked for after the exchange."
def share_that_follows(decide, X, mask, donors):
    own, mixed = decide(X), decide(torch.where(mask, X[donors], X))
    use = own != own[donors]
    if not use.any():
        return 0.0
    return (mixed == mixed[donors])[use].double().mean().item()


# %% proof wrong="not its own donor" says="Pictures that agree with their donor from the start count, unless"
def share_that_follows(decide, X, mask, donors):
    own, mixed = decide(X), decide(torch.where(mask, X[donors], X))
    use = donors != torch.arange(len(X))
    if not use.any():
        return 0.0
    return (mixed == own[donors])[use].double().mean().item()


# %% shapley correct="an array of NumPy"
def shapley(value, n):
    import numpy as np

    phi, orders = np.zeros(n), [*itertools.permutations(range(n))]
    for order in orders:
        for place, i in enumerate(order):
            phi[i] += value(set(order[: place + 1])) - value(set(order[:place]))
    return phi / len(orders)


# %% permutation correct="an array of NumPy"
def permutation_importance(score, X, groups, num_repeats, generator):
    import numpy as np

    falls = np.zeros((len(groups), num_repeats))
    for g, columns in enumerate(groups):
        for k in range(num_repeats):
            order, Z = torch.randperm(len(X), generator=generator), X.clone()
            for column in columns:
                Z[:, column] = X[order, column]
            falls[g, k] = score(X) - score(Z)
    return falls.mean(axis=1)
