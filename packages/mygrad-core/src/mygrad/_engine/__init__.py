"""The engine: nodes, the forward and the backward pass, views, writes, and the memory guard."""
