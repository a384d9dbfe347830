-- The archive, version 8. docs/intermediate-format.md explains it; what is added later is added, never renamed: an older
-- archive gets the tables and columns it lacks when it is opened, so a new column is NULL or has a default.
-- Ids are local to one file; keys are stable. Dates are milliseconds since 1970-01-01 UTC.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,             -- 'created_by'; 'undoing:ID' while an undo on the target ID is not finished,
                                        -- 'undone:ID': when the last one there ended
    value TEXT NOT NULL
) WITHOUT ROWID;

-- What has been read. A chunk whose fingerprint stands here is not read again.
CREATE TABLE chunk (
    fingerprint TEXT PRIMARY KEY,
    importer    TEXT NOT NULL,
    label       TEXT NOT NULL,
    new         INTEGER NOT NULL,       -- messages that came of it and were not there before
    duplicates  INTEGER NOT NULL,       -- messages that were there before
    lost        INTEGER NOT NULL        -- how many items of it did not become a message
) WITHOUT ROWID;

-- The conversation as it was ------------------------------------------------------------------------------------------

CREATE TABLE source (
    id          INTEGER PRIMARY KEY,
    key         TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,          -- the importer
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    url         TEXT,
    private     INTEGER NOT NULL DEFAULT 0, -- 1: only its members could read it
    licence     TEXT NOT NULL DEFAULT '', -- under which its texts may be shown
    licence_url TEXT,
    footers_among INTEGER NOT NULL DEFAULT 0  -- how many messages it had when its footers were looked for
);

-- What a list appends to its messages, as settling learned it: their last lines, without numbers, as a digest.
CREATE TABLE footer (
    suffix    INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES source,
    lines     INTEGER NOT NULL,
    uses      INTEGER NOT NULL          -- messages it was folded in
);

CREATE TABLE person (
    id      INTEGER PRIMARY KEY,
    key     TEXT NOT NULL UNIQUE,
    email   TEXT,
    same_as INTEGER REFERENCES person,  -- who this is too, as settling sees it; that one's own is NULL
    member  TEXT,                       -- belongs to the community, even without a message: 'account', 'invite'
    anonymous INTEGER NOT NULL DEFAULT 0  -- 1: had no account in the source, and never gets one
);
CREATE INDEX person_member ON person (member) WHERE member IS NOT NULL;

-- Who left, bounced or never agreed, and so becomes nobody's member: SHA-256 of the person's key, in hex.
CREATE TABLE suppressed (
    key_digest TEXT PRIMARY KEY
) WITHOUT ROWID;

CREATE TABLE person_name (
    id        INTEGER PRIMARY KEY,      -- order of appearance
    person_id INTEGER NOT NULL REFERENCES person,
    name      TEXT NOT NULL,
    uses      INTEGER NOT NULL,         -- messages signed with it
    UNIQUE (person_id, name)
);

-- What people say of somebody, in the people file or with `migrate forget`: it goes before what settling found.
CREATE TABLE person_choice (
    person_id INTEGER PRIMARY KEY REFERENCES person,
    name      TEXT,                     -- to be shown
    username  TEXT,                     -- to be proposed
    account   TEXT,                     -- the user name of a member's account that is theirs
    same_as   INTEGER REFERENCES person,  -- who this is too; its own id: nobody else
    withheld  TEXT                      -- 'name': shown without name and address; 'words': and without what they wrote
);

-- Who is not to come back with the next import: SHA-256 of the person's key, in hex.
CREATE TABLE forgotten (
    key_digest TEXT PRIMARY KEY,
    words      INTEGER NOT NULL         -- 1: what they wrote, too
) WITHOUT ROWID;

-- JWZ's container: every message key that is known, be it only from somebody's References.
CREATE TABLE container (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
);

CREATE TABLE thread (
    id        INTEGER PRIMARY KEY,
    key       TEXT NOT NULL UNIQUE,
    source_id INTEGER NOT NULL REFERENCES source,
    title     TEXT NOT NULL,
    labels    TEXT NOT NULL,            -- JSON array of strings
    url       TEXT,
    quotes_among INTEGER NOT NULL DEFAULT 0  -- how many messages it had when their quotes were looked for; -1: anew
);
CREATE INDEX thread_source ON thread (source_id);

