-- +goose Up
-- A changed mapping that would hold many documents, or change what nobody said it would, goes live only after a person has accepted it: one row for
-- each version (by the hash of its content) of each route.
CREATE TABLE accepted_mappings (
  route  TEXT NOT NULL,
  hash   TEXT NOT NULL,
  at     TEXT NOT NULL,
  actor  TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (route, hash)
);

-- +goose Down
DROP TABLE accepted_mappings;
