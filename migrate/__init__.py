"""Move a community's conversations into a Discourse forum."""

__version__ = "0.1.0"
