-- +goose Up
-- One row a financial document; the state says what is due next, the history says how it came to be.
CREATE TABLE documents (
  doc_id          TEXT PRIMARY KEY,
  doc_type        TEXT NOT NULL,
  route           TEXT NOT NULL DEFAULT '',
  state           TEXT NOT NULL,
  state_since     TEXT NOT NULL,
  reason          TEXT NOT NULL DEFAULT '',
  report_id       TEXT NOT NULL DEFAULT '',
  report_key      TEXT NOT NULL DEFAULT '',
  currency        TEXT NOT NULL DEFAULT '',
  amount          TEXT NOT NULL DEFAULT '0',
  is_test         INTEGER NOT NULL DEFAULT 0,
  erp_system_id   TEXT NOT NULL DEFAULT '',
  payload_sha256  TEXT NOT NULL,
  received_at     TEXT NOT NULL,
  ack_attempts    INTEGER NOT NULL DEFAULT 0,
  acknowledged_at TEXT NOT NULL DEFAULT '',
  ack_millis      INTEGER NOT NULL DEFAULT 0,
  file_id         BIGINT NOT NULL DEFAULT 0,
  reissue_of      BIGINT NOT NULL DEFAULT 0,
  finished_at     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX documents_state ON documents (state, route, doc_id);
CREATE INDEX documents_report ON documents (report_id);
CREATE INDEX documents_report_key ON documents (report_key);
CREATE INDEX documents_file ON documents (file_id);

-- The document's JSON as it came, deflated. Aged out by the retention rule when the document is finished, never before.
CREATE TABLE payloads (
  doc_id TEXT PRIMARY KEY,
  size   BIGINT NOT NULL,
  body   BYTEA NOT NULL
);

-- One row an import file: bytes, number and totals never change after the row is there.
CREATE TABLE files (
  id           BIGINT PRIMARY KEY,
  route        TEXT NOT NULL,
  sequence     BIGINT NOT NULL,
  name         TEXT NOT NULL,
  temp_name    TEXT NOT NULL,
  state        TEXT NOT NULL,
  state_since  TEXT NOT NULL,
  reason       TEXT NOT NULL DEFAULT '',
  acceptance   TEXT NOT NULL,
  group_key    TEXT NOT NULL DEFAULT '',
  mapping      TEXT NOT NULL,
  mapping_hash TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  size         BIGINT NOT NULL,
  documents    BIGINT NOT NULL,
  lines        BIGINT NOT NULL,
  totals       TEXT NOT NULL,
  created_at   TEXT NOT NULL,
  dropped_at   TEXT NOT NULL DEFAULT '',
  unverified   INTEGER NOT NULL DEFAULT 0,
  marker       TEXT NOT NULL DEFAULT '',
  marker_done  INTEGER NOT NULL DEFAULT 0,
  reissue_of   BIGINT NOT NULL DEFAULT 0,
  UNIQUE (route, sequence),
  UNIQUE (route, name)
);
CREATE INDEX files_state ON files (state, route, sequence);

CREATE TABLE file_chunks (
  file_id BIGINT NOT NULL,
  n       BIGINT NOT NULL,
  body    BYTEA NOT NULL,
  PRIMARY KEY (file_id, n)
);

CREATE TABLE file_documents (
  file_id    BIGINT NOT NULL,
  doc_id     TEXT NOT NULL,
  position   BIGINT NOT NULL,
  first_line BIGINT NOT NULL,
  last_line  BIGINT NOT NULL,
  rows_count BIGINT NOT NULL,
  currency   TEXT NOT NULL,
  debit      TEXT NOT NULL,
  credit     TEXT NOT NULL,
  withdrawn  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (file_id, doc_id)
);
-- Promise: a document is in at most one import file that was not withdrawn.
CREATE UNIQUE INDEX file_documents_once ON file_documents (doc_id) WHERE withdrawn = 0;
CREATE INDEX file_documents_line ON file_documents (file_id, first_line);

-- One row a result file, by name and content.
CREATE TABLE results (
  id           BIGINT PRIMARY KEY,
  route        TEXT NOT NULL,
  name         TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  size         BIGINT NOT NULL,
  state        TEXT NOT NULL,
  state_since  TEXT NOT NULL,
  reason       TEXT NOT NULL DEFAULT '',
  collected_at TEXT NOT NULL,
  format       TEXT NOT NULL DEFAULT '',
  rows_total   BIGINT NOT NULL DEFAULT 0,
  rows_outcome BIGINT NOT NULL DEFAULT 0,
  rows_payment BIGINT NOT NULL DEFAULT 0,
  rows_ignored BIGINT NOT NULL DEFAULT 0,
  rows_listed  BIGINT NOT NULL DEFAULT 0,
  moved_to     TEXT NOT NULL DEFAULT '',
  UNIQUE (route, name, sha256)
);
CREATE INDEX results_state ON results (state, route, id);
CREATE INDEX results_content ON results (route, sha256);

CREATE TABLE result_chunks (
  result_id BIGINT NOT NULL,
  n         BIGINT NOT NULL,
  body      BYTEA NOT NULL,
  PRIMARY KEY (result_id, n)
);

-- Every line of every result file: an outcome, a payment, a file verdict, or a listed exception.
CREATE TABLE result_rows (
  result_id BIGINT NOT NULL,
  line      BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  doc_id    TEXT NOT NULL DEFAULT '',
  file_id   BIGINT NOT NULL DEFAULT 0,
  file_line BIGINT NOT NULL DEFAULT 0,
  verdict   TEXT NOT NULL DEFAULT '',
  data      TEXT NOT NULL DEFAULT '',
  problem   TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (result_id, line)
);
CREATE INDEX result_rows_doc ON result_rows (doc_id) WHERE doc_id <> '';
CREATE INDEX result_rows_file ON result_rows (file_id) WHERE kind = 'file';

-- Which documents a result file speaks of, so that each is folded once.
CREATE TABLE result_documents (
  result_id BIGINT NOT NULL,
  doc_id    TEXT NOT NULL,
  PRIMARY KEY (result_id, doc_id)
);

-- The posting confirmation owed to Concur for a document.
CREATE TABLE confirmations (
  doc_id          TEXT PRIMARY KEY,
  doc_type        TEXT NOT NULL,
  state           TEXT NOT NULL,
  verdict         TEXT NOT NULL,
  outcome         TEXT NOT NULL,
  content_sha256  TEXT NOT NULL,
  result_id       BIGINT NOT NULL DEFAULT 0,
  attempts        INTEGER NOT NULL DEFAULT 0,
  due_at          TEXT NOT NULL,
  sent_at         TEXT NOT NULL DEFAULT '',
  done_at         TEXT NOT NULL DEFAULT '',
  code            INTEGER NOT NULL DEFAULT 0,
  message         TEXT NOT NULL DEFAULT '',
  correlation     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX confirmations_state ON confirmations (state, doc_type, due_at);

-- The payment confirmations; the reference is unique for ever.
CREATE TABLE payments (
  id             BIGINT PRIMARY KEY,
  reference      TEXT NOT NULL UNIQUE,
  doc_id         TEXT NOT NULL,
  doc_type       TEXT NOT NULL,
  state          TEXT NOT NULL,
  status         TEXT NOT NULL,
  payment        TEXT NOT NULL,
  content_sha256 TEXT NOT NULL,
  result_id      BIGINT NOT NULL DEFAULT 0,
  line           BIGINT NOT NULL DEFAULT 0,
  attempts       INTEGER NOT NULL DEFAULT 0,
  due_at         TEXT NOT NULL,
  sent_at        TEXT NOT NULL DEFAULT '',
  done_at        TEXT NOT NULL DEFAULT '',
  code           INTEGER NOT NULL DEFAULT 0,
  message        TEXT NOT NULL DEFAULT '',
  correlation    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX payments_state ON payments (state, doc_type, due_at);
CREATE INDEX payments_doc ON payments (doc_id);

-- What needs a person, until somebody resolves it.
CREATE TABLE alarms (
  id          BIGINT PRIMARY KEY,
  kind        TEXT NOT NULL,
  subject     TEXT NOT NULL,
  message     TEXT NOT NULL,
  remedy      TEXT NOT NULL,
  opened_at   TEXT NOT NULL,
  resolved_at TEXT NOT NULL DEFAULT '',
  resolution  TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX alarms_open ON alarms (kind, subject) WHERE resolved_at = '';

-- What was seen in a return folder, so that a file is read only after it stood still.
CREATE TABLE looks (
  route      TEXT NOT NULL,
  name       TEXT NOT NULL,
  size       BIGINT NOT NULL,
  modified   TEXT NOT NULL,
  first_seen TEXT NOT NULL,
  last_seen  TEXT NOT NULL,
  PRIMARY KEY (route, name)
);

CREATE TABLE tokens (
  company          TEXT PRIMARY KEY,
  access           TEXT NOT NULL,
  refresh          TEXT NOT NULL,
  former           TEXT NOT NULL,
  geolocation      TEXT NOT NULL,
  scope            TEXT NOT NULL,
  access_expires   TEXT NOT NULL,
  refresh_obtained TEXT NOT NULL,
  version          BIGINT NOT NULL
);

-- Who is on what, until when; a fence only ever grows.
CREATE TABLE leases (
  name  TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  until TEXT NOT NULL,
  fence BIGINT NOT NULL
);

CREATE TABLE runs (
  id         BIGINT PRIMARY KEY,
  started_at TEXT NOT NULL,
  ended_at   TEXT NOT NULL DEFAULT '',
  exit_code  INTEGER NOT NULL DEFAULT -1,
  summary    TEXT NOT NULL DEFAULT ''
);

-- Append-only; each row carries the hash of the one before it.
CREATE TABLE history (
  seq         BIGINT PRIMARY KEY,
  at          TEXT NOT NULL,
  event       TEXT NOT NULL,
  doc_id      TEXT NOT NULL DEFAULT '',
  file_id     BIGINT NOT NULL DEFAULT 0,
  result_id   BIGINT NOT NULL DEFAULT 0,
  actor       TEXT NOT NULL,
  correlation TEXT NOT NULL DEFAULT '',
  detail      TEXT NOT NULL DEFAULT '',
  hash        TEXT NOT NULL
);
CREATE INDEX history_doc ON history (doc_id, seq) WHERE doc_id <> '';
CREATE INDEX history_file ON history (file_id, seq) WHERE file_id <> 0;
CREATE INDEX history_result ON history (result_id, seq) WHERE result_id <> 0;

CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- +goose Down
DROP TABLE meta; DROP TABLE history; DROP TABLE runs; DROP TABLE leases; DROP TABLE tokens; DROP TABLE looks; DROP TABLE alarms;
DROP TABLE payments; DROP TABLE confirmations; DROP TABLE result_documents; DROP TABLE result_rows; DROP TABLE result_chunks; DROP TABLE results;
DROP TABLE file_documents; DROP TABLE file_chunks; DROP TABLE files; DROP TABLE payloads; DROP TABLE documents;
