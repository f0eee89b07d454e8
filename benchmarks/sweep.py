"""How much faster than a plain PyTorch loop, one model after the other, a sweep is.

Both train 64-32-10 networks on the digits for 5 epochs of batches of 64, keep the loss of each step
and evaluate after each epoch; they start alike, shuffle alike and must end with the same losses.
"""

import functools

import torch
import torch.nn.functional as F
from _ratio import conclude, ratios, take_turns

from nblib import data, models, sweep

SPLIT = data.digits()
NUM_EPOCHS, BATCH_SIZE = 5, 64
LRS = {"SGD": 0.1, "Adam": 0.003}


def make_model(generator):
    return models.mlp([64, 32, 10], generator=generator)


def plain_loop(num_models, optimizer_name):
    X, y, X_valid, y_valid = SPLIT
    valid_losses = []
    for seed in range(num_models):
        generator = torch.Generator().manual_seed(seed)
        model = make_model(generator)
        optimizer = getattr(torch.optim, optimizer_name)(model.parameters(), LRS[optimizer_name])
        losses = []
        for _ in range(NUM_EPOCHS):
            order = torch.randperm(len(X), generator=generator)
            for rows in order.to(X.device).split(BATCH_SIZE):
                loss = F.cross_entropy(model(X[rows]), y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
            with torch.no_grad():
                logits = model(X_valid)
                valid_loss = F.cross_entropy(logits, y_valid).item()
                (logits.argmax(dim=1) == y_valid).double().mean().item()
        torch.stack(losses).tolist()
        valid_losses.append(valid_loss)
    return valid_losses


def one_sweep(num_models, optimizer_name):
    return sweep.run(
        make_model,
        SPLIT,
        optimizer=optimizer_name,
        lr=LRS[optimizer_name],
        seed=range(num_models),
        num_epochs=NUM_EPOCHS,
        batch_size=BATCH_SIZE,
    ).last["valid_loss"]


def measure(num_models, optimizer_name="SGD", rounds=3):
    loop, stacked = (
        functools.partial(rival, num_models, optimizer_name) for rival in (plain_loop, one_sweep)
    )
    seconds = take_turns([loop, stacked], rounds)
    ratio = ratios(*seconds)
    best = "{:.2f} s against {:.2f} s".format(*map(min, seconds))
    print(
        f"{num_models:4} models, {optimizer_name:4}: {ratio:5.2f} times as fast, {best}", flush=True
    )
    return ratio


if __name__ == "__main__":
    print(f"{torch.get_num_threads()} threads, {SPLIT.X_train.device}")
    for name in LRS:
        difference = max(
            abs(a - b) for a, b in zip(plain_loop(4, name), one_sweep(4, name), strict=True)
        )
        assert difference < 1e-3, f"with {name} the results differ by {difference}"
    measure(8)
    measure(128)
    measure(32, "Adam")
    conclude("sweep", measure(32, rounds=7), at_least=5)
