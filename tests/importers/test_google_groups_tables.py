"""Google Groups: settings, members and the tables of Vault, in any language and however damaged."""

import zipfile
from pathlib import Path

import pytest

from importers.google_groups.tables import read_table
from migrate.archive import Archive
from migrate.archive.reader import read_findings
from migrate.ingest import ingest
from migrate.model import Finding, Person
from migrate.sources import Options, get_importer
from migrate.tree import read_tree
from tests.importers.takeouts import KEY, PUBLIC, codes, letter, members, messages, records, source, takeout


def settings(tmp_path: Path, **tables: str):
    return records(takeout(tmp_path, letter(1), **tables))


@pytest.mark.parametrize(
    ("heading", "value", "private"),
    [
        ("Who can view conversations", "Anyone on the web", False),
        ("Who can view conversations", "Anyone in the organization", True),
        ("Who can view conversations", "Anyone in example.org", True),
        ("Who can view conversations", "Group members", True),
        ("Who can view conversations", "Something new", True),
        ("whoCanViewGroup", "ANYONE_CAN_VIEW", False),
        ("whoCanViewGroup", "ALL_MEMBERS_CAN_VIEW", True),
        ("whoCanViewGroup", "ALL_IN_DOMAIN_CAN_VIEW", True),
        ("Quién puede ver las conversaciones", "Cualquier usuario de la Web", False),
        ("Quién puede ver las conversaciones", "Todos los miembros", True),
        ("Wer kann Konversationen ansehen", "Jeder im Web", False),
        ("Wer kann Konversationen ansehen", "Jeder in der Organisation", True),
        ("Qui peut consulter les conversations", "Tous les internautes", False),
        ("Chi può visualizzare le conversazioni", "Chiunque sul Web", False),
        ("Quem pode ver as conversas", "Qualquer pessoa na Web", False),
        ("Kto może wyświetlać rozmowy", "Każdy w internecie", False),
        ("Кто может просматривать обсуждения", "Все пользователи интернета", False),
        ("会話を閲覧できるユーザー", "ウェブ上のすべてのユーザー", False),
        ("谁可以查看对话", "网络上的任何人", False),
        # These say nothing of who may read.
        ("Who can join group", "Anyone on the web", True),
        ("Who can post", "Anyone on the web", True),
        ("Who can view members", "Anyone on the web", True),
        ("Who can see group", "Anyone on the web", True),
    ],
)
def test_a_group_is_private_unless_it_clearly_is_not(tmp_path, heading, value, private):
    found = settings(tmp_path, info=f"Group name,{heading}\nThe gardeners,{value}\n")
    assert source(found).private is private


def test_all_settings_that_speak_of_reading_must_say_so(tmp_path):
    both = "Who can view conversations,Who can view messages in the archive\nAnyone on the web,Group members\n"
    assert source(settings(tmp_path, info=both)).private


def test_without_a_word_on_it_the_group_counts_as_private_and_that_is_said(tmp_path):
    found = settings(tmp_path)
    assert source(found).private
    assert "visibility-unknown" in codes(found)
    assert "visibility-unknown" not in codes(settings(tmp_path, info=PUBLIC))


def test_what_was_private_stays_so_whatever_comes_after(tmp_path):
    (tmp_path / "mine.mbox").write_bytes(letter(2, f"List-ID: <{KEY}>"))
    takeout(tmp_path, letter(1))
    for number, order in enumerate((("Takeout", "mine.mbox"), ("mine.mbox", "Takeout"))):
        with Archive.open(tmp_path / f"{number}.sqlite3", mode="create") as archive:
            for place in order:
                ingest(archive, get_importer("google-groups"), [str(tmp_path / place)], workers=1)
            assert archive.db.execute("SELECT private FROM source").fetchall() == [(1,)]


def test_settings_may_stand_one_a_row(tmp_path):
    rows = "Setting;Value\nGroup name;Slugs & co\nDescription;All about them\nWho can view topics;Anyone on the web\n"
    found = source(settings(tmp_path, x=rows))
    assert (found.name, found.description, found.private) == ("Slugs & co", "All about them", False)


