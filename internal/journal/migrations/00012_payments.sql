-- +goose Up
-- What the document left to be paid when it was written into the file, by party: {"EMPL":"13.40","CBCP":"10"}. Payments are held against it, also
-- when the payload has aged out. Empty: not known.
ALTER TABLE file_documents ADD COLUMN owed TEXT NOT NULL DEFAULT '';
-- The document's own day, yyyy-MM-dd: it is not paid long before that.
ALTER TABLE file_documents ADD COLUMN dated TEXT NOT NULL DEFAULT '';
-- A listed line that is a payment by itself, and does not fit its document: asked. A person says valid (it is told to Concur) or invalid.
ALTER TABLE result_rows ADD COLUMN mark TEXT NOT NULL DEFAULT '';
CREATE INDEX result_rows_payment ON result_rows (result_id, doc_id, line) WHERE kind = 'payment';

-- +goose Down
DROP INDEX result_rows_payment;
ALTER TABLE result_rows DROP COLUMN mark;
ALTER TABLE file_documents DROP COLUMN dated;
ALTER TABLE file_documents DROP COLUMN owed;