-- Narrow on purpose: settling, planning and reporting scan this table and not the texts.
CREATE TABLE message (
    id              INTEGER PRIMARY KEY REFERENCES container,
    source_id       INTEGER NOT NULL REFERENCES source,
    author_id       INTEGER NOT NULL REFERENCES person,
    thread_id       INTEGER REFERENCES thread,      -- NULL until settled
    parent_id       INTEGER REFERENCES container,   -- a message of the same thread
    position        INTEGER,                        -- place in the thread, from 1, parents before children
    sent_at         INTEGER,                        -- NULL while there is no date
    date_source     TEXT,
    -- What the source says, kept because settling may say otherwise as long as nothing was sent.
    given_thread_id INTEGER REFERENCES thread,
    given_parent_id INTEGER REFERENCES container,
    given_at        INTEGER,                        -- the date
    given_source    TEXT,                           -- and what it is from
    arrived_at      INTEGER,                        -- the list's or the server's own date
    answers_id      INTEGER REFERENCES person,      -- whose message this answers, where only that is known
    title           TEXT NOT NULL,
    conversation_id INTEGER REFERENCES container,   -- stands for the source's own thread id
    flags           TEXT NOT NULL,                  -- JSON array of strings
    url             TEXT,
    locator         TEXT NOT NULL,
    digest          INTEGER NOT NULL                -- of the body's words, to tell copies from collisions
);
CREATE INDEX message_thread ON message (thread_id, position);
CREATE INDEX message_author ON message (author_id);
CREATE INDEX message_flagged ON message (thread_id, flags) WHERE flags <> '[]';
CREATE INDEX message_unsettled ON message (position) WHERE position IS NULL;

CREATE TABLE content (
    message_id    INTEGER PRIMARY KEY REFERENCES message,
    body          TEXT NOT NULL,        -- neutral Markdown
    elided        TEXT NOT NULL,        -- neutral Markdown
    native_format TEXT NOT NULL,
    native        BLOB,                 -- the source's own bytes without attachments, zlib; since version 7:
    native_id     INTEGER REFERENCES native_block,  -- in which block they are,
    native_at     INTEGER,              -- from which byte of it,
    native_size   INTEGER               -- and how many
);

-- The source's own bytes of several messages, one after the other: together they take half the room.
CREATE TABLE native_block (
    id     INTEGER PRIMARY KEY,
    packed BLOB NOT NULL                -- zlib; zeros where a message's bytes were taken out
);

CREATE TABLE reference (
    message_id   INTEGER NOT NULL REFERENCES message,
    position     INTEGER NOT NULL,      -- from 0, oldest first
    container_id INTEGER NOT NULL REFERENCES container,
    PRIMARY KEY (message_id, position)
) WITHOUT ROWID;

-- Which message a block quote of another one's text quotes. Derived: settling finds it in the texts.
CREATE TABLE quote (
    message_id  INTEGER NOT NULL REFERENCES message,
    number      INTEGER NOT NULL,       -- of the block quote, from 0, as they begin: those of the body, then the folded
    quoted_id   INTEGER NOT NULL REFERENCES message,    -- an earlier one of the same thread
    attribution INTEGER NOT NULL,       -- how many lines above it say only who wrote this and when
    heading     INTEGER NOT NULL DEFAULT 0,  -- or how many of its own first lines do
    PRIMARY KEY (message_id, number)
) WITHOUT ROWID;

-- Whoever changes a text or moves a message: the quotes of its thread are looked for anew.
CREATE TRIGGER text_changed AFTER UPDATE OF body, elided ON content BEGIN
    UPDATE thread SET quotes_among = -1 WHERE id = (SELECT thread_id FROM message WHERE id = NEW.message_id);
END;
CREATE TRIGGER text_removed AFTER DELETE ON content BEGIN
    UPDATE thread SET quotes_among = -1 WHERE id = (SELECT thread_id FROM message WHERE id = OLD.message_id);
END;
CREATE TRIGGER message_moved AFTER UPDATE OF thread_id, parent_id, position ON message
WHEN (OLD.thread_id, OLD.parent_id, OLD.position) IS NOT (NEW.thread_id, NEW.parent_id, NEW.position)
     AND OLD.position IS NOT NULL BEGIN
    UPDATE thread SET quotes_among = -1 WHERE id IN (OLD.thread_id, NEW.thread_id);
END;

CREATE TABLE origin (
    message_id INTEGER NOT NULL REFERENCES message,
    source_id  INTEGER NOT NULL REFERENCES source,
    locator    TEXT NOT NULL,
    PRIMARY KEY (message_id, source_id, locator)
) WITHOUT ROWID;

CREATE TABLE attachment (               -- the bytes lie in the attachments folder, named by sha256
    id         INTEGER PRIMARY KEY,
    sha256     TEXT NOT NULL UNIQUE,
    media_type TEXT NOT NULL,
    size       INTEGER NOT NULL         -- bytes
);

