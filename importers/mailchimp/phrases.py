"""What newsletters say about themselves: the lines round the text, language by language.

Spellings are separated by " | " and matched without regard to case, in lines that are short; an apostrophe stands for
any. To add a language, give each table its line. Leave out what could be the beginning of somebody's own sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# The line above everything: for those whose mail program shows no pictures.
BROWSER = {
    "cs": "zobrazit e-mail v prohlížeči | zobrazit tento e-mail v prohlížeči | zobrazit v prohlížeči",
    "da": "se denne e-mail i din browser | se denne mail i din browser | vis denne e-mail i din browser"
    " | vis i browser",
    "de": "diese e-mail im browser | diese mail im browser | im browser ansehen | im browser anzeigen"
    " | im browser öffnen | newsletter im browser | webansicht | wird diese e-mail nicht richtig dargestellt",
    "en": "view this email in your browser | view this e-mail in your browser | view it in your browser"
    " | view in your browser | view in browser | view email in browser | view this email online"
    " | view online version | email not displaying correctly | having trouble viewing this"
    " | can't see this email | read this email online | read this in your browser"
    " | open this email in your browser | see this email in your browser | view web version",
    "es": "ver este correo electrónico en su navegador | ver este correo en tu navegador"
    " | ver este correo en su navegador | ver este email en tu navegador | ver en el navegador"
    " | ver este mensaje en el navegador | ver versión web",
    "fi": "näytä tämä sähköposti selaimessa | katso tämä viesti selaimessa | avaa viesti selaimessa | näytä selaimessa",
    "fr": "voir cet e-mail dans votre navigateur | voir cet email dans votre navigateur"
    " | afficher dans le navigateur | voir dans le navigateur | voir la version en ligne"
    " | afficher cet e-mail dans votre navigateur | voir cette e-mail dans votre navigateur"
    " | consulter la version en ligne",
    "it": "visualizza questa email nel tuo browser | visualizza questa e-mail nel tuo browser"
    " | visualizza nel browser | vedi questa email nel browser | apri nel browser"
    " | visualizza la versione online",
    "ja": "ブラウザで見る | ブラウザで表示 | ブラウザでこのメールを | このメールをブラウザ | webブラウザで見る",
    "nb": "se denne e-posten i nettleseren | vis denne e-posten i nettleseren | vis i nettleser | åpne i nettleser",
    "nl": "bekijk deze e-mail in je browser | bekijk deze e-mail in uw browser | bekijk deze email in je browser"
    " | bekijk deze email in uw browser | bekijk in browser | bekijk de webversie | bekijk de online versie",
    "pl": "zobacz tę wiadomość w przeglądarce | wyświetl tę wiadomość w przeglądarce | zobacz w przeglądarce"
    " | wyświetl w przeglądarce | otwórz w przeglądarce",
    "pt": "ver este e-mail no seu navegador | ver este email no seu navegador | veja este e-mail no seu navegador"
    " | veja este email no seu navegador | ver no navegador | visualizar no navegador | ver no browser",
    "ru": "посмотреть это письмо в браузере | открыть это письмо в браузере | просмотреть в браузере"
    " | открыть в браузере | посмотреть в браузере | письмо отображается некорректно",
    "sv": "visa detta mejl i din webbläsare | visa detta e-postmeddelande i din webbläsare | visa i webbläsare"
    " | visa i webbläsaren | läs i webbläsaren | öppna i webbläsare | se nyhetsbrevet i din webbläsare",
    "tr": "bu e-postayı tarayıcınızda görüntüleyin | bu e-postayı tarayıcıda görüntüle | tarayıcıda görüntüle"
    " | tarayıcınızda görüntüleyin",
    "zh": "在浏览器中查看 | 在浏览器中打开 | 在瀏覽器中檢視 | 在瀏覽器中查看 | 用浏览器查看",
}
# How to leave: surely the footer.
LEAVE = {
    "cs": "odhlásit se z odběru | odhlásit odběr | odhlásit z tohoto seznamu | zrušit odběr | změnit nastavení odběru",
    "da": "afmeld dig denne liste | afmeld nyhedsbrev | frameld dig | framelde dig | opdater dine præferencer"
    " | afmeld abonnement | afmelde dig",
    "de": "von dieser liste abmelden | newsletter abbestellen | vom newsletter abmelden"
    " | einstellungen aktualisieren | wie sie diese e-mails empfangen | wie sie diese e-mails erhalten"
    " | wie du diese e-mails empfängst | wie du diese e-mails erhältst | newsletter abmelden"
    " | aus dieser liste austragen",
    "en": "want to change how you receive these emails | unsubscribe from this list | update your preferences"
    " | update subscription preferences | unsubscribe here | click here to unsubscribe"
    " | to unsubscribe, click | unsubscribe or update | manage your preferences | manage preferences"
    " | unsubscribe from these emails | unsubscribe at any time | unsubscribe instantly"
    " | no longer wish to receive these | change your subscription",
    "es": "darse de baja de esta lista | darte de baja | darse de baja | cancelar suscripción"
    " | cancelar la suscripción | actualizar sus preferencias | actualizar tus preferencias"
    " | cómo recibes estos correos | cómo recibir estos correos",
    "fi": "peruuta tilaus | peru tilaus | poistu postituslistalta | poistua postituslistalta | päivitä asetuksesi"
    " | peruuttaa tilauksen | perua tilauksen",
    "fr": "vous désabonner de cette liste | se désabonner | vous désabonner | se désinscrire | vous désinscrire"
    " | mettre à jour vos préférences | comment vous recevez ces e-mails | me désabonner",
    "it": "cancellati da questa lista | annulla l'iscrizione | annullare l'iscrizione | cancellare l'iscrizione"
    " | disiscriviti | disiscriversi | aggiorna le tue preferenze | aggiornare le tue preferenze",
    "ja": "配信停止 | 配信を停止 | 購読解除 | 購読を解除 | 登録解除 | 配信解除 | 設定を更新",
    "nb": "meld deg av denne listen | melde deg av | meld deg av | avslutt abonnement"
    " | oppdater preferansene dine | stopp abonnementet",
    "nl": "uitschrijven voor deze lijst | afmelden voor deze lijst | uitschrijven van deze lijst"
    " | afmelden nieuwsbrief | uitschrijven nieuwsbrief | je voorkeuren bijwerken | uw voorkeuren bijwerken"
    " | voorkeuren aanpassen | uitschrijven uit deze lijst | afmelden voor deze nieuwsbrief",
    "pl": "wypisz się z tej listy | wypisz się z newslettera | zrezygnuj z subskrypcji | anuluj subskrypcję"
    " | zaktualizować swoje preferencje | zaktualizuj preferencje | wypisać się z tej listy",
    "pt": "cancelar inscrição | cancelar a inscrição | cancelar subscrição | cancelar a subscrição"
    " | sair desta lista | cancelar a assinatura | atualizar suas preferências"
    " | atualizar as suas preferências | remover desta lista",
    "ru": "отписаться от рассылки | отписаться от этой рассылки | отписаться от этого списка"
    " | отказаться от рассылки | отказаться от подписки | обновить настройки подписки"
    " | изменить настройки подписки",
    "sv": "avregistrera dig från den här listan | avregistrera dig från denna lista | avsluta prenumerationen"
    " | avsluta prenumeration | uppdatera dina inställningar | avprenumerera | avanmäl dig | avregistrera dig",
    "tr": "bu listeden çık | abonelikten çık | aboneliği iptal et | aboneliğinizi iptal | tercihlerinizi güncelle"
    " | listeden ayrıl",
    "zh": "取消订阅 | 退订 | 取消訂閱 | 退訂 | 更新您的偏好 | 更新您的首选项 | 更新偏好設定",
}
# A whole line of its own, between rules or not; prose has these words too.
LEAVE_ALONE = {
    "cs": "odhlásit | odhlásit se",
    "da": "afmeld | frameld | afmeld dig",
    "de": "abmelden | abbestellen | austragen | profil aktualisieren",
    "en": "unsubscribe | update profile | opt out | update preferences | preferences | email preferences",
    "es": "darse de baja | cancelar suscripción | baja",
    "fi": "peru tilaus | poistu listalta",
    "fr": "désabonnement | se désabonner | désinscription",
    "it": "disiscriviti | cancellati | annulla iscrizione",
    "ja": "配信停止 | 解除",
    "nb": "meld av | avmeld | meld deg av",
    "nl": "uitschrijven | afmelden",
    "pl": "wypisz się | rezygnuję",
    "pt": "cancelar inscrição | descadastrar | remover",
    "ru": "отписаться",
    "sv": "avregistrera | avsluta | avanmäl",
    "tr": "abonelikten çık | ayrıl",
    "zh": "退订 | 取消订阅 | 退訂",
}
# Lines that stand near the way out, and may be prose elsewhere.
NEAR = {
    "cs": "všechna práva vyhrazena | naše poštovní adresa | tento e-mail dostáváte | tento e-mail jste obdrželi",
    "da": "alle rettigheder forbeholdes | vores postadresse | du modtager denne e-mail | du modtager denne mail",
    "de": "alle rechte vorbehalten | unsere postanschrift | unsere postadresse | unsere anschrift"
    " | sie erhalten diese e-mail"
    " | du erhältst diese e-mail | sie erhalten diesen newsletter | du erhältst diesen newsletter"
    " | sie bekommen diese e-mail | diese e-mail wurde an | an einen freund weiterleiten | in ihr adressbuch"
    " | warum erhalte ich diese",
    "en": "all rights reserved | our mailing address is | you are receiving this | you're receiving this"
    " | you received this email because | why did i get this | this email was sent to"
    " | this message was sent to | forward to a friend | forward this email to a friend"
    " | add us to your address book | powered by mailchimp | sent with mailchimp"
    " | you opted in via our website | you signed up on our website | email marketing powered by",
    "es": "todos los derechos reservados | nuestra dirección postal | nuestra dirección de correo postal"
    " | recibes este correo | recibe este correo | has recibido este correo | ha recibido este correo"
    " | reenviar a un amigo | este correo electrónico fue enviado a",
    "fi": "kaikki oikeudet pidätetään | postiosoitteemme | saat tämän viestin | sait tämän viestin"
    " | saat tämän sähköpostin",
    "fr": "tous droits réservés | notre adresse postale | vous recevez cet e-mail | vous recevez cet email"
    " | vous recevez ce message | vous avez reçu cet e-mail | transférer à un ami | cet e-mail a été envoyé à"
    " | vous recevez cette newsletter | vous recevez cette lettre",
    "it": "tutti i diritti riservati | il nostro indirizzo postale | il nostro indirizzo è | ricevi questa email"
    " | ricevi questa e-mail | hai ricevuto questa email | hai ricevuto questa e-mail | inoltra a un amico"
    " | questa email è stata inviata a",
    "ja": "無断転載を禁じます | 無断複写 | 所在地 | 住所は | このメールは | 友達に転送",
    "nb": "alle rettigheter reservert | alle rettigheter forbeholdt | vår postadresse | du mottar denne e-posten"
    " | du får denne e-posten",
    "nl": "alle rechten voorbehouden | ons postadres | je ontvangt deze e-mail | u ontvangt deze e-mail"
    " | je ontvangt deze nieuwsbrief | u ontvangt deze nieuwsbrief | deze e-mail is verzonden aan"
    " | doorsturen naar een vriend",
    "pl": "wszelkie prawa zastrzeżone | nasz adres pocztowy | nasz adres korespondencyjny"
    " | otrzymujesz tę wiadomość | otrzymałeś tę wiadomość | otrzymują państwo",
    "pt": "todos os direitos reservados | nosso endereço para correspondência | nosso endereço de correspondência"
    " | nosso endereço postal | a nossa morada | você está recebendo este e-mail"
    " | você está recebendo este email | você recebeu este e-mail | recebeu este e-mail | está a receber este"
    " | encaminhar para um amigo",
    "ru": "все права защищены | наш почтовый адрес | вы получили это письмо | вы получаете это письмо"
    " | переслать другу",
    "sv": "alla rättigheter förbehållna | med ensamrätt | vår postadress | du får detta mejl"
    " | du får det här mejlet | du får detta e-postmeddelande | du får det här utskicket",
    "tr": "tüm hakları saklıdır | posta adresimiz | bu e-postayı alıyorsunuz | bu e-postayı almanızın",
    "zh": "保留所有权利 | 版权所有 | 我们的邮寄地址 | 您收到此邮件 | 您收到这封邮件"
    " | 保留所有權利 | 版權所有 | 我們的郵寄地址 | 您收到此郵件 | 转发给朋友",
}
# Of those, what the sender's postal address follows.
ADDRESS = (
    "our mailing address | naše poštovní adresa | vores postadresse | unsere postanschrift | unsere anschrift"
    " | unsere postadresse | nuestra dirección | postiosoitteemme | notre adresse postale | il nostro indirizzo"
    " | 所在地 | 住所は | vår postadress | ons postadres | nasz adres | nosso endereço | a nossa morada"
    " | наш почтовый адрес | posta adresimiz | 我们的邮寄地址 | 我們的郵寄地址"
)
# Words of a greeting that cannot stand without the name behind them.
DEAR = {
    "cs": "milý | milá | milí | vážený | vážená | vážený pane | vážená paní",
    "da": "kære",
    "de": "liebe | lieber | liebe/r | lieber/liebe | liebe(r) | liebe*r | sehr geehrte | sehr geehrter"
    " | sehr geehrte/r | sehr geehrte(r) | sehr geehrte frau | sehr geehrter herr | werte | werter",
    "en": "dear | my dear | dearest",
    "es": "querido | querida | querido/a | querid@ | estimado | estimada | estimado/a | estimad@ | apreciado"
    " | apreciada",
    "fi": "hyvä | rakas | arvoisa",
    "fr": "cher | chère | cher/chère | cher(e) | cher(ère) | chère/cher | cher·e",
    "it": "caro | cara | caro/a | cara/o | gentile | egregio | gentilissimo | gentilissima",
    "ja": "親愛なる",
    "nb": "kjære",
    "nl": "beste | lieve | geachte",
    "pl": "drogi | droga | drogi/a | szanowny | szanowna | szanowny panie | szanowna pani",
    "pt": "caro | cara | caro(a) | caro/a | querido | querida | querido(a) | prezado | prezada | prezado(a)"
    " | prezado/a",
    "ru": "уважаемый | уважаемая | уважаемый(ая) | уважаемый/ая | дорогой | дорогая | дорогой(ая)",
    "sv": "kära | käre | bästa | bäste",
    "tr": "sevgili | değerli | sayın",
    "zh": "亲爱的 | 尊敬的 | 親愛的 | 尊敬的用户",
}
# What stands behind the name, and goes with it.
TITLES_BEHIND = "様 | さま | さん | 殿 | bey | hanım | 先生 | 女士 | 小姐"


def plain(text: str) -> str:
    """The text in lower case, white space counted once, with one kind of apostrophe."""
    return " ".join(text.replace("’", "'").replace("‘", "'").casefold().split())


def _pattern(*tables: Mapping[str, str]) -> str:
    """A regular expression for any of the phrases, longest first."""
    phrases = {plain(phrase) for table in tables for line in table.values() for phrase in line.split("|")}
    return "|".join(map(re.escape, sorted(phrases, key=lambda phrase: (-len(phrase), phrase))))


def alternatives(line: str) -> str:
    """A regular expression for any of the spellings of one line of a table."""
    return _pattern({"": line})


IN_BROWSER = re.compile(_pattern(BROWSER))
WAY_OUT = re.compile(_pattern(LEAVE))
WAY_OUT_ALONE = re.compile(rf"(?:(?>{_pattern(LEAVE, LEAVE_ALONE, BROWSER)})\W*+)+")
NEAR_WAY_OUT = re.compile(
    rf"{_pattern(NEAR)}|(?:copyright|©|\(c\))\W{{0,4}}(?:©|\(c\)|\d{{4}}|\w[^.!?]{{0,80}}\d{{4}})|(?:^|[\s*])© ?\S"
)
ADDRESS_FOLLOWS = re.compile(alternatives(ADDRESS))
DEAR_PATTERN = _pattern(DEAR)
