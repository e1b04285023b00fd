-- +goose Up
-- What people know a document by: its title, and the name of the employee or the vendor. Both age out with the payload; doc_keys has their words.
ALTER TABLE documents ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN person TEXT NOT NULL DEFAULT '';
-- Documents with a reason are few: texts of people are looked for among them alone.
CREATE INDEX documents_reason ON documents (doc_id) WHERE reason <> '';
-- Documents that are there are filled from their payloads when the journal is opened.
DELETE FROM meta WHERE name = 'filled';

-- +goose Down
DROP INDEX documents_reason;
ALTER TABLE documents DROP COLUMN person;
ALTER TABLE documents DROP COLUMN title;
