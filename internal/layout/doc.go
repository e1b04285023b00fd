// Package layout turns records into the bytes of an ERP's files and back: delimited, fixed width, text and xlsx; character
// sets, signs, padding, overflow. It knows nothing of documents or mappings. Nothing is cut, padded or replaced unless the
// layout says so, and what was is counted.
package layout
