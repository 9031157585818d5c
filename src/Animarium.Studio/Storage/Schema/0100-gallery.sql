-- Pictures with how they were made. Files stay where they are: a row points at one by its path and knows it again by its hash. Rows are small, so that lists
-- of 100,000 are quick; long texts stand in picture_texts. Times are milliseconds since 1970.
CREATE TABLE pictures (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    hash       TEXT NOT NULL UNIQUE,   -- SHA-256 of the file, lower-case hex
    path       TEXT NOT NULL,          -- where the file is now, or was last
    bytes      INTEGER NOT NULL,
    modified   INTEGER NOT NULL,       -- with bytes: whether the file has to be read again
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    drawn      INTEGER NOT NULL,
    added      INTEGER NOT NULL,
    place      INTEGER NOT NULL DEFAULT 0, -- 0 here, 1 in the trash, 2 gone without a word
    origin     TEXT,                   -- of a picture in the trash: where it goes back to
    trashed    INTEGER,
    source     TEXT NOT NULL,
    job        INTEGER,
    seed       INTEGER,                -- 64 bits; those beyond 2^63 are negative here
    sampler    TEXT,
    model      TEXT,
    model_hash TEXT,
    safety     INTEGER NOT NULL,
    rating     INTEGER NOT NULL DEFAULT 0,
    noted      INTEGER NOT NULL DEFAULT 0,
    parent     TEXT,                   -- hash of the picture it was drawn over
    parent_as  TEXT
);
CREATE UNIQUE INDEX pictures_by_path ON pictures (path) WHERE place <> 2;
CREATE INDEX pictures_by_date ON pictures (place, drawn, id);
CREATE INDEX pictures_by_rating ON pictures (place, rating, drawn, id);
CREATE INDEX pictures_by_seed ON pictures (place, (seed IS NULL), (seed < 0), seed, id);
CREATE INDEX pictures_by_pixels ON pictures (place, (width * height), id);
CREATE INDEX pictures_by_model ON pictures (place, model, drawn, id);
CREATE INDEX pictures_by_sampler ON pictures (place, sampler, drawn, id);
CREATE INDEX pictures_by_job ON pictures (job) WHERE job IS NOT NULL;
CREATE INDEX pictures_by_parent ON pictures (parent) WHERE parent IS NOT NULL;

CREATE TABLE picture_texts (
    id       INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    prompt   TEXT NOT NULL,
    negative TEXT NOT NULL,
    settings TEXT NOT NULL,            -- the request as JSON
    unmapped TEXT NOT NULL,            -- what of a stranger's description has no counterpart, a JSON list
    note     TEXT NOT NULL DEFAULT ''
);

CREATE TABLE picture_loras (
    name    TEXT NOT NULL COLLATE NOCASE,
    picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    hash    TEXT,
    PRIMARY KEY (name, picture)
) WITHOUT ROWID;
CREATE INDEX picture_loras_by_picture ON picture_loras (picture);

-- The tags of prompts. Which a picture has follows from its prompt: there is no way back from here.
CREATE TABLE prompt_tags (
    tag     TEXT NOT NULL,
    picture INTEGER NOT NULL,
    PRIMARY KEY (tag, picture)
) WITHOUT ROWID;

-- What a person says about a picture: tags of their own, and collections. One exists as long as it has a picture.
CREATE TABLE picture_labels (
    kind    TEXT NOT NULL,             -- tag, collection
    name    TEXT NOT NULL COLLATE NOCASE,
    picture INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, name, picture)
) WITHOUT ROWID;
CREATE INDEX picture_labels_by_picture ON picture_labels (picture, kind, name);

-- Prompts and notes by every three characters; and, for words of one or two characters, by words with each Japanese character as a word of its own.
CREATE VIRTUAL TABLE picture_trigrams USING fts5 (words, content='', contentless_delete=1, tokenize="trigram case_sensitive 1");
CREATE VIRTUAL TABLE picture_words USING fts5 (words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co S* M*'");

-- Former states of pictures that were changed together, so that it can be taken back.
CREATE TABLE gallery_changes (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    kind   TEXT NOT NULL,
    made   INTEGER NOT NULL
);
CREATE TABLE gallery_change_states (
    change  INTEGER NOT NULL REFERENCES gallery_changes (id) ON DELETE CASCADE,
    picture INTEGER NOT NULL,
    state   TEXT NOT NULL,             -- as JSON
    PRIMARY KEY (change, picture)
) WITHOUT ROWID;

-- Folders whose pictures belong to the gallery, besides the studio's own.
CREATE TABLE gallery_folders (
    path TEXT PRIMARY KEY
) WITHOUT ROWID;
