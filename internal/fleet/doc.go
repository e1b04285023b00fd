// Package fleet makes of a company's working folder what is published into the database of all companies, and of what is published a working
// folder on a node.
//
// It guarantees that everything a company is made of is taken, and nothing else of its folder; that secrets leave the folder only sealed for the
// nodes' keys; and that no company can name a file, a variable, a journal or a target that is another one's: what could is refused before it is
// published, and again before a node works with it.
package fleet
