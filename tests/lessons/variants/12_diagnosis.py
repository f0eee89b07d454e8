"""Answers to the exercises of *Diagnosis* as students give them: each right, or wrong in one way.

A cell's title is the exercise; `correct` says how a right answer is written, `wrong` what a wrong one
does, and `says` the sentence of the lesson that its author is to be told.
"""


# %% first-loss correct="a loop"
def first_loss(counts):
    n = sum(counts.tolist())
    entropy = 0.0
    for c in counts.tolist():
        if c > 0:
            entropy -= c / n * math.log(c / n)
    return math.log(len(counts)), entropy


# %% first-loss correct="torch.special.entr"
def first_loss(counts):
    p = counts.double() / counts.sum()
    return math.log(counts.numel()), torch.special.entr(p).sum()


# %% first-loss correct="where, in float32 tensors"
def first_loss(counts):
    shares = counts / counts.sum()
    logs = torch.where(shares > 0, shares, torch.ones_like(shares)).log()
    return torch.tensor(len(counts)).float().log(), -(shares * logs).sum()


# %% first-loss correct="torch.xlogy, a list"
def first_loss(counts):
    shares = counts / counts.sum()
    return [-math.log(1 / len(counts)), float(-torch.xlogy(shares, shares).sum())]


# %% first-loss wrong="base 2" says="The logarithms are to the base 2."
def first_loss(counts):
    p = counts[counts > 0] / counts.sum()
    return math.log2(len(counts)), -(p * p.log2()).sum().item()


# %% first-loss wrong="base 10" says="The logarithms are to the base 10."
def first_loss(counts):
    p = counts[counts > 0] / counts.sum()
    return math.log10(len(counts)), -(p * p.log10()).sum().item()


# %% first-loss wrong="no minus" says="Both losses are negative"
def first_loss(counts):
    p = counts[counts > 0] / counts.sum()
    return math.log(1 / len(counts)), (p * p.log()).sum().item()


# %% first-loss wrong="exchanged" says="exchanged"
def first_loss(counts):
    p = counts[counts > 0] / counts.sum()
    return -(p * p.log()).sum().item(), math.log(len(counts))


# %% first-loss wrong="0 log 0" says="A class that never occurs makes NaN"
def first_loss(counts):
    p = counts / counts.sum()
    return math.log(len(counts)), -(p * p.log()).sum().item()


# %% first-loss wrong="classes that occur" says="classes that do not occur are left out"
def first_loss(counts):
    counts = counts[counts > 0]
    p = counts / counts.sum()
    return math.log(len(counts)), -(p * p.log()).sum().item()


# %% first-loss wrong="1/C" says="The first is the probability 1/C."
def first_loss(counts):
    p = counts[counts > 0] / counts.sum()
    return 1 / len(counts), -(p * p.log()).sum().item()


# %% first-loss wrong="ln n" says="The first is the logarithm of the number of examples."
def first_loss(counts):
    p = counts[counts > 0] / counts.sum()
    return math.log(counts.sum()), -(p * p.log()).sum().item()


# %% first-loss wrong="plain mean" says="The second weights all classes alike."
def first_loss(counts):
    p = counts[counts > 0] / counts.sum()
    return math.log(len(counts)), -p.log().mean().item()


# %% first-loss wrong="not divided" says="The second is a sum over all examples."
def first_loss(counts):
    some = counts[counts > 0]
    return math.log(len(counts)), -(some * (some / counts.sum()).log()).sum().item()


# %% first-loss wrong="mean of p log p over classes" says="The second divides by the number of classes once more"
def first_loss(counts):
    p = counts / counts.sum()
    return math.log(len(counts)), -torch.xlogy(p, p).mean().item()


# %% first-loss wrong="the largest class" says="The second is the loss on the largest class alone."
def first_loss(counts):
    return math.log(len(counts)), -math.log(counts.max() / counts.sum())


# %% first-loss wrong="twice the same" says="Both are the logarithm of the number of classes."
def first_loss(counts):
    return math.log(len(counts)), math.log(len(counts))


# %% one-batch correct="while"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    made = 0
    while made < num_steps:
        loss = step()
        made += 1
        if math.isnan(loss) or math.isinf(loss):
            return ("not finite", made)
        if loss <= tol:
            if accuracy() == 1.0:
                return ("passed", made)
    return ("stuck", made)


# %% one-batch correct="for … else, tensors"
def one_batch(make, num_steps, tol):
    run = make()
    for k in range(num_steps):
        loss = torch.tensor(run[0](), dtype=torch.float64)
        right = run[1]()
        if not torch.isfinite(loss):
            verdict = "not finite"
            break
        if loss <= tol and right >= 1:
            verdict = "passed"
            break
    else:
        verdict = "stuck"
    return [verdict, k + 1]


# %% one-batch correct="comparisons that NaN fails"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if not (-float("inf") < loss < float("inf")):
            return "not finite", number
        if not loss > tol and not accuracy() < 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="by the loss" says="It is passed by the loss alone."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="by the accuracy" says="It is passed by the accuracy alone."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="or" says="if the loss is small or the accuracy is 1"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol or accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="best of both" says="may be of different steps here"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    losses, rights = [], []
    for number in range(1, num_steps + 1):
        losses.append(step())
        if not math.isfinite(losses[-1]):
            return "not finite", number
        rights.append(accuracy())
        if min(losses) <= tol and max(rights) == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="never looks" says="A loss that is not finite goes unnoticed"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        if step() <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="isnan" says="An infinite loss goes unnoticed."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if math.isnan(loss):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="isinf" says="A NaN goes unnoticed."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if loss in (float("inf"), -float("inf"), float("nan")):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="below tol" says="A loss of just tol is small enough"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss < tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="from 0" says="The steps are counted from 0."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(num_steps):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="a step too many" says="One step more than `num_steps` is made."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 2):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="a step too few" says="The last step is missing"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="the last loss" says="Only the last loss is looked at."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for _ in range(num_steps):
        loss = step()
    if not math.isfinite(loss):
        return "not finite", num_steps
    return ("passed" if loss <= tol and accuracy() == 1 else "stuck"), num_steps


