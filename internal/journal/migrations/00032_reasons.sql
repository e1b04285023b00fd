-- +goose Up
-- why: the reason beside it as a code with values, in JSON. Empty in rows of older programs, and where there is no reason.
ALTER TABLE documents ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE alarms ADD COLUMN why TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE alarms DROP COLUMN why;
ALTER TABLE results DROP COLUMN why;
ALTER TABLE files DROP COLUMN why;
ALTER TABLE documents DROP COLUMN why;
