// Package reconcile owns the equations that hold in every sound journal: where each fetched document and its amount is,
// what Concur was told of it, and what stands in the import files.
//
// Each figure is compared with a second source that was written at another place: the history, the bytes of the import
// files, the posting lines of the documents. A difference is told with its documents, never smoothed away.
package reconcile
