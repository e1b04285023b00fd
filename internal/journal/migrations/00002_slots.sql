-- +goose Up
-- The times at which the schedule wanted a run, so that one missed while the machine was down is found.
CREATE TABLE slots (
  schedule TEXT NOT NULL,
  due_at   TEXT NOT NULL,
  state    TEXT NOT NULL,
  PRIMARY KEY (schedule, due_at)
);

-- +goose Down
DROP TABLE slots;
