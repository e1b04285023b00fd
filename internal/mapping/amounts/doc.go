// Package amounts holds what the rows of an import file say against what the documents say: which fields of a record carry amounts and how they are
// read, what the rows of each document must say, and the words for a difference. The plan decides which row stands for which amount, and reads
// the file back.
package amounts
