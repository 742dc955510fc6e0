"""Print which derivatives of `scipy.special` a library has: ``ITS/python scripts/special_peers.py NAME < POINTS``.

It runs in an environment of that library (jax, torch or autograd), without ours. `scripts/special_table.py --points`
writes the points: for each function, arguments. A line is printed for each function that the library has under SciPy's
name, or under one of its own: the positions of the arguments to which a gradient flows that is neither nan nor 0.
"""

import importlib
import json
import math
import sys

#: What the libraries call by another name; of several orders, these are their functions of one.
NAMES = {
    "torch": {
        "gammaln": "torch.lgamma",
        "psi": "torch.special.digamma",
        "j0": "torch.special.bessel_j0",
        "j1": "torch.special.bessel_j1",
        "y0": "torch.special.bessel_y0",
        "y1": "torch.special.bessel_y1",
        "k0": "torch.special.modified_bessel_k0",
        "k1": "torch.special.modified_bessel_k1",
        "k0e": "torch.special.scaled_modified_bessel_k0",
        "k1e": "torch.special.scaled_modified_bessel_k1",
        "eval_chebyt": "torch.special.chebyshev_polynomial_t",
        "eval_chebyu": "torch.special.chebyshev_polynomial_u",
        "eval_hermite": "torch.special.hermite_polynomial_h",
        "eval_hermitenorm": "torch.special.hermite_polynomial_he",
        "eval_laguerre": "torch.special.laguerre_polynomial_l",
        "eval_legendre": "torch.special.legendre_polynomial_p",
        "log_expit": "torch.nn.functional.logsigmoid",
        "_zeta": "torch.special.zeta",
    },
    "jax": {"psi": "jax.scipy.special.digamma", "_zeta": "jax.scipy.special.zeta", "log_expit": "jax.nn.log_sigmoid"},
    "autograd": {"_zeta": "autograd.scipy.special.zeta"},
}
MODULES = {"torch": "torch.special", "jax": "jax.scipy.special", "autograd": "autograd.scipy.special"}


def found(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name, None)


def gradient(peer, function, point, i):
    if peer == "torch":
        import torch

        args = [torch.tensor(a, dtype=torch.float64) if isinstance(a, float) else torch.tensor(a) for a in point]
        args[i] = args[i].double().requires_grad_()
        result = function(*args)
        (result[0] if isinstance(result, tuple) else result).backward()
        return float(args[i].grad)
    if peer == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
        grad = jax.grad
    else:
        from autograd import grad

    def first(*args):
        result = function(*args)
        return result[0] if isinstance(result, tuple) else result

    return float(grad(first, i)(*point))


def main():
    (peer,) = sys.argv[1:]
    for name, (point, wrt) in json.load(sys.stdin).items():
        function = found(NAMES[peer].get(name, f"{MODULES[peer]}.{name}"))
        if function is None:
            continue
        flows = []
        for i in wrt:
            try:
                slope = gradient(peer, function, point, i)
                if slope and not math.isnan(slope):
                    flows.append(i)
            except Exception:  # each has errors of its own for what it has no derivative of
                continue
        if flows:
            print(name, *flows)


if __name__ == "__main__":
    main()
