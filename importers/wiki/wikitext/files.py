"""What stands in the brackets of a file besides its name: how it is to be shown, and its caption."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

# Words that set how a picture is shown, as MediaWiki 1.39 has them (magic words img_*), in the languages of the largest
# wikis; those that end in an equals sign take a value. The English ones hold everywhere.
_WORDS: Mapping[str, str] = {
    "en": (
        "alt=|baseline|border|bottom|center|centre|class=|end=|enframed|frame|framed|frameless|lang=|left|"
        "link=|loop|middle|muted|noicon|nolink|none|page=|right|start=|sub|sup|super|text-bottom|text-top|"
        "thumb|thumb=|thumbnail|thumbnail=|thumbtime=|top|upright|upright="
    ),
    "de": (
        "alternativtext=|gerahmt|grundlinie|hoch|hochgestellt|hochkant|hochkant=|klasse=|links|mini|mini=|"
        "miniatur|miniatur=|mitte|oben|ohne|rahmenlos|rand|rechts|seite=|sprache=|text-oben|text-unten|tief|"
        "tiefgestellt|unten|verweis=|zentriert"
    ),
    "fr": (
        "bas|bas-texte|bas-txt|base|bordure|cadre|centré|classe=|droite|encadre|encadré|exp|exposant|gauche|"
        "haut|haut-texte|haut-txt|ind|indice|langue=|lien=|ligne-de-base|milieu|neant|non encadre|"
        "non encadré|néant|redresse|redresse=|sans cadre|vignette|vignette="
    ),
    "es": (
        "abajo|arriba|borde|centrada|centrado|centrar|centro|dcha|der|derecha|enlace=|enmarcada|enmarcado|"
        "idioma=|izda|izq|izquierda|marco|medio|mini|miniatura|miniatura=|miniaturadeimagen|"
        "miniaturadeimagen=|nada|ninguna|ninguno|no|pagina=|página=|sin enmarcar|sinenmarcar|sinmarco|"
        "vinculo=|vínculo="
    ),
    "it": (
        "bordo|centro|destra|incorniciato|metà|min|min=|miniatura|miniatura=|nessuno|originale|pagina=|"
        "pedice|riquadrato|senza cornice|sinistra|sopra|sotto|testo-sopra|testo-sotto|verticale|verticale="
    ),
    "pt": (
        "abaixo|acima|borda|centro|comborda|commoldura|direita|esquerda|ligação=|linhadebase|meio|miniatura|"
        "miniatura=|miniaturadaimagem|miniaturadaimagem=|nenhum|página=|semborda|semmoldura|superiordireito|"
        "superiordireito="
    ),
    "nl": (
        "beneden|boven|gecentreerd|geen|grondlijn|kaderloos|klasse=|koppeling=|links|midden|miniatuur|"
        "miniatuur=|omkaderd|pagina=|rand|rechtop|rechtop=|rechts|taal=|tekst-beneden|tekst-boven|"
        "verwijzing="
    ),
    "pl": "bez ramki|bezramki|brak|centruj|dół|góra|lewo|mały|mały=|prawo|ramka|strona=|tło|środek",
    "ru": (
        "альт=|без|безрамки|граница|мини|мини=|миниатюра|миниатюра=|над|обрамить|основание|под|посередине|"
        "сверху|сверхусправа|сверхусправа=|слева|снизу|справа|ссылка=|страница=|текст-сверху|текст-снизу|"
        "центр"
    ),
    "uk": (
        "альт=|без|безрамки|граница|границя|зверху|зверхуправоруч|зверхуправоруч=|знизу|ліворуч|межа|мини|"
        "мини=|миниатюра|миниатюра=|міні|міні=|мініатюра|мініатюра=|над|обрамити|обрамить|основа|основание|"
        "под|посередине|посередині|посилання=|праворуч|під|рамка|сверху|сверхусправа|сверхусправа=|слева|"
        "снизу|справа|ссылка=|сторінка=|страница=|текст-зверху|текст-знизу|текст-сверху|текст-снизу|центр"
    ),
    "sv": (
        "baslinje|botten|centrerad|höger|ingen|inramad|kantlinje|länk=|mini|mini=|miniatyr|miniatyr=|mitten|"
        "ned|ram|ramlös|sida=|stående|stående=|text-botten|text-topp|topp|upp|vänster"
    ),
    "ja": (
        "なし|サムネイル|サムネイル=|フレーム|フレームなし|ベースライン|ページ=|ボーダー|リンク=|上付き|上端|下付き|下端|下線|中央|中心|代替文=|代替画像=|右|右上|境界|左|文上端|"
        "文下端|無し"
    ),
    "zh": (
        "上標|下標|中间|右|右上|右上=|垂直置中|垂直置底|垂直置頂|基线|子|居中|左|底部|文字底部|文字置底|文字置頂|文字顶部|无|无框|替代=|替代文字|替代文本=|有框|無|無框|类=|"
        "縮圖|縮圖=|缩略图|缩略图=|置中|語言=|语言=|超|边框|連結=|邊框|链接=|頁=|類別=|页数=|顶部"
    ),
    "ar": (
        "أسفل|أعلى|إطار|بإطار|بدون|بديل=|بلا|تصغير|تصغير=|حدود|خط أساسي|رابط=|رتبة=|سب|سوبر|صفحة=|فرعي|"
        "لاإطار|لغة=|مركز|مصغر=|معدول|معدول=|نص أسفل|نص أعلى|وسط|وصلة=|يسار|يمين"
    ),
    "fa": (
        "انگشتدان|انگشتدان=|انگشتی|انگشتی=|ایستاده|ایستاده=|بالا|بندانگشتی|بندانگشتی=|بی قاب|بیقاب|بی‌قاب|"
        "جایگزین=|حاشیه|راست|زبان=|زبر|زیر|صفحه=|قاب|متن-بالا|متن-پایین|میانه|همکف|هیچ|وسط|پایین|پیوند=|چپ|"
        "کلاس="
    ),
    "he": (
        "באמצע|בראש הטקסט|בתחתית הטקסט|גבול|גבולות|דף=|טקסט=|ימין|ימין למעלה|ימין למעלה=|לא ממוסגר|ללא|"
        "ללא מסגרת|למטה|למעלה|ממוזער|ממוזער=|ממוסגר|מסגרת|מרכז|עילי|קישור=|שורת הבסיס|שמאל|תחתי"
    ),
    "cs": "bezrámu|jazyk=|náhled|náhled=|odkaz=|okraj|rám|strana=|střed|třída=|vlevo|vpravo|žádné",
    "hu": (
        "ai|alapvonal|alsóindex|bal|balra|bélyeg|bélyeg=|bélyegkép|bélyegkép=|felsőindex|fenn|fennjobbra|"
        "fennjobbra=|fent|fi|jobb|jobbra|keret|keretben|keretes|keretezett|keretnélküli|kerettel|közép|"
        "középre|lenn|lent|miniatűr|miniatűr=|oldal=|semmi|szöveg-fenn|szöveg-fent|szöveg-lenn|szöveg-lent|"
        "vközépen|vközépre"
    ),
    "fi": (
        "alaindeksi|alas|alhaalla|kehyksetön|kehys|kehystetty|keskellä|keski|keskitetty|linkki=|oikea|"
        "perustaso|pienois|pienois=|pienoiskuva|pienoiskuva=|pysty|pysty=|reunus|sivu=|tyhjä|vasen|ylhäällä|"
        "yläindeksi|yläoikea|yläoikea=|ylös"
    ),
    "tr": (
        "alt|altçizgi|bağlantı=|dikey|dikey=|küçük|küçük=|küçükresim|küçükresim=|merkez|metin-taban|"
        "metin-tavan|metin-tepe|orta|sayfa=|sağ|sol|sınıf=|sınır|taban|tabançizgisi|tavan|tepe|yok|çerçeve|"
        "çerçeveli|çerçevesiz|üs|üst"
    ),
    "ko": (
        "가운데|글자아래|글자위|대체글=|링크=|문서=|밑줄|섬네일|섬네일=|썸네일|썸네일=|아래|아래첨자|언어=|없음|오른쪽|왼쪽|위|위오른쪽|위오른쪽=|위첨자|중간|축소판|축소판=|"
        "클래스=|테두리|텍스트아래|텍스트위|프레임|프레임없음"
    ),
    "ca": (
        "baix|baix-text|cap|dalt|dalt-text|dreta|enllaç=|esquerra|idioma=|llengua=|línia de base|marc|"
        "miniatura|miniatura=|mitjà|pàgina=|redreçat|redreçat=|sense marc|vora"
    ),
}
_SIZE = re.compile(r"[0-9]{0,5}(?:x[0-9]{0,5})?\s*(?:px|пкс|像素|픽셀|بك|پیکسل|пікс)")


def caption(options: str, language: str) -> str:
    """The caption among the options of a file, which is the last of them that sets nothing; "" where there is none.
    `language` is the wiki's: "fr"."""
    words = _words(language.partition("-")[0])
    for part in reversed(options.split("|")):
        said = part.strip()
        if said and not _sets(said, words):
            return said
    return ""


@cache
def _words(language: str) -> frozenset[str]:
    return frozenset(f"{_WORDS['en']}|{_WORDS.get(language, '')}".split("|"))


def _sets(option: str, words: frozenset[str]) -> bool:
    """Whether it says how the picture is to be shown."""
    name, equals, _ = option.partition("=")
    return name.strip().replace("_", " ").lower() + equals in words or bool(_SIZE.fullmatch(option))
