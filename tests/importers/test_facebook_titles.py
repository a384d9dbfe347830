"""Reading the titles of downloads: groups and whose posts were commented on, in the languages accounts have."""

from __future__ import annotations

import time

import pytest

from importers.facebook.phrases import PHRASES
from importers.facebook.titles import Titles, author_in, frames, is_reply

ME, BOB, GROUP = "Zoë Björk", "Bob Sample", "Old Mill, Gardeners & Friends"

# posted, commented, replied, own post
SAID = {
    "en": (
        "{me} posted in {group}.",
        "{me} commented on {bob}'s post.",
        "{me} replied to {bob}'s comment.",
        "{me} commented on her own post.",
    ),
    "de": (
        "{me} hat in {group} gepostet.",
        "{me} hat {bob}s Beitrag kommentiert.",
        "{me} hat auf {bob}s Kommentar geantwortet.",
        "{me} hat ihren eigenen Beitrag kommentiert.",
    ),
    "fr": (
        "{me} a publié dans {group}.",
        "{me} a commenté la publication de {bob}.",
        "{me} a répondu au commentaire de {bob}.",
        "{me} a commenté sa propre publication.",
    ),
    "es": (
        "{me} publicó en {group}.",
        "{me} comentó la publicación de {bob}.",
        "{me} respondió al comentario de {bob}.",
        "{me} comentó su propia publicación.",
    ),
    "pt": (
        "{me} publicou em {group}.",
        "{me} comentou na publicação de {bob}.",
        "{me} respondeu ao comentário de {bob}.",
        "{me} comentou na sua própria publicação.",
    ),
    "it": (
        "{me} ha pubblicato un post in {group}.",
        "{me} ha commentato il post di {bob}.",
        "{me} ha risposto al commento di {bob}.",
        "{me} ha commentato il suo post.",
    ),
    "nl": (
        "{me} heeft een bericht geplaatst in {group}.",
        "{me} heeft gereageerd op het bericht van {bob}.",
        "{me} heeft geantwoord op de opmerking van {bob}.",
        "{me} heeft gereageerd op haar eigen bericht.",
    ),
    "pl": (
        "{me} opublikowała w {group}.",
        "{me} skomentowała post użytkownika {bob}.",
        "{me} odpowiedziała na komentarz użytkownika {bob}.",
        "{me} skomentowała własny post.",
    ),
    "sv": (
        "{me} skrev i {group}.",
        "{me} kommenterade {bob}s inlägg.",
        "{me} svarade på {bob}s kommentar.",
        "{me} kommenterade sitt eget inlägg.",
    ),
    "da": (
        "{me} slog noget op i {group}.",
        "{me} kommenterede {bob}s opslag.",
        "{me} svarede på {bob}s kommentar.",
        "{me} kommenterede sit eget opslag.",
    ),
    "nb": (
        "{me} la ut noe i {group}.",
        "{me} kommenterte {bob}s innlegg.",
        "{me} svarte på {bob}s kommentar.",
        "{me} kommenterte sitt eget innlegg.",
    ),
    "fi": (
        "{me} julkaisi ryhmässä {group}.",
        "{me} kommentoi käyttäjän {bob} julkaisua.",
        "{me} vastasi käyttäjän {bob} kommenttiin.",
        "{me} kommentoi omaa julkaisuaan.",
    ),
    "cs": (
        "{me} přidala příspěvek do skupiny {group}.",
        "{me} okomentovala příspěvek uživatele {bob}.",
        "{me} odpověděla na komentář uživatele {bob}.",
        "{me} okomentovala vlastní příspěvek.",
    ),
    "tr": (
        "{me}, {group} grubunda paylaşımda bulundu.",
        "{me}, {bob} adlı kişinin gönderisine yorum yaptı.",
        "{me}, {bob} adlı kişinin yorumunu yanıtladı.",
        "{me} kendi gönderisine yorum yaptı.",
    ),
    "ru": (
        "{me} опубликовала в {group}.",
        "{me} прокомментировала публикацию {bob}.",
        "{me} ответила на комментарий {bob}.",
        "{me} прокомментировала свою публикацию.",
    ),
    "uk": (
        "{me} опублікувала допис у {group}.",
        "{me} прокоментувала допис {bob}.",
        "{me} відповіла на коментар {bob}.",
        "{me} прокоментувала свій допис.",
    ),
    "vi": (
        "{me} đã đăng trong {group}.",
        "{me} đã bình luận về bài viết của {bob}.",
        "{me} đã trả lời bình luận của {bob}.",
        "{me} đã bình luận về bài viết của chính mình.",
    ),
    "id": (
        "{me} memposting di {group}.",
        "{me} mengomentari postingan {bob}.",
        "{me} membalas komentar {bob}.",
        "{me} mengomentari postingannya sendiri.",
    ),
    "ja": (
        "{me}さんが{group}に投稿しました。",
        "{me}さんが{bob}さんの投稿にコメントしました。",
        "{me}さんが{bob}さんのコメントに返信しました。",
        "{me}さんが自分の投稿にコメントしました。",
    ),
    "ko": (
        "{me}님이 {group}에 게시했습니다.",
        "{me}님이 {bob}님의 게시물에 댓글을 남겼습니다.",
        "{me}님이 {bob}님의 댓글에 답글을 남겼습니다.",
        "{me}님이 자신의 게시물에 댓글을 남겼습니다.",
    ),
    "zh": (
        "{me}在{group}发布了帖子。",
        "{me}评论了{bob}的帖子。",
        "{me}回复了{bob}的评论。",
        "{me}评论了自己的帖子。",
    ),
    "ar": (
        "نشر {me} في {group}.",
        "علّق {me} على منشور {bob}.",
        "ردّ {me} على تعليق {bob}.",
        "علّقت {me} على منشورها.",
    ),
    "he": (
        "{me} פרסמה ב-{group}.",
        "{me} הגיבה על הפוסט של {bob}.",
        "{me} השיבה לתגובה של {bob}.",
        "{me} הגיבה על הפוסט שלה.",
    ),
}


