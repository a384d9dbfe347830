"""The plan: what will be on the forum, decided from the archive, the mapping and what the forum allows."""

from migrate.mapping import Authors, Tail
from migrate.plan.authors import placeholder_address
from migrate.plan.layout import category_ref
from migrate.plan.plan import Plan
from migrate.plan.records import Category, CategorySize, Post, Summary, Topic, User, for_staff
from migrate.plan.scope import LEFT_OUT, NOT_CHOSEN, PLANNED, PRIVATE, SKIPPED, UNDATED, UNSETTLED
from migrate.plan.states import CLOSED, PINNED
from migrate.plan.target import Choices, Selection, Target, TargetFacts

__all__ = [
    "CLOSED",
    "LEFT_OUT",
    "NOT_CHOSEN",
    "PINNED",
    "PLANNED",
    "PRIVATE",
    "SKIPPED",
    "UNDATED",
    "UNSETTLED",
    "Authors",
    "Category",
    "CategorySize",
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
    "category_ref",
    "for_staff",
    "placeholder_address",
]
