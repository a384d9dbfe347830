"""Taking back what an archive made on a forum, and nothing else."""
