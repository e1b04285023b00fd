// Package scope knows the names that a formula may use of a document, and what they are worth where a row stands:
// fields of the document by name or path, and facts of the document, the posting line and the row. It walks over the
// parts of a document that records repeat over. A name is a Slot, looked up once when the formula is compiled; Env
// gives its value, row after row. What only the file knows is the plan's.
package scope
