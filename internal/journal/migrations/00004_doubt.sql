-- +goose Up
-- What becomes of a document is for a person to say by name: it was held by one, or the ERP may have it already. Nothing that moves many
-- documents at once may release it.
ALTER TABLE documents ADD COLUMN in_doubt INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE documents DROP COLUMN in_doubt;
