"""How the titles of a download say what somebody did, in the languages an account can have.

A title is what Facebook made of a template: `{}` stands for the group or the other person, `*` for a few words between.
The member's own name is taken off before they are tried, so most begin with the verb. They are what is known of these
templates: where one is missing, the names of groups and people that the download itself holds tell (`titles`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Phrases:
    """The templates of one language, with bars between them."""

    posted: str  # in the group {}
    commented: str  # on what {} posted
    replied: str  # to a comment of {}
    own: str  # words that say that the other is the member
    replies: str  # words that only titles of replies hold

    def templates(self, kind: Literal["posted", "commented", "replied", "own", "replies"]) -> list[str]:
        """Those of one kind."""
        every: str = getattr(self, kind)
        return every.split(" | ")


PHRASES = {
    "en": Phrases(
        "posted in {} | posted something in {} | posted to {} | shared * in {} | shared * to the group: {} | "
        "shared * to {} | added * in {} | added * to {} | created * in {} | uploaded * in {} | asked * in {} | "
        "was live in {} | updated * in {}",
        "commented on {}'s * | commented on * by {} | commented on * from {} | answered {}'s *",
        "replied to {}'s * | replied to * by {}",
        "his own | her own | their own | your own | own post | own comment",
        "replied",
    ),
    "de": Phrases(
        "hat in {} gepostet | hat in {} etwas gepostet | hat * in {} gepostet | hat * in {} geteilt | "
        "hat * in {} veröffentlicht",
        "hat {}s Beitrag kommentiert | hat den Beitrag von {} kommentiert | hat * von {} kommentiert | "
        "hat {}s * kommentiert",
        "hat auf {}s Kommentar geantwortet | hat auf den Kommentar von {} geantwortet | hat auf * von {} geantwortet",
        "eigenen | eigenes | eigene",
        "geantwortet",
    ),
    "fr": Phrases(
        "a publié dans le groupe {} | a publié * dans le groupe {} | a publié dans {} | "
        "a publié * dans {} | a partagé * dans {} | a ajouté * dans {}",
        "a commenté la publication de {} | a commenté la * de {} | a commenté le * de {} | a commenté * de {}",
        "a répondu au commentaire de {} | a répondu à un commentaire de {} | a répondu à {}",
        "sa propre | son propre | ses propres | sa publication | son commentaire",
        "a répondu",
    ),
    "es": Phrases(
        "publicó en el grupo {} | ha publicado en el grupo {} | publicó en {} | "
        "ha publicado en {} | publicó * en {} | compartió * en {} | agregó * en {} | "
        "ha compartido * en {}",
        "comentó la publicación de {} | ha comentado la publicación de {} | comentó * de {} | ha comentado * de {}",
        "respondió al comentario de {} | ha respondido al comentario de {} | respondió * de {}",
        "su propia | su propio | su publicación | su comentario",
        "respondió | ha respondido",
    ),
    "pt": Phrases(
        "publicou em {} | publicou no grupo {} | publicou * em {} | compartilhou * em {} | partilhou * em {} | "
        "postou em {}",
        "comentou na publicação de {} | comentou a publicação de {} | comentou no post de {} | comentou * de {}",
        "respondeu ao comentário de {} | respondeu a um comentário de {} | respondeu * de {}",
        "própria | próprio",
        "respondeu",
    ),
    "it": Phrases(
        "ha pubblicato in {} | ha pubblicato un post in {} | ha pubblicato * in {} | "
        "ha pubblicato nel gruppo {} | ha condiviso * in {}",
        "ha commentato il post di {} | ha commentato * di {}",
        "ha risposto al commento di {} | ha risposto * di {}",
        "suo post | suo commento | proprio | propria",
        "ha risposto",
    ),
    "nl": Phrases(
        "heeft iets geplaatst in {} | heeft een bericht geplaatst in {} | heeft * geplaatst in {} | "
        "heeft in {} gepost | heeft * gedeeld in {} | plaatste * in {}",
        "heeft gereageerd op het bericht van {} | heeft gereageerd op * van {} | reageerde op * van {} | "
        "heeft gereageerd op {}'s * | heeft een opmerking geplaatst bij * van {}",
        "heeft geantwoord op de opmerking van {} | heeft geantwoord op * van {} | antwoordde op * van {} | "
        "heeft op de reactie van {} geantwoord",
        "eigen",
        "geantwoord | antwoordde",
    ),
    "pl": Phrases(
        "opublikował(a) post w grupie {} | opublikował(a) w grupie {} | opublikował(a) * w {} | "
        "opublikował w {} | opublikowała w {} | opublikował(a) w {} | udostępnił(a) * w {} | "
        "dodał(a) * w grupie {}",
        "skomentował(a) post użytkownika {} | skomentował * użytkownika {} | skomentowała * użytkownika {} | "
        "skomentował(a) * użytkownika {}",
        "odpowiedział(a) na komentarz użytkownika {} | odpowiedział * użytkownika {} | odpowiedziała * użytkownika {}",
        "własny | własne | swój | swoje",
        "odpowiedział",
    ),
    "sv": Phrases(
        "skrev i {} | publicerade i {} | gjorde ett inlägg i {} | publicerade * i {} | delade * i {} | la upp * i {}",
        "kommenterade {}s inlägg | kommenterade {}s * | kommenterade * av {}",
        "svarade på {}s kommentar | svarade på * från {}",
        "sitt eget | sin egen | egen | eget",
        "svarade",
    ),
    "da": Phrases(
        "slog noget op i {} | har slået noget op i {} | skrev i {} | slog * op i {} | delte * i {} | har delt * i {}",
        "kommenterede {}s opslag | har kommenteret {}s opslag | kommenterede {}s * | har kommenteret {}s *",
        "svarede på {}s kommentar | har svaret på {}s kommentar | besvarede {}s kommentar",
        "sit eget | sin egen | egen | eget",
        "svarede | svaret | besvarede",
    ),
    "nb": Phrases(
        "la ut noe i {} | har lagt ut noe i {} | la ut * i {} | publiserte i {} | publiserte * i {} | skrev i {}",
        "kommenterte {}s innlegg | kommenterte innlegget til {} | kommenterte {}s * | kommenterte * til {} | "
        "har kommentert {}s *",
        "svarte på {}s kommentar | svarte på kommentaren til {} | har svart på {}s kommentar",
        "sitt eget | sin egen | egen | eget",
        "svarte | har svart",
    ),
    "fi": Phrases(
        "julkaisi ryhmässä {} | julkaisi * ryhmässä {} | jakoi * ryhmässä {} | lisäsi * ryhmään {} | "
        "julkaisi kohteessa {}",
        "kommentoi käyttäjän {} julkaisua | kommentoi käyttäjän {} * | kommentoi henkilön {} *",
        "vastasi käyttäjän {} kommenttiin | vastasi henkilön {} *",
        "omaa | omaan | oman",
        "vastasi",
    ),
    "cs": Phrases(
        "přidal(a) příspěvek do skupiny {} | přidal příspěvek do skupiny {} | přidala příspěvek do skupiny {} | "
        "zveřejnil(a) * ve skupině {} | sdílel(a) * ve skupině {} | přidal(a) * do {}",
        "okomentoval(a) příspěvek uživatele {} | okomentoval * uživatele {} | okomentovala * uživatele {} | "
        "okomentovala * uživatelky {} | okomentoval(a) * uživatele {}",
        "odpověděl(a) na komentář uživatele {} | odpověděl * uživatele {} | odpověděla * uživatele {} | "
        "odpověděla * uživatelky {}",
        "vlastní | svůj",
        "odpověděl",
    ),
    "tr": Phrases(
        "{} grubunda paylaşımda bulundu | {} grubunda gönderi paylaştı | {} grubunda * paylaştı | "
        "{} içinde paylaşımda bulundu",
        "{} adlı kişinin gönderisine yorum yaptı | {} adlı kişinin * yorum yaptı",
        "{} adlı kişinin yorumunu yanıtladı | {} adlı kişinin yorumuna yanıt verdi | {} adlı kişinin * yanıtladı",
        "kendi",
        "yanıtladı | yanıt verdi",
    ),
    "ru": Phrases(
        "опубликовал(а) * в группе {} | опубликовал(-а) * в группе {} | сделал(а) публикацию в группе {} | "
        "опубликовал(а) в {} | опубликовал в {} | опубликовала в {} | написал(а) в {} | поделился * в {} | "
        "поделилась * в {}",
        "прокомментировал(а) публикацию пользователя {} | прокомментировал(а) публикацию {} | "
        "прокомментировал публикацию {} | прокомментировала публикацию {} | прокомментировал(-а) публикацию {} | "
        "прокомментировал(а) * пользователя {}",
        "ответил(а) на комментарий пользователя {} | ответил(а) на комментарий {} | ответил на комментарий {} | "
        "ответила на комментарий {} | ответил(-а) на комментарий {}",
        "свою | свой | собственн",
        "ответил",
    ),
    "uk": Phrases(
        "опублікував(ла) * у групі {} | опублікував(-ла) * у групі {} | опублікував(ла) допис у {} | "
        "опублікував у {} | опублікувала у {} | опублікував(ла) у {} | опублікував допис у {} | "
        "опублікувала допис у {}",
        "прокоментував(ла) допис користувача {} | прокоментував(ла) допис {} | прокоментував допис {} | "
        "прокоментувала допис {} | прокоментував(-ла) допис {}",
        "відповів(ла) на коментар користувача {} | відповів(ла) на коментар {} | відповів на коментар {} | "
        "відповіла на коментар {} | відповів(-ла) на коментар {}",
        "свій | свою | власн",
        "відповів | відповіла",
    ),
    "vi": Phrases(
        "đã đăng trong {} | đã đăng bài trong {} | đã đăng * trong {} | đã chia sẻ * trong {} | đã đăng lên {} | "
        "đã đăng * vào {}",
        "đã bình luận về bài viết của {} | đã bình luận về * của {} | đã bình luận * của {}",
        "đã trả lời bình luận của {} | đã phản hồi bình luận của {} | đã trả lời * của {}",
        "chính mình | của mình",
        "đã trả lời | đã phản hồi",
    ),
    "id": Phrases(
        "memposting di {} | berposting di {} | memposting * di {} | membagikan * di {} | menambahkan * di {}",
        "mengomentari postingan {} | berkomentar di postingan {} | mengomentari kiriman {} | "
        "mengomentari foto {} | mengomentari video {}",
        "membalas komentar {} | menanggapi komentar {}",
        "sendiri | postingannya | komentarnya",
        "membalas | menanggapi",
    ),
    "ja": Phrases(
        "さんが{}に投稿しました | さんが「{}」に投稿しました | さんが{}で投稿しました | "
        "さんが{}で*をシェアしました | さんが{}に*を追加しました",
        "さんが{}さんの投稿にコメントしました | さんが{}さんの*にコメントしました",
        "さんが{}さんのコメントに返信しました | さんが{}さんの*に返信しました",
        "自分の",
        "返信しました",
    ),
    "ko": Phrases(
        "님이 {}에 게시했습니다 | 님이 {}에 게시물을 올렸습니다 | 님이 {}에 글을 올렸습니다 | "
        "님이 {}에 *을 올렸습니다 | 님이 {}에서 *를 공유했습니다",
        "님이 {}님의 게시물에 댓글을 남겼습니다 | 님이 {}님의 *에 댓글을 남겼습니다 | "
        "님이 {}님의 *에 댓글을 달았습니다",
        "님이 {}님의 댓글에 답글을 남겼습니다 | 님이 {}님의 댓글에 답글을 달았습니다",
        "자신의 | 본인의",
        "답글을",
    ),
    "zh": Phrases(
        "在{}发帖了 | 在{}发布了帖子 | 在{}发布了* | 在{}发帖 | 在「{}」發佈了貼文 | 在{}發佈了貼文 | "
        "在{}發佈了* | 在{}發佈貼文 | 在{}分享了*",
        "评论了{}的帖子 | 评论了{}的* | 回應了{}的貼文 | 回應了{}的* | 對{}的貼文留言 | 對{}的*留言 | 在{}的貼文留言",
        "回复了{}的评论 | 回覆了{}的留言 | 回覆了{}的* | 回复了{}的*",
        "自己的",
        "回复了 | 回覆了",
    ),
    "ar": Phrases(
        "نشر في {} | نشرت في {} | قام بالنشر في {} | قامت بالنشر في {} | بالنشر في {} | نشر * في {} | شارك * في {}",
        "علق على منشور {} | علّق على منشور {} | علقت على منشور {} | علّقت على منشور {} | بالتعليق على منشور {} | "
        "على منشور {} | على صورة {}",
        "رد على تعليق {} | ردّ على تعليق {} | ردت على تعليق {} | ردّت على تعليق {} | بالرد على تعليق {} | على تعليق {}",
        "الخاص به | الخاص بها | الخاصة به | الخاصة بها | منشوره | منشورها | تعليقه | تعليقها",
        "على تعليق",
    ),
    "he": Phrases(
        "פרסם ב-{} | פרסמה ב-{} | פרסם/ה ב-{} | פרסם ב{} | פרסמה ב{} | פרסם * ב-{} | שיתף * ב-{} | שיתפה * ב-{}",
        "הגיב על הפוסט של {} | הגיבה על הפוסט של {} | הגיב/ה על הפוסט של {} | הגיב על * של {} | "
        "הגיבה על * של {} | הגיב לפוסט של {} | הגיבה לפוסט של {}",
        "השיב לתגובה של {} | השיבה לתגובה של {} | השיב/ה לתגובה של {} | הגיב לתגובה של {} | הגיבה לתגובה של {}",
        "של עצמו | של עצמה | שלו | שלה",
        "לתגובה",
    ),
}
