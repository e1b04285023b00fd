-- +goose Up
-- What waits, in the order in which it is asked for: documents for the ERP's word, held ones for people, payments to be told, receipts to be fetched.
-- Each is found by its index in a database without statistics, too: where a condition names the state alone, SQLite takes the index of states,
-- reads all rows in it, and sorts them for the first ones. The conditions are those of package records, word for word.
DROP INDEX documents_waiting;
CREATE INDEX documents_waiting ON documents (acknowledged_at, doc_id) WHERE (state || '') IN ('acknowledged','held','filed');
CREATE INDEX documents_held ON documents (state_since, doc_id, held_until) WHERE (state || '') = 'held';
CREATE INDEX payments_open ON payments (doc_type, id) WHERE (state || '') IN ('intended','pending');
CREATE INDEX receipts_wanted ON receipts (tries, doc_id, number) WHERE (state || '') = 'wanted';

-- +goose Down
DROP INDEX receipts_wanted;
DROP INDEX payments_open;
DROP INDEX documents_held;
DROP INDEX documents_waiting;
CREATE INDEX documents_waiting ON documents (acknowledged_at, doc_id) WHERE state IN ('acknowledged','held','filed');
