"""Loss functions."""

from mygrad.nnet.losses.binary_crossentropy_with_logits import binary_crossentropy_with_logits
from mygrad.nnet.losses.cosine_embedding_loss import cosine_embedding_loss
from mygrad.nnet.losses.focal_loss import focal_loss
from mygrad.nnet.losses.huber_loss import huber_loss
from mygrad.nnet.losses.kl_divergence import kl_divergence
from mygrad.nnet.losses.l1_loss import l1_loss
from mygrad.nnet.losses.margin_ranking_loss import margin_ranking_loss
from mygrad.nnet.losses.mean_squared_error import mean_squared_error
from mygrad.nnet.losses.multiclass_hinge import multiclass_hinge
from mygrad.nnet.losses.negative_log_likelihood import negative_log_likelihood
from mygrad.nnet.losses.softmax_crossentropy import softmax_crossentropy
from mygrad.nnet.losses.softmax_focal_loss import softmax_focal_loss
from mygrad.nnet.losses.triplet_margin_loss import triplet_margin_loss

__all__ = [
    "binary_crossentropy_with_logits",
    "cosine_embedding_loss",
    "focal_loss",
    "huber_loss",
    "kl_divergence",
    "l1_loss",
    "margin_ranking_loss",
    "mean_squared_error",
    "multiclass_hinge",
    "negative_log_likelihood",
    "softmax_crossentropy",
    "softmax_focal_loss",
    "triplet_margin_loss",
]
