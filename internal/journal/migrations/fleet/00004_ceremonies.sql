-- +goose Up
-- The key with which nodes seal what a browser keeps for them, and what of that was used up, as long as it would be good.
CREATE TABLE keys (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE spent (word TEXT PRIMARY KEY, until BIGINT NOT NULL);
-- Roles that groups of the provider of identities give, apart from those that people give: neither takes what the other gave.
CREATE TABLE grouped (person BIGINT NOT NULL, company TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (person, company, role));

-- +goose Down
DROP TABLE grouped;
DROP TABLE spent;
DROP TABLE keys;
