// Package door owns how people come in and go out: the sign-in, the links by which a password is set, one's own account,
// and who else may do what. What holds for names and passwords is package signin's; here are its pages.
//
// It guarantees that the address that somebody is sent on to is one of the console's own.
package door
