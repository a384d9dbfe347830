"""Where the text of a campaign ends and its footer begins, in many languages."""

from __future__ import annotations

import pytest

from importers.mailchimp.campaign import convert, convert_text
from importers.mailchimp.facts import Facts

# The line at the top, and of the footer: why one gets the mail, whose rights, where to write to, the way out.
LANGUAGES = {
    "en": (
        "Email not displaying correctly? View it in your browser.",
        "You are receiving this email because you opted in via our website.",
        "Copyright © 2024 The Garden, All rights reserved.",
        "Our mailing address is:",
        "You can update your preferences or unsubscribe from this list.",
    ),
    "de": (
        "Diese E-Mail im Browser ansehen",
        "Sie erhalten diese E-Mail, weil Sie sich auf unserer Website angemeldet haben.",
        "Copyright © 2024 Der Garten, Alle Rechte vorbehalten.",
        "Unsere Postanschrift lautet:",
        "Sie können Ihre Einstellungen aktualisieren oder sich von dieser Liste abmelden.",
    ),
    "fr": (
        "Voir cet e-mail dans votre navigateur",
        "Vous recevez cet e-mail parce que vous vous êtes inscrit sur notre site.",
        "Copyright © 2024 Le Jardin, Tous droits réservés.",
        "Notre adresse postale est :",
        "Vous pouvez mettre à jour vos préférences ou vous désabonner de cette liste.",
    ),
    "es": (
        "Ver este correo electrónico en su navegador",
        "Has recibido este correo porque te registraste en nuestra web.",
        "Copyright © 2024 El Jardín, Todos los derechos reservados.",
        "Nuestra dirección postal es:",
        "Puedes actualizar tus preferencias o darte de baja de esta lista.",
    ),
    "pt": (
        "Ver este e-mail no seu navegador",
        "Você está recebendo este e-mail porque se inscreveu em nosso site.",
        "Copyright © 2024 O Jardim, Todos os direitos reservados.",
        "Nosso endereço para correspondência é:",
        "Você pode atualizar suas preferências ou cancelar a inscrição.",
    ),
    "it": (
        "Visualizza questa email nel tuo browser",
        "Ricevi questa email perché ti sei iscritto sul nostro sito.",
        "Copyright © 2024 Il Giardino, Tutti i diritti riservati.",
        "Il nostro indirizzo postale è:",
        "Puoi aggiornare le tue preferenze o cancellarti: annulla l’iscrizione.",
    ),
    "nl": (
        "Bekijk deze e-mail in je browser",
        "Je ontvangt deze e-mail omdat je je via onze website hebt aangemeld.",
        "Copyright © 2024 De Tuin, Alle rechten voorbehouden.",
        "Ons postadres is:",
        "Je kunt je voorkeuren bijwerken of je uitschrijven van deze lijst.",
    ),
    "pl": (
        "Zobacz tę wiadomość w przeglądarce",
        "Otrzymujesz tę wiadomość, ponieważ zapisałeś się na naszej stronie.",
        "Copyright © 2024 Ogród, Wszelkie prawa zastrzeżone.",
        "Nasz adres pocztowy:",
        "Możesz zaktualizować swoje preferencje lub wypisać się z tej listy.",
    ),
    "sv": (
        "Visa detta mejl i din webbläsare",
        "Du får detta mejl eftersom du anmälde dig på vår webbplats.",
        "Copyright © 2024 Trädgården, Alla rättigheter förbehållna.",
        "Vår postadress är:",
        "Du kan uppdatera dina inställningar eller avregistrera dig från den här listan.",
    ),
    "da": (
        "Se denne e-mail i din browser",
        "Du modtager denne e-mail, fordi du har tilmeldt dig på vores hjemmeside.",
        "Copyright © 2024 Haven, Alle rettigheder forbeholdes.",
        "Vores postadresse er:",
        "Du kan opdatere dine præferencer eller afmelde dig: afmeld dig denne liste.",
    ),
    "nb": (
        "Vis denne e-posten i nettleseren",
        "Du mottar denne e-posten fordi du meldte deg på via nettsiden vår.",
        "Copyright © 2024 Hagen, Alle rettigheter forbeholdt.",
        "Vår postadresse er:",
        "Du kan oppdatere preferansene dine eller melde deg av.",
    ),
    "fi": (
        "Katso tämä viesti selaimessa",
        "Saat tämän viestin, koska liityit listalle sivuillamme.",
        "Copyright © 2024 Puutarha, Kaikki oikeudet pidätetään.",
        "Postiosoitteemme on:",
        "Voit päivittää tietosi tai poistua postituslistalta.",
    ),
    "cs": (
        "Zobrazit tento e-mail v prohlížeči",
        "Tento e-mail jste obdrželi, protože jste se přihlásili na našem webu.",
        "Copyright © 2024 Zahrada, Všechna práva vyhrazena.",
        "Naše poštovní adresa:",
        "Můžete změnit nastavení nebo se odhlásit z tohoto seznamu.",
    ),
    "ru": (
        "Посмотреть это письмо в браузере",
        "Вы получили это письмо, потому что подписались на нашем сайте.",
        "© 2024 Сад. Все права защищены.",
        "Наш почтовый адрес:",
        "Вы можете изменить настройки подписки или отписаться от рассылки.",
    ),
    "tr": (
        "Bu e-postayı tarayıcınızda görüntüleyin",
        "Bu e-postayı alıyorsunuz, çünkü sitemizden kaydoldunuz.",
        "Copyright © 2024 Bahçe, Tüm hakları saklıdır.",
        "Posta adresimiz:",
        "Tercihlerinizi güncelleyebilir ya da bu listeden çıkabilirsiniz.",
    ),
    "ja": (
        "このメールをブラウザで見る",
        "このメールは、サイトで登録された方にお送りしています。",
        "Copyright © 2024 庭の会, 無断転載を禁じます。",
        "所在地：",
        "配信停止はこちら",
    ),
    "zh": (
        "在浏览器中查看此邮件",
        "您收到此邮件是因为您在我们的网站上订阅了。",
        "Copyright © 2024 花园, 保留所有权利。",
        "我们的邮寄地址：",
        "您可以更新您的偏好或取消订阅。",
    ),
}


