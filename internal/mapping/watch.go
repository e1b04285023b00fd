package mapping

import (
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
)

// What packages beside the plan may see while it works. None of it changes what is made of a document that can be
// mapped.

// Watch lets fn see each row while the worker stands on it; nil ends it.
func (w *Worker) Watch(fn func(r *Record)) { w.watch = fn }

// Unchecked leaves the comparison of rows and documents to the caller: a file that went out long ago is explained as it
// is.
func (w *Worker) Unchecked() { w.unchecked = true }

// Here is the place in the document where the worker stands.
func (w *Worker) Here() *scope.Env { return &w.env }

// Watch lets w see each record that goes into the file.
func (f *File) Watch(w FileWatch) { f.watch = w }

// Unchecked makes a file whose bytes are not held against the documents.
func (f *File) Unchecked() { f.unchecked = true }

// Unbounded lets the file have more lines than the ERP takes: which documents are in it was settled when it went out.
func (f *File) Unbounded() { f.limit = 0 }

// Compare holds the bytes against the documents all the same when the file is finished, and gives fn what is wrong
// instead of refusing the file.
func (f *File) Compare(fn func(amounts.Comparison, *refusal.ReadBackError)) { f.compared = fn }

// Here is where headers, trailers and late columns get their values from.
func (f *File) Here() *LateEnv { return &f.env }
