// Package docfiles reads documents that lie on disk or come from standard input, for the commands that try a mapping on
// them.
//
// A file that cannot be read, or ends in the middle, is told and does not stop the others; nothing is held in memory
// but one document.
package docfiles
