// Package refusal owns the errors that keep a document out of an import file, or a file from going out: what is wrong,
// in which cell of the file, and which cell of the mapping or which place of the document people look at to mend it.
// Others are not touched by such an error, and trying again without a change gives the same one.
package refusal
