-- +goose Up
-- Which posting of its report the import file says that a document is: document.again writes it behind the key, from 2. 0: of a file that was made
-- before this was kept; it follows from post_as and basis then.
ALTER TABLE file_documents ADD COLUMN posting INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE file_documents DROP COLUMN posting;
