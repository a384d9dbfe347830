"""What is folded away, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.content import plain_to_markdown
from migrate.content.attribution import headers_end
from migrate.content.escape import clean
from migrate.content.plain import divided
from tests.content.rendering import squeezed

QUOTE = "> Shall we meet?\n> On Friday?"
GOOGLE_FOOTER = (
    '-- \nYou received this message because you are subscribed to the Google Groups "Gardeners" group.\n'
    "To unsubscribe from this group, send an email to gardeners+unsubscribe@example.org.\n"
    "To view this discussion visit https://groups.google.com/d/msgid/gardeners/x%40y."
)
MAILMAN_2_FOOTER = (
    f"{'_' * 47}\nGardeners mailing list\nGardeners@example.org\nhttps://example.org/mailman/listinfo/gardeners"
)
MAILMAN_3_FOOTER = (
    f"{'_' * 47}\nGardeners mailing list -- list@example.org\nTo unsubscribe send an email to list-leave@example.org"
)


def _split(text: str) -> tuple[str, str]:
    lines = [line.rstrip() for line in text.split("\n")]
    body, elided = divided(lines)
    return "\n".join(body).strip("\n"), "\n".join(elided).strip("\n")


@pytest.mark.parametrize(
    "tail",
    [
        "-- \nAnn\nexample.org",
        "--\nAnn",
        GOOGLE_FOOTER,
        MAILMAN_2_FOOTER,
        MAILMAN_3_FOOTER,
        f"-- \nAnn\n\n{MAILMAN_2_FOOTER}",
        f"--\nAnn\n\nOn 1 May 2020, Bob wrote:\n{QUOTE}\n\n{GOOGLE_FOOTER}",
        "Sent from my iPhone",
        f"On Mon, 4 May 2020 at 10:00, Bob <bob@example.org>\nwrote:\n\n{QUOTE}",
        f"Am 04.05.2020 um 10:00 schrieb Bob:\n{QUOTE}",
        f"Le lun. 4 mai 2020 à 10:00, Bob <bob@example.org> a écrit :\n{QUOTE}",
        f"El 4 de mayo de 2020, Bob escribió:\n{QUOTE}",
        f"Em 4 de maio de 2020, Bob escreveu:\n{QUOTE}",
        f"Il giorno 4 mag 2020, Bob ha scritto:\n{QUOTE}",
        f"Op 4 mei 2020 schreef Bob:\n{QUOTE}",
        f"Den 4. mai 2020 skrev Bob:\n{QUOTE}",
        f"Dnia 4 maja 2020 Bob napisał(a):\n{QUOTE}",
        f"4 мая 2020 г. пользователь Bob написал:\n{QUOTE}",
        f"在 2020年5月4日，Bob <bob@example.org> 写道：\n{QUOTE}",
        "-----Original Message-----\nFrom: Bob\nSent: Monday\nTo: Ann\nSubject: Re: Friday\n\nShall we meet?",
        f"{'_' * 32}\nVon: Bob\nGesendet: Montag\nAn: Ann\nBetreff: AW: Freitag\n\nTreffen wir uns?",
        "On Mon, 4 May 2020, Bob wrote:\n\nShall we meet?",
        "Am 4. Mai 2020 schrieb Bob <bob@example.org\n>:\n\n> Treffen wir uns?",
        "On Mon, 4 May 2020 Bob\n\n<\nmailto:Bob <bob@example.org>\n> wrote:\n\nShall we meet?",
        "> Begin forwarded message:\n>\n> From: Bob\n> Subject: x\n> Date: y\n>\n> Shall we meet?",
        "---\nAnn Smith\nGarden Ltd\nhttps://example.org",
        "____\nAnn",
        "--\n***\n=====\n\n  -----",
        "Sent from Yahoo Mail\n<https://example.org/app>",
        "This e-mail is confidential and may be privileged. If you are not the intended recipient,\nplease delete it.",
        "Diese E-Mail ist vertraulich. Wenn Sie nicht der richtige Empfänger sind, bitten wir Sie,\nsie zu löschen.",
        f"{'-' * 78}\nThis SF.net email is sponsored by: somebody\n{MAILMAN_2_FOOTER}",
    ],
)
def test_what_follows_the_answer_is_folded(tail: str) -> None:
    body, elided = _split(f"Yes, gladly.\n\n{tail}\n\n")
    assert body == "Yes, gladly."
    assert squeezed(elided) == squeezed(tail)


@pytest.mark.parametrize(
    "text",
    [
        f"On 1 May 2020, Bob wrote:\n{QUOTE}\n\nYes.",
        f"On 1 May 2020, Bob wrote:\n> One?\n\nYes.\n\n{QUOTE}",
        f"As the book says:\n\n{QUOTE}",
        "Title\n-----",
        "Above.\n\n---\n\nBelow it goes on.",
        "Above.\n\n-----\nNow to something else, which takes many words. It is a sentence.\nAnd so on.",
        "It is confidential.",
        QUOTE,
        f"On 1 May 2020, Bob wrote:\n{QUOTE}",
        "-- \nAnn",
        "From: the beginning\nit was clear.",
        "He wrote:\n\nsome verses.",
        "a\n--\n" + "line\n" * 40,
        f"Hi,\n\n-----Original Message-----\nFrom: Bob\nTo: Ann\nSubject: x\n\n{QUOTE}\n\nMy answer stands below.",
    ],
)
def test_what_belongs_to_the_message_stays_whole(text: str) -> None:
    assert _split(text) == (_split(text)[0], "")


WHOLE_MAIL = "\n".join(f"> line {number} of the mail before" for number in range(20))


@pytest.mark.parametrize("quote", [WHOLE_MAIL, "> One?\n> Two?\n> Three?\n>"])
def test_a_quote_that_nobody_trimmed_is_folded_above_the_answer_too(quote: str) -> None:
    body, elided = _split(f"On 1 May 2020, Bob wrote:\n{quote}\n\nYes.\n\n--\nAnn")
    assert body == "Yes."
    assert squeezed(elided) == squeezed(f"On 1 May 2020, Bob wrote:\n{quote}\n--\nAnn")
    answered = f"On 1 May 2020, Bob wrote:\n{quote}\n\nYes.\n\n> Four?\n\nNo."
    assert _split(answered) == (answered, "")


def test_the_headers_of_a_bare_forward_are_folded() -> None:
    head = "---------- Forwarded message ----------\nFrom: Bob\nDate: Monday\nSubject: a long\n one\nTo: Ann"
    assert _split(f"{head}\n\nShall we meet?") == ("Shall we meet?", head)


def test_an_attribution_above_unmarked_text_is_folded_alone() -> None:
    assert _split("On 1 May 2020, Bob wrote:\n\nShall we?\n\nYes.") == (
        "Shall we?\n\nYes.",
        "On 1 May 2020, Bob wrote:",
    )


def test_the_armour_of_a_signed_mail_is_folded() -> None:
    signature = "-----BEGIN PGP SIGNATURE-----\n\niQEz=\n-----END PGP SIGNATURE-----"
    text = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nYes.\n\n- - one\n- --\nAnn\n{signature}\n"
    body, elided = _split(f"{text}{MAILMAN_2_FOOTER}")
    assert body == "Yes.\n\n- one"
    assert elided.startswith("--\nAnn\n")
    assert MAILMAN_2_FOOTER in elided
    assert elided.endswith(signature)
    unsigned = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: x\n\nYes."
    assert _split(unsigned) == (unsigned, "")


def test_the_folded_part_is_markdown_too() -> None:
    result = plain_to_markdown(f"Yes.\n\nOn 1 May 2020, Bob <bob@example.org> wrote:\n{QUOTE}\n-- \nAnn_")
    assert result.body == "Yes."
    assert (
        result.elided == "On 1 May 2020, Bob \\<bob@example.org> wrote:\n> Shall we meet?\n> On Friday?\n\n\\--\nAnn\\_"
    )


def test_real_replies_are_trimmed_as_people_would(corpora: Path) -> None:
    right = total = 0
    for path in sorted((corpora / "trimming/emails").iterdir()):
        visible, elided = _split(clean(path.read_bytes().decode()))
        total += 1
        right += all(
            squeezed(ours) == squeezed((corpora / "trimming" / kind / path.name).read_text())
            for ours, kind in ((visible, "trimmed"), (elided, "elided"))
        )
    assert total == 64
    assert right >= 61


def test_the_mail_before_is_found_where_people_see_it(corpora: Path) -> None:
    files = sorted((corpora / "trimming/embedded").iterdir())
    assert len(files) == 10
    for path in files:
        text = (corpora / "trimming/emails" / path.name).read_text()
        lines = [line.rstrip() for line in text.split("\n")]
        at = next(at for at, line in enumerate(lines) if headers_end([each.lstrip("> ") for each in lines], at) > at)
        embedded = "\n".join(line.removeprefix(">") for line in lines[at:])
        assert squeezed(embedded) == squeezed(path.read_text())


def test_an_answer_below_an_indented_quote_is_shown() -> None:
    text = '>>>>> "Ann" == Ann Lee <ann@example.org> writes:\n\n    > Is it dug?\n    > All of it?\n\nYes, all of it.'
    result = plain_to_markdown(text)
    assert "Yes, all of it." in result.body
    assert result.elided == ""


def test_attributions_that_groupwise_marks_like_a_quote() -> None:
    text = "Yes.\n\n>>> Ann Lee <ann@example.org> schrieb am 09.06.2022 um 22:58 in\nNachricht <1@example.org>:\n> Dug?"
    result = plain_to_markdown(text)
    assert result.body == "Yes."
    assert result.elided.startswith("Ann Lee")


def test_what_free_mail_adds_below_a_long_rule() -> None:
    text = f"Yes.\n-ann\n{'_' * 50}\nDo You Dig!?\nSpades for free at http://spades.example.com"
    assert plain_to_markdown(text).body == "Yes.\n-ann"
    assert plain_to_markdown("Beds\n____\nFirst, http://beds.example.com").elided == ""
