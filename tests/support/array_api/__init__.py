"""What the array namespace is tried with."""
