"""Going through the findings one kind at a time, and writing what was decided into the mapping file."""
