-- +goose Up
-- The history only grows: not even a mistake of this program changes or removes a row. (PostgreSQL says the same with a function.)
-- +goose StatementBegin
CREATE TRIGGER history_no_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER history_no_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER history_no_update;
DROP TRIGGER history_no_delete;
