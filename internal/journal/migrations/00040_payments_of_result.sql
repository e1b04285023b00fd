-- +goose Up
-- The payments that a result file told of.
CREATE INDEX payments_by_result ON payments (result_id);

-- +goose Down
DROP INDEX payments_by_result;
