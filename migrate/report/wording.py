"""What to call a kind of finding, and what was or can be done about it; unknown codes go by their own name."""

from __future__ import annotations

from dataclasses import dataclass

from migrate.text import mask_addresses, printable

_LONGEST = 80  # characters of a headline


@dataclass(frozen=True, slots=True)
class Wording:
    """A headline of a few words, and what was done or can be done."""

    headline: str
    remedy: str
    counts: bool = False  # its findings say in their text how many there are: "Pages … were passed over (13)."


_READ_BEFORE = "what came before was read"
_ASK_AGAIN = "fetch the file again if you can, and import it"

_FILES = {
    "archive-bomb": Wording("packed files that grow without end", _READ_BEFORE, counts=True),
    "archive-duplicate-name": Wording("files of one name and different content", "both were read"),
    "archive-encrypted": Wording(
        "encrypted members of a zip", "unpack them yourself and import the folder", counts=True
    ),
    "archive-format-unknown": Wording(
        "packed files of another kind", "unpack them yourself and import the folder", counts=True
    ),
    "archive-member-skipped": Wording("links and devices in a packed file", "passed over", counts=True),
    "archive-too-deep": Wording("packed files in packed files in packed files", "unpack them yourself"),
    "archive-too-large": Wording("packed files in packed files that are too large", "unpack them yourself"),
    "archive-too-many-members": Wording("packed files with too many members", "unpack them yourself"),
    "archive-unsafe-name": Wording("members with unsafe names", "read under a safe one", counts=True),
    "attachment-changed": Wording("attachments whose file was changed", "put the right file back and import again"),
    "attachment-missing": Wording("attachments whose file is missing", "put it into the folder and import again"),
    "bad-line": Wording("lines that could not be read", "mend the line and import again"),
    "bytes-after-end": Wording("bytes after the end of a packed file", "passed over"),
    "empty-file": Wording("empty files", "passed over"),
    "file-too-large": Wording("files that are too large", "read up to a limit"),
    "file-unreadable": Wording("files that could not be opened", "check their permissions and import again"),
    "media-not-cleaned": Wording("pictures and videos that may still tell where they were taken", "look at them"),
    "not-a-file": Wording("neither files nor folders", "passed over"),
    "not-mail": Wording("files that are no mail", "passed over"),
    "read-damaged": Wording("damaged packed files", f"{_READ_BEFORE}; {_ASK_AGAIN}"),
    "read-truncated": Wording("files that are cut off", f"{_READ_BEFORE}; {_ASK_AGAIN}"),
}
_MESSAGES = {
    "author-from-envelope": Wording(
        "mails that do not say who wrote them", "taken from the line above them in the file"
    ),
    "author-missing": Wording("mails without any sender", 'kept under "unknown"'),
    "charset-damaged": Wording("letters that were damaged before they came here", "shown as �"),
    "charset-guessed": Wording("mails that do not say rightly how their letters are written", "guessed from the text"),
    "charset-replaced": Wording("letters that cannot be read any more", "shown as �"),
    "chunk-failed": Wording("parts that could not be read", "import again; report it if it stays"),
    "date-from-arrival": Wording("dates that do not fit the mails around them", "dated by their arrival"),
    "date-from-neighbours": Wording("messages without a usable date", "placed between their neighbours"),
    "date-missing": Wording("messages without a date", "looked for elsewhere: see what was found", counts=True),
    "date-unknown": Wording(
        "messages without a date, and no neighbours to tell",
        "dated like the latest message of their list, if any is dated",
    ),
    "date-rejected": Wording(
        "dates that are impossible or cannot be read",
        "the date of arrival, or that of the messages around, is used instead",
    ),
    "digest-split": Wording("digests", "split into the mails they hold; their tables of contents are left out"),
    "encoding-unlabelled": Wording("texts packed for their way that do not say so", "unpacked"),
    "encoding-damaged": Wording("mails that were damaged on their way", "read as far as it goes"),
    "footer-learned": Wording("lines that many mails of a list end with", "folded away as its footer"),
    "header-garbage": Wording("odd lines between sender, date and subject", "passed over"),
    "header-missing": Wording("mails without sender, date and subject", "kept as text"),
    "header-too-long": Wording("mails whose sender, date or subject has no end", "cut"),
    "id-missing": Wording("mails without a number of their own (Message-ID)", "one was made from the content"),
    "junk-between-messages": Wording("bytes between messages", "passed over"),
    "mail-encrypted": Wording("encrypted mail", "kept as it is; nobody can read it there"),
    "message-too-long": Wording("messages without end", "cut"),
    "message-unreadable": Wording("messages that could not be read", "please report it"),
    "mime-no-boundary": Wording("mails whose parts cannot be told apart", "read as plain text"),
    "mime-too-deep": Wording("mails within mails within mails, or with too many parts", "kept as one file"),
    "mime-type-missing": Wording("attachments inside the text", "taken out"),
    "nul-removed": Wording("invisible signs that no text can hold", "removed"),
    "references-cut": Wording("mails that name hundreds of others before them", "the first and the last were kept"),
    "same-id-other-text": Wording("different mails under one number (Message-ID)", "both are kept"),
    "sender-hidden": Wording("address hidden by the list", "the name was kept; nobody can take over that account"),
    "people-alike": Wording("full names that several people have", "kept apart for want of other signs"),
    "people-joined": Wording("people with several addresses or spellings", "one account each"),
    "sender-restored": Wording("sender hidden by the list", "author restored"),
    "signature-removed": Wording("cryptographic signatures", "left out of the text"),
    "tnef-closed": Wording("winmail.dat files", "kept closed; pip install 'discourse-migrate[tnef]' opens them"),
    "tnef-unreadable": Wording("damaged winmail.dat files", "kept as they are"),
    "text-too-long": Wording("texts as long as a shelf of books", "kept as files; their beginnings are shown"),
    "text-completed": Wording("cut off when first read", "completed; what was sent before stays as it was"),
    "threads-stay-apart": Wording("one conversation, two topics", "both were sent already and stay"),
}
_PUSH = {
    "address-of-a-member": Wording("author's address belongs to a member", "posted under a placeholder"),
    "account-inactive": Wording("authors whose account is not active", "posted by one account, with a byline"),
    "account-not-used": Wording("accounts named in the people file", "used with --authors existing only"),
    "account-unknown": Wording("accounts in the people file that the forum does not have", "check their spelling"),
    "body-over-limit": Wording("longer than the forum allows", "continued in the posts that follow"),
    "category-refused": Wording("categories the forum refused", "see what it said, then: migrate resume"),
    "continued-otherwise": Wording("long messages found in another text", "see whether their ends are there, too"),
    "date-in-future": Wording("dates in the future", "dated like the message before"),
    "date-not-taken": Wording("date the forum did not take", "check the post"),
    "permalink-refused": Wording("old addresses the forum refused", "see what it said, or use the web server's rules"),
    "permalink-private": Wording("old addresses of private topics", "no permalinks; use the web server's rules"),
    "permalink-taken": Wording("old addresses that lead elsewhere already", "left so; change them on the forum"),
    "description-refused": Wording("descriptions the forum refused", "write them by hand, or push again"),
    "file-not-added": Wording("files that could not be added to their posts", "add them by hand, or push again"),
    "post-ambiguous": Wording(
        "posts that the forum may have twice", "delete all but one of them there, then: migrate resume"
    ),
    "post-refused": Wording("posts the forum refused", "see what it said, then: migrate resume"),
    "author-refused": Wording("posts whose author was refused", "see what the forum said, then: migrate resume"),
    "key-taken": Wording("posts whose key another post has", "the forum holds it, perhaps deleted"),
    "post-deleted": Wording("posts that were deleted on the forum", "restore them there, then: migrate resume"),
    "post-queued": Wording("posts waiting for approval", "switch approval off, reject them, then: migrate resume"),
    "post-waits": Wording("posts waiting for one before them", "see to that one, then: migrate resume"),
    "post-topic-closed": Wording("replies in a closed topic", "open it there, then: migrate resume"),
    "post-topic-deleted": Wording("replies in a deleted topic", "restore it there, then: migrate resume"),
    "reply-keys-ignored": Wording("replies cannot be found by key there", "found by author, date and words"),
    "state-refused": Wording("topics that could not be closed or pinned", "see what it said, or push again"),
    "topic-refused": Wording("replies whose topic was refused", "see what the forum said, then: migrate resume"),
    "upload-refused": Wording(
        "files the forum refused", "named in their posts; allow them in its settings, and the next push adds them"
    ),
    "username-taken": Wording("user names that others had already", "a like one was given; rename it on the forum"),
    "user-refused": Wording("accounts the forum refused", "see what it said, then: migrate resume"),
}
_GOOGLE = {
    "address-masked": Wording(
        "addresses that were cut", "a placeholder each by address and name; people can be joined"
    ),
    "error-page": Wording("error pages saved as messages", "left out"),
    "export-incomplete": Wording("groups that are probably not complete", "compare with their pages; export again"),
    "files-of-no-group": Wording("files of the export that are of no group", "not read", counts=True),
    "group-without-messages": Wording("groups without messages", "export again if their pages show some"),
    "header-in-two": Wording("headers in two pieces", "put together"),
    "label-unknown": Wording("labels that are not understood", "pin or close these topics by hand"),
    "mail-of-no-group": Wording("mails in a member's mailbox that were sent to no group", "left out"),
    "mailbox-is-pst": Wording("mailboxes of Outlook", "export them again from Vault, as MBOX"),
    "members-listed": Wording("lists of members", "counted; --members placeholders makes accounts of them"),
    "members-unclear": Wording("people who may be members or not", "no account is made of them by that"),
    "table-damaged": Wording("tables that could not be read to their end", _ASK_AGAIN),
    "vault-count-differs": Wording("not as many messages as Vault counted", "fetch all parts; see its error report"),
    "private-by-copies": Wording("lists whose mail is mostly a private group's", "taken as private, as that group is"),
    "visibility-unknown": Wording("groups that do not say who may read them", "taken as private"),
}
_FACEBOOK = {
    "comment-guessed": Wording(
        "comments put under the post they most likely answer", "look through some of them", counts=True
    ),
    "comment-unplaced": Wording(
        "comments whose post cannot be told", "import the export of whoever wrote the post", counts=True
    ),
    "comments-missing": Wording(
        "comments that the export leaves out", "other members' exports may have them", counts=True
    ),
    "entries-cut-off": Wording("files that end in the middle", f"{_READ_BEFORE}; {_ASK_AGAIN}"),
    "entry-broken": Wording("posts that could not be read", "see what is said of each; the others were read"),
    "entry-empty": Wording("posts and comments with nothing in them", "left out", counts=True),
    "group-unknown": Wording("posts whose group cannot be told", "if you know it, say it with --group NAME"),
    "html-download": Wording("downloads as HTML", "ask Facebook for JSON, which holds more"),
    "entry-mended": Wording("posts with commas in the wrong places", "passed over"),
    "media-elsewhere": Wording(
        "pictures and files at Facebook only",
        "kept as links; members' own exports have the files",
        counts=True,
    ),
    "member-unknown": Wording("posts and comments without an author", 'kept under "Unknown member"', counts=True),
    "other-groups": Wording(
        "posts in groups that were not asked for", "not read; --group NAME reads them", counts=True
    ),
    "parent-missing": Wording(
        "answers to comments that are not there", "they stand under what is above them", counts=True
    ),
    "post-elsewhere": Wording(
        "comments apart from their post", "put together if the post is in the same table", counts=True
    ),
    "row-incomplete": Wording("rows of a table that say too little", "mend them and import again"),
    "zone-unknown": Wording("dates without a time zone", "taken for UTC", counts=True),
}
_MAILCHIMP = {
    "audience": Wording("audiences", "contacts become persons only with --members"),
    "campaign-automatic": Wording("campaigns sent to one reader at a time", "left out", counts=True),
    "campaign-from-feed": Wording(
        "campaigns made from a blog's feed",
        "labelled, so that a mapping can leave them out",
        counts=True,
    ),
    "campaign-joined-by-order": Wording(
        "texts joined to their campaigns by number alone", "see that they are the right ones"
    ),
    "campaign-not-sent": Wording("campaigns that were never sent", "left out", counts=True),
    "campaign-resent": Wording("campaigns sent a second time", "one message with the first"),
    "campaign-row-empty": Wording("campaigns without title, subject and id", "passed over"),
    "campaign-sender-unknown": Wording(
        "campaigns whose sender is not named", "the list's name stands for it; rename it in the people file"
    ),
    "campaign-test": Wording("test campaigns", "left out", counts=True),
    "campaign-unmatched": Wording("texts of campaigns that no table names", "left out; drafts, perhaps"),
    "campaign-variant-guessed": Wording("campaigns tried in variants, the winner unknown", "the first was taken"),
    "campaign-variants": Wording("campaigns tried in variants", "the winner was taken"),
    "campaign-without-text": Wording("campaigns without their text", "ask for an export with the campaigns' content"),
    "contacts-status-unknown": Wording(
        "contacts of whom nothing tells whether they subscribed",
        "none becomes a person",
        counts=True,
    ),
    "contacts-without-address": Wording("contacts without an address that can be", "left out", counts=True),
    "feed-damaged": Wording("feeds that are cut off or damaged", _ASK_AGAIN),
    "files-not-recognised": Wording("files that are nothing of Mailchimp's", "passed over", counts=True),
    "reports-not-read": Wording("reports of who opened what", "never opened", counts=True),
    "templates-left-out": Wording("templates", "left out", counts=True),
    "campaign-empty": Wording("campaigns without any text", "look at them in the export"),
    "campaign-footer-left-out": Wording("campaigns whose footer was left out", "address and way to unsubscribe"),
    "feed-block-left-out": Wording("campaigns filled from a feed", "import the blog itself, or the campaigns as sent"),
    "json-broken": Wording("JSON files that break off, or hold what is no JSON", _ASK_AGAIN),
    "link-target-unknown": Wording("campaigns with links through Mailchimp's counter", "kept, without who clicked"),
    "merge-tag-unknown": Wording("campaigns with merge tags nobody knows", "the tags were removed"),
    "picture-not-in-export": Wording("campaigns with pictures on the web only", "kept as links; export the files, too"),
    "reader-data-left-out": Wording("campaigns that named the reader", "the name was taken out"),
    "reader-passages-left-out": Wording("campaigns with text for some readers only", "what all others got is kept"),
}
_WIKI = {
    "licence-unknown": Wording(
        "parts of wikis whose licence is not known", "posts will not name their source; say --licence before you send"
    ),
    "unsigned-attributed": Wording(
        "comments that nobody signed", "the page's history tells who wrote them", counts=True
    ),
    "unsigned-unknown": Wording(
        "comments that nobody signed, and nothing tells who wrote",
        'kept under "Unknown"; a full history tells more, for files also --lang',
        counts=True,
    ),
    "wiki-category-empty": Wording("categories without a page that has a talk page", "look how they are spelt"),
    "wiki-list-refused": Wording("lists of pages that the wiki refuses", "see what it said"),
    "wiki-page-gone": Wording("pages that were deleted while the wiki was read", "left out"),
    "wiki-prefix-empty": Wording("beginnings of titles that no page has", "look how they are spelt"),
    "wiki-search-empty": Wording("searches that found nothing", "try other words"),
    "author-by-number": Wording(
        "Flow posts whose author is only a number", "import a dump of its pages with it", counts=True
    ),
    "author-unknown": Wording("posts whose author the wiki does not tell", "kept, as by somebody unknown", counts=True),
    "dated-by-edit": Wording("posts of which only the last change is dated", "export the full history to know better"),
    "list-circular": Wording("lists of a wiki that go in a circle", "read once"),
    "moderated-left-out": Wording("posts that moderators hid or deleted", "left out", counts=True),
    "moved-note": Wording("notes that a thread was moved", "left out; the thread is read where it is", counts=True),
    "post-unreadable": Wording("posts that could not be read", "left out", counts=True),
    "section-empty": Wording("headings with nothing below them", "left out"),
    "reply-parent-missing": Wording("answers to posts that are not there", "kept in their topic", counts=True),
    "wiki-board-unreadable": Wording("boards whose topics the wiki does not show", "log in as somebody who may"),
    "wiki-boards-elsewhere": Wording(
        "Flow boards whose topics are not in the file",
        "read them from the wiki, or from a dump that Flow writes",
        counts=True,
    ),
    "wiki-no-talk-page": Wording(
        "pages that are read though nobody signed on them",
        "if you meant their talk pages, name those, with -a NEW-FILE",
    ),
    "wiki-not-export": Wording("files that are no export of a wiki", "passed over"),
    "wiki-not-utf-8": Wording("wikitext that is not UTF-8", "save it as UTF-8 and import it again"),
    "wiki-other-content": Wording("pages of data or code", "passed over"),
    "wiki-page-hidden": Wording("pages whose text the wiki hides", "left out"),
    "wiki-page-too-long": Wording("pages longer than a wiki allows", "left out"),
    "wiki-page-untitled": Wording("pages without a title", "left out"),
    "wiki-pages-empty": Wording("pages with nothing on them", "passed over", counts=True),
    "wiki-pages-twice": Wording("pages in two files", "the newer copy was read", counts=True),
    "wiki-pages-unsigned": Wording(
        "pages that hold no discussions", "passed over; name those that you miss", counts=True
    ),
    "wiki-redirect-named": Wording("pages that only lead to another one", "name that one"),
    "wiki-redirects": Wording("pages that only lead to another one", "passed over", counts=True),
    "wiki-texts-missing": Wording(
        "pages without their text", "take a dump that holds the texts, not the stubs", counts=True
    ),
    "wiki-title-not-found": Wording("titles that no page has", "look how they are spelt"),
    "wiki-versions-hidden": Wording("old versions of pages that the wiki hides", "they stay out", counts=True),
    "wiki-versions-undated": Wording("versions of pages without a date", "taken for the oldest", counts=True),
    "wiki-web-page": Wording("web pages in place of an export", "passed over; see what is said of each"),
    "wiki-xml-cut-off": Wording("XML that ends too early", f"{_READ_BEFORE}; {_ASK_AGAIN}"),
    "wiki-xml-damaged": Wording("damaged XML", f"what could be was read; {_ASK_AGAIN}"),
    "wiki-xml-doctype": Wording("XML with a DTD", "not read: no export of a wiki has one"),
    "wiki-xml-joined": Wording("exports with something behind their end", "read, if it is another export"),
    "banner-dropped": Wording("pages with boxes for their readers above the discussions", "the boxes are left out"),
    "page-transcluded": Wording("pages shown within other pages", "kept as links; import those pages, too"),
    "template-unknown": Wording(
        "pages with templates that are not known", "their parameters are shown, or a link to the template"
    ),
}
WORDINGS = _FILES | _MESSAGES | _PUSH | _GOOGLE | _FACEBOOK | _MAILCHIMP | _WIKI


def wording(code: str) -> Wording:
    """The wording for a code; an unknown one, which may be another program's, is its own headline."""
    return WORDINGS.get(code) or Wording(printable(mask_addresses(code).replace("-", " "))[:_LONGEST], "")
