"""What is folded away, and what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.content import html_to_markdown, plain_to_markdown
from migrate.content.attribution import headers_end
from migrate.content.escape import clean
from migrate.content.plain import divided
from tests.content.rendering import squeezed, words

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
        "Here is what came:\n\n-----Original Message-----\nFrom: Bob\nSent: Monday\nTo: Ann\nSubject: x\n\nDig.",
        "Is this spam?\n\nReceived: from x by y\nFrom: Bob\nTo: Ann\nSubject: x\nDate: Monday\n\nDig.\n\nI think so.",
        "Who drives?\n\nFrom: Berlin\nTo: Hamburg\nDate: 3 May\n\nThere are two seats.",
        "Yes.\n\n-- \nAnn\n\nPS: the shed is locked.",
        "Yes.\n\n---\nAnn\nP.S. See example.org for the beds.",
        f"Yes.\n\n--\n\n{'Now to the beds, of which there are too few. ' * 3}",
        "We have two beds:\n\n----\nfirst\nsecond",
        "The mail that I got was\nsent from the wrong host",
        "We have the spade.\nSent by Bob on Monday.",
        "We have it\n\nFrom my point of view it is fine",
        f"Hi,\n\nThe minutes are confidential. Please delete them after reading{', and do not copy them' * 3}.",
    ],
)
def test_what_belongs_to_the_message_stays_whole(text: str) -> None:
    assert _split(text) == (_split(text)[0], "")


WHOLE_MAIL = "\n".join(f"> line {number} of the mail before" for number in range(20))


LONE_LINES = "\n>\n".join(f"> line {number}" for number in range(8))


@pytest.mark.parametrize("quote", [WHOLE_MAIL, "> One?\n> Two?\n> Three?\n>"])
def test_a_quote_that_nobody_trimmed_is_folded_above_the_answer_too(quote: str) -> None:
    body, elided = _split(f"On 1 May 2020, Bob wrote:\n{quote}\n\nYes.\n\n--\nAnn")
    assert body == "Yes."
    assert squeezed(elided) == squeezed(f"On 1 May 2020, Bob wrote:\n{quote}\n--\nAnn")
    answered = f"On 1 May 2020, Bob wrote:\n{quote}\n\nYes.\n\n> Four?\n\nNo."
    assert _split(answered) == (answered, "")


@pytest.mark.parametrize("quote", [LONE_LINES, "> One?\n>\n> Two?\n>"])
def test_a_few_lines_with_gaps_between_them_were_picked(quote: str) -> None:
    text = f"On 1 May 2020, Bob wrote:\n{quote}\n\nYes."
    assert _split(text) == (text, "")
    assert _split(text.replace("> One?", "> One?\n> ------").replace("> line 7", "> ------"))[0] == "Yes."


def test_of_a_long_quote_the_few_words_that_are_answered_are_shown() -> None:
    head = "On 1 May 2020, Bob wrote:"
    deep = "\n".join(f">> line {number} of the mail before" for number in range(20))
    assert _split(f"{head}\n{deep}\n>\n> Did you dig it?\n> All of it?\n\nYes.") == (
        f"{head}\n> Did you dig it?\n> All of it?\n\nYes.",
        f"{deep}\n>",
    )
    assert _split(f"{head}\n> Look:\n{deep}\n\nYes.")[0] == "Yes."
    assert _split(f"{head}\n{deep}\n{WHOLE_MAIL}\n\nYes.")[0] == "Yes."


@pytest.mark.parametrize("ending", ["--\n> Bob\n> Garden Ltd", "\n> ".join(MAILMAN_2_FOOTER.split("\n"))])
def test_a_footer_or_signature_that_was_quoted_along_is_folded(ending: str) -> None:
    text = f"On 1 May 2020, Bob wrote:\n{QUOTE}\n\nYes."
    body, elided = _split(f"{text}\n\n>\n> {ending}\n>\n\n-- \nAnn")
    assert body == text
    assert "Ann" in elided
    assert _split(f"{text}\n\n> Three?\n> {ending}")[0] == f"{text}\n\n> Three?"


def test_what_a_telephone_adds_between_rules_is_folded() -> None:
    rule = "-" * 40
    assert _split(f"Yes.\n\n{rule}\nSent via Garden Text Messaging.\nEnvoyé par Garden.\n{rule}")[0] == "Yes."


def test_a_motto_below_a_rule_is_folded() -> None:
    motto = '"Who plants a garden of roses, sees to it that there are some thorns."\n- a gardener'
    assert _split(f"Yes.\n\n- Ann\n\n------\n{motto}")[0] == "Yes.\n\n- Ann"


def test_the_headers_of_a_bare_forward_are_folded() -> None:
    head = "---------- Forwarded message ----------\nFrom: Bob\nDate: Monday\nSubject: a long\n one\nTo: Ann"
    assert _split(f"{head}\n\nShall we meet?") == ("Shall we meet?", head)


@pytest.mark.parametrize(
    "mail",
    [
        "---------- Forwarded message ----------\nFrom: Bob\nDate: Monday\nSubject: x\n\nShall we?\n\n> One?\n> Two?",
        "From: Bob\nSent: Monday\nTo: Cy\nSubject: x\n\nShall we?",
        "Begin forwarded message:\n\n> From: Bob\n> Date: Monday\n> Subject: x\n>\n> Shall we?",
    ],
)
def test_a_mail_that_is_passed_on_is_shown(mail: str) -> None:
    for text in (f"Here is what he says.\n\n{mail}", mail):
        plain = plain_to_markdown(f"{text}\n\n{MAILMAN_2_FOOTER}", forward=True)
        assert words(plain.body) == words(text)
        html = html_to_markdown(f"<p>{text}</p>".replace("\n", "<br>"), forward=True)
        assert words(html.body) == words(text)


def test_an_answer_that_kept_the_subject_of_a_forward_is_one() -> None:
    text = f"Yes.\n\nOn 1 May 2020, Bob wrote:\n{QUOTE}"
    assert plain_to_markdown(text, forward=True).body == "Yes."


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


def test_attributions_of_groupwise_with_a_wrapped_address() -> None:
    head = ">>> Ann Lee <ann@example.org> schrieb am 09.06.2022 um 22:58 in Nachricht\n<12345@long\nexample.org>:"
    assert plain_to_markdown(f"Yes.\n\n{head}\n> Dug?\n> All?").body == "Yes."


def test_what_free_mail_adds_below_a_long_rule() -> None:
    text = f"Yes.\n-ann\n{'_' * 50}\nDo You Dig!?\nSpades for free at http://spades.example.com"
    assert plain_to_markdown(text).body == "Yes.\n-ann"
    assert plain_to_markdown("Beds\n____\nFirst, http://beds.example.com").elided == ""


@pytest.mark.parametrize(
    "tail",
    [
        f"{'_' * 65}\nGrow your beds with Spade 8 and get two months of free digging in all of them.\nhttp://example.com/s",
        f"{'-' * 76}\nAnn Lee       | Interests include spades & rakes, beds, and all that grows in\nann at example.org"
        f"  | them.\n\nResolution: I will not dig in the rain.\n{'-' * 76}",
    ],
)
def test_signatures_round_which_stand_rules_longer_than_they_are(tail: str) -> None:
    body, elided = _split(f"Yes.\n\n> Shall we?\n\n{tail}\n")
    assert body == "Yes."
    assert squeezed(elided) == squeezed(f"> Shall we?\n\n{tail}")
    code = f"See:\n\n{'-' * 76}\nfirst bed\n{'-' * 76}"
    assert _split(code) == (code, "")


@pytest.mark.parametrize("omission", ["...", "[...]", "<snip>", "[snipped]", "[…]"])
def test_a_quote_whose_beginning_was_left_out_keeps_its_attribution(omission: str) -> None:
    text = f"On 1 May 2020, Bob <bob@example.org> wrote:\n{omission}\n\n{QUOTE}\n\nYes."
    assert _split(text) == (text, "")


def test_entries_of_a_changelog_are_no_mail_before() -> None:
    text = "See:\n\n2020-05-04  Bob  <bob at example.org>\n\n\t* beds.c: Dig."
    assert _split(text) == (text, "")


@pytest.mark.parametrize("footer", [MAILMAN_2_FOOTER, GOOGLE_FOOTER, f"{MAILMAN_2_FOOTER}\n\n{MAILMAN_3_FOOTER}"])
@pytest.mark.parametrize("marks", ["> ", ">", "> > "])
def test_footers_of_lists_in_quotes_are_folded(marks: str, footer: str) -> None:
    quoted = "\n".join(f"{marks}{line}".rstrip() for line in footer.split("\n"))
    body, elided = _split(f"Ann wrote:\n{marks}Dug?\n{quoted}\n\nYes.\n\n> All?\n\nNo.")
    assert body == f"Ann wrote:\n{marks}Dug?\n\nYes.\n\n> All?\n\nNo."
    assert squeezed(elided) == squeezed(quoted)


def test_what_a_quote_consists_of_is_no_footer_of_it() -> None:
    text = "\n".join(f"> {line}" for line in MAILMAN_2_FOOTER.split("\n")) + "\n\nWhat is this?"
    assert _split(text) == (text, "")


def test_supercited_text_that_quotes_another() -> None:
    quoted = '    >> >>>>> "Bob" == Bob <bob@example.org> writes:\n    >> Dug?'
    text = f'>>>>> "Ann" == Ann Lee <ann@example.org> writes:\n\n{quoted}\n\nYes.'
    assert '> > "Bob" == Bob \\<bob@example.org> writes:\n> > Dug?' in plain_to_markdown(text).body


def test_a_mail_of_attributions_only_is_shown() -> None:
    result = plain_to_markdown('  ann@example.org> wrote:\n  ">ann@example.org> wrote:')
    assert result.body
    assert not result.elided
