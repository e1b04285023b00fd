-- +goose Up
-- Routes that a person has stopped: no import file is made or sent for one until ended_at. One row a route, of its last stop; the history has all of them.
CREATE TABLE stops (
  route      TEXT NOT NULL PRIMARY KEY,
  stopped_at TEXT NOT NULL,
  stopped_by TEXT NOT NULL,
  reason     TEXT NOT NULL,
  ended_at   TEXT NOT NULL DEFAULT ''
);
-- Until when a person holds a document; then a run releases it by itself. Empty: until somebody releases it.
ALTER TABLE documents ADD COLUMN held_until TEXT NOT NULL DEFAULT '';
CREATE INDEX documents_held_until ON documents (held_until) WHERE held_until <> '';

-- +goose Down
DROP INDEX documents_held_until;
ALTER TABLE documents DROP COLUMN held_until;
DROP TABLE stops;
