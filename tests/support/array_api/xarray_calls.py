"""Calls of xarray's functions and methods, each a function of a DataArray with axes x and y."""

from __future__ import annotations

import numpy as np
import xarray as xr

__all__ = ["CALLS"]

_M = np.array([[1.3, 0.2, -0.4, 1.1], [0.6, 1.9, 0.3, -0.8], [-0.2, 0.7, 2.2, 0.6]])


def _data_array(data):
    return xr.DataArray(data, dims=("x", "y"), coords={"y": np.arange(4.0), "g": ("x", [0, 1, 0])})


_FUNCTIONS = {
    "np.sin": lambda a: np.sin(a),
    "np.exp": lambda a: np.exp(a) * a,
    "np.maximum": lambda a: np.maximum(a, 0.4),
    "xr.ufuncs.sin": lambda a: xr.ufuncs.sin(a),
    "arithmetic": lambda a: (a * a - 2 / (a + 5)) ** 2 + a @ a.T,
    "broadcasting": lambda a: a * a.mean("x") + a.isel(y=0),
    "sum": lambda a: a.sum("x"),
    "prod": lambda a: a.prod("x"),
    "mean": lambda a: a.mean("y"),
    "std": lambda a: a.std("y"),
    "var": lambda a: a.var("y", ddof=1),
    "max": lambda a: a.max("y"),
    "min": lambda a: a.min("y"),
    "median": lambda a: a.median("y"),
    "quantile": lambda a: a.quantile(0.3, "y"),
    "cumsum": lambda a: a.cumsum("y"),
    "cumprod": lambda a: a.cumprod("y"),
    "diff": lambda a: a.diff("y"),
    "clip": lambda a: a.clip(0.0, 1.0),
    "round": lambda a: a.round() * a,
    "astype": lambda a: a.astype("float64") * 2,
    "where": lambda a: a.where(a > 0, 0.1),
    "where(drop)": lambda a: xr.where(a > 0, a * a, a),
    "fillna": lambda a: a.fillna(0.0) * a,
    "isel": lambda a: a.isel(x=[0, 2, 0]),
    "sel": lambda a: a.sel(y=[0, 2]),
    "shift": lambda a: a.shift(y=1, fill_value=0.0),
    "roll": lambda a: a.roll(y=1),
    "pad": lambda a: a.pad(y=1, constant_values=0.0),
    "pad(reflect)": lambda a: a.pad(y=1, mode="reflect"),
    "stack": lambda a: a.stack(z=("x", "y")) ** 2,
    "transpose": lambda a: a.transpose() @ a,
    "expand_dims": lambda a: a.expand_dims("z") * 2,
    "squeeze": lambda a: a.isel(x=[0]).squeeze() * 2,
    "broadcast_like": lambda a: a.mean("x").broadcast_like(a),
    "concat": lambda a: xr.concat([a, a * a], "x"),
    "dot": lambda a: xr.dot(a, a, dim="y"),
    "einsum": lambda a: xr.dot(a, a * 2, a, dim="x"),
    "cov": lambda a: xr.cov(a, a * a, "y"),
    "corr": lambda a: xr.corr(a, a * a, "y"),
    "differentiate": lambda a: a.differentiate("y"),
    "integrate": lambda a: a.integrate("y"),
    "cumulative_integrate": lambda a: a.cumulative_integrate("y"),
    "rolling.mean": lambda a: a.rolling(y=2).mean().isel(y=slice(1, None)),
    "coarsen.mean": lambda a: a.coarsen(y=2).mean(),
    "groupby.sum": lambda a: a.groupby("g").sum(),
    "groupby.mean": lambda a: a.groupby("g").mean(),
    "weighted.mean": lambda a: a.weighted(xr.DataArray([1.0, 2.0, 3.0], dims="x")).mean("x"),
    "interp": lambda a: a.interp(y=[0.5, 1.5]),
    "polyfit": lambda a: a.polyfit("y", 1).polyfit_coefficients,
    "sortby": lambda a: a.sortby("y", ascending=False) * a,
    "reduce(np.linalg.norm)": lambda a: a.reduce(np.linalg.norm, "y"),
    "apply_ufunc": lambda a: xr.apply_ufunc(np.tanh, a),
    "cross": lambda a: xr.cross(a.isel(y=slice(3)), a.isel(y=slice(3)) ** 2, dim="y"),
    "Dataset": lambda a: xr.Dataset({"a": a, "b": a * a}).mean("x").to_array(),
    "coarsen.max": lambda a: a.coarsen(x=3).max(),
    "sliding_window_view": lambda a: a.rolling(y=2).construct("w", fill_value=0.0) ** 2,
}


def _of_data(function):
    return lambda x: function(_data_array(x)).data


#: name: (function of x, x)
CALLS = {name: (_of_data(function), _M) for name, function in _FUNCTIONS.items()}