@pytest.mark.parametrize("lines", LANGUAGES.values(), ids=LANGUAGES.keys())
def test_footers_without_any_link_are_known_by_their_words(lines: tuple[str, ...]) -> None:
    browser, why, rights, address, out = lines
    html = (
        f"<p>{browser}</p><h1>Beans</h1><p>They are up at last, and the peas will follow.</p>"
        f"<p>{rights}<br>{why}</p><p>{address}<br>Garden Lane 1<br>12345 Nowhere</p><p>{out}</p>"
    )
    result = convert(html, Facts())
    assert result.body == "# Beans\n\nThey are up at last, and the peas will follow."
    assert result.elided == ""
    assert [problem.code for problem in result.problems] == ["campaign-footer-left-out"]


@pytest.mark.parametrize("lines", LANGUAGES.values(), ids=LANGUAGES.keys())
def test_the_same_in_plain_text(lines: tuple[str, ...]) -> None:
    browser, why, rights, address, out = lines
    text = (
        f"{browser}\n\nThey are up.\n\n{'=' * 60}\n{rights}\n{why}\n\n{address}\n\nGarden Lane 1\n\n{out} (*|UNSUB|*)\n"
    )
    result = convert_text(text, Facts())
    assert (result.body, result.elided) == ("They are up.", "")


PROSE = [
    "You can unsubscribe from the newsletter of the town hall by calling them, as we wrote in our last letter.",
    "Many asked how to update your preferences on the page of the town: click on the gear, then on mail, then save.",
    "Copyright: who owns a photograph that was taken in our garden?",
    "You are receiving this prize because your pumpkin was the largest of all.",
    "All rights reserved, all beds taken: the season is on.",
    "If you cannot open the seed list, view it in your browser; ours shows it well, and so do others that we tried.",
]


@pytest.mark.parametrize("sentence", PROSE)
def test_a_sentence_that_sounds_like_a_footer_stays(sentence: str) -> None:
    html = f"<p>Dear gardeners,</p>{'<p>It rained.</p>' * 8}<p>{sentence}</p><p>It went on raining for weeks.</p>"
    result = convert(html, Facts())
    assert sentence in result.body.replace("\\", "")
    assert not result.problems


def test_text_behind_the_way_out_stays():
    html = '<p>Beans.</p><p><a href="*|UNSUB|*">Unsubscribe</a></p><p>P.S. The shed is open on Sunday!</p>'
    assert convert(html, Facts()).body == "Beans.\n\nP.S. The shed is open on Sunday!"


def test_text_between_two_ways_out_stays():
    html = (
        '<p><a href="*|UNSUB|*">Unsubscribe</a></p><p>Beans.</p><p>Peas.</p><p><a href="*|UNSUB|*">Unsubscribe</a></p>'
    )
    assert convert(html, Facts()).body == "Beans.\n\nPeas."


def test_text_between_two_ways_out_at_the_top_stays():
    out = '<p><a href="*|UNSUB|*">Unsubscribe</a></p>'
    html = f"{out}<p>Beans.</p><p>Peas.</p>{out}<p>The leek is another matter altogether.</p>"
    assert convert(html, Facts()).body == "Beans.\n\nPeas.\n\nThe leek is another matter altogether."


@pytest.mark.parametrize("between", ["<h2>Peas</h2>", "<p>And the peas?</p>", f"<p>{'The peas will follow. ' * 9}</p>"])
def test_what_cannot_be_of_a_footer_ends_it(between: str) -> None:
    html = f'<p>{"Beans are up. " * 30}</p><p>© 2024 The Garden</p>{between}<p><a href="*|UNSUB|*">Unsubscribe</a></p>'
    result = convert(html, Facts())
    assert "eas" in result.body.rpartition("up.")[2]
    assert result.elided == ""


def test_never_is_all_of_it_folded_away():
    html = '<table class="mcnFollowBlock"><tr><td><a href="https://www.facebook.com/g">Facebook</a></td></tr></table>'
    assert convert(html, Facts()).body == "[Facebook](https://www.facebook.com/g)"


