"""The plan: what will be on the forum, decided from the archive, the mapping and what the forum allows."""

from migrate.plan.plan import LEFT_OUT, PLANNED, UNSETTLED, Plan, placeholder_address
from migrate.plan.records import Category, Post, Summary, Topic, User
from migrate.plan.target import Authors, Choices, Selection, Tail, Target, TargetFacts

__all__ = [
    "LEFT_OUT",
    "PLANNED",
    "UNSETTLED",
    "Authors",
    "Category",
    "Choices",
    "Plan",
    "Post",
    "Selection",
    "Summary",
    "Tail",
    "Target",
    "TargetFacts",
    "Topic",
    "User",
    "placeholder_address",
]
