"""What bytes mean, by label and by evidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.mail.charsets import REPLACEMENT, decode
from migrate.mail.problems import Problems


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        ("“curly” – dash", "cp1252", "iso-8859-1"),
        ("“curly” – dash", "cp1252", "latin1"),
        ("café", "utf-8", "us-ascii"),
        ("café", "utf-8", None),
        ("café", "utf-8", '"UTF-8;"'),
        ("中文镕基", "gb18030", "gb2312"),
        ("日本語①", "cp932", "x-sjis"),
        ("日本語①", "cp932", "windows-31j"),
        ("한글 똠방각하", "cp949", "ks_c_5601-1987"),
        ("שלום", "iso8859-8", "iso-8859-8-i"),
        ("Привет", "cp1251", "win-1251"),
        ("é à", "cp850", "cp-850"),
        ("naïve", "mac-roman", "x-mac-roman"),
        ("a+b é", "utf-7", "utf-7"),
        ("日本", "iso2022_jp", "iso-2022-jp"),
        ("日本", "iso2022_jp", None),
        ("wide", "utf-16", "utf-16"),
        ("wide é", "utf-16-le", "utf-16"),
        ("wide é", "utf-16-be", "utf-16"),
        ("wide", "utf-16", "ucs-2"),
        ("é😀", "utf-8", "utf8mb4"),
        ("é", "utf-8", "charset=utf-8"),
        ("Привет", "cp1251", "windows1251"),
        ("é", "cp850", "dos-850"),
        ("čš", "mac_latin2", "x-mac-ce"),
        ("þ", "mac_iceland", "x-mac-icelandic"),
        ("日本語", "cp932", "x-mac-japanese"),
        ("é", "latin-1", "iso-latin-1"),
        ("Привіт ї", "koi8-u", "koi8-u"),
        ("Привет", "mac_cyrillic", "x-mac-cyrillic"),
        ("中文", "hz", "hz-gb-2312"),
    ],
)
def test_labels_as_they_are_meant(text, codec, label):
    problems: Problems = []
    data = text.encode(codec)
    assert decode(data, label, problems) == text
    assert problems == []


def test_circled_digits_in_iso_2022_jp():
    problems: Problems = []
    assert decode(b"\x1b$B-!F|K\\\x1b(B ok \x1b(I1\x1b(B", "iso-2022-jp", problems) == "①日本 ok ｱ"
    assert problems == []


@pytest.mark.parametrize(
    ("data", "text", "codes"),
    [
        (b"\x1b$BF|K\\8l", "日本語", []),
        (b"\x1b$BF|K\\\nplain line", "日本\nplain line", []),
        (b"\x1b$BF|K\\\x1b(Hx", "日本x", []),
        (b"$BF|K\\8l(B and $B words", "日本語 and $B words", ["charset-guessed"]),
        (b"costs $5 (B)", "costs $5 (B)", []),
    ],
)
def test_iso_2022_jp_with_its_escapes_broken(data, text, codes):
    problems: Problems = []
    assert decode(data, "iso-2022-jp", problems) == text
    assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize("label", ["unknown-8bit", "x-unknown", "us-ascii", None, "idna", "base64"])
def test_a_label_that_fails_is_replaced_by_a_guess_and_says_so(label):
    problems: Problems = []
    text = "Ответ: собрание садоводов в субботу"
    assert decode(text.encode("koi8-r"), label, problems) == text
    assert [problem.code for problem in problems] == ["charset-guessed"]


def test_a_few_broken_characters_in_utf8_do_not_change_the_charset():
    problems: Problems = []
    data = "каждая буква на месте".encode() + b"\xd0"
    assert decode(data, "utf-8", problems) == "каждая буква на месте" + REPLACEMENT
    assert [problem.code for problem in problems] == ["charset-replaced"]


def test_replacement_characters_of_the_source_are_told():
    problems: Problems = []
    assert decode("\ufffd".encode(), "utf-8", problems) == REPLACEMENT
    assert [problem.code for problem in problems] == ["charset-damaged"]


LABELS = [
    None,
    "",
    "utf-8",
    "us-ascii",
    "iso-8859-1",
    "gb2312",
    "iso-2022-jp",
    "shift_jis",
    "utf-7",
    "utf-16",
    "unknown-8bit",
]


@given(st.binary(max_size=80), st.sampled_from(LABELS))
def test_no_replacement_character_without_a_problem_and_no_surrogate(data, label):
    problems: Problems = []
    text = decode(data, label, problems)
    text.encode()
    assert REPLACEMENT not in text or problems


def test_a_label_without_end_is_not_repeated_in_the_finding():
    problems: Problems = []
    decode(b"\xe9t\xe9", "x" * 60_000, problems)
    assert problems and all(len(problem.text) < 200 for problem in problems)


def test_utf8_under_a_label_that_does_not_fit_is_read_as_utf8():
    problems: Problems = []
    assert decode("Grüße, 你好".encode(), "big5", problems) == "Grüße, 你好"
    assert [problem.code for problem in problems] == ["charset-guessed"]
