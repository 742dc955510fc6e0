"""Calls of SciPy's functions that take array-API arrays, each a function of one array of floating-point numbers.

What is listed: the functions that SciPy's own table of capabilities says take other arrays than NumPy's, one call each
with smooth arguments; of their several results the sum is differentiated.
"""

from __future__ import annotations

import numpy as np
from scipy import cluster, constants, integrate, interpolate, linalg, ndimage, optimize, signal, special, stats
from scipy.differentiate import derivative, hessian, jacobian
from scipy.spatial import transform

__all__ = ["CALLS"]

X = np.array([0.31, 1.27, 2.18, 0.83, 1.71, 2.69, 0.59, 1.94])
P = X / 10
M = np.array([[1.3, 0.2, -0.4], [0.5, 1.9, 0.3], [-0.2, 0.7, 2.2], [0.9, -0.6, 1.1]])
Q = np.array([0.1, -0.3, 0.5, 0.8])
LONG = np.sin(1.7 * np.arange(24.0)) + 0.05 * np.arange(24.0)

Rotation = transform.Rotation
RigidTransform = transform.RigidTransform


def _alike(x, values):
    """`values`, as an array of the kind of `x`: SciPy takes arrays of one kind at a time."""
    return x.__array_namespace__().asarray(np.asarray(values))


def _like(values):
    return lambda x: _alike(x, values)


