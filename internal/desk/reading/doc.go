// Package reading owns what a page shows of documents and runs beside their rows: who a document is of and what it is
// called, its debits and credits, its lines in an import file, what would go into one now, the history by pages, and
// runs. It changes nothing.
package reading
