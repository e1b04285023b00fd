-- +goose Up
-- How many rows of a table are in each state, by route and currency, and what they amount to: kept in the transaction that changes them, so that nobody
-- who looks has to count. kind is the table. They are filled when the journal is opened the first time.
CREATE TABLE sums (
  kind     TEXT NOT NULL,
  route    TEXT NOT NULL,
  state    TEXT NOT NULL,
  currency TEXT NOT NULL,
  number   BIGINT NOT NULL,
  amount   TEXT NOT NULL,
  PRIMARY KEY (kind, route, state, currency)
);
-- What a row was counted as before its last change: state|amount|route|currency.
ALTER TABLE documents ADD COLUMN counted TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN counted TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN counted TEXT NOT NULL DEFAULT '';
ALTER TABLE confirmations ADD COLUMN counted TEXT NOT NULL DEFAULT '';
ALTER TABLE payments ADD COLUMN counted TEXT NOT NULL DEFAULT '';

-- What people read aloud to find a document, in capital letters and digits alone. The employee and the report's number age out with the document.
CREATE TABLE doc_keys (
  key    TEXT NOT NULL,
  kind   TEXT NOT NULL,
  doc_id TEXT NOT NULL,
  PRIMARY KEY (key, kind, doc_id)
) WITHOUT ROWID;
CREATE INDEX doc_keys_doc ON doc_keys (doc_id);

DROP INDEX documents_received;
CREATE INDEX documents_received ON documents (received_at DESC, doc_id);
-- Since when the oldest one of a route is in a state.
DROP INDEX documents_state;
CREATE INDEX documents_state ON documents (state, route, state_since, doc_id);
-- What waits for the ERP's word, the longest waiting first.
CREATE INDEX documents_waiting ON documents (acknowledged_at, doc_id) WHERE state IN ('acknowledged','held','filed');

-- +goose Down
DROP INDEX documents_waiting; DROP INDEX documents_state; DROP INDEX documents_received;
CREATE INDEX documents_received ON documents (received_at, doc_id);
CREATE INDEX documents_state ON documents (state, route, doc_id);
DROP TABLE doc_keys;
ALTER TABLE payments DROP COLUMN counted; ALTER TABLE confirmations DROP COLUMN counted; ALTER TABLE results DROP COLUMN counted;
ALTER TABLE files DROP COLUMN counted; ALTER TABLE documents DROP COLUMN counted;
DROP TABLE sums;
