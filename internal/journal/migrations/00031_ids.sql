-- +goose Up
-- The newest id of each table that has one. An id is given once, also when its row is gone again.
CREATE TABLE ids (
  name TEXT PRIMARY KEY,
  last BIGINT NOT NULL
);
INSERT INTO ids (name, last) SELECT 'files', COALESCE(MAX(id), 0) FROM files;
INSERT INTO ids (name, last) SELECT 'results', COALESCE(MAX(id), 0) FROM results;
INSERT INTO ids (name, last) SELECT 'payments', COALESCE(MAX(id), 0) FROM payments;
INSERT INTO ids (name, last) SELECT 'alarms', COALESCE(MAX(id), 0) FROM alarms;
INSERT INTO ids (name, last) SELECT 'mappings', COALESCE(MAX(id), 0) FROM mappings;
INSERT INTO ids (name, last) SELECT 'runs', COALESCE(MAX(id), 0) FROM runs;

-- What waits for an import file, in the order in which a run takes it.
CREATE INDEX documents_tryable ON documents (route, reissue_of, received_at, doc_id) WHERE state IN ('acknowledged','held');
CREATE INDEX documents_reissue ON documents (reissue_of) WHERE reissue_of <> 0;
-- Where a document ever was.
CREATE INDEX file_documents_doc ON file_documents (doc_id);
-- What is done with alarms is asked for by what they are about.
CREATE INDEX alarms_subject ON alarms (subject) WHERE resolved_at = '';

-- +goose Down
DROP INDEX alarms_subject;
DROP INDEX file_documents_doc;
DROP INDEX documents_reissue;
DROP INDEX documents_tryable;
DROP TABLE ids;
