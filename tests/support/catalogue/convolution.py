"""Examples for mygrad._rules.convolution."""

import numpy as np

from catalogue import Example

LONG, SHORT, NUMBER = np.array([0.4, -1.5, 2.0, 0.7, -0.3]), np.array([1.2, -0.8, 0.5, 0.9]), np.array(1.5)
PAIRS = [(LONG, SHORT), (SHORT, LONG), (LONG, LONG[::-1]), (SHORT[::2], LONG[:1])]

EXAMPLES = {
    function: [
        *[Example(args=(*pair, mode)) for pair in PAIRS for mode in ("full", "same", "valid")],
        Example(args=(LONG, SHORT)),
        Example(args=(LONG, np.array([2, -1])), diff=(0,)),
        Example(args=(LONG.astype(np.float32), SHORT.astype(np.float32)), params={"mode": "same"}),
    ]
    for function in (np.convolve, np.correlate)
}
EXAMPLES[np.convolve] += [Example(args=(LONG, NUMBER)), Example(args=(NUMBER, SHORT, "same"))]
