-- +goose Up
-- Why a document is held is a code with its values, not only a text: what fisbridge held by itself goes on by itself once the cause is mended, what
-- a person held, or the ERP may have, does not.
ALTER TABLE documents ADD COLUMN cause TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN cause_data TEXT NOT NULL DEFAULT '';
UPDATE documents SET cause = CASE WHEN in_doubt = 1 THEN 'doubt'
  WHEN EXISTS (SELECT 1 FROM file_documents p WHERE p.doc_id = documents.doc_id AND p.withdrawn = 0) THEN 'refused' ELSE 'mapping' END WHERE state = 'held';

-- A report is posted once. revision is FIS's revisionNumber (0: not known), direction the one of a cash advance (+1 handed out, -1 handed back).
-- post_as says how a second document of a report is posted: 'add' as it is, 'replace' as what it changes against the documents of basis.
ALTER TABLE documents ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN direction INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN post_as TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN basis TEXT NOT NULL DEFAULT '';
ALTER TABLE file_documents ADD COLUMN post_as TEXT NOT NULL DEFAULT '';
ALTER TABLE file_documents ADD COLUMN basis TEXT NOT NULL DEFAULT '';

-- What an import file says of a document, as posting lines with the accounts and cost objects that were written, deflated JSON. It outlives the
-- payload: a revision is posted against what was written, not against the old document read through today's mapping.
CREATE TABLE written (
  file_id BIGINT NOT NULL,
  doc_id  TEXT NOT NULL,
  sha256  TEXT NOT NULL,
  body    BYTEA NOT NULL,
  PRIMARY KEY (file_id, doc_id)
);

-- +goose Down
DROP TABLE written;
ALTER TABLE file_documents DROP COLUMN basis;
ALTER TABLE file_documents DROP COLUMN post_as;
ALTER TABLE documents DROP COLUMN basis;
ALTER TABLE documents DROP COLUMN post_as;
ALTER TABLE documents DROP COLUMN direction;
ALTER TABLE documents DROP COLUMN revision;
ALTER TABLE documents DROP COLUMN cause_data;
ALTER TABLE documents DROP COLUMN cause;
