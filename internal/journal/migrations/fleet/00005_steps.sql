-- +goose Up
-- How far the pass of a claim is, as JSON, for the consoles of all nodes. What another claim has left counts for nothing.
ALTER TABLE companies
  ADD COLUMN steps TEXT NOT NULL DEFAULT '',
  ADD COLUMN steps_claim BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE companies
  DROP COLUMN steps,
  DROP COLUMN steps_claim;