# %% one-batch wrong="always num_steps" says="The verdict is right. The number is that of the steps made"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            return "not finite", num_steps
        if loss <= tol and accuracy() == 1:
            return "passed", num_steps
    return "stuck", num_steps


# %% one-batch wrong="made anew" says="Only first steps are judged"
def one_batch(make, num_steps, tol):
    for number in range(1, num_steps + 1):
        step, accuracy = make()
        loss = step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="NaN passes" says="NaN passes"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if not loss > tol and (accuracy() == 1 or loss != loss):
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="looks too late"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if loss <= tol and accuracy() == 1:
            return "passed", number
    if not math.isfinite(loss):
        return "not finite", num_steps
    return "stuck", num_steps


# %% one-batch wrong="minus infinity" says="A loss of −∞ goes unnoticed."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if loss != loss or loss == float("inf"):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="plus infinity alone" says="Neither NaN nor −∞ is noticed"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        loss = step()
        if loss == float("inf"):
            return "not finite", number
        if loss <= tol and accuracy() == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="asked before" says="The accuracy is asked before the step."
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    for number in range(1, num_steps + 1):
        right, loss = accuracy(), step()
        if not math.isfinite(loss):
            return "not finite", number
        if loss <= tol and right == 1:
            return "passed", number
    return "stuck", num_steps


# %% one-batch wrong="goes on" says="steps are made after it is clear"
def one_batch(make, num_steps, tol):
    step, accuracy = make()
    verdicts = []
    for number in range(1, num_steps + 1):
        loss = step()
        if not math.isfinite(loss):
            verdicts.append(("not finite", number))
        elif loss <= tol and accuracy() == 1:
            verdicts.append(("passed", number))
    return verdicts[0] if verdicts else ("stuck", num_steps)


# %% gradient-report correct="by hand"
def gradient_report(gradients):
    report = {}
    for name in gradients:
        g = gradients[name]
        if g is None:
            report[name] = "none"
        elif torch.isnan(g).any() or torch.isinf(g).any():
            report[name] = "not finite"
        elif (g == 0).all():
            report[name] = "zero"
        else:
            report[name] = torch.sqrt((g**2).sum())
    return report


# %% gradient-report correct="a helper"
def gradient_report(gradients):
    def word(g):
        if g is None:
            return "none"
        size = g.double().norm().item()
        if not math.isfinite(size):
            return "not finite"
        return size or "zero"

    return {name: word(g) for name, g in gradients.items()}


# %% gradient-report correct="torch.linalg"
def gradient_report(gradients):
    report = dict.fromkeys(gradients, "none")
    for name, g in gradients.items():
        if g is not None:
            norm = torch.linalg.vector_norm(g)
            report[name] = float(norm) if norm > 0 else "zero"
            if not norm.isfinite():
                report[name] = "not finite"
    return report


# %% gradient-report wrong="none left out" says="Parameters without a gradient are left out"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            continue
        if not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.any() else "zero"
    return report


# %% gradient-report wrong="none is zero" says="A gradient that never came is called zero."
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None or not g.any():
            report[name] = "zero"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item()
    return report


# %% gradient-report wrong="zero is none" says="A gradient of zeros is called none."
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None or not g.any():
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item()
    return report


# %% gradient-report wrong="0.0" says="A gradient of zeros has the norm 0 here."
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


# %% gradient-report wrong="squared" says="The norm is squared"
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


# %% gradient-report wrong="root of the mean" says="That is the root of the mean of the squares."
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


# %% gradient-report wrong="largest" says="That is the largest absolute value."
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.abs().max().item() if g.any() else "zero"
    return report


# %% gradient-report wrong="isnan" says="Infinities go unnoticed."
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


# %% gradient-report wrong="any for all" says="One infinity or NaN among good numbers goes unnoticed"
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


# %% gradient-report wrong="some zeros" says="Some zeros among other numbers make it zero here."
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


# %% gradient-report wrong="tiny is zero" says="Tiny gradients are called zero."
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = "zero" if g.abs().max() < 1e-6 else g.norm().item()
    return report


# %% gradient-report wrong="the sum is 0" says="A sum of 0 is taken for zeros"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.sum() != 0 else "zero"
    return report


# %% gradient-report wrong="sum of absolute values" says="That is the sum of the absolute values."
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


# %% gradient-report wrong="mean of absolute values" says="That is the mean of the absolute values."
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = g.abs().mean().item() if g.any() else "zero"
    return report


# %% gradient-report wrong="isinf" says="NaN goes unnoticed."
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif g.isinf().any():
            report[name] = "not finite"
        else:
            report[name] = g.norm().item() if g.any() else "zero"
    return report


# %% gradient-report wrong="None for none" says="None stands where the word"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = None
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = "zero" if not g.any() else g.norm().item()
    return report


# %% gradient-report wrong="zeros first" says="NaN among zeros is called zero."
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.nan_to_num(nan=0).any():
            report[name] = "zero"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = "zero" if not g.any() else g.norm().item()
    return report


# %% gradient-report wrong="spectral norm" says="its spectral norm"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = "zero" if not g.any() else torch.linalg.norm(g, ord=2).item()
    return report


# %% gradient-report wrong="allclose" says="`allclose`'s tolerance"
def gradient_report(gradients):
    report = {}
    for name, g in gradients.items():
        if g is None:
            report[name] = "none"
        elif not g.isfinite().all():
            report[name] = "not finite"
        else:
            report[name] = "zero" if torch.allclose(g, torch.zeros_like(g)) else g.norm().item()
    return report


# %% update-ratios correct="by the state"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    loss = F.cross_entropy(model(X), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    after = model.state_dict()
    return {
        n: torch.linalg.norm(after[n] - w) / torch.linalg.norm(w)
        for n, w in state.items()
        if "weight" in n
    }


# %% update-ratios correct="a deep copy"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    old = copy.deepcopy(model)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    ratios = {}
    for (name, p), q in zip(model.named_parameters(), old.parameters()):
        if p.dim() == 2:
            ratios[name] = ((p - q).square().sum() / q.square().sum()).sqrt().item()
    return ratios


