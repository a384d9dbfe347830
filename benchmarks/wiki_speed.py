"""How quickly a dump with full history is read, and how much memory it takes, beside ElementTree on the same file.

python benchmarks/wiki_speed.py [--megabytes 400]; benchmarks/README.md says what the figures mean. The dump is written
to a temporary folder. Each program runs in a process of its own; speed is by its CPU time, all its threads together.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from pushing.table import Row, markdown

GOAL_SPEED = 20  # MB/s
GOAL_MEMORY = 300  # MB
HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">\n<siteinfo>'
    "<sitename>Garden</sitename><dbname>garden</dbname><base>https://garden.example/wiki/Main</base><namespaces>"
    '<namespace key="0" case="first-letter" /><namespace key="1" case="first-letter">Talk</namespace>'
    '<namespace key="2" case="first-letter">User</namespace>'
    '<namespace key="3" case="first-letter">User talk</namespace>'
    "</namespaces></siteinfo>\n"
)
# How often a page was saved, how many comments it had when the history begins, and how many pages are like that.
SHAPES = ((1, 2, 300), (3, 1, 200), (10, 5, 100), (60, 20, 10), (300, 100, 1))
NAMESPACES = ((0, ""), (1, "Talk:"), (1, "Talk:"), (3, "User talk:"))
WORDS = (
    *("the", "of", "soil", "jardin", "Gärten", "cucumber", "と", "water", "огурец", "seeds"),
    *("&", "<b>shade</b>", '"green"', "{{ping|Ann}}", "it's", "[[Compost]]"),
)


def write_dump(path: Path, size: int) -> None:
    """A dump of about `size` bytes: articles and talk pages, most saved a few times, some by the hundred."""
    chance = random.Random(2001)  # noqa: S311 - the same dump each time
    number = 0
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        while file.tell() < size:
            number += 1
            namespace, prefix = chance.choice(NAMESPACES)
            title = f"{prefix}Page {number}"
            file.write(f"<page>\n<title>{title}</title>\n<ns>{namespace}</ns>\n<id>{number}</id>\n")
            for version in _versions(chance, number * 1000):
                file.write(version)
            file.write("</page>\n")
        file.write("</mediawiki>\n")


def _versions(chance: random.Random, first: int) -> Iterator[str]:
    saved, comments, _ = chance.choices(SHAPES, [weight for *_, weight in SHAPES])[0]
    lines = [_comment(chance) for _ in range(comments)]
    for number in range(first, first + saved):
        lines.insert(chance.randint(max(0, len(lines) - 10), len(lines)), _comment(chance))
        text = escape("\n".join(lines), {'"': "&quot;"})
        parent = f"<parentid>{number - 1}</parentid>\n" if number > first else ""
        yield (
            f"<revision>\n<id>{number}</id>\n{parent}<timestamp>2020-03-03T{number // 60 % 24:02}:{number % 60:02}:00Z"
            "</timestamp>\n<contributor>\n<username>Ann</username>\n<id>7</id>\n</contributor>\n<comment>/* Soil */"
            f" reply</comment>\n<origin>{number}</origin>\n<model>wikitext</model>\n<format>text/x-wiki</format>\n"
            f'<text bytes="{len(text)}" xml:space="preserve">{text}</text>\n<sha1>x</sha1>\n</revision>\n'
        )


def _comment(chance: random.Random) -> str:
    words = " ".join(chance.choices(WORDS, k=chance.randint(5, 80)))
    return f"{':' * chance.randint(0, 4)}{words} [[User:Ann|Ann]] 10:{chance.randint(10, 59)}, 3 March 2020 (UTC)"


def ours(path: str) -> int:
    """Pages with discussions: their newest text, and whose each line is."""
    from importers.wiki.chunks import Pages
    from importers.wiki.offline import scan_files
    from importers.wiki.wishes import Wishes

    return sum(len(item.pages) for item in scan_files([path], Wishes()) if isinstance(item, Pages))


def ours_named(path: str) -> int:
    """One page by its title, all others passed over."""
    from importers.wiki.chunks import Pages
    from importers.wiki.offline import scan_files
    from importers.wiki.wishes import Wishes

    wishes = Wishes(prefixes=("User talk:Page 1",))
    return sum(len(item.pages) for item in scan_files([path], wishes) if isinstance(item, Pages))


def element_tree(path: str) -> int:
    """Each page's last text, by iterparse, which tells nothing of whose a line is."""
    pages = 0
    events = ElementTree.iterparse(path, events=("start", "end"))  # noqa: S314 - a file of our own
    _, root = next(events)
    page = root
    for event, element in events:
        name = element.tag.rpartition("}")[2]
        if event == "start" and name == "page":
            page = element
        elif event == "end" and name == "revision":
            page.findtext(".//{*}text")
            page.remove(element)
        elif event == "end" and name == "page":
            pages += 1
            root.clear()
    return pages


PROGRAMS: dict[str, Callable[[str], int]] = {"ours": ours, "ours_named": ours_named, "element_tree": element_tree}


def measured(program: str, path: Path) -> tuple[float, float, int]:
    """MB/s of CPU time, MB of memory at most, and how many pages it answered, of a program in its own process."""
    command = [sys.executable, __file__, "--run", program, "--dump", str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own program
    seconds, memory, pages = answer.split()
    return path.stat().st_size / 1e6 / float(seconds), float(memory), int(pages)


def run(program: str, path: str) -> None:
    """Be one of the programs."""
    before = time.process_time()
    pages = PROGRAMS[program](path)
    seconds = time.process_time() - before
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    sys.stdout.write(f"{seconds} {memory} {pages}\n")


def rows(path: Path) -> Iterator[Row]:
    """The table's rows."""
    speed, memory, pages = measured("ours", path)
    named_speed, named_memory, named = measured("ours_named", path)
    peer_speed, peer_memory, _ = measured("element_tree", path)
    beside = f"ElementTree.iterparse, texts only: {peer_speed:.0f} MB/s"
    goal = f"≥ {GOAL_SPEED} MB/s"
    yield Row(
        f"full-history dump: newest texts, whose each line is ({pages:,} pages)", f"{speed:.0f} MB/s", beside, goal
    )
    yield Row(f"full-history dump: some pages by title ({named:,})", f"{named_speed:.0f} MB/s", beside, goal)
    most = f"{max(memory, named_memory):.0f} MB"
    yield Row("memory for it, at most", most, f"ElementTree.iterparse: {peer_memory:.0f} MB", f"< {GOAL_MEMORY} MB")


def main() -> None:
    """Print the table on stdout."""
    parser = argparse.ArgumentParser(description="Measure how quickly a dump of a wiki is read.")
    parser.add_argument("--megabytes", type=int, default=400, help="size of the dump")
    parser.add_argument("--run", choices=PROGRAMS, help=argparse.SUPPRESS)
    parser.add_argument("--dump", help=argparse.SUPPRESS)
    said = parser.parse_args()
    if said.run:
        run(said.run, said.dump)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump.xml"
        write_dump(path, said.megabytes * 1_000_000)
        sys.stdout.write(markdown(rows(path)))


if __name__ == "__main__":
    main()
