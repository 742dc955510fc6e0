"""SciPy reads this when it is imported."""

import os

os.environ["SCIPY_ARRAY_API"] = "1"
