"""Rules of orthogonal polynomials, in x: their derivatives are of the same families, one degree lower."""

from __future__ import annotations

import numpy as np
from scipy.special import _ufuncs as sp

from mygrad.scipy._special.numbers import defvjp, defvjp_complex

defvjp_complex(sp.eval_chebyt, None, lambda g, _y, n, x: g * n * sp.eval_chebyu(n - 1, x))
defvjp_complex(sp.eval_chebyu, None, lambda g, _y, n, x: 2 * g * sp.eval_gegenbauer(n - 1, 2.0, x))
defvjp_complex(sp.eval_chebyc, None, lambda g, _y, n, x: g * n * sp.eval_chebyu(n - 1, x / 2))
defvjp_complex(sp.eval_chebys, None, lambda g, _y, n, x: g * sp.eval_gegenbauer(n - 1, 2.0, x / 2))
defvjp_complex(sp.eval_sh_chebyt, None, lambda g, _y, n, x: 2 * g * n * sp.eval_sh_chebyu(n - 1, x))
defvjp_complex(sp.eval_sh_chebyu, None, lambda g, _y, n, x: 4 * g * sp.eval_gegenbauer(n - 1, 2.0, 2 * x - 1))
defvjp_complex(sp.eval_legendre, None, lambda g, _y, n, x: g * sp.eval_gegenbauer(n - 1, 1.5, x))
defvjp_complex(sp.eval_sh_legendre, None, lambda g, _y, n, x: 2 * g * sp.eval_gegenbauer(n - 1, 1.5, 2 * x - 1))
defvjp_complex(
    sp.eval_gegenbauer, None, None, lambda g, _y, n, alpha, x: 2 * g * alpha * sp.eval_gegenbauer(n - 1, alpha + 1, x)
)
defvjp_complex(
    sp.eval_jacobi,
    None,
    None,
    None,
    lambda g, _y, n, alpha, beta, x: g * (n + alpha + beta + 1) / 2 * sp.eval_jacobi(n - 1, alpha + 1, beta + 1, x),
)
defvjp_complex(
    sp.eval_sh_jacobi,
    None,
    None,
    None,
    lambda g, _y, n, p, q, x: g * n * sp.eval_sh_jacobi(n - (n != 0), p + 2, q + 1, x),
)
defvjp_complex(sp.eval_laguerre, None, lambda g, _y, n, x: -g * sp.eval_genlaguerre(n - 1, 1.0, x))
defvjp_complex(
    sp.eval_genlaguerre, None, None, lambda g, _y, n, alpha, x: -g * sp.eval_genlaguerre(n - 1, alpha + 1, x)
)
defvjp(sp.eval_hermite, None, lambda g, _y, n, x: 2 * g * n * sp.eval_hermite(np.maximum(n - 1, 0), x))
defvjp(sp.eval_hermitenorm, None, lambda g, _y, n, x: g * n * sp.eval_hermitenorm(np.maximum(n - 1, 0), x))
