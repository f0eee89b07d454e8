# %% first-loss right="math, a loop over the counts"
def first_loss(counts: torch.Tensor) -> tuple[float, float]:
    total = 0
    for c in counts:
        total = total + c.item()
    entropy = 0.0
    for c in counts:
        p = c.item() / total
        if p > 0:
            entropy = entropy - p * math.log(p)
    return math.log(len(counts)), entropy

# %% first-loss right="shares[shares > 0], as in the hints"
def first_loss(counts):
    shares = counts / counts.sum()
    seen = shares[shares > 0]
    return math.log(counts.shape[0]), -(seen * seen.log()).sum().item()

# %% first-loss right="torch.special.entr, both results are tensors"
def first_loss(counts):
    p = counts.double() / counts.sum()
    return torch.log(torch.tensor(float(counts.numel()))), torch.special.entr(p).sum()

# %% first-loss right="torch.distributions.Categorical"
def first_loss(counts):
    C = len(counts)
    known = torch.distributions.Categorical(probs=counts.double())
    none = torch.distributions.Categorical(probs=torch.ones(C, dtype=torch.float64))
    return none.entropy().item(), known.entropy().item()

# %% first-loss right="NumPy, where= in the logarithm"
import numpy as np


def first_loss(counts):
    n = counts.cpu().numpy().astype(np.float64)
    p = n / n.sum()
    logs = np.zeros_like(p)
    np.log(p, out=logs, where=p > 0)
    return float(np.log(p.size)), float(-(p * logs).sum())

# %% first-loss right="one line, ln n minus the mean of ln counts"
def first_loss(counts):
    return math.log(len(counts)), math.log(sum(counts.tolist())) - sum(c * math.log(c) for c in counts.tolist() if c) / sum(counts.tolist())

# %% first-loss right="F.cross_entropy with the shares as soft targets"
def first_loss(counts):
    p = (counts.double() / counts.sum())[None]
    logits = p.log().clamp(min=-1e6)
    return F.cross_entropy(torch.zeros_like(p), p).item(), F.cross_entropy(logits, p).item()

# %% first-loss right="xlogy"
def first_loss(counts):
    p = counts / counts.sum()
    return math.log(counts.size(0)), float(-torch.xlogy(p, p).sum())

# %% first-loss wrong="empty classes give 0 · ln 0 = nan"
def first_loss(counts):
    p = counts / counts.sum()
    return math.log(len(counts)), -(p * p.log()).sum().item()

# %% first-loss wrong="empty classes are left out of C, too" kind="sneaky"
def first_loss(counts):
    counts = counts[counts > 0]
    p = counts / counts.sum()
    return math.log(len(counts)), -(p * p.log()).sum().item()

# %% first-loss wrong="logarithm to base 2"
def first_loss(counts):
    p = counts / counts.sum()
    p = p[p > 0]
    return math.log2(len(counts)), -(p * p.log2()).sum().item()

# %% first-loss wrong="minus sign of the entropy forgotten"
def first_loss(counts):
    p = counts / counts.sum()
    p = p[p > 0]
    return math.log(len(counts)), (p * p.log()).sum().item()

# %% first-loss wrong="mean over the classes in place of the sum"
def first_loss(counts):
    p = counts / counts.sum()
    return math.log(len(counts)), torch.special.entr(p).mean().item()

# %% first-loss wrong="-ln p is not weighted by the shares"
def first_loss(counts):
    p = counts / counts.sum()
    p = p[p > 0]
    return math.log(len(counts)), -p.log().mean().item()

# %% first-loss wrong="the two results in the other order"
def first_loss(counts):
    p = counts / counts.sum()
    return torch.special.entr(p).sum().item(), math.log(len(counts))

# %% first-loss wrong="ln of the number of examples in place of classes"
def first_loss(counts):
    p = counts / counts.sum()
    return math.log(counts.sum()), torch.special.entr(p).sum().item()

# %% first-loss wrong="one is added to each count so that no logarithm fails"
def first_loss(counts):
    n = counts + 1
    p = n / n.sum()
    return math.log(len(counts)), -(p * p.log()).sum().item()

