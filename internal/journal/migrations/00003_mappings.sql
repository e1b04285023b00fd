-- +goose Up
-- The versions of each route's mapping: one is live, former ones stay for explaining old files, a refused one waits for a person.
CREATE TABLE mappings (
  id             BIGINT PRIMARY KEY,
  route          TEXT NOT NULL,
  state          TEXT NOT NULL,
  since          TEXT NOT NULL,
  name           TEXT NOT NULL,
  hash           TEXT NOT NULL,
  file_hash      TEXT NOT NULL,
  template       TEXT NOT NULL,
  size           BIGINT NOT NULL DEFAULT 0,
  body           BYTEA,
  template_body  BYTEA,
  actor          TEXT NOT NULL,
  author         TEXT NOT NULL DEFAULT '',
  changes        TEXT NOT NULL DEFAULT '',
  problems       TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX mappings_live ON mappings (route) WHERE state = 'live';
CREATE UNIQUE INDEX mappings_refused ON mappings (route) WHERE state = 'refused';
CREATE INDEX mappings_hash ON mappings (hash);

-- +goose Down
DROP TABLE mappings;
