// Package changes is the way of a changed mapping into force: somebody asks with a workbook, what is wrong with it and
// what it would change on last month's documents is found out and kept, somebody else approves where the company wants
// that, and the next run puts it in force. Back to a former version is a change like any other.
package changes
