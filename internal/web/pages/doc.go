// Package pages owns what people look at in the console: one file an address. A handler reads in one snapshot, fills a
// struct, and names a template; it makes no sentence and knows no SQL.
//
// It guarantees that no handler here changes anything.
package pages
