// Package templating owns how a template is made of what an ERP has already: a COBOL copybook, an Oracle SQL*Loader
// control file, a CREATE TABLE, a CSV with or without rows, a filled-in workbook, an XML schema, a segment description
// of SAP (WE60).
//
// A reader takes over what the definition says, by its line: names, widths, types, positions, what is required. It
// never takes over what it does not say. Such things are guessed where the template would not compile without them, and
// every guess is a Remark and a comment in the template; what cannot be expressed in a template is an error with file
// and line. Nothing here writes a file or knows a terminal.
package templating
