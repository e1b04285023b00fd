// Package amounts holds what the rows of an import file say against what the documents say. It owns the rules of a
// template (which fields of a record carry amounts, and what each row stands for), the tracker that follows a document
// through its records, and the reading of the finished file. The plan makes the rows. A file goes out only when each
// amount of its documents stands in it once, as its own layout reads it back.
package amounts
