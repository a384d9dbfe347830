"""Books and pages that a template refers to: who wrote them, what they are called, where and when they appeared."""

from __future__ import annotations

from collections.abc import Mapping

# What such templates call their parameters, in English, French, German, Spanish, Italian, Portuguese, Dutch, Polish and
# Russian.
_FIRST_NAME = "first first1 prénom prénom1 nombre nome primeiro voornaam imię"
_AUTHOR = (
    "author author1 last last1 auteur auteur1 nom nom1 autor apellido apellidos autore cognome último achternaam"
    " nazwisko автор"
)
_TITLE = "title titre titel título titulo titolo tytuł заглавие название"
_ADDRESS = "url chapter-url link online ссылка"
_PLACE = (
    "work website newspaper journal magazine publisher périodique site éditeur werk hrsg verlag obra editorial editore"
    " publicado uitgever czasopismo opublikowany издание издательство"
)
_DATE = "date year année datum jahr fecha año data anno ano jaar rok дата год"


def cited(told: Mapping[str, str]) -> str:
    """One line of wikitext, from the template's parameters by their names in lower case."""
    first, author, title, url, place, date = (
        next((told[name] for name in names.split() if told.get(name)), "")
        for names in (_FIRST_NAME, _AUTHOR, _TITLE, _ADDRESS, _PLACE, _DATE)
    )
    who = f"{first} {author}" if author and first else author
    what = f"[{url} {title or url}]" if url and not set("[]") & set(title) else " ".join(filter(None, [title, url]))
    return ", ".join(filter(None, [who, what, place, date]))
