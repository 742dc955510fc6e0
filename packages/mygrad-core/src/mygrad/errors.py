"""The exceptions and warnings that are MyGrad's own."""

__all__ = [
    "AnomalyError",
    "DisconnectedView",
    "GradientLostError",
    "GradientLostWarning",
    "InvalidBackprop",
    "InvalidGradient",
    "MyGradException",
    "NoGradientWarning",
    "RecordingError",
]


class MyGradException(Exception):
    """The base of MyGrad's exceptions."""


class InvalidGradient(MyGradException):
    """An operation produced a gradient of the wrong type or shape."""


class InvalidBackprop(MyGradException):
    """A graph cannot be differentiated, because a part of it was cleared or has no derivative."""


class AnomalyError(MyGradException, FloatingPointError):
    """There is nan (or an infinity) in a result or a gradient; see `mygrad.detect_anomaly`."""


class NoGradientWarning(UserWarning):
    """A backward pass began at a constant, so nothing gets a gradient."""


class GradientLostWarning(UserWarning):
    """The values of a variable became plain numbers, from which no gradient flows back; see `mygrad.lost_gradients`."""


class GradientLostError(MyGradException, TypeError):
    """The same, where it is asked to be an error, and in functions that are differentiated by `mygrad.functional`."""


class DisconnectedView(MyGradException):
    """Never raised: it is here for code that catches it. In MyGrad 2, views could lose their base; here they do not."""


class RecordingError(MyGradException, RuntimeError):
    """`mygrad.compile` cannot record a function: for what it does depends on the values that it is given."""
