-- Orders of people, in the order in which they are worked off: priority first, then position. Times are for people alone
-- (milliseconds since 1970): a clock that is set back changes no order.
CREATE TABLE jobs (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    key      TEXT UNIQUE,              -- the sender's name for it: sent twice, it is one job
    kind     TEXT NOT NULL,
    state    TEXT NOT NULL,
    title    TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL,
    work     TEXT NOT NULL,            -- the order as JSON
    revision INTEGER NOT NULL DEFAULT 0, -- how often the order was changed
    total    INTEGER NOT NULL,         -- pictures, steps or files
    done     INTEGER NOT NULL DEFAULT 0,
    failed   INTEGER NOT NULL DEFAULT 0,
    next     INTEGER NOT NULL DEFAULT 0, -- the first picture that has no row in job_pictures
    folder   TEXT,                     -- the run of a training, once it has one
    message  TEXT,
    crashes  INTEGER NOT NULL DEFAULT 0, -- of a training, since its last step
    created  INTEGER NOT NULL,
    started  INTEGER,
    ended    INTEGER
);
CREATE INDEX jobs_by_turn ON jobs (state, priority DESC, position);

-- A picture gets its row before its first step: from then on the file's name is fixed, and whether the picture exists is a question to the disk.
CREATE TABLE job_pictures (
    job     INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number  INTEGER NOT NULL,          -- from 0
    state   TEXT NOT NULL,             -- open, saved, failed
    path    TEXT UNIQUE,
    crashes INTEGER NOT NULL DEFAULT 0,
    seconds REAL,
    gallery INTEGER,                   -- its number in the gallery, once it is there
    message TEXT,
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
CREATE INDEX job_pictures_open ON job_pictures (job, number) WHERE state = 'open';
