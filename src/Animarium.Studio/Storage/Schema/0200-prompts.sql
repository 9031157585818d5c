-- Every prompt that was drawn, once; a prompt that comes again moves to the front.
CREATE TABLE prompts (
    id INTEGER PRIMARY KEY,
    prompt TEXT NOT NULL,
    negative TEXT NOT NULL,
    used INTEGER NOT NULL,            -- last time, milliseconds since 1970 (UTC)
    times INTEGER NOT NULL DEFAULT 1,
    UNIQUE (prompt, negative)
);
CREATE INDEX prompts_used ON prompts (used DESC, id DESC);

-- Three letters a piece: finds parts of words, and Japanese, which has no blanks.
CREATE VIRTUAL TABLE prompt_words USING fts5(prompt, negative, content = 'prompts', content_rowid = 'id', tokenize = 'trigram');
CREATE TRIGGER prompts_added AFTER INSERT ON prompts BEGIN
    INSERT INTO prompt_words (rowid, prompt, negative) VALUES (new.id, new.prompt, new.negative);
END;
CREATE TRIGGER prompts_removed AFTER DELETE ON prompts BEGIN
    INSERT INTO prompt_words (prompt_words, rowid, prompt, negative) VALUES ('delete', old.id, old.prompt, old.negative);
END;
