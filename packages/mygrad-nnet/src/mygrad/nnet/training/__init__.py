"""What training takes besides a model and an optimizer: batches, averages of weights, and measures of success."""

from mygrad.nnet.training.batches import Batches
from mygrad.nnet.training.ema import EMA
from mygrad.nnet.training.lbfgs import fit_lbfgs
from mygrad.nnet.training.metrics import accuracy, confusion_matrix

__all__ = ["EMA", "Batches", "accuracy", "confusion_matrix", "fit_lbfgs"]
