"""The walk through the findings on a terminal: one kind at a time, a letter and Enter for each decision.

Plain prompts, since these work over any ssh connection and with a screen reader, where a full-screen program may not.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from migrate.errors import MigrateError
from migrate.report.facts import FindingFacts
from migrate.review.answers import Answer, Readers, command
from migrate.review.kinds import EXAMPLES, Kind
from migrate.review.session import Change, Session
from migrate.text import mask_addresses, printable

MORE = 10  # shown each time more are asked for
_LONGEST = 300  # characters of an example
_NO_CHANGE = "The mapping says so already."
_ADDED, _GONE = "green", "red"

Ask = Callable[[str], str]  # shows a prompt and returns what was typed; raises EOFError at the end of the input


class Walk:
    """One session at the terminal. `flag` is what to add to commands so that they mean the same archive."""

    def __init__(self, session: Session, screen: Console, ask: Ask, flag: str) -> None:
        self._session = session
        self._screen = screen
        self._ask = ask
        self._flag = flag
        self._kinds = [kind for kind in session.kinds if not kind.accepted]
        self._at = 0
        self._shown = 0  # examples of the kind that is shown

    def run(self) -> None:
        """Ask about every open kind, until all were shown or somebody quits; the end of the input quits, too."""
        self._begin()
        try:
            while self._at < len(self._kinds):
                self._show(self._kinds[self._at])
                while self._decide(self._kinds[self._at]):
                    pass
        except EOFError:
            self._screen.print()
        self._end()

    def _begin(self) -> None:
        accepted = len(self._session.kinds) - len(self._kinds)
        if not self._session.kinds:
            self._say("Nothing needs a look.")
            return
        before = f" {_kinds(accepted)} {'was' if accepted == 1 else 'were'} decided on before." if accepted else ""
        for_information = sum(kind.parts[0].severity == "info" for kind in self._kinds)
        last = f", {for_information:,} of them for information only: these come last" if for_information else ""
        self._say(f"{_kinds(len(self._kinds)).capitalize()} to look at{last}.{before}")
        if self._kinds:
            self._say(f"What you decide is written to {self._session.path}; Enter goes on without deciding.")

    def _end(self) -> None:
        left = [kind for kind in self._kinds if not self._session.is_accepted(kind.code)]
        if self._kinds:
            self._screen.print()
            self._say(f"Decided: {len(self._kinds) - len(left)} of {len(self._kinds)}.")
        path = self._session.path
        flag = self._flag + (f" --mapping {shlex.quote(str(path))}" if path.exists() else "")
        self._say_command("Next: ", f"migrate report{flag}")
        self._say_command("      ", f"migrate preview{flag}")

    def _show(self, kind: Kind) -> None:
        words = kind.wording
        number = f"{self._at + 1} of {len(self._kinds)}"
        self._screen.print(Text(f"\n{number}  ").append(printable(words.headline), style="bold"))
        if words.remedy:
            self._say(f"  {words.remedy}")
        for part in kind.parts:
            self._say(f"  {_touched(part)}", style="dim")
        self._say(f"  code: {kind.code}", style="dim")
        self._shown = 0
        self._more(kind, EXAMPLES)
        for at, answer in enumerate(self._session.answers(kind.code), 1):
            self._say(f"  {at}  {self._described(kind, answer)}")
        self._say("  a  accept: it may stay so, and reports list it below the others")
        if found := command(kind.code, self._flag):
            self._say_command("  or leave this and run: ", found)
        if self._session.is_accepted(kind.code):
            self._say("  It is decided.", style=_ADDED)

    def _described(self, kind: Kind, answer: Answer) -> str:
        if not isinstance(answer, Readers):
            return answer.words
        names = ", ".join(mask_addresses(source.name) for source in self._session.private_sources(kind.code))
        return f"{answer.words}: {names}"

    def _more(self, kind: Kind, most: int) -> None:
        found = self._session.examples(kind.code, self._shown, most)
        self._shown += len(found)
        for locator, text in found:
            line = f"{locator}: {text}" if locator else text
            self._say(f"    {line[:_LONGEST]}{'…' if len(line) > _LONGEST else ''}")
        if self._shown < kind.count:
            self._say(f"    and {kind.count - self._shown:,} more")

    def _decide(self, kind: Kind) -> bool:
        """Ask what to do about a kind. Whether it is to be asked about again, without showing it anew."""
        answers = self._session.answers(kind.code)
        typed = self._ask(f"{self._choices(kind, len(answers))} > ").strip().lower()
        steps = {"": self._skip, "s": self._skip, "b": self._back, "q": self._quit, "u": self._undo}
        if typed in steps:
            return steps[typed]()
        if typed == "m" and self._shown < kind.count:
            self._more(kind, MORE)
            return True
        try:
            if typed == "a":
                return self._write(kind, self._session.accepting(kind.code))
            if typed.isdecimal() and 0 < int(typed[:3]) <= len(answers):
                return self._answer(kind, answers[int(typed[:3]) - 1])
        except MigrateError as error:
            self._say(f"{error} Nothing was written.", style=_GONE)
            return True
        self._say("Type one of these letters or numbers, then Enter.")
        return True

    def _choices(self, kind: Kind, answers: int) -> str:
        numbers = ["1" if answers == 1 else f"1-{answers}"] if answers else []
        parts = ["a accept", *numbers]
        parts += ["m more"] if self._shown < kind.count else []
        parts += ["s skip"]
        parts += ["b back"] if self._at else []
        parts += ["u undo"] if self._session.can_undo else []
        return " · ".join([*parts, "q quit"])

    def _answer(self, kind: Kind, answer: Answer) -> bool:
        groups: list[str] = []
        if isinstance(answer, Readers) and not answer.public:
            typed = self._ask("Which groups? Their names on the forum, with commas between > ")
            groups = [name.strip() for name in printable(typed).split(",") if name.strip()]
            if not groups:
                self._say("No group was named. Nothing was written.")
                return True
        change = self._session.answering(kind.code, answer, groups)
        self._show_change(change)
        found = self._session.effects(change)
        listed = " · ".join(f"{effect.what} {effect.before:,} → {effect.after:,}" for effect in found)
        self._say(f"  What would be created: {listed or 'as many of everything as before'}")
        if self._ask("Write this? y/n > ").strip().lower() not in ("y", "yes"):
            self._say("Nothing was written.")
            return True
        self._session.write(kind.code, change)
        return self._skip()

    def _write(self, kind: Kind, change: Change) -> bool:
        self._session.write(kind.code, change)
        self._show_change(change)
        return self._skip()

    def _show_change(self, change: Change) -> None:
        lines = change.lines
        self._say(f"  {self._session.path}:" if lines else f"  {_NO_CHANGE}")
        for line in lines:
            self._say(f"    {line}", style=_ADDED if line.startswith("+") else _GONE)

    def _skip(self) -> bool:
        self._at += 1
        return False

    def _back(self) -> bool:
        self._at = max(0, self._at - 1)
        return False

    def _quit(self) -> bool:
        raise EOFError

    def _undo(self) -> bool:
        if not self._session.can_undo:
            self._say("There is nothing to take back.")
            return True
        try:
            code = self._session.undo()
        except MigrateError as error:
            self._say(str(error), style=_GONE)
            return True
        self._say("Taken back.")
        self._at = next(at for at, kind in enumerate(self._kinds) if kind.code == code)
        return False

    def _say(self, text: str, style: str = "") -> None:
        """A paragraph, of which a terminal shows all lines indented as the first one is."""
        indent = len(text) - len(text.lstrip())
        line = Text(printable(text), style=style)
        shown = Padding(line[indent:], (0, 0, 0, indent), expand=False) if self._screen.is_terminal else line
        self._screen.print(shown)

    def _say_command(self, before: str, text: str) -> None:
        """A command, which the terminal may break where it likes: so it can still be copied as one line."""
        self._screen.print(Text(printable(before + text)), soft_wrap=True)


def _touched(part: FindingFacts) -> str:
    found = [f"{_count(part.count, 'finding')} ({part.severity})"]
    if part.things != part.count:
        found.append(f"about {part.things:,}")
    if part.posts:
        found.append(f"in {_count(part.posts, 'post')} by {_count(part.people, 'person', 'people')}")
    return ", ".join(found)


def _kinds(number: int) -> str:
    return "no kind of finding" if not number else _count(number, "kind of finding", "kinds of finding")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ask_lines(screen: Console, lines: Iterable[str]) -> Ask:
    """Answers that are not typed but read: each is shown behind its prompt."""
    source = iter(lines)

    def ask(prompt: str) -> str:
        try:
            line = next(source).rstrip("\r\n")
        except StopIteration:
            raise EOFError from None
        screen.print(Text(printable(f"{prompt}{line}")))
        return line

    return ask
