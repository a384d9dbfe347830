"""The words mail programs put round what they quote, a line for each language.

Spellings are separated by " | ", and matched without regard to case. To add a language, give each table its line:
open a mail of a program set to that language and copy the words; leave out what you have not seen. A space stands for
any white space. The tests want an example of each language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

# The verb that ends an attribution, or stands before the name that does: "On …, Ann wrote:", "Am … schrieb Ann:".
WROTE = {
    "ar": "كتب | كتبت | كتبه | كتبته | تمت كتابة ما يلي بواسطة | تمت الكتابة بواسطة",
    "bg": "написа | написал | написала | пише",
    "ca": "va escriure | ha escrit | escrigué | escrivia | missatge de",
    "cs": "napsal | napsala | napsal/a | napsal(a) | odesílatel",
    "cy": "ysgrifennodd",
    "da": "skrev | skrev følgende | har skrevet",
    "de": "schrieb | schrieben | schreibt | geschrieben | hat geschrieben",
    "el": "έγραψε | έγραψαν | έγραφε",
    "en": "wrote | writes | said | has written | scribbled | wrote the following",
    "eo": "skribis",
    "es": "escribió | escribio | ha escrito | escribe",
    "et": "kirjutas | kirjutas kuupäeval",
    "eu": "idatzi zuen | igorleak hau idatzi zuen | erabiltzaileak idatzi du",
    "fa": "نوشت | نوشته است",
    "fi": "kirjoitti | kirjoitti seuraavasti",
    "fr": "a écrit | a ecrit | écrivait | écrit",
    "ga": "scríobh",
    "gl": "escribiu | escribíu",
    "he": "כתב | כתבה | כתב/ה | כתבו | מאת",
    "hi": "ने लिखा | ने यह लिखा",
    "hr": "napisao | napisala | napisao je | napisala je | napisao/la | napisao(la) | piše",
    "hu": "írta | ezt írta | a következőt írta",
    "id": "menulis | menulis pesan",
    "is": "skrifaði | skrifaði eftirfarandi",
    "it": "ha scritto | scrisse | scrive",
    "lt": "rašė | parašė",
    "lv": "rakstīja | rakstija",
    "ms": "telah menulis",
    "nb": "skrev | skrev følgende | har skrevet",
    "nl": "schreef | schreef het volgende | het volgende geschreven | geschreven",
    "pl": "napisał | napisała | napisał/a | napisał(a) | pisze",
    "pt": "escreveu | escreveu o seguinte | escreveu no dia",
    "ro": "a scris | scris",
    "ru": "написал | написала | написал(а) | пишет | писал | писала",
    "sk": "napísal | napísala | napísal(a) | napísal/a",
    "sl": "napisal | napisala | napisal/a | je napisal | je napisala | je napisal/a",
    "sr": "написао | написала | написао/ла | је написао | је написала | је написао/ла",
    "sv": "skrev | skrev följande | har skrivit",
    "tr": "yazdı | şunu yazdı | şöyle yazdı | şunları yazdı",
    "uk": "написав | написала | написав(-ла) | написав(ла) | пише",
    "vi": "đã viết | viết",
}
# Those of languages that write no spaces between words.
WROTE_WITHOUT_SPACES = {
    "ja": "書きました | のメール | のメッセージ",
    "th": "เขียนว่า | เขียน",
    "ko": "작성 | 썼습니다 | 쓴 글 | 님이 씀",
    "zh": "写道 | 寫道 | 写了 | 寫了 | 写到 | 寫到",
}
# What stands before the date that an attribution begins with.
ON = {
    "ar": "في | بتاريخ | يوم",
    "bg": "На",
    "ca": "El | El dia | Missatge de",
    "cs": "Dne | Dňa",
    "cy": "Ar",
    "da": "Den",
    "de": "Am",
    "el": "Στις | Την",
    "en": "On | At | Quoting | In article | In message | In a message | In an article",
    "es": "El | El día",
    "et": "Kontakt | Kuupäeval",
    "fa": "در | در تاریخ",
    "fr": "Le",
    "he": "בתאריך",
    "hr": "Dana",
    "id": "Pada | Pada tanggal",
    "is": "Þann",
    "it": "Il | Il giorno | In data",
    "nl": "Op",
    "nb": "Den | På",
    "pl": "Dnia | W dniu",
    "pt": "Em | No dia",
    "ro": "În | Pe data de",
    "ru": "В",
    "sk": "Dňa",
    "sl": "Dne | V",
    "sr": "Дана",
    "sv": "Den",
    "th": "เมื่อ | ในวันที่",
    "vi": "Vào | Vào ngày | Vào lúc",
    "zh": "在 | 于 | 於",
}
# The line of dashes above a mail that is quoted without marks.
ORIGINAL = {
    "ar": "الرسالة الأصلية | رسالة أصلية",
    "bg": "Оригинално съобщение",
    "ca": "Missatge original",
    "cs": "Původní zpráva | Původní e-mail",
    "da": "Oprindelig meddelelse | Oprindelig besked | Original meddelelse",
    "de": "Original-Nachricht | Originalnachricht | Original Nachricht | Ursprüngliche Nachricht | Ursprüngliche Mail",
    "el": "Αρχικό μήνυμα",
    "en": "Original Message | Original Appointment | Original email | Reply message | Original Mail",
    "es": "Mensaje original",
    "et": "Algne sõnum | Algne kiri",
    "eu": "Jatorrizko mezua",
    "fa": "پیام اصلی",
    "fi": "Alkuperäinen viesti",
    "fr": "Message d'origine | Message d’origine | Message original | Message initial | Courriel original",
    "gl": "Mensaxe orixinal",
    "he": "הודעה מקורית | ההודעה המקורית",
    "hr": "Izvorna poruka | Originalna poruka",
    "hu": "Eredeti üzenet",
    "id": "Pesan Asli | Pesan asal",
    "is": "Upprunaleg skilaboð",
    "it": "Messaggio originale | Messaggio Originario",
    "ja": "元のメッセージ | 元のメール",
    "ko": "원본 메시지 | 원본 메일 | 원래 메시지",
    "lt": "Originalus laiškas | Pradinis laiškas | Pirminis pranešimas",
    "lv": "Sākotnējais ziņojums | Oriģinālā ziņa",
    "nb": "Opprinnelig melding",
    "nl": "Oorspronkelijk bericht | Origineel bericht | Oorspronkelijke bericht",
    "pl": "Oryginalna wiadomość | Wiadomość oryginalna | Wiadomość pierwotna",
    "pt": "Mensagem original",
    "ro": "Mesaj original | Mesajul original",
    "ru": "Исходное сообщение | Оригинальное сообщение | Первоначальное сообщение",
    "sk": "Pôvodná správa",
    "sl": "Izvirno sporočilo | Originalno sporočilo",
    "sr": "Оригинална порука | Izvorna poruka",
    "sv": "Ursprungligt meddelande | Originalmeddelande",
    "th": "ข้อความต้นฉบับ",
    "tr": "Özgün İleti | Orijinal Mesaj | Asıl İleti",
    "uk": "Оригінальне повідомлення | Вихідне повідомлення | Початкове повідомлення",
    "vi": "Thư gốc | Tin nhắn gốc",
    "zh": "原始邮件 | 原始郵件 | 原始消息 | 原邮件 | 原始信息 | 邮件原件",
}
# The same above a mail that is passed on; some programs write it without dashes, and with a colon.
FORWARDED = {
    "ar": "رسالة معاد توجيهها | بدء الرسالة المعاد توجيهها | الرسالة المعاد توجيهها",
    "bg": "Препратено съобщение | Начало на препратеното съобщение",
    "ca": "Missatge reenviat | Inici del missatge reenviat",
    "cs": "Přeposlaná zpráva | Předávaná zpráva | Začátek přeposílané zprávy | Forwardovaná zpráva",
    "da": "Videresendt meddelelse | Videresendt besked | Start på videresendt besked",
    "de": "Weitergeleitete Nachricht | Anfang der weitergeleiteten Nachricht",
    "el": "Προωθημένο μήνυμα | Μήνυμα που προωθήθηκε | Αρχή προωθημένου μηνύματος",
    "en": "Forwarded message | Forwarded by | Begin forwarded message | Forwarded Mail | Begin Forwarded Text",
    "es": "Mensaje reenviado | Inicio del mensaje reenviado | Comienzo del mensaje reenviado",
    "et": "Edastatud sõnum | Edastatud kiri",
    "fa": "پیام هدایت‌شده | پیام ارسال مجدد",
    "fi": "Välitetty viesti | Edelleenlähetetty viesti | Välitetty viesti alkaa",
    "fr": "Message transféré | Message transmis | Début du message transféré | Début du message réexpédié",
    "gl": "Mensaxe reenviada",
    "he": "הודעה שהועברה | תחילת ההודעה שהועברה",
    "hr": "Proslijeđena poruka | Započni proslijeđenu poruku | Proslijeđeno pismo",
    "hu": "Továbbított üzenet | Továbbított levél | A továbbított levél kezdete",
    "id": "Pesan terusan | Pesan yang diteruskan | Awal pesan terusan",
    "is": "Áframsent skeyti",
    "it": "Messaggio inoltrato | Inizio messaggio inoltrato",
    "ja": "転送メッセージ | 転送されたメッセージ | 転送されたメール | 転送先のメッセージ",
    "ko": "전달된 메시지 | 전달된 메일 | 전달한 메시지",
    "lt": "Persiųstas laiškas | Persiunčiamas laiškas",
    "lv": "Pārsūtīta ziņa | Pārsūtīts ziņojums",
    "nb": "Videresendt melding | Videresendt e-post | Start på videresendt melding",
    "nl": "Doorgestuurd bericht | Doorgestuurde bericht | Begin doorgestuurd bericht",
    "pl": "Wiadomość przekazana | Przekazana wiadomość | Początek przekazywanej wiadomości",
    "pt": "Mensagem encaminhada | Mensagem reencaminhada | Início da mensagem encaminhada | Mensagem reenviada",
    "ro": "Mesaj redirecționat | Mesaj redirecţionat | Început mesaj redirecționat",
    "ru": "Пересылаемое сообщение | Пересланное сообщение | Начало переадресованного сообщения",
    "sk": "Preposlaná správa | Presmerovaná správa | Začiatok preposlanej správy",
    "sl": "Posredovano sporočilo | Začetek posredovanega sporočila",
    "sr": "Прослеђена порука | Prosleđena poruka",
    "sv": "Vidarebefordrat meddelande | Vidarebefordrat brev | Vidarebefordrat mejl | Början på vidarebefordrat brev",
    "th": "ข้อความที่ส่งต่อ",
    "tr": "Yönlendirilen mesaj | İletilen mesaj | Yönlendirilmiş ileti | İletilen mesajın başlangıcı",
    "uk": "Пересилане повідомлення | Переслане повідомлення | Початок листа, що пересилається",
    "vi": "Thư được chuyển tiếp | Tin nhắn được chuyển tiếp | Bắt đầu tin nhắn được chuyển tiếp",
    "zh": "转发的邮件 | 转发邮件 | 轉寄的郵件 | 轉寄郵件 | 转发邮件信息 | 已转发邮件 | 轉寄信件 | 下面是被转发的邮件",
}
# What a mail program calls the From field of a mail it quotes …
FROM = {
    "ar": "من",
    "bg": "От",
    "ca": "De",
    "cs": "Od",
    "da": "Fra",
    "de": "Von",
    "el": "Από",
    "en": "From",
    "es": "De",
    "et": "Saatja",
    "fa": "از",
    "fi": "Lähettäjä",
    "fr": "De | Expéditeur",
    "he": "מאת",
    "hr": "Od | Šalje",
    "hu": "Feladó",
    "id": "Dari",
    "is": "Frá",
    "it": "Da | Mittente",
    "ja": "差出人 | 送信者",
    "ko": "보낸 사람 | 보낸사람 | 발신자",
    "lt": "Nuo | Siuntėjas",
    "lv": "No | Sūtītājs",
    "nb": "Fra",
    "nl": "Van",
    "pl": "Od | Nadawca",
    "pt": "De",
    "ro": "De la | Expeditor",
    "ru": "От | От кого | Отправитель",
    "sk": "Od | Odosielateľ",
    "sl": "Od | Pošiljatelj",
    "sr": "Од | Šalje",
    "sv": "Från | Avsändare",
    "th": "จาก",
    "tr": "Kimden | Gönderen",
    "uk": "Від | Відправник",
    "vi": "Từ | Người gửi",
    "zh": "发件人 | 寄件者 | 寄件人 | 發件人 | 发送人",
}
# … and the other fields: date, recipients, subject.
OTHER_FIELDS = {
    "ar": "تم الإرسال | أرسلت | التاريخ | إلى | نسخة | الموضوع",
    "bg": "Изпратено | Дата | До | Копие | Тема | Относно",
    "ca": "Enviat | Enviat el | Data | Per a | A | Tema | Assumpte",
    "cs": "Odesláno | Datum | Komu | Kopie | Předmět",
    "da": "Sendt | Dato | Til | Cc | Emne",
    "de": "Gesendet | Datum | An | Betreff | Kopie | Antwort an",
    "el": "Στάλθηκε | Ημερομηνία | Προς | Κοιν | Θέμα",
    "en": "Sent | Date | To | Cc | Subject | Reply-To | Organization | Sent by | Importance | Newsgroups",
    "es": "Enviado | Enviado el | Fecha | Para | Asunto",
    "et": "Saadetud | Kuupäev | Saaja | Adressaat | Teema",
    "fa": "ارسال شده | تاریخ | به | موضوع",
    "fi": "Lähetetty | Päiväys | Päivämäärä | Vastaanottaja | Kopio | Aihe",
    "fr": "Envoyé | Envoyé le | Date | À | A | Objet | Sujet | Cc | Répondre à | Destinataire",
    "he": "נשלח | תאריך | אל | עותק | נושא",
    "hr": "Poslano | Datum | Za | Prima | Predmet",
    "hu": "Elküldve | Dátum | Címzett | Másolat | Tárgy",
    "id": "Terkirim | Dikirim | Tanggal | Kepada | Ke | Perihal | Subjek",
    "is": "Sent | Dagsetning | Til | Efni",
    "it": "Inviato | Data | A | Oggetto | Risposta | Destinatario",
    "ja": "送信日時 | 日付 | 日時 | 宛先 | 件名 | 送信日",
    "ko": "보낸 날짜 | 보낸날짜 | 날짜 | 받는 사람 | 받는사람 | 참조 | 제목",
    "lt": "Išsiųsta | Data | Kam | Gavėjas | Tema",
    "lv": "Nosūtīts | Datums | Kam | Tēma | Temats",
    "nb": "Sendt | Dato | Til | Kopi | Emne",
    "nl": "Verzonden | Datum | Aan | Onderwerp | CC",
    "pl": "Wysłano | Wysłane | Data | Do | DW | Temat",
    "pt": "Enviado | Enviada em | Enviado em | Data | Para | Assunto",
    "ro": "Trimis | Dată | Data | Către | Catre | Subiect",
    "ru": "Отправлено | Дата | Кому | Копия | Тема",
    "sk": "Odoslané | Dátum | Komu | Kópia | Predmet",
    "sl": "Poslano | Datum | Za | Kp | Zadeva",
    "sr": "Послато | Poslato | Датум | За | Коме | Наслов | Тема",
    "sv": "Skickat | Datum | Till | Kopia | Ämne",
    "th": "ส่ง | วันที่ | ถึง | เรื่อง | หัวเรื่อง",
    "tr": "Gönderildi | Gönderilme | Tarih | Kime | Bilgi | Konu",
    "uk": "Надіслано | Відправлено | Дата | Кому | Копія | Тема",
    "vi": "Đã gửi | Ngày | Đến | Tới | Chủ đề | Tiêu đề",
    "zh": "发送时间 | 日期 | 时间 | 收件人 | 抄送 | 主题 | 寄件日期 | 收件者 | 副本 | 主旨 | 傳送時間 | 主題",
}
# How somebody says that the answers stand within the mail below: a word of each side of the dash, near each other.
ANSWERED_WITHIN = {
    "da": "svar | kommentar — nedenfor | i teksten | med rødt",
    "de": "antwort | kommentar | anmerkung | siehe | geantwortet — unten | im Text | in Rot | in Blau | dazwischen"
    " | inline",
    "en": "see | answer | comment | repl | respon | remark — below | inline | in-line | in line | in red | in blue"
    " | in green | embedded | interspersed | in between",
    "es": "respuesta | comentario | respondo | contesto — abajo | más abajo | en rojo | en azul | entre líneas",
    "fr": "réponse | commentaire | voir | réponds — ci-dessous | plus bas | dans le texte | en rouge | en bleu"
    " | en vert",
    "it": "rispost | comment | rispondo | vedi — sotto | in rosso | in blu | nel testo",
    "ja": "回答 | 返信 | コメント — 下記 | 以下 | 赤字 | インライン",
    "nl": "antwoord | opmerking | commentaar | zie — onder | hieronder | in rood | in blauw | in de tekst",
    "pl": "odpowied | komentarz | patrz — poniżej | w tekście | na czerwono | na niebiesko",
    "pt": "resposta | comentário | respondo | veja — abaixo | em vermelho | em azul | no texto",
    "ru": "ответ | отвеча | комментари | см. — ниже | в тексте | по тексту | красным",
    "sv": "svar | kommentar | se — nedan | i texten | i rött | med rött",
    "zh": "回复 | 回覆 | 答复 | 见 | 見 — 下文 | 以下 | 如下 | 下面 | 红字 | 紅字",
}


def alternatives(table: Mapping[str, str]) -> str:
    """A pattern for every spelling of a table; white space between words may be of any kind.

    In groups by their first letters, most of which are passed over with one look, and the longest first in each.
    """
    in_order = sorted(spellings(table), key=lambda spelling: (_initial(spelling), -len(spelling), spelling))
    return "|".join(f"(?:{'|'.join(map(_pattern, group))})" for _, group in groupby(in_order, _initial))


def _initial(spelling: str) -> str:
    return spelling[0].lower()


def _pattern(spelling: str) -> str:
    return re.escape(spelling).replace(r"\ ", r"\s")


def spellings(table: Mapping[str, str]) -> set[str]:
    """All spellings of a table."""
    return {spelling.strip() for line in table.values() for spelling in line.split(" | ")}
