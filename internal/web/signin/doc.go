// Package signin owns who may come in and what he may do: people, roles, passwords, passkeys, sessions, invitations and
// tokens of machines, in a database of their own beside the journal, and what became of it in a history that is chained
// by hash.
//
// It guarantees that no password, key or token can be read back from the database; that a name which is not known is
// refused with the same words in the same time; that nobody can lock somebody else out; that nobody changes his own
// roles; and that each try, session and change of roles leaves a row. It knows no HTTP.
package signin
