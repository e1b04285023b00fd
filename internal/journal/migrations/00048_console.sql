-- +goose Up
-- What the console is asked for and no index found: rows of the history that are not of each document (evidence packs, mappings, runs), those that
-- people wrote, documents with a reason, and amounts between two bounds. The conditions are those of records.Events, word for word.
CREATE INDEX history_rare ON history (event, seq) WHERE event NOT IN ('stored','filed','acknowledgement intended','acknowledged','posting confirmed','posting confirmation intended','posted','rejected','sealed','payment confirmed','payment confirmation intended');
CREATE INDEX history_people ON history (seq) WHERE actor NOT LIKE 'fisbridge run %' AND actor NOT LIKE 'fisbridge watch %' AND actor NOT LIKE 'fisbridge serve by %' AND actor NOT LIKE 'fisbridge demo %' AND actor NOT LIKE 'fisbridge sim %';
CREATE INDEX documents_reasons ON documents (doc_id) WHERE reason <> '';
CREATE INDEX documents_amount ON documents (CAST(amount AS DOUBLE PRECISION));

-- +goose Down
DROP INDEX documents_amount;
DROP INDEX documents_reasons;
DROP INDEX history_people;
DROP INDEX history_rare;
