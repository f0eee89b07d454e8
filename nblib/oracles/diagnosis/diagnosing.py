"""A diagnostician is judged: by patients that it has not met, and by what it asks of them."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence

import torch

from nblib import clinic
from nblib.checks import Exercise
from nblib.oracles.draw import fresh_generator

__all__ = ["diagnose", "insist_on_diagnoses", "known", "unseen"]

Ask = Callable[[str], dict[str, float]]


def diagnose(ask: Ask) -> str:
    """Return the name of a patient's fault, by rules; cheap checks first."""
    data = ask("data")
    if data["scale"] > 10:
        return "inputs not scaled"
    if data["in_both"] > 0.1:
        return "test rows in training"
    if data["same_as_next"] > 0.6:
        return "sorted by class"
    if data["neighbours_agree"] < 0.5:
        return "labels shuffled"
    if data["parts_agree"] < 0.1:
        return "labels one off"
    first = ask("first loss")
    if first["loss"] > 3 * first["expected"]:
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
    return "softmax twice" if ask("one batch")["loss"] > 0.6 else "dropout in evaluation"


@functools.cache
def known() -> tuple[clinic.Patient, ...]:
    """Return a patient for each fault, the same ones each time."""
    return tuple(clinic.patient(300 + i, fault) for i, fault in enumerate(clinic.FAULTS))


@functools.cache
def unseen() -> tuple[clinic.Patient, ...]:
    """Return 24 patients, two for each fault in any order, drawn once in each process."""
    generator = fresh_generator()
    faults = [fault for fault in clinic.FAULTS for _ in range(2)]
    order = torch.randperm(len(faults), generator=generator).tolist()
    seeds = torch.randint(10**3, 10**8, (len(faults),), generator=generator).tolist()
    return tuple(clinic.patient(seed, faults[i]) for seed, i in zip(seeds, order, strict=True))


@functools.cache
def _found(patient: clinic.Patient, name: str) -> dict[str, float]:
    return patient.check(name)


def _listening(patient: clinic.Patient) -> tuple[Ask, list[str]]:
    """Return what answers for a patient, and the list of what was asked, each check once."""
    asked: list[str] = []

    def ask(name: str) -> dict[str, float]:
        found = dict(_found(patient, name))
        if name not in asked:
            asked.append(name)
        return found

    return ask, asked


def insist_on_diagnoses(
    check: Exercise,
    answer: Callable[[Ask], str],
    patients: Sequence[clinic.Patient],
    at_least: int,
    at_most: int | None = None,
) -> None:
    """Check that so many patients are named rightly, by so many checks in all."""
    confused, names, num_asked = Counter[tuple[str, str]](), [], 0
    for patient in patients:
        ask, asked = _listening(patient)
        said = check.call(answer, ask)
        check.that(
            isinstance(said, str) and said in clinic.FAULTS,
            "That is not the name of a fault: return one of the twelve in `clinic.FAULTS`, letter "
            "by letter.",
        )
        num_asked += len(asked)
        names.append(said)
        if said != patient.reveal():
            confused[patient.reveal(), said] += 1
    num_right = len(patients) - sum(confused.values())
    facts = {"named_rightly": f"{num_right} of {len(patients)}", "wanted": at_least}
    check.that(
        num_right >= at_least or len({*names}) > 1,
        "All patients get the same name. Ask, and let the answers decide.",
        **facts,
    )
    if num_right < at_least:
        (truth, said), _ = confused.most_common(1)[0]
        check.that(
            False,
            f"A run with the fault *{truth}* is called *{said}*: draw some with "
            f'`clinic.patient(seed, "{truth}")`, and look which number sets them apart.',
            **facts,
        )
    if at_most is not None:
        check.that(
            num_asked <= at_most,
            "The names are right, and cost too much: ask for a check only where those before it "
            "have not found the fault.",
            checks_asked_for=num_asked,
            allowed=at_most,
        )
