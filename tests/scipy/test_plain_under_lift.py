"""Of plain arrays, SciPy computes the same under lift as elsewhere, though compiled code writes into its arrays."""

import warnings

import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import scipy.signal
import scipy.sparse.csgraph
import scipy.sparse.linalg
import scipy.spatial.distance
import scipy.stats

import mygrad as mg

rng = np.random.default_rng(5)
X = rng.standard_normal((6, 5))
S = X.T @ X + np.eye(5)
x = rng.standard_normal(12)
places = np.sort(x)
A = scipy.sparse.csr_array(S)
variable = mg.tensor([1.0, 2.0])

CALLS = {
    "medfilt": lambda: scipy.signal.medfilt(x, 3),
    "freqz": lambda: scipy.signal.freqz([1.0, 2.0])[1],
    "sosfilt": lambda: scipy.signal.sosfilt(scipy.signal.butter(2, 0.3, output="sos"), x),
    "upfirdn": lambda: scipy.signal.upfirdn([1.0, 2.0], x, 2, 3),
    "butter": lambda: scipy.signal.butter(3, 0.3)[0],
    "welch": lambda: scipy.signal.welch(x, nperseg=4)[1],
    "gaussian_filter": lambda: scipy.ndimage.gaussian_filter(X, 1.0),
    "rank_filter": lambda: scipy.ndimage.rank_filter(x, 1, 3),
    "zoom": lambda: scipy.ndimage.zoom(X, 2),
    "expm": lambda: scipy.linalg.expm(S),
    "lu": lambda: scipy.linalg.lu(S)[1],
    "solve_continuous_are": lambda: scipy.linalg.solve_continuous_are(S, S, S, S),
    "cdist": lambda: scipy.spatial.distance.cdist(X, X + 1, "mahalanobis", VI=S),
    "CubicSpline": lambda: scipy.interpolate.CubicSpline(places, x)(0.1),
    "make_interp_spline": lambda: scipy.interpolate.make_interp_spline(places, x)(0.1),
    "splrep": lambda: scipy.interpolate.splrep(places, x)[1],
    "RBFInterpolator": lambda: scipy.interpolate.RBFInterpolator(X, X[:, 0])(X + 0.1),
    "gaussian_kde": lambda: scipy.stats.gaussian_kde(x)(x),
    "multivariate_normal": lambda: scipy.stats.multivariate_normal.cdf([0.0, 0.1], cov=[[1.0, 0.5], [0.5, 1.0]]),
    "pearsonr": lambda: scipy.stats.pearsonr(x, x[::-1]).pvalue,
    "L-BFGS-B": lambda: scipy.optimize.minimize(scipy.optimize.rosen, [0.5, 0.5], method="L-BFGS-B").x,
    "SLSQP": lambda: scipy.optimize.minimize(scipy.optimize.rosen, [0.5, 0.5], method="SLSQP").x,
    "broyden1": lambda: scipy.optimize.root(lambda x: x + 0.1 * np.cos(x), [0.5, 0.5], method="broyden1").x,
    "laplacian": lambda: scipy.sparse.csgraph.laplacian(A).toarray(),
    "bicgstab": lambda: scipy.sparse.linalg.bicgstab(A, np.ones(5))[0],
    "eigsh": lambda: scipy.sparse.linalg.eigsh(A, 2, v0=np.ones(5))[0],
    "LSODA": lambda: scipy.integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0], method="LSODA").y,
    "BDF": lambda: scipy.integrate.solve_ivp(lambda t, y: -y, (0, 1), [1.0], method="BDF").y,
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_it_is_as_elsewhere(call):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = call()
        with mg.lift:
            found = call()
    assert type(found) is type(expected)
    np.testing.assert_array_equal(found, expected)


def test_what_is_given_a_variable_still_writes_it():
    with mg.lift:
        y = scipy.optimize.approx_fprime(np.array([1.0, 2.0]), lambda x: x * variable)
    y.sum().backward()
    np.testing.assert_allclose(variable.grad, 1.0, 1e-6)
    variable.null_grad()