#: name: (function of x, x)
CALLS = {
    # -- special: by mygrad-scipy
    "special.logsumexp": (special.logsumexp, X),
    "special.logsumexp(axis, b)": (lambda x: special.logsumexp(x, axis=0, b=x * x), M),
    "special.softmax": (lambda x: special.softmax(x, axis=0) * x, M),
    "special.log_softmax": (lambda x: special.log_softmax(x, axis=1) * x, M),
    "special.rel_entr": (lambda x: special.rel_entr(x, x * x), X),
    "special.xlogy": (lambda x: special.xlogy(x, x * x), X),
    "special.entr": (special.entr, X),
    "special.expit": (special.expit, X),
    "special.erf": (special.erf, X),
    "special.gammaln": (special.gammaln, X),
    "special.sinc": (special.sinc, X),
    "special.exp2": (special.exp2, X),
    "special.radian": (lambda x: special.radian(x, x, x), X),
    # -- constants
    "constants.convert_temperature": (lambda x: constants.convert_temperature(x, "Celsius", "Fahrenheit"), X),
    "constants.lambda2nu": (constants.lambda2nu, X),
    "constants.nu2lambda": (constants.nu2lambda, X),
    # -- linalg
    "linalg.block_diag": (lambda x: linalg.block_diag(x, 2 * x), M),
    "linalg.fiedler": (lambda x: linalg.fiedler(x) * x, X),
    "linalg.orthogonal_procrustes": (lambda x: linalg.orthogonal_procrustes(x, x**2)[1], M),
    # -- rotations
    "Rotation.from_quat": (lambda q: Rotation.from_quat(q).as_matrix(), Q),
    "Rotation.from_matrix": (lambda m: Rotation.from_matrix(m).as_rotvec(), M[:3]),
    "Rotation.from_rotvec": (lambda v: Rotation.from_rotvec(v).as_matrix(), M),
    "Rotation.from_euler": (lambda v: Rotation.from_euler("xyz", v).as_quat(), M),
    "Rotation.from_mrp": (lambda v: Rotation.from_mrp(v).as_rotvec(), M),
    "Rotation.as_euler": (lambda v: Rotation.from_rotvec(v).as_euler("zyx"), M),
    "Rotation.as_mrp": (lambda v: Rotation.from_rotvec(v).as_mrp(), M),
    "Rotation.apply": (lambda v: Rotation.from_rotvec(v).apply(v * v), M),
    "Rotation.inv": (lambda v: Rotation.from_rotvec(v).inv().as_quat(), M),
    "Rotation.magnitude": (lambda v: Rotation.from_rotvec(v).magnitude(), M),
    "Rotation.__mul__": (lambda v: (Rotation.from_rotvec(v) * Rotation.from_rotvec(2 * v)).as_matrix(), M),
    "Rotation.__pow__": (lambda v: (Rotation.from_rotvec(v) ** 0.5).as_matrix(), M),
    "Rotation.mean": (lambda v: Rotation.from_rotvec(v).mean().as_quat(), M),
    "Rotation.align_vectors": (lambda v: Rotation.align_vectors(v, v**2)[0].as_matrix(), M),
    "RigidTransform.apply": (
        lambda v: RigidTransform.from_components(v[0], Rotation.from_rotvec(v[1])).apply(v),
        M,
    ),
    "RigidTransform.inv": (
        lambda v: RigidTransform.from_components(v[0], Rotation.from_rotvec(v[1])).inv().as_matrix(),
        M,
    ),
    "RigidTransform.as_exp_coords": (
        lambda v: RigidTransform.from_components(v[0], Rotation.from_rotvec(v[1])).as_exp_coords(),
        M,
    ),
    "RigidTransform.from_exp_coords": (lambda v: RigidTransform.from_exp_coords(v).as_matrix(), X[:6]),
    "RigidTransform.as_dual_quat": (
        lambda v: RigidTransform.from_components(v[0], Rotation.from_rotvec(v[1])).as_dual_quat(),
        M,
    ),
    # -- optimize
    "optimize.rosen": (optimize.rosen, X),
    "optimize.rosen_der": (lambda x: optimize.rosen_der(x) * x, X),
    "optimize.rosen_hess": (optimize.rosen_hess, X),
    "optimize.rosen_hess_prod": (lambda x: optimize.rosen_hess_prod(x, x), X),
    # -- integrate
    "integrate.trapezoid": (lambda x: integrate.trapezoid(x * x, x), X),
    "integrate.cumulative_trapezoid": (lambda x: integrate.cumulative_trapezoid(x * x, dx=0.5), X),
    "integrate.cumulative_simpson": (lambda x: integrate.cumulative_simpson(x * x, dx=0.5), X),
    "integrate.simpson": (lambda x: integrate.simpson(x * x, dx=0.5), X),
    "integrate.romb": (lambda x: integrate.romb(x * x), LONG[:9]),
    "integrate.tanhsinh": (lambda x: integrate.tanhsinh(lambda t, c: c * t * t, 0.0, x, args=(x,)).integral, X),
    "integrate.nsum": (lambda x: integrate.nsum(lambda k, c: 1 / (k + c) ** 2, 1.0, 40.0, args=(x,)).sum, X),
    "integrate.cubature": (
        lambda x: integrate.cubature(lambda t: t[:, 0] ** 2, _alike(x, [0.0]), x[:1]).estimate,
        X,
    ),
    # -- differentiate
    "differentiate.derivative": (lambda x: derivative(lambda t: t**3, x).df, X),
    "differentiate.jacobian": (lambda x: jacobian(lambda t: t**3, x).df, X),
    "differentiate.hessian": (lambda x: hessian(lambda t: (t**3).sum(axis=0), x).ddf, X[:3]),
    # -- interpolate
    "interpolate.CubicSpline": (lambda y: interpolate.CubicSpline(_alike(y, np.arange(8.0)), y)(_alike(y, X)), X),
    "interpolate.PchipInterpolator": (
        lambda y: interpolate.PchipInterpolator(_alike(y, np.arange(8.0)), y)(_alike(y, X)),
        X,
    ),
    "interpolate.make_interp_spline": (
        lambda y: interpolate.make_interp_spline(_alike(y, np.arange(8.0)), y)(_alike(y, X)),
        X,
    ),
    "interpolate.RegularGridInterpolator": (
        lambda y: interpolate.RegularGridInterpolator((_alike(y, np.arange(8.0)),), y)(_alike(y, X[:, None])),
        X,
    ),
    # -- cluster
    "cluster.vq.whiten": (cluster.vq.whiten, M),
    "cluster.vq.vq": (lambda x: cluster.vq.vq(x, _alike(x, M[:2] + 0.3))[1], M),
    "cluster.vq.kmeans": (lambda x: cluster.vq.kmeans(x, x[:2, :])[1], M),
    # -- stats: means and moments
    "stats.gmean": (lambda x: stats.gmean(x), X),
    "stats.hmean": (lambda x: stats.hmean(x), X),
    "stats.pmean": (lambda x: stats.pmean(x, 3), X),
    "stats.tmean": (lambda x: stats.tmean(x, (0.5, 2.5)), X),
    "stats.tvar": (lambda x: stats.tvar(x, (0.5, 2.5)), X),
    "stats.tstd": (lambda x: stats.tstd(x, (0.5, 2.5)), X),
    "stats.tsem": (lambda x: stats.tsem(x, (0.5, 2.5)), X),
    "stats.tmin": (lambda x: stats.tmin(x, 0.5), X),
    "stats.tmax": (lambda x: stats.tmax(x, 2.5), X),
    "stats.moment": (lambda x: stats.moment(x, 3), X),
    "stats.skew": (lambda x: stats.skew(x), X),
    "stats.skew(bias)": (lambda x: stats.skew(x, bias=False), X),
    "stats.kurtosis": (lambda x: stats.kurtosis(x), X),
    "stats.kurtosis(bias)": (lambda x: stats.kurtosis(x, bias=False), X),
    "stats.describe": (lambda x: stats.describe(x)[2:], X),
    "stats.sem": (lambda x: stats.sem(x), X),
    "stats.variation": (lambda x: stats.variation(x), X),
    "stats.kstat": (lambda x: stats.kstat(x, 3), X),
    "stats.kstatvar": (lambda x: stats.kstatvar(x, 2), X),
    "stats.lmoment": (lambda x: stats.lmoment(x), X),
    "stats.gstd": (lambda x: stats.gstd(x), X),
    "stats.iqr": (lambda x: stats.iqr(x), X),
    "stats.median_abs_deviation": (lambda x: stats.median_abs_deviation(x), X),
    "stats.trim_mean": (lambda x: stats.trim_mean(x, 0.2), X),
    "stats.quantile": (lambda x: stats.quantile(x, 0.3), X),
    "stats.expectile": (lambda x: stats.expectile(x, 0.3), X),
    "stats.circmean": (lambda x: stats.circmean(x), X),
    "stats.circvar": (lambda x: stats.circvar(x), X),
    "stats.circstd": (lambda x: stats.circstd(x), X),
    "stats.directional_stats": (lambda x: stats.directional_stats(x).mean_direction, M),
    # -- stats: transformations
    "stats.zscore": (lambda x: stats.zscore(x) * x, X),
    "stats.gzscore": (lambda x: stats.gzscore(x) * x, X),
    "stats.zmap": (lambda x: stats.zmap(x**2, x), X),
    "stats.sigmaclip": (lambda x: stats.sigmaclip(x, 2.0, 2.0)[0], X),
    "stats.boxcox_llf": (lambda x: stats.boxcox_llf(0.3, x), X),
    "stats.yeojohnson_llf": (lambda x: stats.yeojohnson_llf(0.3, x), X),
    "stats.entropy": (lambda x: stats.entropy(x), X),
    "stats.entropy(qk)": (lambda x: stats.entropy(x, x * x), X),
    "stats.differential_entropy": (lambda x: stats.differential_entropy(x), LONG),
    "stats.rankdata": (lambda x: stats.rankdata(x) * x, X),
    # -- stats: statistics of tests; p-values need distributions
    "stats.pearsonr": (lambda x: stats.pearsonr(x, x**2).statistic, X),
    "stats.ttest_1samp": (lambda x: stats.ttest_1samp(x, 1.0).statistic, X),
    "stats.ttest_ind": (lambda x: stats.ttest_ind(x, x**2).statistic, X),
    "stats.ttest_rel": (lambda x: stats.ttest_rel(x, x**2).statistic, X),
    "stats.skewtest": (lambda x: stats.skewtest(x).statistic, X),
    "stats.kurtosistest": (lambda x: stats.kurtosistest(x).statistic, LONG),
    "stats.normaltest": (lambda x: stats.normaltest(x).statistic, LONG),
    "stats.jarque_bera": (lambda x: stats.jarque_bera(x).statistic, X),
    "stats.f_oneway": (lambda x: stats.f_oneway(x, x**2, 2 * x).statistic, X),
    "stats.alexandergovern": (lambda x: stats.alexandergovern(x, x**2).statistic, X),
    "stats.bartlett": (lambda x: stats.bartlett(x, x**2).statistic, X),
    "stats.levene": (lambda x: stats.levene(x, x**2, center="mean").statistic, X),
    "stats.chisquare": (lambda x: stats.chisquare(x).statistic, X),
    "stats.power_divergence": (
        lambda x: stats.power_divergence(x, lambda_="log-likelihood").statistic,
        X,
    ),
    "stats.combine_pvalues": (lambda x: stats.combine_pvalues(x).statistic, P),
    "stats.false_discovery_control": (lambda x: stats.false_discovery_control(x), P),
    # -- signal
    "signal.convolve": (lambda x: signal.convolve(x, x * x), X),
    "signal.correlate": (lambda x: signal.correlate(x, x * x, method="direct"), X),
    "signal.fftconvolve": (lambda x: signal.fftconvolve(x, x * x), X),
    "signal.detrend": (lambda x: signal.detrend(x) * x, X),
    "signal.detrend(constant)": (lambda x: signal.detrend(x, type="constant") * x, X),
    "signal.hilbert": (lambda x: signal.hilbert(x).imag, X),
    "signal.lfilter": (lambda x: signal.lfilter(_alike(x, [0.5, 0.5]), _alike(x, [1.0]), x), X),
    "signal.sosfilt": (lambda x: signal.sosfilt(_alike(x, [[0.5, 0.5, 0.0, 1.0, 0.1, 0.0]]), x), X),
    "signal.savgol_filter": (lambda x: signal.savgol_filter(x, 5, 2), X),
    "signal.medfilt": (lambda x: signal.medfilt(x, 3), X),
    "signal.wiener": (lambda x: signal.wiener(x, 3), X),
    "signal.gauss_spline": (lambda x: signal.gauss_spline(x, 3), X),
    "signal.gausspulse": (lambda x: signal.gausspulse(x, fc=2), P),
    "signal.chirp": (lambda x: signal.chirp(x, 1.0, 2.0, 3.0), X),
    "signal.sawtooth": (lambda x: signal.sawtooth(x), X),
    "signal.sweep_poly": (lambda x: signal.sweep_poly(x, np.poly1d([0.1, 1.0])), X),
    "signal.zpk2tf": (lambda x: signal.zpk2tf(x[:2], x[2:4], 2.0), X),
    "signal.normalize": (lambda x: signal.normalize(x[:3], x[3:5]), X),
    "signal.firwin": (lambda x: signal.firwin(5, x), P[:1]),
    "signal.resample": (lambda x: signal.resample(x, 5), X),
    "signal.resample_poly": (lambda x: signal.resample_poly(x, 3, 2), X),
    "signal.upfirdn": (lambda x: signal.upfirdn(_alike(x, [1.0, 0.5]), x, 2), X),
    "signal.decimate": (lambda x: signal.decimate(x, 2), np.tile(LONG, 2)),
    "signal.envelope": (lambda x: signal.envelope(x), X),
    # -- ndimage, in C
    "ndimage.gaussian_filter": (lambda x: ndimage.gaussian_filter(x, 1.0), M),
}
