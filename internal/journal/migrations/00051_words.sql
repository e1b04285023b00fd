-- +goose Up
-- words: those with which an import file says its number in its own bytes, such as its batch CNQR000001 (a JSON list); an answer gives one of them back. Empty: the
-- file was made by a version that did not keep them.
ALTER TABLE files ADD COLUMN words TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE files DROP COLUMN words;