CREATE TABLE message_attachment (
    message_id    INTEGER NOT NULL REFERENCES message,
    position      INTEGER NOT NULL,     -- from 0
    attachment_id INTEGER NOT NULL REFERENCES attachment,
    filename      TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    content_id    TEXT,
    PRIMARY KEY (message_id, position)
) WITHOUT ROWID;

CREATE TABLE finding (
    id         INTEGER PRIMARY KEY,
    stage      TEXT NOT NULL,
    severity   TEXT NOT NULL,
    code       TEXT NOT NULL,
    text       TEXT NOT NULL,
    source_id  INTEGER REFERENCES source,
    message_id INTEGER REFERENCES container,
    locator    TEXT NOT NULL,
    lost       INTEGER NOT NULL,        -- items of the input that did not become a message
    UNIQUE (stage, code, locator, text)
);

-- What was sent to which forum ----------------------------------------------------------------------------------------

CREATE TABLE target (
    id         INTEGER PRIMARY KEY,
    url        TEXT NOT NULL UNIQUE,
    generation INTEGER NOT NULL,        -- part of every key sent; an undo raises it
    facts      TEXT NOT NULL,           -- JSON: limits, version and settings as last asked
    quotes     TEXT NOT NULL DEFAULT 'fold', -- what becomes of folded text: fold, keep, drop
    authors    TEXT NOT NULL DEFAULT 'placeholders', -- or existing, byline
    lang       TEXT,                    -- of generated words; NULL: the forum's own
    mapping    TEXT NOT NULL DEFAULT '', -- the mapping file's text, as given last
    selection  TEXT NOT NULL DEFAULT '{}', -- JSON: the trial that was asked for last
    reply_keys INTEGER                  -- whether replies are found by their key; NULL: not tried yet
);

-- Site settings that `migrate doctor --apply` changed, so that they can be put back, the last one first.
CREATE TABLE setting (
    id          INTEGER PRIMARY KEY,
    target_id   INTEGER NOT NULL REFERENCES target,
    name        TEXT NOT NULL,
    before      TEXT NOT NULL,          -- noted before the request leaves
    changed_to  TEXT NOT NULL,
    state       TEXT NOT NULL           -- changed, restored, kept (somebody else has changed it since), for good
);

-- One row per operation; 'sending' is committed before the request leaves, 'done' after its answer.
CREATE TABLE operation (
    target_id   INTEGER NOT NULL REFERENCES target,
    kind        TEXT NOT NULL,          -- user, category, tag, upload, post, permalink
    ref         INTEGER NOT NULL,       -- id of the person, attachment or message; a number made of a name or an address
    part        INTEGER NOT NULL DEFAULT 0,  -- posts: 0, and 1, 2, … for what continues it
    generation  INTEGER NOT NULL,
    state       TEXT NOT NULL,          -- waiting (a continuation), sending, done, refused, undone
    attempts    INTEGER NOT NULL,
    sent_at     INTEGER NOT NULL,       -- of the last attempt
    thread_id   INTEGER REFERENCES thread,  -- posts only
    remote_id   INTEGER,
    topic_id    INTEGER,                -- posts only
    post_number INTEGER,                -- posts only
    remote_name TEXT,                   -- username, category slug, short URL, topic slug
    digest      TEXT,                   -- posts: SHA-256 of the raw that was sent, normalised as Discourse stores it
    refusal     TEXT,                   -- what the forum said
    ours        INTEGER NOT NULL DEFAULT 1,  -- 0: it was on the forum before, an undo leaves it there
    details     TEXT,                   -- JSON, what else was sent; topics: category id, tags, title
    PRIMARY KEY (target_id, kind, ref, part, generation)
) WITHOUT ROWID;
CREATE INDEX operation_thread ON operation (target_id, thread_id) WHERE kind = 'post';
CREATE INDEX operation_topic ON operation (target_id, generation, thread_id, state, post_number, details)
    WHERE post_number = 1;
CREATE INDEX operation_open ON operation (target_id, generation, state) WHERE state <> 'done';

-- For people with a SQL prompt ----------------------------------------------------------------------------------------

CREATE VIEW messages AS
SELECT container.key, source.key AS source, thread.key AS thread, parent.key AS parent, person.key AS author,
       strftime('%Y-%m-%dT%H:%M:%SZ', message.sent_at / 1000, 'unixepoch') AS sent_at, message.date_source,
       message.title, content.body, content.elided, content.native_format, message.flags, message.url, message.locator,
       message.position
FROM message
JOIN container ON container.id = message.id
JOIN source ON source.id = message.source_id
JOIN person ON person.id = message.author_id
JOIN content ON content.message_id = message.id
LEFT JOIN thread ON thread.id = message.thread_id
LEFT JOIN container AS parent ON parent.id = message.parent_id;
