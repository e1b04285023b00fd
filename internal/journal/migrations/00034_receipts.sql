-- +goose Up
-- receipts: whether the receipts of a document have been listed: empty as long as nobody looked, none, or listed.
ALTER TABLE documents ADD COLUMN receipts TEXT NOT NULL DEFAULT '';

-- The receipts of a document, in the order of its entries. The bytes lie under their hash in a folder beside the journal. filed_in is the import file
-- that the document was in when the receipt was had: that file does not know it. bytes_gone is when the bytes were removed.
CREATE TABLE receipts (
  doc_id      TEXT NOT NULL,
  number      BIGINT NOT NULL,
  kind        TEXT NOT NULL,
  image_id    TEXT NOT NULL,
  state       TEXT NOT NULL,
  state_since TEXT NOT NULL,
  tries       BIGINT NOT NULL DEFAULT 0,
  reason      TEXT NOT NULL DEFAULT '',
  why         TEXT NOT NULL DEFAULT '',
  name        TEXT NOT NULL DEFAULT '',
  sha256      TEXT NOT NULL DEFAULT '',
  size        BIGINT NOT NULL DEFAULT 0,
  temp_name   TEXT NOT NULL DEFAULT '',
  filed_in    BIGINT NOT NULL DEFAULT 0,
  bytes_gone  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (doc_id, number)
);
-- What is to be fetched or dropped, and what cannot be had.
CREATE INDEX receipts_state ON receipts (state, doc_id);
CREATE INDEX receipts_bytes ON receipts (sha256);
-- Documents that wait and whose receipts nobody has listed.
CREATE INDEX documents_receipts ON documents (route, doc_id) WHERE receipts = '' AND state IN ('acknowledged','held');

-- +goose Down
DROP INDEX documents_receipts;
DROP TABLE receipts;
ALTER TABLE documents DROP COLUMN receipts;
