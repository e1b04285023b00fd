-- +goose Up
-- The payments in banks' files that nobody claims, which leave the list when they are old.
CREATE INDEX result_rows_unclaimed ON result_rows (result_id) WHERE mark = 'unclaimed';

-- +goose Down
DROP INDEX result_rows_unclaimed;
