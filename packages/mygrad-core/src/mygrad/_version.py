"""The version of all five distributions: their builds read it from here."""

__version__ = "3.0.0.dev0"
