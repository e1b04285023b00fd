-- +goose Up
-- The payments that people are or were asked about.
CREATE INDEX result_rows_asked ON result_rows (result_id, line) WHERE mark <> '';

-- +goose Down
DROP INDEX result_rows_asked;
