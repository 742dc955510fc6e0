"""Mathematical functions."""

import typing as _typing

from mygrad.math.arithmetic import *
from mygrad.math.complex_numbers import *
from mygrad.math.cumulative import *
from mygrad.math.differences import *
from mygrad.math.explog import *
from mygrad.math.extremes import *
from mygrad.math.gufuncs import *
from mygrad.math.hyperbolic import *
from mygrad.math.misc import *
from mygrad.math.moments import *
from mygrad.math.nondifferentiable import *
from mygrad.math.products import *
from mygrad.math.reductions import *
from mygrad.math.rounding import *
from mygrad.math.sequences import *
from mygrad.math.trigonometric import *

if not _typing.TYPE_CHECKING:  # type checkers take what is imported by *
    from mygrad.math import (
        arithmetic,
        complex_numbers,
        cumulative,
        differences,
        explog,
        extremes,
        gufuncs,
        hyperbolic,
        misc,
        moments,
        nondifferentiable,
        products,
        reductions,
        rounding,
        sequences,
        trigonometric,
    )

    __all__ = [
        *arithmetic.__all__,
        *complex_numbers.__all__,
        *cumulative.__all__,
        *differences.__all__,
        *explog.__all__,
        *extremes.__all__,
        *gufuncs.__all__,
        *hyperbolic.__all__,
        *misc.__all__,
        *moments.__all__,
        *nondifferentiable.__all__,
        *products.__all__,
        *reductions.__all__,
        *rounding.__all__,
        *sequences.__all__,
        *trigonometric.__all__,
    ]
