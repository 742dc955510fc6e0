"""The same work, done by mygrad and by its peers, measured side by side: ``nox -s bench``."""
