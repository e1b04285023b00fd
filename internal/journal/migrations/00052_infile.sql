-- +goose Up
-- What an import file says of each document, as it was held against the document when the file was made: debit|credit|what its rounded rows say more
-- than the document|its line of rounding differences. Debit and credit are blank where the template does not hold the amounts. files.in_file has the
-- sums by currency (JSON). Empty: the file was made by a version that did not keep them.
ALTER TABLE file_documents ADD COLUMN in_file TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN in_file TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE files DROP COLUMN in_file;
ALTER TABLE file_documents DROP COLUMN in_file;
