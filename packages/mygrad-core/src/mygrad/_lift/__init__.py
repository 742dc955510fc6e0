"""Lift: what other people's code converts to arrays and numbers stays a tensor while a context asks for it."""
