"""What happens when NumPy's own functions are given tensors."""