def test_a_long_paragraph_keeps_its_words_and_loses_the_readers_link():
    long = "The beans are up, the peas will follow, and nobody knows what becomes of the leek. " * 6
    address = "https://g.us5.list-manage.com/unsubscribe?u=1&id=2&e=9d8c"
    result = convert(f'<p>{long} Or <a href="{address}">leave us</a>, if you must.</p>', Facts())
    assert result.body.endswith("Or leave us, if you must.")
    assert convert_text(f"{long} Or leave us ({address}), if you must.", Facts()).body.endswith(
        "leave us , if you must."
    )


def test_what_stands_among_the_footer_is_folded_away():
    html = (
        "<p>Beans are up.</p><table><tr><td>Edited by Li Wen<br>© 2024 The Garden<br>"
        'Photographs: Mira<br><a href="*|UNSUB|*">Unsubscribe</a></td></tr></table>'
    )
    result = convert(html, Facts())
    assert (result.body, result.elided) == ("Beans are up.", "Edited by Li Wen\n\nPhotographs: Mira")


def test_an_element_that_calls_itself_a_footer_is_one_as_a_whole_if_it_holds_the_way_out():
    footer = '<div id="templateFooter"><p>Thanks to all who helped us dig this spring!</p><a href="{}">Out</a></div>'
    result = convert(f"<p>Beans are up.</p>{footer.format('*|UNSUB|*')}", Facts())
    assert (result.body, result.elided) == ("Beans are up.", "Thanks to all who helped us dig this spring!")
    result = convert(f"<p>Beans are up.</p>{footer.format('https://g.example/')}", Facts())
    assert "Thanks to all" in result.body


def test_an_element_that_calls_itself_a_footer_but_holds_the_text_is_none():
    text = "<p>The beans are up, and the peas will follow.</p>" * 50
    footer = f'<div class="footer">{text}<p><a href="*|UNSUB|*">Unsubscribe</a></p></div>'
    assert convert(text + footer, Facts()).body.count("beans") == 100


def test_icons_that_lead_elsewhere_are_folded_away():
    icons = '<table class="mcnFollowBlock"><tr><td><a href="https://www.facebook.com/g">Facebook</a></td></tr></table>'
    result = convert(f"{icons}<p>Beans.</p>", Facts())
    assert (result.body, result.elided) == ("Beans.", "[Facebook](https://www.facebook.com/g)")


def test_what_follows_the_postal_address_is_kept():
    html = "<p>Beans.</p><p>Our mailing address is:</p><p>The Garden<br>Lane 1</p><p>Thanks to Li</p>"
    html += '<a href="*|UNSUB|*">Out</a>'
    result = convert(html, Facts())
    assert (result.body, result.elided) == ("Beans.", "Thanks to Li")


def test_the_address_card_of_the_archive_page_goes_and_a_card_in_the_text_stays():
    card = '<div class="vcard"><span class="org">The Garden</span><div class="adr">Garden Lane 1</div></div>'
    out = '<p><a href="https://g.us5.list-manage.com/unsubscribe?u=1&amp;id=2">unsubscribe</a></p>'
    assert convert(f"<p>Beans.</p>{card}{out}", Facts()).body == "Beans."
    assert "Garden Lane 1" in convert(f"<p>Visit:</p>{card}<p>Beans.</p>", Facts()).body


def test_the_bar_of_the_archive_page_is_no_part_of_the_campaign():
    bar = '<div id="awesomewrap"><ul id="awesomebar"><li><a href="#">Past Issues</a></li></ul></div>'
    assert convert(f"<body>{bar}<p>Beans.</p></body>", Facts()).body == "Beans."


def test_a_postal_address_behind_the_way_out_is_not_shown():
    html = '<p>Beans.</p><p><a href="*|UNSUB|*">Unsubscribe</a></p><p>The Garden<br>Garden Lane 1<br>12345 Nowhere</p>'
    assert convert(html, Facts()).body == "Beans."


def test_a_teaser_above_the_text_that_is_said_again_is_said_once():
    html = '<table><tr><td id="templatePreheader">Beans are up.</td></tr></table><h1>Spring</h1><p>Beans are up.</p>'
    assert convert(html, Facts()).body == "# Spring\n\nBeans are up."


def test_a_footer_that_says_du_leaves_nothing():
    lines = (
        "<p>Copyright © 2021 Grün e.V., Alle Rechte vorbehalten.<br>Unsere Postadresse lautet:<br>Hauptstr. 5<br>"
        "Berlin<br>Möchtest du ändern, wie du diese E-Mails empfängst?<br>"
        "Du kannst dich <a href='*|UNSUB|*'>von der Liste abmelden</a>.</p>"
    )
    icon = "https://cdn-images.mailchimp.com/monkey_rewards/a.png"
    badge = f"<a href='http://eepurl.com/x'><img src='{icon}' alt='Intuit Mailchimp'></a>"
    converted = convert(f"<p>Die Ernte war gut.</p>{lines}{badge}", Facts(subject="Rundbrief"))
    assert (converted.body, converted.elided) == ("Die Ernte war gut.", "")
