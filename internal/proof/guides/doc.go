// Package guides holds no code, only tests: every example in the guides for integrators and accountants, of result files
// and of the configuration is found by its fence and run. Templates load and make the file that stands below them,
// commands exist with these flags and this many words, formulas give what is said. An example that cannot be run has a
// comment before it that says why.
package guides
