-- +goose Up
-- A changed mapping that somebody asks to go live: the workbook with its template as they were, what was found in it and what it would change, who
-- asked, who decided. state is asked, approved, in force, rejected or overtaken; routes is a JSON list, base the hashes of the versions in force that it was made for, route by route.
CREATE TABLE changes (
  id            BIGINT NOT NULL PRIMARY KEY,
  mapping       TEXT   NOT NULL,
  routes        TEXT   NOT NULL,
  state         TEXT   NOT NULL,
  since         TEXT   NOT NULL,
  origin        TEXT   NOT NULL,
  name          TEXT   NOT NULL,
  template      TEXT   NOT NULL,
  hash          TEXT   NOT NULL,
  guarded_hash  TEXT   NOT NULL,
  file_hash     TEXT   NOT NULL,
  base          TEXT   NOT NULL DEFAULT '',
  author        TEXT   NOT NULL DEFAULT '',
  asked_at      TEXT   NOT NULL,
  asked_by      TEXT   NOT NULL,
  reason        TEXT   NOT NULL,
  findings      TEXT   NOT NULL DEFAULT '',
  effect        TEXT   NOT NULL DEFAULT '',
  decided_at    TEXT   NOT NULL DEFAULT '',
  decided_by    TEXT   NOT NULL DEFAULT '',
  decision      TEXT   NOT NULL DEFAULT '',
  four_eyes     TEXT   NOT NULL DEFAULT '',
  size          BIGINT NOT NULL,
  body          BYTEA  NOT NULL,
  template_body BYTEA  NOT NULL
);
-- At most one change of a mapping waits.
CREATE UNIQUE INDEX changes_open ON changes (mapping) WHERE state IN ('asked', 'approved');
CREATE INDEX changes_by_mapping ON changes (mapping, id);
INSERT INTO ids (name, last) VALUES ('changes', 0);

-- +goose Down
DELETE FROM ids WHERE name = 'changes';
DROP TABLE changes;