# %% update-ratios correct="Adam by hand"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    F.cross_entropy(model(X), y).backward()
    ratios = {}
    for name, p in model.named_parameters():
        if name.endswith("weight"):
            step = lr * p.grad / (p.grad.abs() + 1e-8)
            ratios[name] = (step.norm() / p.norm()).item()
    return ratios


# %% update-ratios wrong="no clone" says="no copy, but the weights themselves"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    before = {n: p.data for n, p in model.named_parameters() if n.endswith("weight")}
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    after = dict(model.named_parameters())
    return {n: ((after[n] - b).norm() / b.norm()).item() for n, b in before.items()}


# %% update-ratios wrong="lr times gradient" says="right for plain SGD alone"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    F.cross_entropy(model(X), y).backward()
    return {
        n: (lr * p.grad.norm() / p.norm()).item()
        for n, p in model.named_parameters()
        if n.endswith("weight")
    }


# %% update-ratios wrong="size after" says="The size after the step stands below."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        n: ((p - state[n]).norm() / p.norm()).item()
        for n, p in model.named_parameters()
        if n.endswith("weight")
    }


# %% update-ratios wrong="upside down" says="The ratio is upside down"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        n: (state[n].norm() / (p - state[n]).norm()).item()
        for n, p in model.named_parameters()
        if n.endswith("weight")
    }


# %% update-ratios wrong="difference of norms" says="That compares the two norms."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        n: abs((p.norm() - state[n].norm()).item()) / state[n].norm().item()
        for n, p in model.named_parameters()
        if n.endswith("weight")
    }


# %% update-ratios wrong="mean of ratios" says="That is the mean of the ratios of all entries."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        n: ((p - state[n]) / state[n]).abs().mean().item()
        for n, p in model.named_parameters()
        if n.endswith("weight")
    }


# %% update-ratios wrong="absolute values" says="Sums of absolute values are compared."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        n: ((p - state[n]).abs().mean() / state[n].abs().mean()).item()
        for n, p in model.named_parameters()
        if n.endswith("weight")
    }


# %% update-ratios wrong="squared" says="The norms are squared."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        n: ((p - state[n]).square().sum() / state[n].square().sum()).item()
        for n, p in model.named_parameters()
        if n.endswith("weight")
    }


# %% update-ratios wrong="not divided" says="That is the size of the change."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        n: (p - state[n]).norm().item() for n, p in model.named_parameters() if n.endswith("weight")
    }


# %% update-ratios wrong="biases too" says="The biases are in the report, too."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    return {
        n: ((p - state[n]).norm() / state[n].norm()).item() for n, p in model.named_parameters()
    }


# %% update-ratios wrong="the first alone" says="Only the first weight is in the report."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    w = state["0.weight"]
    return {"0.weight": ((model[0].weight - w).norm() / w.norm()).item()}


# %% update-ratios wrong="two steps" says="is the step made twice?"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    F.cross_entropy(model(X), y).backward()
    optimizer.step()
    optimizer.step()
    return {
        n: ((p - state[n]).norm() / state[n].norm()).item()
        for n, p in model.named_parameters()
        if n.endswith("weight")
    }


# %% update-ratios wrong="spectral norms" says="These are spectral norms of matrices"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(1):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return {
        name: (
            torch.linalg.norm(p.detach() - state[name], ord=2)
            / torch.linalg.norm(state[name], ord=2)
        ).item()
        for name, p in model.named_parameters()
        if name.endswith("weight")
    }


# %% update-ratios wrong="two real steps" says="Two steps are made."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(2):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return {
        name: ((p.detach() - state[name]).norm() / (state[name]).norm()).item()
        for name, p in model.named_parameters()
        if name.endswith("weight")
    }


# %% update-ratios wrong="names cut" says="The names are cut."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(1):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y).backward()
        optimizer.step()
    return {
        name.removesuffix(".weight"): (
            (p.detach() - state[name]).norm() / (state[name]).norm()
        ).item()
        for name, p in model.named_parameters()
        if name.endswith("weight")
    }


# %% update-ratios wrong="softmax twice" says="The softmax is taken before"
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(1):
        optimizer.zero_grad()
        F.cross_entropy(model(X).softmax(dim=1), y).backward()
        optimizer.step()
    return {
        name: ((p.detach() - state[name]).norm() / (state[name]).norm()).item()
        for name, p in model.named_parameters()
        if name.endswith("weight")
    }


# %% update-ratios wrong="sum" says="The loss is the sum over the examples."
def update_ratios(sizes, state, X, y, lr):
    model = models.mlp(sizes).cpu()
    model.load_state_dict(state)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(1):
        optimizer.zero_grad()
        F.cross_entropy(model(X), y, reduction="sum").backward()
        optimizer.step()
    return {
        name: ((p.detach() - state[name]).norm() / (state[name]).norm()).item()
        for name, p in model.named_parameters()
        if name.endswith("weight")
    }


# %% first-bad correct="a list of events"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    names = {module: name for name, module in model.named_modules()}
    events = []

    def hook(module, inputs, output):
        ok = bool(torch.isfinite(inputs[0]).all())
        bad = not bool(torch.isfinite(output).all())
        events.append((names[module], ok and bad))

    for module in model.modules():
        if len(list(module.children())) == 0:
            module.register_forward_hook(hook)
    model(x)
    return next((name for name, bad in events if bad), None)


# %% first-bad correct="default argument, stops at the first"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = None
    handles = []
    for name, module in model.named_modules():
        if isinstance(module, Leaf):

            def hook(module, inputs, output, name=name):
                nonlocal found
                if found is None and torch.all(torch.isfinite(inputs[0])):
                    if not torch.all(torch.isfinite(output)):
                        found = name

            handles.append(module.register_forward_hook(hook))
    model(x)
    for handle in handles:
        handle.remove()
    return found


# %% first-bad correct="without hooks"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    for name in model.order:
        part = getattr(model, name)
        leaves = [(name, part)]
        if isinstance(part, nn.Sequential):
            leaves = [(f"{name}.{i}", leaf) for i, leaf in enumerate(part)]
        for leaf_name, leaf in leaves:
            out = leaf(x)
            if x.isfinite().all() and not out.isfinite().all():
                return leaf_name
            x = out


