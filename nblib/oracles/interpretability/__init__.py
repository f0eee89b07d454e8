"""References for *Interpretability*, and the mistakes made in place of each."""

from nblib.oracles.chance import moves_on
from nblib.oracles.interpretability.cams import GRAD_CAM, grad_cam
from nblib.oracles.interpretability.coalitions import SHAPLEY, game, glove, shapley
from nblib.oracles.interpretability.integrals import INTEGRATED, integrated_gradients
from nblib.oracles.interpretability.local_lines import LOCAL_LINE, local_line
from nblib.oracles.interpretability.neighbours import TRUST, trustworthiness
from nblib.oracles.interpretability.occlusions import OCCLUSION, occlusion, quadratic
from nblib.oracles.interpretability.orders import (
    facts_of_orders,
    follow_sampling,
    shapley_sampled,
)
from nblib.oracles.interpretability.permuting import facts_of_permuting, permutation_importance
from nblib.oracles.interpretability.proofs import FOLLOWS, decided_by, share_that_follows
from nblib.oracles.interpretability.saliencies import SALIENCY, network, saliency
from nblib.oracles.interpretability.shortcuts import follow_shortcut, followed_by, planted
from nblib.oracles.interpretability.smoothing import (
    SMOOTH_LINEAR,
    facts_of_smoothing,
    follow_smoothgrad,
    smoothgrad,
)
from nblib.oracles.interpretability.speaking import say_of_facts

__all__ = [
    "FOLLOWS",
    "GRAD_CAM",
    "INTEGRATED",
    "LOCAL_LINE",
    "OCCLUSION",
    "SALIENCY",
    "SHAPLEY",
    "SMOOTH_LINEAR",
    "TRUST",
    "decided_by",
    "facts_of_orders",
    "facts_of_permuting",
    "facts_of_smoothing",
    "follow_sampling",
    "follow_shortcut",
    "follow_smoothgrad",
    "followed_by",
    "game",
    "glove",
    "grad_cam",
    "integrated_gradients",
    "local_line",
    "moves_on",
    "network",
    "occlusion",
    "permutation_importance",
    "planted",
    "quadratic",
    "saliency",
    "say_of_facts",
    "shapley",
    "shapley_sampled",
    "share_that_follows",
    "smoothgrad",
    "trustworthiness",
]