def said(template: str) -> str:
    return template.format(me=ME, bob=BOB, group=GROUP)


def test_every_language_has_an_example():
    assert SAID.keys() == PHRASES.keys()


@pytest.mark.parametrize("language", SAID)
def test_nothing_but_the_title_is_needed(language):
    posted, commented, replied, own = map(said, SAID[language])
    known = Titles(owner=ME)
    assert known.group(posted) == GROUP
    assert known.answered(commented) == BOB
    assert known.answered(replied) == BOB
    assert known.answered(own) == ME
    assert [is_reply(title) for title in (posted, commented, replied, own)] == [False, False, True, False]


@pytest.mark.parametrize(
    "language", [language for language in SAID if language not in ("ar", "tr")]
)  # no verb next to it
def test_the_owner_is_told_from_titles_alone(language):
    titles = [said(SAID[language][0]), SAID[language][0].format(me=ME, group="Chess"), "???"]
    assert author_in(titles) == ME


def test_a_group_with_words_of_titles_in_its_name_is_read_whole():
    known = Titles(owner=ME)
    assert known.group(f"{ME} posted in Letters posted in Rome.") == "Letters posted in Rome"
    assert known.group(f"{ME} shared a link to the group: Old Mill.") == "Old Mill"
    assert known.group(f"{ME} added 3 new photos in Old Mill.") == "Old Mill"
    assert known.group(f"{ME} posted in 日本語の会.") == "日本語の会"


def test_names_of_groups_are_found_in_languages_nobody_foresaw():
    known = Titles(owner=ME, groups=("Mill", "Old Mill"))
    assert known.group(f"{ME} δημοσίευσε στην ομάδα Old Mill.") == "Old Mill"
    assert known.group(f"{ME} δημοσίευσε στην ομάδα Windmill.") == ""
    titles = [f"{ME} δημοσίευσε στην ομάδα {name}." for name in ("Old Mill", "Chess Club", "Mill Street Choir")]
    learned = Titles(ME, ("Mill", "Old Mill"), (), frames(known, titles))
    assert [learned.group(title) for title in titles] == ["Old Mill", "Chess Club", "Mill Street Choir"]


def test_a_known_group_is_not_taken_for_one_with_a_longer_name():
    known = Titles(owner=ME, groups=("Gardeners",))
    assert known.group(f"{ME} posted in Gardeners of York.") == "Gardeners of York"


def test_known_people_are_found_in_any_language():
    known = Titles(owner=ME, people=("Bob", "Bob Sample", ME, "Ann"))
    assert known.answered(f"{ME} σχολίασε τη δημοσίευση του Bob Sample.") == BOB
    assert known.answered(f"{ME} σχολίασε κάτι.") == ""
    assert known.answered(f"{ME} commented on Ann's Bakery's post.") in ("Ann", "Ann's Bakery")
    assert known.answered(f"{ME} commented on Bobby's post.") == "Bobby"


def test_hostile_titles_cost_little():
    known = Titles(owner=ME, groups=tuple(f"g{n}" for n in range(500)), people=tuple(f"p{n}" for n in range(500)))
    start = time.perf_counter()
    for text in ("a " * 5000, "posted in " * 500, "hat in hat auf " * 300, "さんが" * 500, "'s " * 900, "在" * 2000):
        known.group(text)
        known.answered(text)
        known.frame(text)
        author_in([text])
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("title", "group"),
    [
        ("Ann Example opublikowała post w grupie Ogródek.", "Ogródek"),
        ("Ann Example a publié dans le groupe Les Amis.", "Les Amis"),
        ("Ann Example publicó en el grupo Los Vecinos.", "Los Vecinos"),
    ],
)
def test_forms_of_one_phrase(title, group):
    assert Titles(owner="Ann Example").group(title) == group


@pytest.mark.parametrize(
    ("title", "answered"),
    [
        ("Ann Example hat einen Beitrag von Bob Sample kommentiert.", "Bob Sample"),
        ("Ann Example hat auf einen Kommentar von Bob Sample geantwortet.", "Bob Sample"),
        ("Ann Example a commenté sa publication.", "Ann Example"),
        ("Ann Example ha comentado su publicación.", "Ann Example"),
    ],
)
def test_whose_post_in_other_words(title, answered):
    assert Titles(owner="Ann Example").answered(title) == answered
