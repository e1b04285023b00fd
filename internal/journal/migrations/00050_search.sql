-- +goose Up
-- Whether a document has a word is asked of one document at a time, where a search walks the newest ones: the index has all that is asked, so that
-- no database without statistics takes the list of all documents of the word in its place. One of two indexes for documents with a reason goes.
CREATE INDEX doc_keys_of ON doc_keys (doc_id, key, kind);
DROP INDEX doc_keys_doc;
DROP INDEX documents_reasons;

-- +goose Down
CREATE INDEX documents_reasons ON documents (doc_id) WHERE reason <> '';
CREATE INDEX doc_keys_doc ON doc_keys (doc_id);
DROP INDEX doc_keys_of;
