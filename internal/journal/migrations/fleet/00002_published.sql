-- +goose Up
-- What is published of a company, and when it is due. A company whose journal lies here without being published has no state.
ALTER TABLE companies
  ADD COLUMN state TEXT NOT NULL DEFAULT '', -- active, disabled, erased
  ADD COLUMN version BIGINT NOT NULL DEFAULT 0, -- the one in force
  ADD COLUMN due_at TIMESTAMPTZ, -- when a node looks after it next
  ADD COLUMN claim BIGINT NOT NULL DEFAULT 0, -- how often it was claimed by nodes: what an earlier claim says later counts for nothing
  ADD COLUMN failures BIGINT NOT NULL DEFAULT 0, -- passes that failed since one did not
  ADD COLUMN summary TEXT NOT NULL DEFAULT '', -- what the last pass left, as JSON
  ADD COLUMN summary_at TIMESTAMPTZ;
CREATE INDEX companies_due ON companies (due_at) WHERE state = 'active';

-- A role of one company, called as its schema, sees and locks its own row, and no other one. The owner of the table sees all.
ALTER TABLE companies ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON companies USING (company = current_user);

CREATE TABLE versions (
  company     TEXT NOT NULL REFERENCES companies (company),
  number      BIGINT NOT NULL,
  at          TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  actor       TEXT NOT NULL,
  reason      TEXT NOT NULL,
  hash        TEXT NOT NULL, -- SHA-256 of files
  of_version  BIGINT NOT NULL DEFAULT 0, -- the one whose content it has, where it was taken back to that
  files       BYTEA, -- what can be read by everybody who may read the database
  secrets     BYTEA, -- sealed for the nodes
  PRIMARY KEY (company, number)
);

-- Of two companies none may take the documents of the other.
CREATE TABLE consumers (
  company_uuid TEXT NOT NULL,
  system_id    TEXT NOT NULL,
  doc_type     TEXT NOT NULL,
  company      TEXT NOT NULL REFERENCES companies (company),
  PRIMARY KEY (company_uuid, system_id, doc_type)
);
CREATE INDEX consumers_company ON consumers (company);

-- What people did with companies; kept for ever, also of those that are erased.
CREATE TABLE acts (
  id      BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
  company TEXT NOT NULL,
  actor   TEXT NOT NULL,
  act     TEXT NOT NULL,
  reason  TEXT NOT NULL,
  detail  TEXT NOT NULL DEFAULT ''
);
-- +goose StatementBegin
CREATE FUNCTION acts_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'acts are kept as they are';
END $$;
-- +goose StatementEnd
CREATE TRIGGER acts_kept BEFORE UPDATE OR DELETE ON acts FOR EACH ROW EXECUTE FUNCTION acts_kept();
