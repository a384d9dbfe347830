"""The parts of the benchmark of pushing."""
