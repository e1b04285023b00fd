-- +goose Up
-- Texts of the history can be emptied when the law or the retention rule asks for it, and the chain still verifies: it holds detail_hash,
-- SHA-256 over salt and detail, in place of the detail. Both go together; without the salt nobody can guess what stood there.
ALTER TABLE history ADD COLUMN salt TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN detail_hash TEXT NOT NULL DEFAULT '';

-- The history only grows; all that can be done to a row is to empty its detail.
DROP TRIGGER history_no_update ON history;
CREATE TRIGGER history_no_update BEFORE UPDATE ON history FOR EACH ROW
WHEN (NOT (NEW.detail = '' AND NEW.salt = '' AND OLD.detail_hash <> '' AND NEW.detail_hash = OLD.detail_hash AND NEW.seq = OLD.seq AND NEW.at = OLD.at
  AND NEW.event = OLD.event AND NEW.doc_id = OLD.doc_id AND NEW.file_id = OLD.file_id AND NEW.result_id = OLD.result_id AND NEW.actor = OLD.actor
  AND NEW.correlation = OLD.correlation AND NEW.hash = OLD.hash))
EXECUTE FUNCTION history_append_only();

-- aged_at is when the texts about a document went, copy_gone when the archived copy of a result file did.
ALTER TABLE documents ADD COLUMN aged_at TEXT NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN copy_gone TEXT NOT NULL DEFAULT '';
CREATE INDEX documents_aged ON documents (finished_at) WHERE aged_at = '';