# %% first-loss wrong="integer division of the counts"
def first_loss(counts):
    p = (counts // counts.sum()).float()
    return math.log(len(counts)), torch.special.entr(p).sum().item()

# %% first-loss wrong="only the entropy is returned"
def first_loss(counts):
    p = counts / counts.sum()
    return torch.special.entr(p).sum().item()

# %% first-loss wrong="softmax of the counts as the shares"
def first_loss(counts):
    p = counts.float().softmax(dim=0)
    return math.log(len(counts)), torch.special.entr(p).sum().item()

# %% first-loss wrong="1 is written in place of the zeros of counts, which changes what was given" kind="sneaky"
def first_loss(counts):
    n = counts.sum()
    p = counts / n
    counts[counts == 0] = 1
    return math.log(len(counts)), -(p * (counts / n).log()).sum().item()

# %% first-loss wrong="C from the largest class that occurs, so empty classes at the end are lost" kind="sneaky"
def first_loss(counts):
    C = int(counts.nonzero().max()) + 1
    p = counts / counts.sum()
    return math.log(C), torch.special.entr(p).sum().item()

# %% one-batch right="a for loop with three returns"
def one_batch(make, num_steps: int, tol: float) -> tuple[str, int]:
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch right="a while loop and a variable for the verdict"
def one_batch(make, num_steps, tol):
    functions = make()
    step = functions[0]
    accuracy = functions[1]
    verdict = None
    count = 0
    while verdict is None and count < num_steps:
        loss = step()
        count += 1
        share = accuracy()
        if math.isnan(loss) or math.isinf(loss):
            verdict = "not finite"
        elif loss <= tol and share >= 1.0:
            verdict = "passed"
    if verdict is None:
        verdict = "stuck"
    return (verdict, count)

# %% one-batch right="NumPy's isfinite, break and for-else"
import numpy as np


def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for i in range(num_steps):
        loss = step()
        if not np.isfinite(loss):
            verdict = "not finite"
            break
        if accuracy() == 1.0 and not loss > tol:
            verdict = "passed"
            break
    else:
        verdict = "stuck"
    return verdict, i + 1

# %% one-batch right="itertools.count, the limit is asked last"
import itertools


def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in itertools.count(1):
        loss = step()
        if loss != loss or loss in (math.inf, -math.inf):
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
        if n == num_steps:
            return "stuck", n

# %% one-batch right="a generator of verdicts and next with a default"
def one_batch(make, num_steps, tol):
    step, accuracy = make()

    def verdicts():
        for n in range(1, num_steps + 1):
            loss = step()
            if not -math.inf < loss < math.inf:
                yield "not finite", n
            elif loss <= tol and accuracy() == 1:
                yield "passed", n

    return next(verdicts(), ("stuck", num_steps))

# %% one-batch right="losses are kept in a list, float64 tensor for isfinite"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    losses = []
    while len(losses) < num_steps:
        losses.append(step())
        last = torch.tensor(losses[-1], dtype=torch.float64)
        if not last.isfinite():
            return "not finite", len(losses)
        if losses[-1] > tol:
            continue
        if accuracy() < 1:
            continue
        return "passed", len(losses)
    return "stuck", len(losses)

# %% one-batch wrong="no question for finite numbers, nan ends as stuck"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if loss <= tol and accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="compares with nan by =="
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if loss == math.nan or loss == math.inf:
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="only nan counts as not finite" kind="sneaky"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if math.isnan(loss):
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="minus infinity is forgotten" kind="sneaky"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if loss != loss or loss == float("inf"):
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="a loss of just tol is not enough" kind="sneaky"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if loss < tol and accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="goes on to make all the steps after the verdict is clear" kind="sneaky"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    verdict = "stuck", num_steps
    for n in range(1, num_steps + 1):
        loss = step()
        if verdict[0] == "stuck":
            if not math.isfinite(loss):
                verdict = "not finite", n
            elif loss <= tol and accuracy() == 1:
                verdict = "passed", n
    return verdict

# %% one-batch wrong="the accuracy is asked before the step and not after it" kind="sneaky"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        share = accuracy()
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if loss <= tol and share == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="the accuracy is not asked"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if loss <= tol:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="the loss is not compared, accuracy 1 is enough"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="or in place of and"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if loss <= tol or accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="the count of steps is one too low, range from 0"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(num_steps):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="a new run for each step"
def one_batch(make, num_steps, tol):
    for n in range(1, num_steps + 1):
        step, accuracy = make()
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
    return "stuck", num_steps

# %% one-batch wrong="looks only once, after all the steps"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for _ in range(num_steps):
        loss = step()
    if not math.isfinite(loss):
        return "not finite", num_steps
    if loss <= tol and accuracy() == 1:
        return "passed", num_steps
    return "stuck", num_steps

# %% one-batch wrong="one step more than num_steps"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    loss = step()
    n = 1
    while n <= num_steps:
        if not math.isfinite(loss):
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
        loss = step()
        n += 1
    return "stuck", num_steps

# %% one-batch wrong="gives up in the first step in which the loss is not small"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for n in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", n
        if loss <= tol and accuracy() == 1:
            return "passed", n
        return "stuck", num_steps

# %% gradient-report right="the order of the hints"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        elif not g.any():
            report[name] = "zero"
        else:
            report[name] = g.norm().item()
    return report

# %% gradient-report right="everything is read from the norm"
def gradient_report(gradients):
    def word(g):
        if g is None:
            return "none"
        size = torch.linalg.vector_norm(g)
        if size == 0:
            return "zero"
        return size if size.isfinite() else "not finite"

    return {name: word(g) for name, g in gradients.items()}

# %% gradient-report right="plain Python numbers"
def gradient_report(gradients):
    report = {}
    for name in gradients:
        g = gradients[name]
        if g is None:
            report[name] = "none"
            continue
        numbers = g.flatten().tolist()
        finite = True
        zero = True
        squares = 0.0
        for v in numbers:
            if not math.isfinite(v):
                finite = False
            if v != 0:
                zero = False
            squares += v * v
        if not finite:
            report[name] = "not finite"
        elif zero:
            report[name] = "zero"
        else:
            report[name] = math.sqrt(squares)
    return report

# %% gradient-report right="NumPy"
import numpy as np


def gradient_report(gradients):
    out = {}
    for name, g in gradients.items():
        a = None if g is None else g.detach().cpu().numpy().ravel()
        if a is None:
            out[name] = "none"
        elif np.isnan(a).any() or np.isinf(a).any():
            out[name] = "not finite"
        elif (a == 0).all():
            out[name] = "zero"
        else:
            out[name] = float(np.linalg.norm(a))
    return out

# %% gradient-report right="one comprehension of conditional expressions, norm in float64"
def gradient_report(gradients):
    return {
        k: "none" if g is None
        else "not finite" if (g - g).isnan().any()
        else "zero" if g.count_nonzero() == 0
        else g.double().square().sum().sqrt().item()
        for k, g in gradients.items()
    }

# %% gradient-report right="math.hypot, and min and max for the zeros"
def gradient_report(gradients):
    report = dict.fromkeys(gradients, "none")
    for name, g in gradients.items():
        if g is not None:
            if torch.isfinite(g).logical_not().any():
                report[name] = "not finite"
            elif g.min() == 0 and g.max() == 0:
                report[name] = "zero"
            else:
                report[name] = math.hypot(*g.reshape(-1).tolist())
    return report

# %% gradient-report wrong="names without a gradient are left out"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            continue
        if not g.isfinite().all():
            report[name] = "not finite"
        elif not g.any():
            report[name] = "zero"
        else:
            report[name] = g.norm().item()
    return report

# %% gradient-report wrong="None in place of the word none"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = None
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.any() else "zero"
    return report

# %% gradient-report wrong="0.0 in place of the word zero"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item()
    return report

# %% gradient-report wrong="isnan only, infinity is let through"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif g.isnan().any():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.any() else "zero"
    return report

# %% gradient-report wrong="zero as soon as one entry is 0"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.all() else "zero"
    return report

# %% gradient-report wrong="not finite only if no entry is finite"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().any():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.any() else "zero"
    return report

# %% gradient-report wrong="sum of squares without the root"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = (g**2).sum().item() if g.any() else "zero"
    return report

# %% gradient-report wrong="sum of absolute values, the 1-norm"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.abs().sum().item() if g.any() else "zero"
    return report

# %% gradient-report wrong="root of the mean of squares"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = (g**2).mean().sqrt().item() if g.any() else "zero"
    return report

# %% gradient-report wrong="norm of each column"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm(dim=0) if g.any() else "zero"
    return report

# %% gradient-report wrong="a small gradient is called zero, by allclose" kind="sneaky"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        elif torch.allclose(g, torch.zeros_like(g)):
            report[name] = "zero"
        else:
            report[name] = g.norm().item()
    return report

# %% gradient-report wrong="zero if the entries add up to 0" kind="sneaky"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = "zero" if g.sum() == 0 else g.norm().item()
    return report

# %% gradient-report wrong="torch.linalg.norm with ord 2 is the spectral norm for matrices, and fails for more dimensions" kind="sneaky"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = torch.linalg.norm(g, ord=2).item() if g.any() else "zero"
    return report

# %% gradient-report wrong="squares in place, the gradients are changed" kind="sneaky"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.square_().sum().sqrt().item() if g.any() else "zero"
    return report

# %% gradient-report wrong="zeros are asked first with nan taken for 0, so nan among zeros is called zero" kind="sneaky"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not (g.nan_to_num(nan=0.0) != 0).any():
            report[name] = "zero"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item()
    return report

# %% gradient-report wrong="empties the dictionary that was given" kind="sneaky"
def gradient_report(gradients):
    report = {}
    for name in list(gradients):
        g = gradients.pop(name)
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.any() else "zero"
    return report

# %% update-ratios right="clones by name, as in the hints"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    ratios = {}
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            ratios[name] = ((p.detach() - before[name]).norm() / before[name].norm()).item()
    return ratios

# %% update-ratios right="the given state is the note, tensors as results"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    optimizer.zero_grad()
    loss = F.cross_entropy(model(X), y)
    loss.backward()
    optimizer.step()
    after = model.state_dict()
    return {k: torch.dist(after[k], state[k]) / torch.linalg.vector_norm(state[k]) for k in after if "weight" in k}

# %% update-ratios right="a deep copy of the model before the step, pairs of parameters by zip"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    old = copy.deepcopy(model)
    logits = model(X)
    loss = F.cross_entropy(logits, y)
    loss.backward()
    optimizer.step()
    result = {}
    with torch.no_grad():
        for (name, w), w_old in zip(model.named_parameters(), old.parameters()):
            if w.dim() != 2:
                continue
            moved = ((w - w_old) ** 2).sum() ** 0.5
            size = (w_old**2).sum() ** 0.5
            result[name] = float(moved / size)
    return result

# %% update-ratios right="NumPy copies and loops"
import numpy as np


def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    before = []
    for i in range(len(sizes) - 1):
        before.append(model[2 * i].weight.detach().numpy().copy())
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    ratios = {}
    for i in range(len(sizes) - 1):
        after = model[2 * i].weight.detach().numpy()
        ratios[str(2 * i) + ".weight"] = float(np.linalg.norm(after - before[i]) / np.linalg.norm(before[i]))
    return ratios

# %% update-ratios right="gradients by torch.autograd.grad, norms in float64"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    parameters = list(model.parameters())
    for p, g in zip(parameters, torch.autograd.grad(F.cross_entropy(model(X), y), parameters)):
        p.grad = g
    optimizer.step()
    ratios = {}
    for name, w in model.named_parameters():
        if name.split(".")[-1] == "weight":
            old = state[name].double()
            ratios[name] = ((w.detach().double() - old).square().sum() / old.square().sum()).sqrt().item()
    return ratios

# %% update-ratios right="a closure handed to step, layers found by their class"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    layers = {name + ".weight": layer for name, layer in model.named_modules() if isinstance(layer, nn.Linear)}
    notes = {name: layer.weight.detach() + 0 for name, layer in layers.items()}

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(model(X), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    return {name: (layer.weight - notes[name]).norm().item() / notes[name].norm().item() for name, layer in layers.items()}

# %% update-ratios wrong="the note is no clone and follows the step, all 0"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    before = {name: p.detach() for name, p in model.named_parameters() if name.endswith("weight")}
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n: ((p.detach() - before[n]).norm() / before[n].norm()).item() for n, p in model.named_parameters() if n in before}

# %% update-ratios wrong="biases are in the answer, too"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n: ((p.detach() - before[n]).norm() / before[n].norm()).item() for n, p in model.named_parameters()}

# %% update-ratios wrong="divided by the norm after the step" kind="sneaky"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n: ((p.detach() - state[n]).norm() / p.detach().norm()).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="not divided by the norm of the weights"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n: (p.detach() - state[n]).norm().item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="ratio of the sums of squares, without the root"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n: ((p.detach() - state[n]).square().sum() / state[n].square().sum()).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="no backward, so Adam has nothing to do"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    loss = F.cross_entropy(model(X), y)
    optimizer.step()
    return {n: ((p.detach() - state[n]).norm() / state[n].norm()).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="two steps in place of one"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(2):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return {n: ((p.detach() - state[n]).norm() / state[n].norm()).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="the gradient times the rate, as if it were SGD"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    F.cross_entropy(model(X), y).backward()
    return {n: (lr * p.grad.norm() / p.detach().norm()).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="names of the layers in place of those of the weights"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n.split(".")[0]: ((p.detach() - state[n]).norm() / state[n].norm()).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="difference of the norms, not norm of the difference" kind="sneaky"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n: abs(p.detach().norm() - state[n].norm()).item() / state[n].norm().item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="lr over the root mean square of the weights, as if each entry had a gradient" kind="sneaky"
def update_ratios(sizes, state, X, y, lr):
    return {n: lr / w.square().mean().sqrt().item() for n, w in state.items() if n.endswith("weight")}

# %% update-ratios wrong="assign=True, so that the step changes the given state" kind="sneaky"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state, assign=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    before = {n: w.clone() for n, w in state.items()}
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n: ((p.detach() - before[n]).norm() / before[n].norm()).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="spectral norm of the matrices" kind="sneaky"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    size = torch.linalg.matrix_norm
    return {n: (size(p.detach() - state[n], 2) / size(state[n], 2)).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% update-ratios wrong="the rate is not used, Adam's own 0.001" kind="sneaky"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters())
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {n: ((p.detach() - state[n]).norm() / state[n].norm()).item() for n, p in model.named_parameters() if n.endswith("weight")}

# %% first-bad right="hooks on the leaves, watch(name)"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().all() and not output.isfinite().all():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None

# %% first-bad right="default argument of a lambda, next with a default"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    calls = []
    for name, module in model.named_modules():
        if isinstance(module, Leaf):
            module.register_forward_hook(lambda m, i, o, name=name: calls.append((name, i[0].clone(), o.clone())))
    with torch.no_grad():
        model(x)
    ok = lambda t: bool(torch.isfinite(t).all())
    return next((name for name, before, after in calls if ok(before) and not ok(after)), None)

# %% first-bad right="no hooks, the chain is walked by hand"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    for name in order:
        part = getattr(model, name)
        if isinstance(part, nn.Sequential):
            leaves = [(f"{name}.{k}", leaf) for k, leaf in enumerate(part)]
        else:
            leaves = [(name, part)]
        for full_name, leaf in leaves:
            out = leaf(x)
            was_finite = True
            for v in x.tolist():
                if not math.isfinite(v):
                    was_finite = False
            is_finite = True
            for v in out.tolist():
                if not math.isfinite(v):
                    is_finite = False
            if was_finite and not is_finite:
                return full_name
            x = out
    return None

# %% first-bad right="names by module, an exception stops the forward pass"
class Found(Exception):
    pass


def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    names = {module: name for name, module in model.named_modules()}

    def hook(module, inputs, output):
        (before,) = inputs
        if torch.isfinite(before).all() and not torch.isfinite(output).all():
            raise Found(names[module])

    for module in names:
        if not any(True for _ in module.children()):
            module.register_forward_hook(hook)
    try:
        model(x)
    except Found as e:
        return e.args[0]
    return None

# %% first-bad right="a global forward hook, removed afterwards"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    names = {id(m): n for n, m in model.named_modules() if len(list(m.children())) == 0}
    log = []

    def hook(module, inputs, output):
        if id(module) in names:
            log.append((names[id(module)], inputs[0].isfinite().all().item(), output.isfinite().all().item()))

    handle = torch.nn.modules.module.register_module_forward_hook(hook)
    try:
        model(x)
    finally:
        handle.remove()
    for name, before, after in log:
        if before and not after:
            return name

# %% first-bad right="recursive over children, hooks that remember only the first"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    answer = {"first": None}

    def add(module, prefix):
        children = list(module.named_children())
        for name, child in children:
            add(child, prefix + "." + name if prefix else name)
        if not children:

            def hook(m, inputs, output, prefix=prefix):
                new = not output.abs().lt(math.inf).all() and bool(inputs[0].abs().lt(math.inf).all())
                if new and answer["first"] is None:
                    answer["first"] = prefix

            module.register_forward_hook(hook)

    add(model, "")
    model(x)
    return answer["first"]

# %% first-bad right="hooks on all modules, of which a leaf is always done before what holds it"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []
    for name, module in model.named_modules():

        def hook(module, inputs, output, name=name):
            if inputs[0].isfinite().all().item() and not output.isfinite().all().item():
                found.append(name)

        module.register_forward_hook(hook)
    model(x)
    return (found + [None])[0]

# %% first-bad wrong="the modules in the order in which they are declared"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    for name, module in model.named_modules():
        if list(module.children()):
            continue
        out = module(x)
        if x.isfinite().all() and not out.isfinite().all():
            return name
        x = out
    return None

# %% first-bad wrong="flags are noted by name, and read in declared order" kind="sneaky"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    bad = {}

    def watch(name):
        def hook(module, inputs, output):
            bad[name] = bad.get(name, False) or bool(inputs[0].isfinite().all() and not output.isfinite().all())

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    for name, _ in model.named_modules():
        if bad.get(name):
            return name
    return None

# %% first-bad wrong="the last culprit in place of the first"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = [None]

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().all() and not output.isfinite().all():
                found[0] = name

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0]

# %% first-bad wrong="the input is not asked, the first output that is not finite counts"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if not output.isfinite().all():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None

# %% first-bad wrong="only nan is looked for, not infinity"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if not inputs[0].isnan().any() and output.isnan().any():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None

# %% first-bad wrong="an output with one finite entry counts as finite"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().any() and not output.isfinite().any():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None

# %% first-bad wrong="only the parts, not the leaves in a block"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    for name in order:
        out = getattr(model, name)(x)
        if x.isfinite().all() and not out.isfinite().all():
            return name
        x = out
    return None

# %% first-bad wrong="late binding, each hook has the name of the last leaf"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []
    for name, module in model.named_modules():
        if not list(module.children()):

            def hook(module, inputs, output):
                if inputs[0].isfinite().all() and not output.isfinite().all():
                    found.append(name)

            module.register_forward_hook(hook)
    model(x)
    return found[0] if found else None

# %% first-bad wrong="an empty string if there is none"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().all() and not output.isfinite().all():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else ""

# %% first-bad wrong="the kind of the leaf in place of its name"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def hook(module, inputs, output):
        if inputs[0].isfinite().all() and not output.isfinite().all():
            found.append(module.kind)

    for module in model.modules():
        if not list(module.children()):
            module.register_forward_hook(hook)
    model(x)
    return found[0] if found else None

# %% first-bad wrong="gives up if x itself is not finite, though relu or inverse may mend it" kind="sneaky"
def first_bad_module(parts, order, x):
    if not x.isfinite().all():
        return None
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().all() and not output.isfinite().all():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None

# %% first-bad wrong="a part that runs several times is judged by its last run alone" kind="sneaky"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    seen = {}

    def watch(name):
        def hook(module, inputs, output):
            seen[name] = (inputs[0], output)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    for name, (a, b) in seen.items():
        if a.isfinite().all() and not b.isfinite().all():
            return name
    return None

# %% first-bad wrong="a part that runs several times is judged by its first run alone" kind="sneaky"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    seen = {}

    def watch(name):
        def hook(module, inputs, output):
            seen.setdefault(name, (inputs[0], output))

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    for name, (a, b) in seen.items():
        if a.isfinite().all() and not b.isfinite().all():
            return name
    return None

# %% first-bad wrong="asks whether the sum is finite, and a sum of large finite entries overflows" kind="sneaky"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].sum().isfinite() and not output.sum().isfinite():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None

# %% first-bad wrong="only the first entry of input and output is looked at" kind="sneaky"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0][0].isfinite() and not output[0].isfinite():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None

# %% hidden-branch right="pick the positive entries"
def sum_of_roots(z):
    return z[z > 0].sqrt().sum()

# %% hidden-branch right="a where before and a where behind"
def sum_of_roots(z):
    positive = z > 0
    safe = torch.where(positive, z, torch.ones_like(z))
    roots = torch.where(positive, safe.sqrt(), torch.zeros_like(z))
    return roots.sum()

# %% hidden-branch right="a loop that starts from a zero which hangs on z"
def sum_of_roots(z):
    total = (0 * z).sum()
    for i in range(len(z)):
        if z[i] > 0:
            total = total + torch.sqrt(z[i])
    return total

# %% hidden-branch right="a mask that multiplies before and behind"
def sum_of_roots(z):
    m = (z > 0).to(z.dtype)
    return (m * (m * z + (1 - m)).sqrt()).sum()

# %% hidden-branch right="its own autograd function"
class Roots(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return z.clamp(min=0).sqrt().sum()

    @staticmethod
    def backward(ctx, g):
        (z,) = ctx.saved_tensors
        slope = torch.zeros_like(z)
        slope[z > 0] = 0.5 / z[z > 0].sqrt()
        return g * slope


def sum_of_roots(z):
    return Roots.apply(z)

# %% hidden-branch right="masked_select and a power"
def sum_of_roots(z):
    return torch.sum(torch.masked_select(z, z.gt(0)) ** 0.5)

# %% hidden-branch right="indices by nonzero, index_select"
def sum_of_roots(z):
    rows = torch.nonzero(z > 0).flatten()
    return z.index_select(0, rows).pow(0.5).sum()

# %% hidden-branch right="clamped from below at 1e-9, then masked"
def sum_of_roots(z):
    return (z.clamp(min=1e-9).sqrt() * (z > 0)).sum()

# %% hidden-branch right="relu, then the root: the way back through relu chooses, and does not multiply"
def sum_of_roots(z):
    return F.relu(z).sqrt().sum()

# %% hidden-branch wrong="the obvious where, gradient nan"
def sum_of_roots(z):
    return torch.where(z > 0, z.sqrt(), 0).sum()

# %% hidden-branch wrong="clamped at 0, then the root, infinite gradient at entries that are just 0" kind="sneaky"
def sum_of_roots(z):
    return z.clamp(min=0).sqrt().sum()

# %% hidden-branch wrong="multiplied by the mask behind the root only, 0 times nan"
def sum_of_roots(z):
    return (z.abs().sqrt() * (z > 0)).sum()

# %% hidden-branch wrong="the harmless ones are counted, each gives 1"
def sum_of_roots(z):
    return torch.where(z > 0, z, 1).sqrt().sum()

# %% hidden-branch wrong="roots of absolute values, negative entries count"
def sum_of_roots(z):
    return z[z != 0].abs().sqrt().sum()

# %% hidden-branch wrong="plain numbers, no gradient comes through"
def sum_of_roots(z):
    return torch.tensor(sum(math.sqrt(v) for v in z.tolist() if v > 0), dtype=z.dtype)

# %% hidden-branch wrong="nansum, value right and gradient nan"
def sum_of_roots(z):
    return z.sqrt().nansum()

# %% hidden-branch wrong="a small number under the root of the clamped entries, so each other entry counts"
def sum_of_roots(z):
    return (z.clamp(min=0) + 1e-4).sqrt().sum()

# %% hidden-branch wrong="mean in place of the sum"
def sum_of_roots(z):
    return z[z > 0].sqrt().sum() / len(z)

# %% hidden-branch wrong="root of the sum, not sum of the roots"
def sum_of_roots(z):
    return z[z > 0].sum().sqrt()

# %% hidden-branch wrong="writes 0 over the negative entries of z"
def sum_of_roots(z):
    with torch.no_grad():
        z[z < 0] = 0
    return z[z > 0].sqrt().sum()

# %% hidden-branch wrong="zeros are picked, too, and have an infinite gradient" kind="sneaky"
def sum_of_roots(z):
    return z[z >= 0].sqrt().sum()

# %% hidden-branch wrong="without positive entries the result does not hang on z, no gradient can be taken" kind="sneaky"
def sum_of_roots(z):
    total = torch.zeros((), dtype=z.dtype, device=z.device)
    for v in z:
        if v > 0:
            total = total + v.sqrt()
    return total

# %% hidden-branch wrong="float64 is made float32" kind="sneaky"
def sum_of_roots(z):
    return z[z > 0].float().sqrt().sum()

# %% hidden-branch wrong="entries below 1e-4 are taken for 0" kind="sneaky"
def sum_of_roots(z):
    return z[z > 1e-4].sqrt().sum()

# %% hidden-branch wrong="shape (1,) and no scalar" kind="sneaky"
def sum_of_roots(z):
    return z[z > 0].sqrt().sum(dim=0, keepdim=True)

# %% hidden-branch wrong="1e-8 under the root, half a percent off in the gradient of the smallest" kind="sneaky"
def sum_of_roots(z):
    return (z[z > 0] + 1e-8).sqrt().sum()

# %% broadcast-loss right="variances plus the square of the difference"
def broadcast_loss(mean_y: float, var_y: float, mean_p: float, var_p: float) -> float:
    return var_y + var_p + (mean_p - mean_y) ** 2

# %% broadcast-loss right="step by step, with named parts"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    mean_of_difference = mean_p - mean_y
    variance_of_difference = var_p + var_y
    mean_square = variance_of_difference + mean_of_difference * mean_of_difference
    return mean_square

# %% broadcast-loss right="squares multiplied out, second moments"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    second_y = var_y + mean_y**2
    second_p = var_p + mean_p**2
    return second_p - 2 * mean_p * mean_y + second_y

# %% broadcast-loss right="two points with that mean and variance for each, and all their pairs"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    y = [mean_y - math.sqrt(var_y), mean_y + math.sqrt(var_y)]
    p = [mean_p - math.sqrt(var_p), mean_p + math.sqrt(var_p)]
    total = 0.0
    for a in p:
        for b in y:
            total += (a - b) ** 2
    return total / 4

# %% broadcast-loss right="the very broadcast, in float64"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    ends = torch.tensor([-1.0, 1.0], dtype=torch.float64)
    y = mean_y + var_y**0.5 * ends
    p = (mean_p + var_p**0.5 * ends)[:, None]
    return ((p - y) ** 2).mean().item()

# %% broadcast-loss right="NumPy, a square of a hypotenuse"
import numpy as np


def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return float(np.linalg.norm([np.sqrt(var_y), np.sqrt(var_p), mean_y - mean_p]) ** 2)

# %% broadcast-loss wrong="variances are subtracted"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p - var_y + (mean_p - mean_y) ** 2

# %% broadcast-loss wrong="difference of the means not squared"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + var_y + (mean_p - mean_y)

# %% broadcast-loss wrong="absolute difference in place of the square"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + var_y + abs(mean_p - mean_y)

# %% broadcast-loss wrong="only the variance of y"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y + (mean_p - mean_y) ** 2

# %% broadcast-loss wrong="only the variance of p"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + (mean_p - mean_y) ** 2

# %% broadcast-loss wrong="no means at all"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + var_y

# %% broadcast-loss wrong="standard deviations in place of variances"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return math.sqrt(var_p) + math.sqrt(var_y) + (mean_p - mean_y) ** 2

# %% broadcast-loss wrong="means are added"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + var_y + (mean_p + mean_y) ** 2

# %% broadcast-loss wrong="variances are squared"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p**2 + var_y**2 + (mean_p - mean_y) ** 2

# %% broadcast-loss wrong="mean square minus square of the mean, sign wrong"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + var_y - (mean_p - mean_y) ** 2

# %% broadcast-loss wrong="mean of the two variances"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return (var_p + var_y) / 2 + (mean_p - mean_y) ** 2

# %% broadcast-loss wrong="supposes that y has mean 0" kind="sneaky"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y + var_p + mean_p**2

# %% broadcast-loss wrong="square of the sum of the standard deviations, right if one of them is 0" kind="sneaky"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return (var_y**0.5 + var_p**0.5) ** 2 + (mean_p - mean_y) ** 2

# %% broadcast-loss wrong="difference of the squares of the means" kind="sneaky"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y + var_p + abs(mean_p**2 - mean_y**2)

# %% broadcast-loss wrong="supposes that y is standardized, variance 1" kind="sneaky"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return 1 + var_p + (mean_p - mean_y) ** 2

# %% seen-before right="all pairs by broadcasting"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).all(dim=2).any(dim=1)

# %% seen-before right="cdist with p = inf"
def seen_before(X_train, X_test, tol):
    return torch.cdist(X_test, X_train, p=math.inf).min(dim=1).values <= tol

# %% seen-before right="loops over rows and entries of lists"
def seen_before(X_train, X_test, tol):
    train = X_train.tolist()
    test = X_test.tolist()
    answer = []
    for t in test:
        found = False
        for r in train:
            close = True
            for k in range(len(r)):
                if abs(t[k] - r[k]) > tol:
                    close = False
                    break
            if close:
                found = True
                break
        answer.append(found)
    return torch.tensor(answer, dtype=torch.bool)

# %% seen-before right="NumPy, largest difference"
import numpy as np


def seen_before(X_train, X_test, tol):
    a, b = X_train.cpu().numpy(), X_test.cpu().numpy()
    d = np.abs(b[:, np.newaxis, :] - a[np.newaxis, :, :]).max(axis=2)
    return torch.from_numpy(d.min(axis=1) < tol)

# %% seen-before right="one test row at a time, isclose with rtol=0"
def seen_before(X_train, X_test, tol):
    result = torch.zeros(len(X_test), dtype=torch.bool)
    for i, row in enumerate(X_test):
        result[i] = torch.isclose(X_train, row.expand_as(X_train), rtol=0, atol=tol).all(dim=1).any()
    return result

# %% seen-before right="one training row at a time, or of masks"
def seen_before(X_train, X_test, tol):
    seen = torch.zeros(X_test.shape[0], dtype=torch.bool, device=X_test.device)
    for row in X_train:
        seen |= torch.linalg.vector_norm(X_test - row, ord=float("inf"), dim=1) <= tol
    return seen

# %% seen-before right="allclose for each pair, any and a list comprehension"
def seen_before(X_train, X_test, tol):
    return torch.tensor([any(torch.allclose(r, t, rtol=0.0, atol=tol) for r in X_train) for t in X_test])

# %% seen-before wrong="no absolute value, all smaller rows count"
def seen_before(X_train, X_test, tol):
    return (X_test[:, None] - X_train <= tol).all(dim=2).any(dim=1)

# %% seen-before wrong="one entry within tol is enough"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).any(dim=2).any(dim=1)

# %% seen-before wrong="an answer for each training row"
def seen_before(X_train, X_test, tol):
    return ((X_train[:, None] - X_test).abs() <= tol).all(dim=2).any(dim=1)

# %% seen-before wrong="all training rows must be close"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).all(dim=2).all(dim=1)

# %% seen-before wrong="exact equality"
def seen_before(X_train, X_test, tol):
    return (X_test[:, None] == X_train).all(dim=2).any(dim=1)

# %% seen-before wrong="sum of the differences within tol"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs().sum(dim=2) <= tol).any(dim=1)

# %% seen-before wrong="mean of the differences within tol"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs().mean(dim=2) <= tol).any(dim=1)

# %% seen-before wrong="the two dimensions of any and all mixed up, entries of several training rows count together"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).any(dim=1).all(dim=1)

# %% seen-before wrong="only the training row with the same number is compared"
def seen_before(X_train, X_test, tol):
    n = min(len(X_train), len(X_test))
    seen = torch.zeros(len(X_test), dtype=torch.bool)
    seen[:n] = ((X_test[:n] - X_train[:n]).abs() <= tol).all(dim=1)
    return seen

# %% seen-before wrong="the answer is turned round, True where none is near"
def seen_before(X_train, X_test, tol):
    return torch.cdist(X_test, X_train, p=math.inf).min(dim=1).values > tol

# %% seen-before wrong="the matrix of all pairs is returned"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).all(dim=2)

# %% seen-before wrong="Euclidean distance within tol" kind="sneaky"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).norm(dim=2) <= tol).any(dim=1)

# %% seen-before wrong="isclose with its own rtol, too wide for large numbers" kind="sneaky"
def seen_before(X_train, X_test, tol):
    return torch.isclose(X_test[:, None], X_train, atol=tol).all(dim=2).any(dim=1)

# %% seen-before wrong="float in place of bool" kind="sneaky"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).all(dim=2).any(dim=1).float()

# %% seen-before wrong="only the nearest row by Euclidean distance is tested" kind="sneaky"
def seen_before(X_train, X_test, tol):
    nearest = (X_test[:, None] - X_train).square().sum(dim=2).argmin(dim=1)
    return ((X_test - X_train[nearest]).abs() <= tol).all(dim=1)

# %% seen-before wrong="subtracts the training mean from both in place, changes what is given" kind="sneaky"
def seen_before(X_train, X_test, tol):
    mean = X_train.mean(dim=0)
    X_train -= mean
    X_test -= mean
    return ((X_test[:, None] - X_train).abs() <= tol).all(dim=2).any(dim=1)

# %% seen-before wrong="rounded to multiples of tol and compared as sets, near rows on two sides of a border are missed" kind="sneaky"
def seen_before(X_train, X_test, tol):
    seen = {tuple(r) for r in (X_train / tol).round().tolist()}
    return torch.tensor([tuple(r) in seen for r in (X_test / tol).round().tolist()])

# %% seen-before wrong="shape (m, 1)" kind="sneaky"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).all(dim=2).any(dim=1, keepdim=True)

# %% rows-reached right="clone, backward, any, as in the hints"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()

# %% rows-reached right="torch.autograd.grad with allow_unused"
def rows_reached(model, X, i):
    Z = X.detach().clone().requires_grad_(True)
    out = model(Z)[i].sum()
    if not out.requires_grad:
        return []
    (g,) = torch.autograd.grad(out, Z, allow_unused=True)
    if g is None:
        return []
    return [n for n in range(len(Z)) if g[n].any()]

# %% rows-reached right="loops over all entries of the gradient"
def rows_reached(model, X, i):
    copy_of_X = torch.tensor(X.tolist(), dtype=torch.float64, requires_grad=True)
    output = model(copy_of_X)
    total = 0
    for value in output[i]:
        total = total + value
    total.backward()
    gradient = copy_of_X.grad.tolist()
    rows = []
    for number in range(len(gradient)):
        depends = False
        for value in gradient[number]:
            if value != 0:
                depends = True
        if depends:
            rows.append(number)
    return rows

# %% rows-reached right="each row a leaf of its own, stacked"
def rows_reached(model, X, i):
    rows = [x.detach().clone().requires_grad_() for x in X]
    model(torch.stack(rows))[i].sum().backward()
    return [n for n, x in enumerate(rows) if x.grad is not None and x.grad.abs().max() > 0]

# %% rows-reached right="the Jacobian of the outputs of row i"
def rows_reached(model, X, i):
    J = torch.autograd.functional.jacobian(lambda Z: model(Z)[i], X.detach().clone())
    return torch.where((J != 0).any(dim=2).any(dim=0))[0].tolist()

# %% rows-reached right="NumPy on the gradient"
import numpy as np


def rows_reached(model, X, i):
    leaf = X.detach().clone()
    leaf.requires_grad = True
    model(leaf)[i].sum().backward()
    return [int(n) for n in np.flatnonzero(np.count_nonzero(leaf.grad.numpy(), axis=1))]

# %% rows-reached right="a one in the row of the outgoing gradient"
def rows_reached(model, X, i):
    Z = X.detach().clone().requires_grad_()
    out = model(Z)
    v = torch.zeros_like(out)
    v[i] = 1
    out.backward(v)
    return sorted(set(Z.grad.nonzero()[:, 0].tolist()))

# %% rows-reached wrong="all rows of the output are added up"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X).sum().backward()
    return (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()

# %% rows-reached wrong="column i of the output"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    out = model(X)
    out[:, i % out.shape[1]].sum().backward()
    return (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()

# %% rows-reached wrong="columns of X in place of rows"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad != 0).any(dim=0).nonzero()[:, 0].tolist()

# %% rows-reached wrong="every entry of a row must have a gradient"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad != 0).all(dim=1).nonzero()[:, 0].tolist()

# %% rows-reached wrong="a mask and no list of numbers"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad != 0).any(dim=1).tolist()

# %% rows-reached wrong="a list of lists"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad != 0).any(dim=1).nonzero().tolist()

# %% rows-reached wrong="row i alone is given to the model"
def rows_reached(model, X, i):
    x = X[i : i + 1].clone().requires_grad_()
    model(x).sum().backward()
    return [i] if x.grad.any() else []

# %% rows-reached wrong="row i itself is left out"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return [n for n in (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist() if n != i]

# %% rows-reached wrong="numbers from 1"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return [n + 1 for n in (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()]

# %% rows-reached wrong="a number for each entry that is not 0, so rows are repeated"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return X.grad.nonzero()[:, 0].tolist()

# %% rows-reached wrong="only positive gradients count" kind="sneaky"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad > 0).any(dim=1).nonzero()[:, 0].tolist()

# %% rows-reached wrong="entries of a row are added up first and may cancel" kind="sneaky"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad.sum(dim=1) != 0).nonzero()[:, 0].tolist()

# %% rows-reached wrong="X itself is made to require a gradient, and gets one" kind="sneaky"
def rows_reached(model, X, i):
    X.requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()

# %% rows-reached wrong="gradients below 1e-3 count as 0" kind="sneaky"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad.abs() > 1e-3).any(dim=1).nonzero()[:, 0].tolist()

# %% rows-reached wrong="only the first output of row i" kind="sneaky"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i, 0].backward()
    return (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()

# %% rows-reached wrong="a tensor in place of a list" kind="sneaky"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return (X.grad != 0).any(dim=1).nonzero()[:, 0]

# %% rows-reached wrong="row i is always in the answer" kind="sneaky"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    model(X)[i].sum().backward()
    return sorted({i, *(X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()})

# %% repair right="the seven lines repaired"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair right="SGD by hand, the rate halved by hand"
def fit(state, X, y, X_test, y_test, epochs, lr):
    m = X.mean(0)
    s = X.std(0)
    train_set = (X - m) / s
    test_set = (X_test - m) / s
    model = network(state)
    accuracies = []
    rate = lr
    for batches in epochs:
        model.train()
        for rows in batches:
            model.zero_grad()
            F.cross_entropy(model(train_set[rows]), y[rows]).backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= rate * p.grad
        rate = rate / 2
        model.eval()
        with torch.no_grad():
            right = 0
            guesses = model(test_set).argmax(dim=1)
            for k in range(len(y_test)):
                if guesses[k] == y_test[k]:
                    right += 1
        accuracies.append(right / len(y_test))
    return model.state_dict(), accuracies

# %% repair right="helper functions, gradients by torch.autograd.grad, the rate as a power"
def _accuracy(model, X, y):
    model.eval()
    with torch.no_grad():
        return (model(X).argmax(-1) == y).float().mean()


def fit(state, X, y, X_test, y_test, epochs, lr):
    std, mean = torch.std_mean(X, dim=0)
    scale = lambda Z: (Z - mean) / std
    model, accuracies = network(state), []
    parameters = list(model.parameters())
    for e, batches in enumerate(epochs):
        model.train()
        for rows in batches:
            loss = F.cross_entropy(model(scale(X)[rows]), y[rows])
            gradients = torch.autograd.grad(loss, parameters)
            for p, g in zip(parameters, gradients):
                p.data = p.data - lr * 0.5**e * g
        accuracies.append(_accuracy(model, scale(X_test), y_test))
    return model.state_dict(), accuracies

# %% repair right="NumPy for mean and deviation, log_softmax and nll_loss"
def fit(state, X, y, X_test, y_test, epochs, lr):
    a = X.numpy().astype("float64")
    mean = torch.from_numpy(a.mean(axis=0)).float()
    std = torch.from_numpy(a.std(axis=0, ddof=1)).float()
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.nll_loss(F.log_softmax(model(X[rows]), dim=1), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair right="ExponentialLR, gradients set to None by hand after the step, a state of clones"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
            for p in model.parameters():
                p.grad = None
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return {k: v.clone() for k, v in model.state_dict().items()}, accuracies

# %% repair right="batch norm written out, no modules in the forward pass"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mu, sigma = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mu) / sigma, (X_test - mu) / sigma
    s = {k: v.clone() for k, v in state.items()}
    learned = ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"]
    for k in learned:
        s[k].requires_grad_()

    def forward(Z, training):
        h = Z @ s["0.weight"].T + s["0.bias"]
        h = F.batch_norm(h, s["1.running_mean"], s["1.running_var"], s["1.weight"], s["1.bias"], training, 0.1, 1e-5)
        return h.relu() @ s["3.weight"].T + s["3.bias"]

    optimizer = torch.optim.SGD([s[k] for k in learned], lr=lr)
    accuracies = []
    for batches in epochs:
        for rows in batches:
            optimizer.zero_grad()
            F.cross_entropy(forward(X[rows], True), y[rows]).backward()
            optimizer.step()
            s["1.num_batches_tracked"] += 1
        optimizer.param_groups[0]["lr"] /= 2
        with torch.no_grad():
            accuracies.append((forward(X_test, False).argmax(dim=1) == y_test).double().mean().item())
    return {k: s[k].detach() for k in state}, accuracies

# %% repair wrong="mean and deviation of training and test part together"
def fit(state, X, y, X_test, y_test, epochs, lr):
    known = torch.cat([X, X_test])
    mean, std = known.mean(dim=0), known.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="only the last layer is trained"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model[-1].parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="gradients are cleared once an epoch"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        optimizer.zero_grad()
        for rows in batches:
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the softmax is taken twice"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]).softmax(dim=1), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the first labels in place of those of the batch"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[: len(rows)])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the rate is halved after each batch"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="train mode is not turned on again after the first epoch"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the ill program itself, all seven faults"
def fit(state, X, y, X_test, y_test, epochs, lr):
    return ill_fit(state, X, y, X_test, y_test, epochs, lr)

# %% repair wrong="two faults left, labels and train mode"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[: len(rows)])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="gradients are never cleared"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the rate is never halved"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="accuracy in train mode"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="accuracy on the training part"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X).argmax(dim=1) == y
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the model is returned in place of its state"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model, accuracies

# %% repair wrong="cleared between backward and step, so nothing moves"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the deviation divides by n" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0, correction=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the test part is standardized by its own mean and deviation" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - X_test.mean(dim=0)) / X_test.std(dim=0)
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="X is standardized in place, what is given is changed" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X.sub_(mean).div_(std)
    X_test = (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="the rate is halved before the first epoch already" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        optimizer.param_groups[0]["lr"] *= 0.5
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="accuracy in percent" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(100 * correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="only the last accuracy is in the list" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies[:] = [correct.double().mean().item()]
    return model.state_dict(), accuracies

# %% repair wrong="SGD with momentum" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="parameters of batch norm are not trained" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD([*model[0].parameters(), *model[3].parameters()], lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            correct = model(X_test).argmax(dim=1) == y_test
        accuracies.append(correct.double().mean().item())
    return model.state_dict(), accuracies

# %% repair wrong="accuracy before the epoch, not after it" kind="sneaky"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.5)
    accuracies = []
    for batches in epochs:
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()
    return model.state_dict(), accuracies

# %% diagnose right="data, first loss, gradients, batch leak, evaluation, and softmax twice is what is left"
def diagnose(ask):
    d = ask("data")
    if d["in_both"] > 0.1:
        return "test rows in training"
    if d["scale"] > 8:
        return "inputs not scaled"
    if d["same_as_next"] > 0.6:
        return "sorted by class"
    if d["neighbours_agree"] < 0.55:
        return "labels shuffled"
    if d["parts_agree"] < 0.5:
        return "labels one off"
    loss = ask("first loss")
    if loss["loss"] > 3 * loss["expected"]:
        return "sum for mean"
    g = ask("gradients")
    if g["update_first"] == 0:
        return "body frozen"
    if g["first_to_last"] < 0.01:
        return "vanishing gradient"
    if g["update_last"] < 4e-4:
        return "rate too small"
    if ask("batch leak")["rows"] > 1:
        return "batch statistics in evaluation"
    if ask("evaluation")["spread"] > 0:
        return "dropout in evaluation"
    return "softmax twice"

# %% diagnose right="a table of rules, checks are made when a rule needs them"
RULES = [
    ("inputs not scaled", "data", lambda m: m["scale"] > 8),
    ("test rows in training", "data", lambda m: m["in_both"] > 0),
    ("sorted by class", "data", lambda m: m["same_as_next"] > 0.6),
    ("labels shuffled", "data", lambda m: m["neighbours_agree"] < 0.5),
    ("labels one off", "data", lambda m: m["parts_agree"] < 0.5),
    ("batch statistics in evaluation", "batch leak", lambda m: m["rows"] > 1),
    ("sum for mean", "batch leak", lambda m: m["alone"] < 0.5),
    ("body frozen", "gradients", lambda m: m["update_first"] == 0),
    ("vanishing gradient", "gradients", lambda m: m["first_to_last"] < 0.01),
    ("rate too small", "gradients", lambda m: m["update_last"] < 4e-4),
    ("dropout in evaluation", "evaluation", lambda m: m["spread"] > 0),
]


def diagnose(ask):
    made = {}
    for fault, check, rule in RULES:
        if check not in made:
            made[check] = ask(check)
        if rule(made[check]):
            return fault
    return "softmax twice"

# %% diagnose wrong="always the same fault"
def diagnose(ask):
    return "softmax twice"

# %% diagnose wrong="a guess among the twelve, by lot"
import random


def diagnose(ask):
    return random.choice(list(clinic.FAULTS))

# %% diagnose wrong="looks at the data alone, and calls all the rest softmax twice"
def diagnose(ask):
    d = ask("data")
    if d["in_both"] > 0.1:
        return "test rows in training"
    if d["scale"] > 8:
        return "inputs not scaled"
    if d["same_as_next"] > 0.6:
        return "sorted by class"
    if d["neighbours_agree"] < 0.55:
        return "labels shuffled"
    if d["parts_agree"] < 0.5:
        return "labels one off"
    return "softmax twice"

# %% diagnose wrong="the signs of comparison are the wrong way round"
def diagnose(ask):
    d = ask("data")
    if d["neighbours_agree"] > 0.55:
        return "labels shuffled"
    if d["parts_agree"] > 0.5:
        return "labels one off"
    if d["scale"] < 8:
        return "inputs not scaled"
    return "sorted by class"

# %% diagnose wrong="names that are not those of clinic.FAULTS"
def diagnose(ask):
    d = ask("data")
    if d["in_both"] > 0.1:
        return "test leak"
    if d["scale"] > 8:
        return "not scaled"
    if d["same_as_next"] > 0.6:
        return "sorted"
    if d["neighbours_agree"] < 0.55:
        return "shuffled"
    if d["parts_agree"] < 0.5:
        return "one off"
    return "softmax"

# %% diagnose wrong="names all rightly, but makes all six checks of everybody, 144 in place of 84" kind="sneaky"
def diagnose(ask):
    m = {name: ask(name) for name in clinic.CHECKS}
    d, g = m["data"], m["gradients"]
    if d["in_both"] > 0.1:
        return "test rows in training"
    if d["scale"] > 8:
        return "inputs not scaled"
    if d["same_as_next"] > 0.6:
        return "sorted by class"
    if d["neighbours_agree"] < 0.55:
        return "labels shuffled"
    if d["parts_agree"] < 0.5:
        return "labels one off"
    if m["first loss"]["loss"] > 3 * m["first loss"]["expected"]:
        return "sum for mean"
    if g["update_first"] == 0:
        return "body frozen"
    if g["first_to_last"] < 0.01:
        return "vanishing gradient"
    if g["update_last"] < 4e-4:
        return "rate too small"
    if m["batch leak"]["rows"] > 1:
        return "batch statistics in evaluation"
    return "dropout in evaluation" if m["evaluation"]["spread"] > 0 else "softmax twice"

# %% diagnose wrong="cannot tell shuffled labels from labels one off, nor the two faults of the evaluation from softmax twice" kind="sneaky"
def diagnose(ask):
    d = ask("data")
    if d["in_both"] > 0.1:
        return "test rows in training"
    if d["scale"] > 8:
        return "inputs not scaled"
    if d["same_as_next"] > 0.6:
        return "sorted by class"
    if d["parts_agree"] < 0.5:
        return "labels shuffled"
    loss = ask("first loss")
    if loss["loss"] > 3 * loss["expected"]:
        return "sum for mean"
    g = ask("gradients")
    if g["update_first"] == 0:
        return "body frozen"
    if g["first_to_last"] < 0.01:
        return "vanishing gradient"
    if g["update_last"] < 4e-4:
        return "rate too small"
    return "softmax twice"
