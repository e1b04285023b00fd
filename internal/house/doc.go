// Package house holds the tests that keep the house in order: which package may import which, how
// large a package may be, and which versions of dependencies are old enough to have faults we know. Beside them it has what keeps the tests of other packages honest:
// no goroutine is left behind.
package house
