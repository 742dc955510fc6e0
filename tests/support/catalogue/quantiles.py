"""Examples for mygrad._rules.quantiles."""

import numpy as np

from catalogue import Example

A = np.array([[0.3, -1.7, 2.6, 0.9], [7.4, -0.2, 5.1, 1.3], [1.1, 4.2, -3.0, 2.2]])
HOLES = np.where(np.arange(12.0).reshape(3, 4) % 5 == 0, np.nan, A)
CUBE = np.sin(np.arange(24.0) ** 2).reshape(2, 3, 4)
METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
]  # fmt: skip


def _examples(a, scale):
    return [
        *[Example((a, [0.2 * scale, 0.7 * scale]), {"axis": -1, "method": method}) for method in METHODS],
        Example((a, 0.0)),
        Example((a, np.float64(scale)), {"axis": 0}),
        Example((a.T[::-1], [[0.35 * scale]], 0), {"keepdims": True}),
        Example((CUBE, 0.6 * scale, (0, -1))),
        *[Example((a, np.array([[0.22, 0.71]]) * scale), {"axis": 0, "method": method}) for method in METHODS],
        Example((a, np.array(0.4 * scale), (0, 1)), {"keepdims": True}),
        Example((a, 0.4 * scale, 1), {"weights": np.abs(A), "method": "inverted_cdf"}),
        Example((a, 0.4 * scale, 1), {"weights": np.abs(A), "method": "inverted_cdf"}, diff=(0,)),
        Example((np.array(1.5), 0.3 * scale)),
        Example((np.array(1.5), [0.3 * scale])),
        Example((a.astype(np.float32), [0.3 * scale, 0.8 * scale], 1)),
    ]


EXAMPLES = {
    np.quantile: _examples(A, 1),
    np.percentile: _examples(A, 100),
    np.nanquantile: [*_examples(A, 1), Example((HOLES, [0.3, 0.8], 1)), Example((HOLES, 0.5))],
    np.nanpercentile: [*_examples(A, 100), Example((HOLES, [30, 80], 0)), Example((HOLES, 50, None))],
}
