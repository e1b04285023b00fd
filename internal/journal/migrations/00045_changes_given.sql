-- +goose Up
-- A workbook that somebody gave is kept before anybody asks for it: state may be checked or not usable, too, and ended where an approval ended before a run.
-- given_by and given_at are who gave it and when, authors a JSON list of everybody whose cells it has, made_from the content hash of the version that it was made
-- from where that was not the one in force, ended why an approval ended: template or age.
ALTER TABLE changes ADD COLUMN given_at TEXT NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN given_by TEXT NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN authors TEXT NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN made_from TEXT NOT NULL DEFAULT '';
ALTER TABLE changes ADD COLUMN ended TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE changes DROP COLUMN ended;
ALTER TABLE changes DROP COLUMN made_from;
ALTER TABLE changes DROP COLUMN authors;
ALTER TABLE changes DROP COLUMN given_by;
ALTER TABLE changes DROP COLUMN given_at;
