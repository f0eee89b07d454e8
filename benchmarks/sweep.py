"""How much faster than a plain PyTorch loop, one model after the other, a sweep is.

Both train networks on the digits for 5 epochs of batches of 64, keep the loss of each step and
evaluate after each epoch; they start alike, shuffle alike and must end with the same losses. So
does a third rival for the networks of 64-32-10, with SGD: their arithmetic written out by hand,
without autograd, hooks or records. It is the floor that the sweep is held against. On one thread
(OMP_NUM_THREADS=1) processor time counts, which depends less on what else the machine does.
"""

import functools
import statistics
import time

import torch
import torch.nn.functional as F
from _ratio import conclude, ratios, take_turns

from nblib import data, models, sweep

SPLIT = data.digits()
NUM_EPOCHS, BATCH_SIZE = 5, 64
LRS = {"SGD": 0.1, "Adam": 0.003}


def mlp(generator):
    return models.mlp([64, 32, 10], generator=generator)


def convnet(generator):
    return models.convnet(10, generator)


def plain_loop(make_model, num_models, optimizer_name):
    X, y, X_valid, y_valid = SPLIT
    valid_losses = []
    for seed in range(num_models):
        generator = torch.Generator().manual_seed(seed)
        model = make_model(generator)
        optimizer = getattr(torch.optim, optimizer_name)(model.parameters(), LRS[optimizer_name])
        losses = []
        for _ in range(NUM_EPOCHS):
            order = torch.randperm(len(X), generator=generator)
            model.train()
            for rows in order.to(X.device).split(BATCH_SIZE):
                loss = F.cross_entropy(model(X[rows]), y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
            model.eval()
            with torch.no_grad():
                logits = model(X_valid)
                valid_loss = F.cross_entropy(logits, y_valid).item()
                (logits.argmax(dim=1) == y_valid).double().mean().item()
        torch.stack(losses).tolist()
        valid_losses.append(valid_loss)
    return valid_losses


def one_sweep(make_model, num_models, optimizer_name):
    return sweep.run(
        make_model,
        SPLIT,
        optimizer=optimizer_name,
        lr=LRS[optimizer_name],
        seed=range(num_models),
        num_epochs=NUM_EPOCHS,
        batch_size=BATCH_SIZE,
    ).last["valid_loss"]


@torch.no_grad()
def by_hand(num_models):
    X, y, X_valid, y_valid = SPLIT
    generators = [torch.Generator().manual_seed(seed) for seed in range(num_models)]
    all_params = zip(*(mlp(generator).parameters() for generator in generators), strict=True)
    W1, b1, W2, b2 = params = [torch.stack(some) for some in all_params]  # (num_models, ...)
    losses = []

    def forward(X):  # (num_models or none, batch, 64)
        hidden = torch.baddbmm(b1[..., None], W1, X.mT.expand(num_models, -1, -1)).relu_()
        return hidden, torch.baddbmm(b2[..., None], W2, hidden).log_softmax(dim=1)

    for _ in range(NUM_EPOCHS):
        orders = [torch.randperm(len(X), generator=generator) for generator in generators]
        for rows in torch.stack(orders).to(X.device).split(BATCH_SIZE, dim=1):
            X_batch, labels = X[rows], y[rows].unsqueeze(1)
            hidden, log_p = forward(X_batch)
            losses.append(-log_p.gather(1, labels).mean(dim=(1, 2)))
            dz = log_p.exp_()  # (num_models, 10, batch)
            dz.scatter_add_(1, labels, torch.full_like(dz[:, :1], -1)).div_(rows.shape[1])
            dh = (W2.mT @ dz).mul_(hidden.sign())  # (num_models, 32, batch)
            grads = dh @ X_batch, dh.sum(dim=2), dz @ hidden.mT, dz.sum(dim=2)
            for param, grad in zip(params, grads, strict=True):
                param.sub_(grad, alpha=LRS["SGD"])
        log_p = forward(X_valid)[1]
        valid_losses = -log_p.gather(1, y_valid.expand(num_models, 1, -1)).mean(dim=(1, 2))
        (log_p.max(dim=1).indices == y_valid).double().mean(dim=1).tolist()
    torch.stack(losses).tolist()
    return valid_losses.tolist()


def measure(num_models, make_model=mlp, optimizer_name="SGD", rounds=5):
    arguments = make_model, num_models, optimizer_name
    rivals = [functools.partial(rival, *arguments) for rival in (plain_loop, one_sweep)]
    if make_model is mlp and optimizer_name == "SGD":
        rivals.append(functools.partial(by_hand, num_models))
    clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
    seconds = take_turns(rivals, rounds, clock)
    loop, stacked, *floor = seconds
    num_steps = NUM_EPOCHS * -(-len(SPLIT.X_train) // BATCH_SIZE)
    line = (
        f"{num_models:4} × {make_model.__name__}, {optimizer_name:4}: "
        f"{ratios(loop, stacked):5.2f} times as fast; "
        f"for each step {1000 * statistics.median(stacked) / num_steps:.2f} ms"
    )
    if floor:
        of_floor = ratios(stacked, floor[0])
        line += (
            f", {of_floor:.2f} of the {1000 * statistics.median(floor[0]) / num_steps:.2f} by hand"
        )
    print(line, flush=True)
    return ratios(loop, stacked)


def check(*rivals):
    for losses in zip(*(rival() for rival in rivals), strict=True):
        assert max(losses) - min(losses) < 1e-3, f"the results differ: {losses}"


if __name__ == "__main__":
    print(f"{torch.get_num_threads()} threads, {SPLIT.X_train.device}")
    for arguments in ((mlp, 4, "SGD"), (mlp, 4, "Adam"), (convnet, 2, "SGD")):
        rivals = [functools.partial(rival, *arguments) for rival in (plain_loop, one_sweep)]
        if arguments == (mlp, 4, "SGD"):
            rivals.append(functools.partial(by_hand, 4))
        check(*rivals)
    measure(8)
    measure(128, rounds=2)
    measure(32, optimizer_name="Adam")
    measure(4, convnet, rounds=1)
    conclude("sweep", measure(32, rounds=7), at_least=10)
