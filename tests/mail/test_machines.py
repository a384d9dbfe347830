"""Mail that no person wrote to be read is flagged; what people write about such mail is not."""

from __future__ import annotations

import pytest

from migrate.mail.machines import COMMIT, MACHINE_MADE, TRACKER
from migrate.mail.message import read_mail
from migrate.plan import LEFT_OUT


def flags(subject: str = "Slugs", text: str = "They eat everything.", header: str = "") -> frozenset[str]:
    raw = f"From: a@example.org\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n{header}\n{text}\n"
    return read_mail(raw.encode()).flags


@pytest.mark.parametrize(
    "subject",
    [
        "[gardeners] Auto-Re: Slugs",
        "Automatic reply: [gardeners] Slugs",
        "Out of Office AutoReply: Slugs",
        "Abwesenheitsnotiz: Slugs",
        "Automatische Antwort: Slugs",
        "Réponse automatique : Slugs",
        "Respuesta automática: Slugs",
        "Risposta automatica: Slugs",
        "Automatisch antwoord: Slugs",
        "Resposta automática: Slugs",
        "Autosvar: Slugs",
        "Automaattinen vastaus: Slugs",
        "Автоответ: Slugs",
        "自动回复：Slugs",
        "自動返信: Slugs",
        "example.org mailing list memberships reminder",
        "Cron <root@shed> rotate compost",
    ],
)
def test_subjects_of_machines(subject: str) -> None:
    assert flags(subject) == {MACHINE_MADE}


@pytest.mark.parametrize(
    "text",
    [
        "This is an automatic reply. I am in the garden until May.",
        "\n\nThis is an automated response: we got your mail.",
        "Dies ist eine automatische Antwort. Ich bin im Garten.",
        "Ceci est une réponse automatique.",
    ],
)
def test_answers_that_say_that_they_are_automatic(text: str) -> None:
    assert flags("Re: Slugs", text) == {MACHINE_MADE}


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("unsubscribe", ""),
        ("[gardeners] UNSUBSCRIBE!!!", "Ann Lee <ann@example.org> writes:\n> Slugs again."),
        ("Re: [gardeners] Slugs", "unsubscribe\n\nOn 1 May 2020, Ann wrote:\n> Slugs again."),
        ("hello", "please unsubscribe me from this list, thanks\n-- \nBob"),
        ("stop", "Please remove me from the mailing list."),
        ("subscribe gardeners", "\n_________________\nFree mail for all"),
        ("", "subscribe gardeners bob@example.org"),
    ],
)
def test_commands_to_the_list(subject: str, text: str) -> None:
    assert flags(subject, text) == {MACHINE_MADE}


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("[gardeners] unsubscribe", "Hi Judy,\n\nto unsubscribe, see the page of the list."),
        ("How do I unsubscribe?", "I find no way to unsubscribe from this list, and the page is gone."),
        ("Re: Automatic reply: Slugs", "Could whoever runs this please switch it off?"),
        ("Automatic replies to the list", "They are a nuisance."),
        ("Slugs", "> This is an automatic reply.\n\nWho sends these?"),
        ("Out of office space", "The shed is full."),
        ("Subscribe", "We should all subscribe to the seed magazine, it is worth it."),
        ("Out of office replies on the list", "They are a nuisance."),
        ("Automatically generated beds", "A bed for each month."),
        ("Slugs", "This is an automatic reply machine of mine, have a look."),
        ("Which verb?", "subscribe to the topic"),
        ("Beds", "Update of /home/ann\nIn directory trees are missing, who has them?"),
        ("Beds", "Author: Ann\nDate: May\nRevision: third\n\nThis is my plan."),
        ("Re: r123 - compost", "> Author: ann\n> Date: today\n\nWhy this?"),
    ],
)
def test_people_who_write_about_them(subject: str, text: str) -> None:
    assert flags(subject, text) == frozenset()
    assert flags(subject, text, "Precedence: bulk\n") == frozenset()  # old lists say this of all their mail


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("X-Git-Refname: refs/heads/main\nAuto-Submitted: auto-generated\n", "pushed"),
        ("X-SVN-Group: head\n", "Author: ann"),
        ("", "Author: ann\nDate: Mon May  4 10:00:00 2020\nNew Revision: 42\n\nLog:\nDig."),
        ("", "Update of /cvs/garden/beds\nIn directory shed:/tmp/x\n\nModified Files:"),
    ],
)
def test_commits(header: str, text: str) -> None:
    assert flags("[garden] r42 - beds", text, header) == {COMMIT}
    assert COMMIT in LEFT_OUT


def test_notices_of_trackers_hold_what_people_say_and_stay_in_the_plan() -> None:
    assert flags(header="X-Bugzilla-Reason: CC\nAuto-Submitted: auto-generated\n") == {TRACKER}
    assert flags(header="X-GitHub-Reason: mention\n") == {TRACKER}
    assert TRACKER not in LEFT_OUT


def test_notices_of_mailman() -> None:
    assert flags(header="X-List-Administrivia: yes\n") == {MACHINE_MADE}
