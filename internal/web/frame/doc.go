// Package frame owns what all pages of the console share: who asks, in which company and language, the snapshot that the
// page is made from, the layout around it, how it is answered, and how a failure looks.
//
// It guarantees that nothing is written before a page is whole, that what comes from outside is data on it, that looking
// changes nothing, and that no address, title or log holds a person's name.
package frame
