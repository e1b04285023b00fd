-- +goose Up
-- members: of an import file that lies in the drop folder as several files, the names of those beside the one that starts the import (a JSON list, in the order of
-- their renames); its bytes are a bundle of all of them then.
ALTER TABLE files ADD COLUMN members TEXT NOT NULL DEFAULT '';
CREATE INDEX files_members ON files (place) WHERE members <> '';

-- +goose Down
DROP INDEX files_members;
ALTER TABLE files DROP COLUMN members;
