-- +goose Up
-- The journal was put back from a copy: the ERP may have this document from an import file that the journal does not know.
ALTER TABLE documents ADD COLUMN lost_file INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE documents DROP COLUMN lost_file;