# %% first-bad wrong="by declaration" says="That is the first in the order in which the parts are declared."
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    bad = set()

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().all() and not output.isfinite().all():
                bad.add(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return next((name for name, _ in model.named_modules() if name in bad), None)


# %% first-bad wrong="the last" says="That is the last part whose output breaks."
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
    return found[-1] if found else None


# %% first-bad wrong="outermost parts" says="That is the part that holds the culprit."
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().all() and not output.isfinite().all():
                found.append(name)

        return hook

    for name, module in model.named_children():
        module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None


# %% first-bad wrong="NaN alone" says="Infinities go unnoticed."
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


# %% first-bad wrong="infinity alone" says="NaN goes unnoticed."
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if not inputs[0].isinf().any() and output.isinf().any():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None


# %% first-bad wrong="the input not asked" says="though its input was not either"
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


# %% first-bad wrong="any for all" says="One number among good ones goes unnoticed"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if not output.isfinite().any():
                found.append(name)

        return hook

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None


# %% first-bad wrong="kept by name" says="judged by its last call alone"
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


# %% first-bad wrong="late binding" says="All hooks have the last name"
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


# %% first-bad wrong="the kind" says="That is the kind of the part."
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def hook(module, inputs, output):
        if inputs[0].isfinite().all() and not output.isfinite().all():
            found.append(module.kind)

    for name, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(hook)
    model(x)
    return found[0] if found else None


# %% first-bad wrong="the name is cut" says="The name is cut"
def first_bad_module(parts, order, x):
    model = Chain(parts, order)
    found = []

    def watch(name):
        def hook(module, inputs, output):
            if inputs[0].isfinite().all() and not output.isfinite().all():
                found.append(name)

        return hook

    for module in model.modules():
        for name, child in module.named_children():
            if not list(child.children()):
                child.register_forward_hook(watch(name))
    model(x)
    return found[0] if found else None


# %% first-bad wrong="run as declared" says="The parts are run here in the order in which they are declared."
def first_bad_module(parts, order, x):
    model, seen = Chain(parts, order), set()
    for part in parts:
        module = getattr(model, part)
        leaves = list(module) if isinstance(module, nn.Sequential) else [module]
        for i, leaf in enumerate(leaves):
            name = f"{part}.{i}" if isinstance(module, nn.Sequential) else part
            a, b = x, leaf(x)
            x = b
            if a.isfinite().all() and not b.isfinite().all():
                return name
            seen.add(name)
    return None


# %% first-bad wrong="sums" says="A sum or a mean is asked"
def first_bad_module(parts, order, x):
    model, seen = Chain(parts, order), set()
    for part in order:
        module = getattr(model, part)
        leaves = list(module) if isinstance(module, nn.Sequential) else [module]
        for i, leaf in enumerate(leaves):
            name = f"{part}.{i}" if isinstance(module, nn.Sequential) else part
            a, b = x, leaf(x)
            x = b
            if a.sum().isfinite() and not b.sum().isfinite():
                return name
            seen.add(name)
    return None


# %% first-bad wrong="first runs" says="judged by its first call alone"
def first_bad_module(parts, order, x):
    model, seen = Chain(parts, order), set()
    for part in order:
        module = getattr(model, part)
        leaves = list(module) if isinstance(module, nn.Sequential) else [module]
        for i, leaf in enumerate(leaves):
            name = f"{part}.{i}" if isinstance(module, nn.Sequential) else part
            a, b = x, leaf(x)
            x = b
            if name not in seen and a.isfinite().all() and not b.isfinite().all():
                return name
            seen.add(name)
    return None


# %% first-bad wrong="gives up" says="The search ends if `x` itself is not finite."
def first_bad_module(parts, order, x):
    if not x.isfinite().all():
        return None
    model, seen = Chain(parts, order), set()
    for part in order:
        module = getattr(model, part)
        leaves = list(module) if isinstance(module, nn.Sequential) else [module]
        for i, leaf in enumerate(leaves):
            name = f"{part}.{i}" if isinstance(module, nn.Sequential) else part
            a, b = x, leaf(x)
            x = b
            if a.isfinite().all() and not b.isfinite().all():
                return name
            seen.add(name)
    return None


# %% first-bad wrong="no None" says="Where there is none, None is wanted."
def first_bad_module(parts, order, x):
    model, seen = Chain(parts, order), set()
    for part in order:
        module = getattr(model, part)
        leaves = list(module) if isinstance(module, nn.Sequential) else [module]
        for i, leaf in enumerate(leaves):
            name = f"{part}.{i}" if isinstance(module, nn.Sequential) else part
            a, b = x, leaf(x)
            x = b
            if a.isfinite().all() and not b.isfinite().all():
                return name
            seen.add(name)
    return ""


# %% hidden-branch correct="by indexing"
def sum_of_roots(z):
    return z[z > 0].sqrt().sum()


# %% hidden-branch correct="a mask"
def sum_of_roots(z):
    mask = (z > 0).to(z.dtype)
    inside = z * mask + (1 - mask)
    return (inside.sqrt() * mask).sum()


# %% hidden-branch correct="masked_fill"
def sum_of_roots(z):
    bad = z <= 0
    return torch.pow(z.masked_fill(bad, 4.0), 0.5).masked_fill(bad, 0.0).sum()


# %% hidden-branch wrong="where" says="the choice comes after the root"
def sum_of_roots(z):
    return torch.where(z > 0, z.sqrt(), 0).sum()


# %% hidden-branch wrong="nan_to_num" says="the choice comes after the root"
def sum_of_roots(z):
    return z.sqrt().nan_to_num(0.0).sum()


# %% hidden-branch wrong="clamped" says="0 goes into the root"
def sum_of_roots(z):
    return z.clamp(min=0).sqrt().sum()


# %% hidden-branch wrong="absolute values in a where" says="0 goes into the root"
def sum_of_roots(z):
    return torch.where(z > 0, z.abs().sqrt(), 0).sum()


# %% hidden-branch wrong="eps" says="A small number is added under the root"
def sum_of_roots(z):
    return torch.where(z > 0, (z + 1e-4).sqrt(), 0).sum()


# %% hidden-branch wrong="plain" says="Entries below 0 make NaN."
def sum_of_roots(z):
    return z.sqrt().sum()


# %% hidden-branch wrong="absolute values" says="The roots of the absolute values are added up."
def sum_of_roots(z):
    return z.abs().sqrt().sum()


# %% hidden-branch wrong="clamped at a small number" says="they are raised to a small number"
def sum_of_roots(z):
    return z.clamp(min=1e-4).sqrt().sum()


# %% hidden-branch wrong="ones left in" says="Entries that are not positive count 1"
def sum_of_roots(z):
    return torch.where(z > 0, z, 1).sqrt().sum()


# %% hidden-branch wrong="the mean" says="The mean is returned."
def sum_of_roots(z):
    return torch.where(z > 0, torch.where(z > 0, z, 1).sqrt(), 0).mean()


# %% hidden-branch wrong="cut off" says="The gradient is 0 everywhere"
def sum_of_roots(z):
    return z[z > 0].detach().sqrt().sum() + 0 * z.sum()


# %% hidden-branch wrong="one by one" says="here are the roots, one by one"
def sum_of_roots(z):
    return torch.where(z > 0, torch.where(z > 0, z, 1).sqrt(), 0)


# %% hidden-branch wrong="its own value" says="Entries below 0 count their own value."
def sum_of_roots(z):
    return torch.where(z > 0, torch.where(z > 0, z, 1).sqrt(), z).sum()


# %% hidden-branch wrong="small ones" says="Small positive entries count 0."
def sum_of_roots(z):
    return z[z > 1e-4].sqrt().sum()


# %% hidden-branch wrong="root of the sum" says="That is the root of the sum."
def sum_of_roots(z):
    return z[z > 0].sum().sqrt()


# %% hidden-branch wrong="small eps" says="makes the slope of small entries too small"
def sum_of_roots(z):
    return (z[z > 0] + 1e-8).sqrt().sum()


# %% broadcast-loss correct="expanded"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    p2 = var_p + mean_p**2
    y2 = var_y + mean_y**2
    return p2 - 2 * mean_p * mean_y + y2


# %% broadcast-loss correct="in two steps"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    variance = var_p + var_y
    bias = mean_y - mean_p
    return variance + bias * bias


# %% broadcast-loss correct="in a tensor"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    d = torch.tensor(mean_p - mean_y, dtype=torch.float64)
    return d.pow(2) + var_y + var_p


# %% broadcast-loss wrong="no var p" says="The variance of the predictions is missing."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y + (mean_p - mean_y) ** 2


# %% broadcast-loss wrong="no var y" says="The variance of the targets is missing."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + (mean_p - mean_y) ** 2


# %% broadcast-loss wrong="no means" says="The means are missing"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + var_y


# %% broadcast-loss wrong="not squared" says="The difference of the means is not squared."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + var_y + (mean_p - mean_y)


# %% broadcast-loss wrong="absolute" says="stands in absolute value"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p + var_y + abs(mean_p - mean_y)


# %% broadcast-loss wrong="p − y" says="The variance of the targets is subtracted."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_p - var_y + (mean_p - mean_y) ** 2


# %% broadcast-loss wrong="y − p" says="The variance of the predictions is subtracted."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y - var_p + (mean_y - mean_p) ** 2


# %% broadcast-loss wrong="means added" says="The means are added."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y + var_p + (mean_y + mean_p) ** 2


# %% broadcast-loss wrong="squares of variances" says="The variances are squared."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y**2 + var_p**2 + (mean_y - mean_p) ** 2


# %% broadcast-loss wrong="standard deviations" says="The roots of the variances are added."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return math.sqrt(var_y) + math.sqrt(var_p) + (mean_y - mean_p) ** 2


# %% broadcast-loss wrong="only the bias" says="Only the squares of the means are there"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return (mean_y - mean_p) ** 2


# %% broadcast-loss wrong="in step" says="if p and y have a correlation of 1"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return (math.sqrt(var_p) - math.sqrt(var_y)) ** 2 + (mean_p - mean_y) ** 2


# %% broadcast-loss wrong="half" says="Half of it is returned"
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return 0.5 * (var_y + var_p + (mean_p - mean_y) ** 2)


# %% broadcast-loss wrong="minus the square" says="The square of the means' difference is subtracted."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y + var_p - (mean_p - mean_y) ** 2


# %% broadcast-loss wrong="mean of variances" says="The mean of the two variances is there."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return (var_y + var_p) / 2 + (mean_p - mean_y) ** 2


# %% broadcast-loss wrong="sum of deviations, squared" says="The standard deviations are added and squared."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return (var_y**0.5 + var_p**0.5) ** 2 + (mean_p - mean_y) ** 2


# %% broadcast-loss wrong="squares of the means" says="The squares of the means are subtracted."
def broadcast_loss(mean_y, var_y, mean_p, var_p):
    return var_y + var_p + abs(mean_p**2 - mean_y**2)


# %% seen-before correct="a loop"
def seen_before(X_train, X_test, tol):
    out = torch.zeros(len(X_test), dtype=torch.bool)
    for i, row in enumerate(X_test):
        out[i] = ((X_train - row).abs().max(dim=1).values <= tol).any()
    return out


# %% seen-before correct="cdist"
def seen_before(X_train, X_test, tol):
    return torch.cdist(X_test, X_train, p=math.inf).min(dim=1).values <= tol


# %% seen-before correct="the other order"
def seen_before(X_train, X_test, tol):
    far = (X_train[:, None, :] - X_test[None, :, :]).abs().amax(dim=-1)
    return far.amin(dim=0).le(tol)


# %% seen-before correct="isclose"
def seen_before(X_train, X_test, tol):
    near = torch.isclose(X_test[:, None], X_train[None], rtol=0, atol=tol)
    return torch.tensor([bool(rows.all(dim=1).any()) for rows in near])


# %% seen-before wrong="any entry" says="One entry that agrees is enough here."
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).any(dim=2).any(dim=1)


