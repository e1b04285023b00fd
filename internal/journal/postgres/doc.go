// Package postgres is the journal in PostgreSQL: a schema for each company, with SQLite's tables and statements.
//
// It guarantees what the journal asks of a database. Every commit is on disk before it returns (synchronous_commit is never less than on). One
// transaction at a time writes into a company's journal, whichever process or machine it is of: each begins by locking the company's row in the
// schema fisbridge_fleet, as SQLite begins immediate. Who holds a lease (Lease) has a fence; a transaction whose fence is no longer the newest finds no
// row, is rolled back, and is ledger.ErrLost. Nothing is prepared under a name, no session keeps a state that matters, so that a pooler may
// stand between. A server that does not answer for a moment is waited for where nothing has been done yet.
package postgres
