-- +goose Up
-- One row a company: who works for it just now, and until when. The row is locked first in every transaction that writes into the company's
-- journal, so that all who write stand in line. Taking a company is fence + 1: who has an older fence commits nothing more.
CREATE TABLE companies (
  company     TEXT PRIMARY KEY, -- the schema of its journal
  fence       BIGINT NOT NULL DEFAULT 0,
  owner       TEXT NOT NULL DEFAULT '', -- empty: nobody works for it
  lease_until TIMESTAMPTZ,
  taken_at    TIMESTAMPTZ
);
