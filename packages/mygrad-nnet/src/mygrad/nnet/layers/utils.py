"""Helpers for layers that slide a window over their input, such as convolution and pooling."""

from mygrad import sliding_window_view  # it lives in the core, where it is useful without networks, too

__all__ = ["sliding_window_view"]