# %% seen-before wrong="no abs" says="The absolute value is missing"
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train) <= tol).all(dim=2).any(dim=1)


# %% seen-before wrong="sum" says="The differences of all entries are added up."
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs().sum(dim=2) <= tol).any(dim=1)


# %% seen-before wrong="mean" says="The mean of the differences is compared."
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs().mean(dim=2) <= tol).any(dim=1)


# %% seen-before wrong="Euclid" says="The Euclidean distance is compared."
def seen_before(X_train, X_test, tol):
    return torch.cdist(X_test, X_train).min(dim=1).values <= tol


# %% seen-before wrong="exact" says="Only exact twins are found."
def seen_before(X_train, X_test, tol):
    return (X_test[:, None] == X_train).all(dim=2).any(dim=1)


# %% seen-before wrong="for training rows" says="Each training row is judged."
def seen_before(X_train, X_test, tol):
    return ((X_test[:, None] - X_train).abs() <= tol).all(dim=2).any(dim=0)


# %% seen-before wrong="row by row" says="with the training row of the same number alone"
def seen_before(X_train, X_test, tol):
    out = torch.zeros(len(X_test), dtype=torch.bool)
    m = min(len(X_test), len(X_train))
    out[:m] = ((X_test[:m] - X_train[:m]).abs() <= tol).all(dim=1)
    return out


