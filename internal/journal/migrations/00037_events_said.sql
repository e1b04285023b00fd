-- +goose Up
-- said: what Concur said when it was asked for the document that an event spoke of and that has not come, and in which system it is.
ALTER TABLE events ADD COLUMN said TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN said_system TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN asked_at TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE events DROP COLUMN said;
ALTER TABLE events DROP COLUMN said_system;
ALTER TABLE events DROP COLUMN asked_at;
