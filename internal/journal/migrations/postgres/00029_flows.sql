-- +goose Up
-- The system id with which the acknowledgement of a document was sent: Concur takes its confirmations from that one only. Empty in documents of
-- older versions, and in those that were never asked for: then the one of the configuration counts.
ALTER TABLE documents ADD COLUMN system_id TEXT NOT NULL DEFAULT '';

-- What is still not done at the end of a run, and in how many runs one after the other.
CREATE TABLE undone (
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  since   TEXT NOT NULL,
  runs    BIGINT NOT NULL,
  PRIMARY KEY (kind, subject)
);

-- Where an import file lies: the same place has the same words, whatever the routes and targets call it. A name is used once in each place.
-- (Older files have none; their names are looked at wherever they lie.) stem is the name without its extensions, in capital letters: answers are named by it.
ALTER TABLE files ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN stem TEXT NOT NULL DEFAULT '';
UPDATE files SET stem = UPPER(CASE WHEN STRPOS(name, '.') > 0 THEN SUBSTR(name, 1, STRPOS(name, '.') - 1) ELSE name END);
CREATE INDEX files_stem ON files (stem);
CREATE UNIQUE INDEX files_place ON files (place, UPPER(name)) WHERE place <> '';
