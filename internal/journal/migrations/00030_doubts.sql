-- +goose Up
-- acceptable: a refused version that only a doubt keeps from going live, which a person may accept. changed: the files whose change made a version, as
-- people name them: the workbook, its template, or both. Empty in versions of older programs.
ALTER TABLE mappings ADD COLUMN acceptable BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mappings ADD COLUMN changed TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE mappings DROP COLUMN changed;
ALTER TABLE mappings DROP COLUMN acceptable;
