// Package check owns the look at everything that a run needs, before one begins: configuration, journal, mappings,
// secrets, rights, the login, drop and return folders.
//
// It tells all that is missing or wrong at once, each with its place and the way out. It takes over no document and
// sends no file.
package check
