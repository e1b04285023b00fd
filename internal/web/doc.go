// Package web owns the console: the listener, the door that every request goes through, and the table of addresses with
// the right that each one wants.
//
// It guarantees that no address is answered that is not in the table, that each of them asks for its right, that forms of
// other sites are refused, that nothing is loaded from another host, and that nobody reaches it without TLS but from
// this machine, or through a proxy that it was told of.
package web
