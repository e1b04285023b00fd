// Package house holds the tests that keep the house in order: which package may import which, and which versions of dependencies are
// old enough to have faults we know. It has no code of its own.
package house
