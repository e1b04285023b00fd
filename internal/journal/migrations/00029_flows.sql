-- +goose Up
-- The system id with which the acknowledgement of a document was sent: Concur takes its confirmations from that one only. Empty in documents of
-- older versions, and in those that were never asked for: then the one of the configuration counts.
ALTER TABLE documents ADD COLUMN system_id TEXT NOT NULL DEFAULT '';

-- What is still not done at the end of a run, and in how many runs one after the other.
CREATE TABLE undone (
  kind    TEXT NOT NULL,
  subject TEXT NOT NULL,
  since   TEXT NOT NULL,
  runs    BIGINT NOT NULL,
  PRIMARY KEY (kind, subject)
);

-- +goose Down
DROP TABLE undone;
ALTER TABLE documents DROP COLUMN system_id;