# %% seen-before wrong="numbers" says="These are the numbers of the rows."
def seen_before(X_train, X_test, tol):
    return torch.where(((X_test[:, None] - X_train).abs() <= tol).all(dim=2).any(dim=1))[0]


# %% seen-before wrong="the other way round" says="It is the other way round"
def seen_before(X_train, X_test, tol):
    return ~((X_test[:, None] - X_train).abs() <= tol).all(dim=2).any(dim=1)


# %% seen-before wrong="among all" says="Twins inside the test part are found, too."
def seen_before(X_train, X_test, tol):
    both = torch.cat([X_train, X_test])
    near = ((X_test[:, None] - both).abs() <= tol).all(dim=2)
    return near.sum(dim=1) > 1


# %% seen-before wrong="any, then all" says="Entries of several training rows count together."
def seen_before(X_train, X_test, tol):
    far = (X_test[:, None] - X_train).abs()
    return (far <= tol).any(dim=1).all(dim=1)


# %% seen-before wrong="all rows" says="All training rows must be near here."
def seen_before(X_train, X_test, tol):
    far = (X_test[:, None] - X_train).abs()
    return (far <= tol).all(dim=2).all(dim=1)


# %% seen-before wrong="the table" says="That is the table of all pairs."
def seen_before(X_train, X_test, tol):
    far = (X_test[:, None] - X_train).abs()
    return (far <= tol).all(dim=2)


# %% seen-before wrong="the nearest" says="Only the nearest row by the Euclidean distance is asked."
def seen_before(X_train, X_test, tol):
    far = (X_test[:, None] - X_train).abs()
    return (far <= tol).all(dim=2)[torch.arange(len(far)), far.square().sum(dim=2).argmin(dim=1)]


# %% seen-before wrong="isclose with rtol" says="`isclose` adds a part of the numbers' own size"
def seen_before(X_train, X_test, tol):
    return torch.isclose(X_test[:, None], X_train, atol=tol).all(dim=2).any(dim=1)


# %% rows-reached correct="autograd.grad"
def rows_reached(model, X, i):
    x = X.clone().requires_grad_(True)
    (g,) = torch.autograd.grad(model(x)[i].sum(), x)
    return [r for r in range(len(X)) if g[r].abs().sum() > 0]


# %% rows-reached correct="each output by itself"
def rows_reached(model, X, i):
    rows = set()
    for k in range(model(X).shape[1]):
        x = X.detach().clone().requires_grad_()
        model(x)[i, k].backward()
        rows |= set(torch.where((x.grad != 0).any(1))[0].tolist())
    return sorted(rows)


# %% rows-reached correct="by moving each row"
def rows_reached(model, X, i):
    base = model(X)[i]
    found = []
    for r in range(len(X)):
        moved = X.clone()
        moved[r] += torch.linspace(0.1, 0.4, X.shape[1], dtype=X.dtype)
        if not torch.equal(model(moved)[i], base):
            found.append(r)
    return found


# %% rows-reached wrong="all outputs" says="The outputs of all rows are added up"
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x).sum().backward()
    return (x.grad != 0).any(dim=1).nonzero()[:, 0].tolist()


# %% rows-reached wrong="positive" says="Negative gradients are overlooked"
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i].sum().backward()
    return (x.grad > 0).any(dim=1).nonzero()[:, 0].tolist()


# %% rows-reached wrong="summed" says="The gradients of a row are added up"
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i].sum().backward()
    return (x.grad.sum(dim=1) != 0).nonzero()[:, 0].tolist()


# %% rows-reached wrong="all for any" says="only if all of its gradients differ from 0"
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i].sum().backward()
    return (x.grad != 0).all(dim=1).nonzero()[:, 0].tolist()


# %% rows-reached wrong="columns" says="These are features, columns of X."
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i].sum().backward()
    return (x.grad != 0).any(dim=0).nonzero()[:, 0].tolist()


# %% rows-reached wrong="without i" says="Row `i` itself is left out."
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i].sum().backward()
    return [r for r in range(len(X)) if x.grad[r].any() and r != i]


# %% rows-reached wrong="always i" says="Row `i` itself is always in there."
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i].sum().backward()
    return [r for r in range(len(X)) if x.grad[r].any() or r == i]


# %% rows-reached wrong="how many" says="That is the number of rows."
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i].sum().backward()
    return int((x.grad != 0).any(dim=1).sum())


# %% rows-reached wrong="a mask" says="Each row has True or False here."
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i].sum().backward()
    return (x.grad != 0).any(dim=1).tolist()


# %% rows-reached wrong="the first output" says="Only the first output of row `i` is asked."
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[i, 0].backward()
    return (x.grad != 0).any(dim=1).nonzero()[:, 0].tolist()


