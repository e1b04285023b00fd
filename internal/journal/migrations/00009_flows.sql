-- +goose Up
-- Two alarms of one kind about one subject that say different things are two alarms: the second must not hide the first.
-- digest is the SHA-256 of the message: the words themselves may be too long for an index.
ALTER TABLE alarms ADD COLUMN digest TEXT NOT NULL DEFAULT '';
DROP INDEX alarms_open;
CREATE UNIQUE INDEX alarms_open ON alarms (kind, subject, digest) WHERE resolved_at = '';

-- Hexadecimal ids that come back in other letters are the same ids, and so are names of files.
CREATE INDEX documents_doc_folded ON documents (UPPER(doc_id));
CREATE INDEX documents_report_folded ON documents (UPPER(report_id));
CREATE INDEX documents_report_key_folded ON documents (UPPER(report_key));
CREATE INDEX files_name_folded ON files (UPPER(name));

-- +goose Down
DROP INDEX files_name_folded; DROP INDEX documents_report_key_folded; DROP INDEX documents_report_folded; DROP INDEX documents_doc_folded;
DROP INDEX alarms_open;
ALTER TABLE alarms DROP COLUMN digest;
CREATE UNIQUE INDEX alarms_open ON alarms (kind, subject) WHERE resolved_at = '';
