-- +goose Up
-- What people look for: the employee's id and the report's number, which age out with the payload, and the ERP's document number.
ALTER TABLE documents ADD COLUMN employee_id TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN report_number TEXT NOT NULL DEFAULT '';
ALTER TABLE confirmations ADD COLUMN number TEXT NOT NULL DEFAULT '';
CREATE INDEX documents_employee ON documents (employee_id) WHERE employee_id <> '';
CREATE INDEX documents_report_number ON documents (report_number) WHERE report_number <> '';
CREATE INDEX documents_received ON documents (received_at, doc_id);
CREATE INDEX confirmations_number ON confirmations (number) WHERE number <> '';

-- +goose Down
DROP INDEX confirmations_number;
DROP INDEX documents_received;
DROP INDEX documents_report_number;
DROP INDEX documents_employee;
ALTER TABLE confirmations DROP COLUMN number;
ALTER TABLE documents DROP COLUMN report_number;
ALTER TABLE documents DROP COLUMN employee_id;