# %% rows-reached wrong="only itself" says="Row `i` alone, whatever the network does."
def rows_reached(model, X, i):
    return [i]


# %% rows-reached wrong="the last row" says="The last row of the output is asked."
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[-1].sum().backward()
    return (x.grad != 0).any(dim=1).nonzero()[:, 0].tolist()


# %% rows-reached wrong="the first row" says="The first row of the output is asked."
def rows_reached(model, X, i):
    x = X.clone().requires_grad_()
    model(x)[0].sum().backward()
    return (x.grad != 0).any(dim=1).nonzero()[:, 0].tolist()


# %% rows-reached wrong="small ones" says="Small gradients count as 0."
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    out = model(X)
    out[i].sum().backward()
    return (X.grad.abs() > 1e-3).any(dim=1).nonzero()[:, 0].tolist()


# %% rows-reached wrong="from 1" says="The numbers begin with 1."
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    out = model(X)
    out[i].sum().backward()
    return [row + 1 for row in (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()]


# %% rows-reached wrong="repeated" says="A row comes once for each of its gradients"
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    out = model(X)
    out[i].sum().backward()
    return X.grad.nonzero()[:, 0].tolist()


# %% rows-reached wrong="handed alone" says="Row `i` alone is handed to the network"
def rows_reached(model, X, i):
    row = X[i : i + 1].clone().requires_grad_()
    model(row).sum().backward()
    return [i] if row.grad.any() else []


# %% rows-reached wrong="a column" says="Column `i` of the output is asked."
def rows_reached(model, X, i):
    X = X.clone().requires_grad_()
    out = model(X)
    out[:, i % out.shape[1]].sum().backward()
    return (X.grad != 0).any(dim=1).nonzero()[:, 0].tolist()


# %% repair correct="a helper for the scaling"
def fit(state, X, y, X_test, y_test, epochs, lr):
    centre, spread = X.mean(0), X.std(0)

    def scaled(Z):
        return (Z - centre) / spread

    net = network(state)
    opt = torch.optim.SGD(net.parameters(), lr)
    history = []
    for batches in epochs:
        net.train()
        for b in batches:
            loss = nn.CrossEntropyLoss()(net(scaled(X)[b]), y[b])
            net.zero_grad()
            loss.backward()
            opt.step()
        for group in opt.param_groups:
            group["lr"] *= 0.5
        net.eval()
        with torch.no_grad():
            history.append((net(scaled(X_test)).argmax(1) == y_test).float().mean())
    return net.state_dict(), history


# %% repair correct="SGD by hand"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    accuracies = []
    for k, batches in enumerate(epochs):
        for rows in batches:
            model.train()
            loss = F.cross_entropy(model(X[rows]), y[rows])
            gradients = torch.autograd.grad(loss, list(model.parameters()))
            with torch.no_grad():
                for p, g in zip(model.parameters(), gradients):
                    p -= lr * 0.5**k * g
        model.eval()
        accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair correct="log_softmax and nll_loss"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    accuracies = []
    for batches in epochs:
        model.train(True)
        for rows in batches:
            F.nll_loss(F.log_softmax(model(X[rows]), dim=1), y[rows]).backward()
            optimizer.step()
            optimizer.zero_grad()
        schedule.step()
        model.train(False)
        correct = 0
        with torch.no_grad():
            for x, label in zip(X_test, y_test):
                correct += int(model(x[None]).argmax() == label)
        accuracies.append(correct / len(y_test))
    return dict(model.state_dict()), accuracies


# %% repair wrong="as it was" says="7 things are left to repair"
def fit(*args):
    return ill_fit(*args)


# %% repair wrong="scaling" says="One thing is left to repair: what the mean"
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
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="head" says="One thing is left to repair: which parameters the optimizer holds"
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
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="gradients" says="when the gradients are cleared"
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
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="labels and softmax" says="2 things are left to repair: which labels"
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
            F.cross_entropy(model(X[rows]).softmax(dim=1), y[: len(rows)]).backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="softmax" says="what `F.cross_entropy` is given"
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
            F.cross_entropy(model(X[rows]).softmax(dim=1), y[rows]).backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="schedule" says="when the schedule steps"
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
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
            schedule.step()
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="mode" says="which mode the network trains in after the first epoch"
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
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="judged in train mode" says="The accuracy is measured in train mode"
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
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="test part by itself" says="The test part is standardized by its own mean."
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - X_test.mean(dim=0)) / X_test.std(dim=0)
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        optimizer.param_groups[0]["lr"] *= 0.5
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="test part as it is" says="The test part is not standardized."
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X = (X - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        optimizer.param_groups[0]["lr"] *= 0.5
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="never halved" says="The rate is never halved"
def fit(state, X, y, X_test, y_test, epochs, lr):
    mean, std = X.mean(dim=0), X.std(dim=0)
    X, X_test = (X - mean) / std, (X_test - mean) / std
    model = network(state)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    accuracies = []
    for batches in epochs:
        model.train()
        for rows in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(X[rows]), y[rows]).backward()
            optimizer.step()
        pass
        model.eval()
        with torch.no_grad():
            accuracies.append((model(X_test).argmax(dim=1) == y_test).double().mean().item())
    return model.state_dict(), accuracies


# %% repair wrong="by n" says="The deviation divides by n."
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


# %% repair wrong="never cleared" says="The gradients are never cleared"
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


# %% repair wrong="cleared late" says="between `backward` and `step`"
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


# %% repair wrong="momentum" says="Momentum is left on."
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


# %% diagnose correct="all checks at hand, asked once"
def diagnose(ask):
    d = ask("data")
    if d["scale"] > 5:
        return "inputs not scaled"
    if d["in_both"] > 0.25:
        return "test rows in training"
    if d["same_as_next"] > 0.5:
        return "sorted by class"
    if d["neighbours_agree"] < 0.6:
        return "labels shuffled"
    if d["parts_agree"] < 0.5:
        return "labels one off"
    leak = ask("batch leak")
    if leak["rows"] > 1:
        return "batch statistics in evaluation"
    if leak["alone"] < 0.5:
        return "sum for mean"
    g = ask("gradients")
    if g["update_first"] == 0:
        return "body frozen"
    if g["first_to_last"] < 1e-2:
        return "vanishing gradient"
    if g["update_last"] < 3e-4:
        return "rate too small"
    if ask("evaluation")["spread"] > 0.001:
        return "dropout in evaluation"
    return "softmax twice"


