-- The stand-in's storage. All dates are integers: microseconds since 1970-01-01 UTC.
-- AUTOINCREMENT: as in Discourse an id is never given twice, not even after what had it was deleted.
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE site_settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    username TEXT NOT NULL,
    username_lower TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL DEFAULT '',
    password TEXT NOT NULL DEFAULT '',
    admin INTEGER NOT NULL DEFAULT 0,
    moderator INTEGER NOT NULL DEFAULT 0,
    active INTEGER NOT NULL DEFAULT 0,
    approved INTEGER NOT NULL DEFAULT 0,
    staged INTEGER NOT NULL DEFAULT 0,
    trust_level INTEGER NOT NULL DEFAULT 0,
    suspended_at INTEGER,
    suspended_till INTEGER,
    silenced_till INTEGER,
    avatar_id INTEGER,
    created_at INTEGER NOT NULL
);
CREATE TABLE user_emails (
    email TEXT NOT NULL,
    email_lower TEXT NOT NULL UNIQUE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    is_primary INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX user_emails_user ON user_emails (user_id);
CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest TEXT NOT NULL UNIQUE,
    truncated TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    user_id INTEGER,
    scopes TEXT NOT NULL DEFAULT '[]',
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
);

CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_lower TEXT NOT NULL UNIQUE,
    full_name TEXT,
    automatic INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE group_users (
    group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);

CREATE TABLE categories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    color TEXT NOT NULL,
    text_color TEXT NOT NULL,
    description TEXT,
    parent_id INTEGER REFERENCES categories (id),
    topic_id INTEGER,
    read_restricted INTEGER NOT NULL DEFAULT 0,
    topic_review INTEGER NOT NULL DEFAULT 0, -- 1: new topics must be approved
    reply_review INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE category_groups (
    category_id INTEGER NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
    group_id INTEGER NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    permission_type INTEGER NOT NULL,
    PRIMARY KEY (category_id, group_id)
);

CREATE TABLE topics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    slug TEXT NOT NULL,
    external_id TEXT UNIQUE,
    user_id INTEGER NOT NULL,
    category_id INTEGER,
    archetype TEXT NOT NULL DEFAULT 'regular',
    created_at INTEGER NOT NULL,
    bumped_at INTEGER NOT NULL,
    last_posted_at INTEGER,
    last_post_user_id INTEGER,
    posts_count INTEGER NOT NULL DEFAULT 0,
    reply_count INTEGER NOT NULL DEFAULT 0,
    highest_post_number INTEGER NOT NULL DEFAULT 0,
    visible INTEGER NOT NULL DEFAULT 1,
    closed INTEGER NOT NULL DEFAULT 0,
    archived INTEGER NOT NULL DEFAULT 0,
    pinned_at INTEGER,
    pinned_globally INTEGER NOT NULL DEFAULT 0,
    featured_link TEXT,
    deleted_at INTEGER,
    deleted_by INTEGER
);
CREATE INDEX topics_bumped ON topics (bumped_at);
CREATE INDEX topics_category ON topics (category_id, bumped_at);
CREATE INDEX topics_user ON topics (user_id);
CREATE INDEX topics_title ON topics (lower(title));
CREATE INDEX topics_external ON topics (lower(external_id));

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_id INTEGER NOT NULL REFERENCES topics (id),
    post_number INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    raw TEXT NOT NULL,
    cooked TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    reply_to_post_number INTEGER,
    reply_to_user_id INTEGER,
    reply_count INTEGER NOT NULL DEFAULT 0,
    post_type INTEGER NOT NULL DEFAULT 1,
    action_code TEXT,
    version INTEGER NOT NULL DEFAULT 1,
    edit_reason TEXT,
    wiki INTEGER NOT NULL DEFAULT 0,
    deleted_at INTEGER,
    deleted_by INTEGER,
    UNIQUE (topic_id, post_number)
);
CREATE INDEX posts_user ON posts (user_id);
CREATE INDEX posts_reply ON posts (topic_id, reply_to_post_number) WHERE reply_to_post_number IS NOT NULL;
CREATE TABLE topic_embeds (
    id INTEGER PRIMARY KEY,
    embed_url TEXT NOT NULL,
    topic_id INTEGER NOT NULL,
    post_id INTEGER NOT NULL,
    deleted_at INTEGER
);
CREATE UNIQUE INDEX topic_embeds_url ON topic_embeds (embed_url) WHERE deleted_at IS NULL;
CREATE INDEX topic_embeds_topic ON topic_embeds (topic_id);
CREATE TABLE topic_users (
    topic_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    notification_level INTEGER NOT NULL,
    PRIMARY KEY (topic_id, user_id)
);
CREATE TABLE topic_allowed_users (
    topic_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    PRIMARY KEY (topic_id, user_id)
);
CREATE TABLE notifications (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    type INTEGER NOT NULL,
    topic_id INTEGER,
    post_number INTEGER,
    created_at INTEGER NOT NULL
);
CREATE INDEX notifications_user ON notifications (user_id);
CREATE TABLE review_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    payload TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    topic_id INTEGER,
    category_id INTEGER,
    status INTEGER NOT NULL DEFAULT 0, -- 0 waits, 1 approved, 2 rejected
    version INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE memo (digest BLOB PRIMARY KEY, at REAL NOT NULL, status INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX memo_at ON memo (at);

CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE);
CREATE TABLE topic_tags (
    topic_id INTEGER NOT NULL,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (topic_id, tag_id)
);
CREATE INDEX topic_tags_tag ON topic_tags (tag_id);
CREATE TABLE tag_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    one_per_topic INTEGER NOT NULL DEFAULT 0,
    parent_tag_id INTEGER REFERENCES tags (id) ON DELETE SET NULL
);
CREATE TABLE tag_group_tags (
    tag_group_id INTEGER NOT NULL REFERENCES tag_groups (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    PRIMARY KEY (tag_group_id, tag_id)
);

CREATE TABLE uploads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    sha1 TEXT NOT NULL UNIQUE,
    original_filename TEXT NOT NULL,
    extension TEXT NOT NULL,
    filesize INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    retain_hours INTEGER,
    created_at INTEGER NOT NULL
);
CREATE TABLE permalinks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    url TEXT NOT NULL UNIQUE,
    topic_id INTEGER,
    post_id INTEGER,
    category_id INTEGER,
    tag_id INTEGER,
    external_url TEXT,
    user_id INTEGER
);
