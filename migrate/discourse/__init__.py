"""The forum side: everything that knows Discourse."""
