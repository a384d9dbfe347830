"""The mapping file: what a community wants to become of its lists, as rules that are read from TOML.

Pure: nothing here knows the archive, the plan or a forum. mappings/ has a file in which every key is explained.
"""

from migrate.mapping.places import Place, PlaceError, Places, may_join, places, unmatched
from migrate.mapping.reading import MappingError, error_at, line_of, misplaced, read_mapping
from migrate.mapping.records import DEFAULT_RULE, Authors, Footer, Mapping, Rule, SourceName, Tail
from migrate.mapping.topics import Tagged, clean_tag, tagged

__all__ = [
    "DEFAULT_RULE",
    "Authors",
    "Footer",
    "Mapping",
    "MappingError",
    "Place",
    "PlaceError",
    "Places",
    "Rule",
    "SourceName",
    "Tagged",
    "Tail",
    "clean_tag",
    "error_at",
    "line_of",
    "may_join",
    "misplaced",
    "places",
    "read_mapping",
    "tagged",
    "unmatched",
]