# %% diagnose correct="a table of rules"
def diagnose(ask):
    rules = [
        ("data", "inputs not scaled", lambda f: f["scale"] > 10),
        ("data", "test rows in training", lambda f: f["in_both"] > 0.1),
        ("data", "sorted by class", lambda f: f["same_as_next"] > 0.6),
        ("data", "labels shuffled", lambda f: f["neighbours_agree"] < 0.5),
        ("data", "labels one off", lambda f: f["parts_agree"] < 0.2),
        ("first loss", "sum for mean", lambda f: f["loss"] > 3 * f["expected"]),
        ("gradients", "vanishing gradient", lambda f: f["first_to_last"] < 1e-3),
        ("gradients", "body frozen", lambda f: f["update_first"] == 0),
        ("gradients", "rate too small", lambda f: f["update_last"] < 3e-4),
        ("batch leak", "batch statistics in evaluation", lambda f: f["rows"] > 1),
        ("one batch", "softmax twice", lambda f: f["loss"] > 0.6),
    ]
    for name, fault, holds in rules:
        if holds(ask(name)):
            return fault
    return "dropout in evaluation"


# %% diagnose correct="one after the other"
def diagnose(ask):
    data = ask("data")
    found = [
        data["scale"] > 10,
        data["in_both"] > 0.1,
        data["same_as_next"] > 0.6,
        data["neighbours_agree"] < 0.5,
        data["parts_agree"] < 0.3,
    ]
    names = ["inputs not scaled", "test rows in training", "sorted by class"]
    names += ["labels shuffled", "labels one off"]
    if True in found:
        return names[found.index(True)]
    gradients = ask("gradients")
    if gradients["first_to_last"] < 0.01:
        return "vanishing gradient"
    if gradients["update_first"] < 1e-9:
        return "body frozen"
    if gradients["update_last"] < 0.0003:
        return "rate too small"
    leak = ask("batch leak")
    if leak["rows"] == 8:
        return "batch statistics in evaluation"
    if leak["alone"] < 0.9:
        return "sum for mean"
    spread = ask("evaluation")["spread"]
    return "dropout in evaluation" if spread else "softmax twice"


# %% diagnose wrong="a constant" says="All patients get the same name."
def diagnose(ask):
    return "softmax twice"


# %% diagnose wrong="no name" says="That is not the name of a fault"
def diagnose(ask):
    return "labels" if ask("data")["parts_agree"] < 0.3 else "Softmax twice"


# %% diagnose wrong="all checks, always" says="cost too much"
def diagnose(ask):
    data, first, gradients = ask("data"), ask("first loss"), ask("gradients")
    batch, leak, evaluation = ask("one batch"), ask("batch leak"), ask("evaluation")
    if data["scale"] > 10:
        return "inputs not scaled"
    if data["in_both"] > 0.2:
        return "test rows in training"
    if data["same_as_next"] > 0.6:
        return "sorted by class"
    if data["neighbours_agree"] < 0.5:
        return "labels shuffled"
    if data["parts_agree"] < 0.3:
        return "labels one off"
    if first["loss"] > 4 * first["expected"]:
        return "sum for mean"
    if gradients["first_to_last"] < 1e-3:
        return "vanishing gradient"
    if gradients["update_first"] == 0:
        return "body frozen"
    if gradients["update_last"] < 3e-4:
        return "rate too small"
    if leak["rows"] > 1:
        return "batch statistics in evaluation"
    return "dropout in evaluation" if evaluation["spread"] > 0 else "softmax twice"


# %% diagnose wrong="the data alone" says="is called *softmax twice*"
def diagnose(ask):
    data = ask("data")
    if data["scale"] > 10:
        return "inputs not scaled"
    if data["in_both"] > 0.2:
        return "test rows in training"
    if data["same_as_next"] > 0.6:
        return "sorted by class"
    if data["neighbours_agree"] < 0.5:
        return "labels shuffled"
    if data["parts_agree"] < 0.3:
        return "labels one off"
    return "softmax twice"


# %% diagnose wrong="the optimizer alone"
def diagnose(ask):
    first = ask("first loss")
    if first["loss"] > 4 * first["expected"]:
        return "sum for mean"
    gradients = ask("gradients")
    if gradients["first_to_last"] < 1e-3:
        return "vanishing gradient"
    if gradients["update_first"] == 0:
        return "body frozen"
    if gradients["update_last"] < 3e-4:
        return "rate too small"
    if ask("batch leak")["rows"] > 1:
        return "batch statistics in evaluation"
    return "dropout in evaluation" if ask("evaluation")["spread"] > 0 else "softmax twice"


# %% diagnose wrong="by the accuracy"
def diagnose(ask):
    found = ask("evaluation")
    if found["test"] < 0.5 * found["chance"]:
        return "labels one off"
    if found["spread"] > 0:
        return "dropout in evaluation"
    if found["train"] - found["test"] > 0.2:
        return "labels shuffled"
    if found["train"] < 2 * found["chance"]:
        return "rate too small"
    return "test rows in training" if found["test"] == 1 else "softmax twice"


# %% diagnose wrong="the first five exchanged"
def diagnose(ask):
    data = ask("data")
    if data["neighbours_agree"] < 0.5:
        return "labels one off"
    if data["parts_agree"] < 0.3:
        return "labels shuffled"
    if data["scale"] < 10:
        return "inputs not scaled"
    return "sorted by class"


# %% diagnose wrong="by the known patients' numbers"
def diagnose(ask):
    names = clinic.FAULTS
    return names[int(1000 * ask("data")["scale"]) % 12]


# %% diagnose wrong="a check that is none"
def diagnose(ask):
    return "softmax twice" if ask("loss")["first"] > 2 else "sum for mean"
