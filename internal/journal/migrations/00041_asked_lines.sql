-- +goose Up
-- The payments that people are asked about now.
CREATE INDEX result_rows_open ON result_rows (result_id, line) WHERE mark = 'asked';

-- +goose Down
DROP INDEX result_rows_open;
