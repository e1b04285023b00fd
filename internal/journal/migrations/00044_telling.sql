-- +goose Up
-- What recipients were told of matters; print is the state in which a matter was told, facts what was told, as JSON. It is no fact of a document, and not sealed.
CREATE TABLE told (
  recipient TEXT   NOT NULL,
  matter    TEXT   NOT NULL,
  kind      TEXT   NOT NULL,
  print     TEXT   NOT NULL,
  facts     TEXT   NOT NULL,
  first_at  TEXT   NOT NULL,
  told_at   TEXT   NOT NULL,
  times     BIGINT NOT NULL,
  ended_at  TEXT   NOT NULL DEFAULT '',
  PRIMARY KEY (recipient, matter)
);
CREATE INDEX told_open ON told (recipient, matter) WHERE ended_at = '';
-- Messages on their way; state is due, sent or given up.
CREATE TABLE outbox (
  id         TEXT   NOT NULL PRIMARY KEY,
  kind       TEXT   NOT NULL,
  recipient  TEXT   NOT NULL,
  channel    TEXT   NOT NULL,
  address    TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  body       BYTEA  NOT NULL,
  state      TEXT   NOT NULL,
  step       TEXT   NOT NULL DEFAULT '',
  created_at TEXT   NOT NULL,
  tries      BIGINT NOT NULL DEFAULT 0,
  next_at    TEXT   NOT NULL,
  trouble    TEXT   NOT NULL DEFAULT '',
  settled_at TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state = 'due';
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE state <> 'due';
CREATE INDEX outbox_lost ON outbox (recipient, channel, address, settled_at);
-- Reports that were made of a period.
CREATE TABLE periods (
  report  TEXT NOT NULL,
  period  TEXT NOT NULL,
  made_at TEXT NOT NULL,
  PRIMARY KEY (report, period)
);

-- +goose Down
DROP TABLE periods;
DROP TABLE outbox;
DROP TABLE told;
