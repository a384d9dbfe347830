"""`python -m migrate` is the command `migrate`."""

from migrate.cli.app import main

main()
