-- +goose Up
-- What Concur's event service said: that a document is ready. It is hearsay, and no part of what is sealed: nothing is done by it but to look.
-- ref is the report, request or cash-advance id, since the moment from which on a document of it counts as the one that was meant.
CREATE TABLE events (
  event_id   TEXT NOT NULL PRIMARY KEY,
  doc_type   TEXT NOT NULL,
  ref        TEXT NOT NULL,
  ready_at   TEXT NOT NULL DEFAULT '',
  since      TEXT NOT NULL,
  heard_at   TEXT NOT NULL,
  last_heard TEXT NOT NULL,
  times      BIGINT NOT NULL DEFAULT 1,
  correlation TEXT NOT NULL DEFAULT '',
  seen_at    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX events_ref ON events (ref, doc_type);
CREATE INDEX events_unseen ON events (heard_at) WHERE seen_at = '';
CREATE INDEX events_first ON events (doc_type, heard_at);

-- +goose Down
DROP TABLE events;
