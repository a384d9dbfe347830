"""The words mail programs and companies put below a mail, a line for each language; `languages` says how to add one."""

from __future__ import annotations

# How the line begins that a telephone adds; "…" stands for a few words.
SENT_FROM = {
    "ar": "أرسلت من | تم الإرسال من | مرسل من | أُرسلت من",
    "bg": "Изпратено от | Изпратен от",
    "ca": "Enviat des de | Enviat des del meu | Enviat amb",
    "cs": "Odesláno z | Odesláno ze | Posláno z | Odesláno pomocí",
    "da": "Sendt fra | Sendt via | Hent Outlook",
    "de": "Gesendet von | Gesendet mit | Gesendet über | Diese Nachricht wurde von | Von meinem … gesendet"
    " | Von unterwegs gesendet | Outlook für … herunterladen | Holen Sie sich Outlook",
    "el": "Στάλθηκε από | Εστάλη από | Απεστάλη από",
    "en": "Sent from | Sent via | Sent with | Sent by | Sent using | Get Outlook | Get [Outlook | Get Yahoo"
    " | From my iP | From my phone | Typed on my | Written on my | Sent on the go",
    "es": "Enviado desde | Enviado con | Enviado de | Enviado por | Obtener Outlook | Mandado desde",
    "et": "Saadetud minu | Saadetud telefonist",
    "eu": "Nire … bidalia",
    "fa": "ارسال شده از | فرستاده شده از",
    "fi": "Lähetetty | Hanki Outlook",
    "fr": "Envoyé de | Envoyé depuis | Envoyé à partir | Envoyé avec | Envoyé via | Envoyé par | Télécharger Outlook",
    "gl": "Enviado dende",
    "he": "נשלח מ | נשלח באמצעות | נשלחה מ",
    "hr": "Poslano s | Poslano sa | Poslano iz | Poslano putem",
    "hu": "Az én … küldve | iPhone-omról küldve | Küldve | Elküldve a",
    "id": "Dikirim dari | Terkirim dari",
    "is": "Sent úr",
    "it": "Inviato da | Inviato dal | Inviato con | Scarica Outlook | Ottieni Outlook",
    "ja": "iPhoneから送信 | iPadから送信 | 私の…から送信 | Androidから送信",
    "ko": "나의 …에서 보냄 | 내 …에서 보냄 | iPhone에서 보냄",
    "lt": "Išsiųsta iš | Siunčiu iš",
    "lv": "Nosūtīts no | Sūtīts no",
    "nb": "Sendt fra | Sendt via",
    "nl": "Verzonden met | Verzonden vanaf | Verzonden van | Verstuurd vanaf | Outlook voor … downloaden",
    "pl": "Wysłano z | Wysłane z | Wysłane przy użyciu | Pobierz aplikację Outlook",
    "pt": "Enviado do | Enviado de | Enviado da | Enviado a partir | Enviado pelo | Obter o Outlook",
    "ro": "Trimis de pe | Trimis din | Trimis cu",
    "ru": "Отправлено с | Отправлено из | Отправлено со | Отправлено через",
    "sk": "Odoslané z | Odoslané zo | Poslané z",
    "sl": "Poslano iz | Poslano z | Poslano s",
    "sr": "Послато са | Poslato sa | Послато помоћу",
    "sv": "Skickat från | Skickat via | Skickat med | Hämta Outlook",
    "th": "ส่งจาก",
    "tr": "iPhone'umdan gönderildi | … telefonumdan gönderildi | … cihazımdan gönderildi",
    "uk": "Надіслано з | Надіслано із | Відправлено з | Надіслано через",
    "vi": "Đã gửi từ | Gửi từ | Được gửi từ",
    "zh": "发自我的 | 發自我的 | 从我的 | 從我的 | 发送自 | 傳送自 | 来自我的 | 获取 Outlook",
}
# A paragraph at the end that has a word of both sides of the dash is what lawyers make companies add.
DISCLAIMERS = {
    "cs": "důvěrn — adresát | příjemce | odesílatel",
    "da": "fortrolig — modtager | slette | afsender",
    "de": "vertraulich — Adressat | Empfänger | vernichten | löschen",
    "en": "confidential | privileged — intended recipient | addressee | intended only | intended solely | delete"
    " | unauthorised | unauthorized | prohibited",
    "es": "confidencial — destinatario | notifique | prohibid",
    "fi": "luottamuksel — vastaanottaja | poista",
    "fr": "confidentiel — destinataire | expéditeur | interdit",
    "it": "riservat | confidenzial — destinatari | mittente | vietat",
    "nl": "vertrouwelijk — geadresseerde | ontvanger | verwijderen | afzender",
    "pl": "poufn — adresat | odbiorc | nadawc",
    "pt": "confidencia — destinatári | remetente | proibid",
    "ru": "конфиденциальн — адресат | получател | отправител",
    "sv": "konfidentiell — mottagare | radera | avsändare",
    "zh": "保密 | 机密 | 機密 — 收件人 | 删除 | 刪除",
}
# What a list's software writes into a footer.
FOOTERS = {
    "ca": "llista de correu",
    "de": "Mailingliste | Mailing-Liste | abmelden",
    "en": "mailing list | unsubscribe | You received this message | email is sponsored by",
    "es": "lista de correo | lista de distribución | darse de baja",
    "fr": "Liste de diffusion | Désinscription | désabonner",
    "it": "lista di discussione | disiscriverti | Disiscrizione",
    "ja": "メーリングリスト | 配信停止",
    "nl": "mailinglijst | afmelden",
    "pl": "lista dyskusyjna | wypisać się",
    "pt": "lista de discussão | cancelar a inscrição",
    "ru": "список рассылки | отписаться | Отменить подписку",
    "addresses": "/listinfo/ | /mailman/ | -leave@ | -request@ | groups.google.com | Yahoo! Groups",
}
