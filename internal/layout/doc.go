// Package layout turns records into the bytes of an ERP's files and back. It knows nothing of documents or mappings.
// Nothing is cut, padded or replaced unless the layout says so, and what was is counted.
//
// It owns what all kinds of files share: records and fields, numbers, dates, signs, overflow, cleaning, the check of a
// layout (Compile), what is wrong with a line. What a kind writes and reads stands in a folder of its own: delimited,
// fixed, pattern, sheet. They import this package, it does not know them: Kind is what it asks of them, and kinds is
// the list.
package layout
