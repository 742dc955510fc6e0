"""Calls of scikit-learn's functions and estimators that take array-API arrays, each a function of one array of numbers.

The other arrays that they need are made by the namespace of the first.
"""

from __future__ import annotations

import numpy as np
from sklearn import config_context, decomposition, discriminant_analysis, linear_model, metrics, preprocessing
from sklearn.metrics import pairwise

__all__ = ["CALLS"]

M = np.random.default_rng(1).normal(size=(7, 3))


def _alike(x, values):
    return x.__array_namespace__().asarray(np.asarray(values))


def _targets(x):
    return _alike(x, np.linspace(0.1, 1.0, len(x)))


def _classes(x):
    return _alike(x, np.arange(len(x)) % 2)


def _scaled(estimator):
    return lambda x: estimator.fit_transform(x) * x


def _of_pairs(function):
    return lambda x: function(x[:3], x[3:6])


def _raw(function):
    """An error for each column; without `multioutput`, scikit-learn makes a number of Python of it."""
    return lambda x: function(_targets(x), x[:, 0], multioutput="raw_values")


_FUNCTIONS = {
    "preprocessing.StandardScaler": _scaled(preprocessing.StandardScaler()),
    "preprocessing.MinMaxScaler": _scaled(preprocessing.MinMaxScaler()),
    "preprocessing.MaxAbsScaler": _scaled(preprocessing.MaxAbsScaler()),
    "preprocessing.Normalizer": _scaled(preprocessing.Normalizer()),
    "preprocessing.Binarizer": _scaled(preprocessing.Binarizer()),
    "preprocessing.KernelCenterer": lambda x: preprocessing.KernelCenterer().fit_transform(x @ x.T) * (x @ x.T),
    "preprocessing.PolynomialFeatures": lambda x: preprocessing.PolynomialFeatures(2).fit_transform(x),
    "decomposition.PCA(full)": lambda x: decomposition.PCA(2, svd_solver="full").fit(x).explained_variance_,
    "decomposition.PCA(full).transform": lambda x: decomposition.PCA(2, svd_solver="full").fit_transform(x) ** 2,
    "decomposition.PCA(covariance_eigh)": lambda x: (
        decomposition.PCA(2, svd_solver="covariance_eigh").fit(x).explained_variance_
    ),
    "linear_model.Ridge(svd)": lambda x: linear_model.Ridge(solver="svd").fit(x, _targets(x)).coef_,
    "linear_model.RidgeCV": lambda x: linear_model.RidgeCV().fit(x, _targets(x)).coef_,
    "discriminant_analysis.LinearDiscriminantAnalysis": lambda x: (
        discriminant_analysis.LinearDiscriminantAnalysis().fit(x, _classes(x)).coef_
    ),
    "pairwise.rbf_kernel": pairwise.rbf_kernel,
    "pairwise.linear_kernel": pairwise.linear_kernel,
    "pairwise.polynomial_kernel": pairwise.polynomial_kernel,
    "pairwise.sigmoid_kernel": pairwise.sigmoid_kernel,
    "pairwise.laplacian_kernel": _of_pairs(pairwise.laplacian_kernel),
    "pairwise.additive_chi2_kernel": lambda x: pairwise.additive_chi2_kernel(abs(x)),
    "pairwise.cosine_similarity": pairwise.cosine_similarity,
    "pairwise.cosine_distances": _of_pairs(pairwise.cosine_distances),
    "pairwise.euclidean_distances": _of_pairs(pairwise.euclidean_distances),
    "pairwise.manhattan_distances": _of_pairs(pairwise.manhattan_distances),
    "pairwise.paired_cosine_distances": _of_pairs(pairwise.paired_cosine_distances),
    "pairwise.paired_euclidean_distances": _of_pairs(pairwise.paired_euclidean_distances),
    "metrics.mean_squared_error": _raw(metrics.mean_squared_error),
    "metrics.root_mean_squared_error": _raw(metrics.root_mean_squared_error),
    "metrics.mean_absolute_error": _raw(metrics.mean_absolute_error),
    "metrics.mean_absolute_percentage_error": _raw(metrics.mean_absolute_percentage_error),
    "metrics.mean_squared_log_error": lambda x: metrics.mean_squared_log_error(
        _targets(x), abs(x[:, 0]), multioutput="raw_values"
    ),
    "metrics.mean_pinball_loss": _raw(metrics.mean_pinball_loss),
    "metrics.r2_score": _raw(metrics.r2_score),
    "metrics.explained_variance_score": _raw(metrics.explained_variance_score),
    "metrics.mean_squared_error(average)": lambda x: metrics.mean_squared_error(_targets(x), x[:, 0]),
    "metrics.max_error": lambda x: metrics.max_error(_targets(x), x[:, 0]),
    "metrics.mean_tweedie_deviance": lambda x: metrics.mean_tweedie_deviance(_targets(x), x[:, 0], power=0),
    "metrics.log_loss": lambda x: metrics.log_loss(_classes(x), 1 / (1 + abs(x[:, 0]))),
    "metrics.brier_score_loss": lambda x: metrics.brier_score_loss(_classes(x), 1 / (1 + abs(x[:, 0]))),
}


def _dispatching(function):
    def dispatched(x):
        with config_context(array_api_dispatch=True):
            return function(x)

    return dispatched


#: name: (function of x, x)
CALLS = {name: (_dispatching(function), M) for name, function in _FUNCTIONS.items()}
