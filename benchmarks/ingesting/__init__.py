"""The parts of the benchmarks of reading mail."""