MEMBERS = """Members for group gardeners
Email address,Nickname,Group status,Email status,Email preference
Ann@Example.org,Ann Lee,owner,OK,all email
ben@example.org,Ben,manager,OK,all email
cy@example.org,Cy,member,OK,digest
dee@example.org,Dee,pending,OK,all email
eve@example.org,Eve,invited,OK,all email
fay@example.org,Fay,banned,OK,all email
gus@example.org,Gus,member,bouncing,all email
hal@example.org,Hal,left the group,OK,all email
ivo@example.org,Ivo,sideways,OK,all email
gardeners@googlegroups.com,The group,member,OK,all email
jo...@example.org,Jo,member,OK,all email
"""


def test_members_are_only_counted(tmp_path):
    found = settings(tmp_path, info=PUBLIC, members=MEMBERS)
    assert members(found) == {}
    assert {r.key for r in found if isinstance(r, Person)} == {"ann@example.org"}  # who wrote
    told = codes(found)["members-listed"]
    assert told.severity == "info"
    assert told.text.endswith(
        "owners 1, managers 1, members 3, invited, pending or unreachable 3, banned or left 2, unclear 1."
    )
    assert "@" not in told.text


def test_only_active_members_become_people_and_who_was_banned_or_left_never_does(tmp_path):
    found = records(takeout(tmp_path, letter(1), members=MEMBERS), members="placeholders")
    assert members(found) == {
        "ann@example.org": "account",
        "ben@example.org": "account",
        "cy@example.org": "account",
        "fay@example.org": "never",
        "hal@example.org": "never",
    }
    assert "members-unclear" in codes(found)


@pytest.mark.parametrize(
    "table",
    [
        "Dirección de correo electrónico,Apodo,Estado en el grupo\n"
        "ann@example.org,Ann,miembro\nben@example.org,Ben,pendiente\n"
        "cy@example.org,Cy,expulsado\n",
        "E-Mail-Adresse;Spitzname;Status\nann@example.org;Ann;Mitglied\nben@example.org;Ben;eingeladen\n"
        "cy@example.org;Cy;gesperrt\n",
        "メールアドレス,ニックネーム,ステータス\n"
        "ann@example.org,Ann,メンバー\nben@example.org,Ben,招待済み\ncy@example.org,Cy,禁止\n",
        "Pseudo\tRôle\tAdresse\n"
        "Ann\tmembre\tann@example.org\nBen\ten attente\tben@example.org\nCy\tbanni\tcy@example.org\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_members_in_other_languages(tmp_path, table, encoding):
    folder = takeout(tmp_path, letter(1), wer="x")
    next(folder.rglob("wer.csv")).write_bytes(table.encode(encoding))
    assert members(records(folder, members="placeholders")) == {"ann@example.org": "account", "cy@example.org": "never"}


def test_who_is_a_member_is_not_guessed_in_an_unknown_language(tmp_path):
    table = "Retpoŝto,Nomo,Rolo\nann@example.org,Ann,ano\nben@example.org,Ben,forigita\n"
    assert members(records(takeout(tmp_path, letter(1), anoj=table), members="placeholders")) == {}


HOSTILE = [
    b"",
    b"\0\0\0\0",
    b"\xff\xfe\x00",
    b"a,b\n" + b'"' + b"x" * 300_000,
    b",".join([b"ann@example.org"] * 5000) + b"\n" * 10,
    b"a@b.c,\xed\xa0\x80\x1b[2J\n" * 50,
    b"\n".join(b"=cmd|'/c calc'!A%d,x@example.org" % n for n in range(50)),
    ("Group name\n" + "\x1b[31mN\u202ea\x07me " * 4000).encode(),
]


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_tables_cost_nothing_but_themselves(tmp_path, data):
    folder = takeout(tmp_path, letter(1), info=PUBLIC, more="x")
    next(folder.rglob("more.csv")).write_bytes(data)
    found = records(folder, members="placeholders")
    assert len(messages(found)) == 1
    shown = [source(found).name, *(r.text + r.locator for r in found if isinstance(r, Finding))]
    shown += [name for r in found if isinstance(r, Person) for name in r.names]
    assert not any("\x1b" in text or "\u202e" in text or "\0" in text for text in shown)
    assert all(len(text) < 2000 for text in shown)


def test_a_table_is_read_as_far_as_it_goes(tmp_path):
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,2\n" + b'"' + b"x" * 200_000 + b"\n")
    rows, findings = read_table(next(iter(read_tree([str(tmp_path)]))))
    assert rows == [["a", "b"], ["1", "2"]]
    assert [finding.code for finding in findings] == ["table-damaged"]


def vault(folder: Path, *letters: bytes, count: int) -> Path:
    folder.mkdir()
    with zipfile.ZipFile(folder / "Matter-1.zip", "w") as file:
        file.writestr("Matter-gardeners@example.org-QxY2.mbox", b"".join(letters[:1]))
    with zipfile.ZipFile(folder / "Matter-2.zip", "w") as file:
        file.writestr("Matter-gardeners@example.org-QxY3.mbox", b"".join(letters[1:]))
    (folder / "Matter-metadata.xml").write_text("<Root/>")
    (folder / "Matter-results-count.csv").write_text(f"Account,Count\ngardeners@example.org,{count}\n")
    (folder / "Matter-group-membership.csv").write_text(
        "Group,Member,Role\ngardeners@example.org,ann@example.org,OWNER\ngardeners@example.org,ben@example.org,MEMBER\n"
    )
    return folder


def test_a_vault_export_in_parts_is_one_private_group(tmp_path):
    folder = vault(tmp_path / "v", letter(1), letter(2), letter(3), count=3)
    found = records(folder, members="placeholders")
    assert {message.source for message in messages(found)} == {"gardeners.example.org"}
    assert len(messages(found)) == 3
    assert source(found, "gardeners.example.org").private
    assert members(found) == {"ann@example.org": "account", "ben@example.org": "account"}
    assert "vault-count-differs" not in codes(found)
    assert get_importer("google-groups").detect(folder)


def test_whatever_vault_exports_is_private_even_if_only_its_mails_say_which_group_it_is(tmp_path):
    folder = tmp_path / "v"
    folder.mkdir()
    (folder / "Matter-metadata.xml").write_text("<Root/>")
    lists = ["board.example.org", "board.example.org", "hiring.example.org"]
    (folder / "Matter.mbox").write_bytes(b"".join(letter(n, f"List-ID: <{name}>") for n, name in enumerate(lists)))
    found = records(folder)
    assert all(source(found, name).private for name in lists)


def test_fewer_messages_than_vault_counted_are_reported(tmp_path):
    found = records(vault(tmp_path / "v", letter(1), letter(2), count=758))
    assert codes(found)["vault-count-differs"].text.startswith("Vault counted 758 messages, and 2 are in these files")


def test_an_outlook_mailbox_says_what_to_do(tmp_path):
    folder = vault(tmp_path / "v", letter(1), count=1)
    (folder / "Matter-1.pst").write_bytes(b"!BDN" + bytes(600))
    assert "MBOX" in codes(records(folder))["mailbox-is-pst"].text


def test_a_group_without_messages_is_told(tmp_path):
    assert "group-without-messages" in codes(records(takeout(tmp_path, info=PUBLIC)))


def test_settings_come_in_with_a_later_import(tmp_path):
    takeout(tmp_path, letter(1))
    importer = get_importer("google-groups")
    with Archive.open(tmp_path / "a.sqlite3", mode="create") as archive:
        ingest(archive, importer, [str(tmp_path / "Takeout")], workers=1)
        takeout(tmp_path, letter(1), info=PUBLIC, members=MEMBERS)
        said = Options({"members": ("placeholders",)})
        assert ingest(archive, importer, [str(tmp_path / "Takeout")], said, workers=1).new == 0
        assert archive.db.execute("SELECT description FROM source").fetchone() == ("All about slugs",)
        assert archive.db.execute("SELECT count(*) FROM person WHERE member = 'account'").fetchone() == (3,)
        assert {finding.code for finding in read_findings(archive)} >= {"visibility-unknown", "members-listed"}
