// Package evidence makes evidence packs and checks them: a zip in which somebody who has nothing else of fisbridge finds
// what happened to the documents of a period, with the hashes by which it is proved. It opens without a network, and
// nothing in it is a script.
//
// A pack is made from one instant of the journal and changes nothing in it, but that its making, its hash and each time
// somebody takes it stand in the history. With ids only it holds no name and no text of a person: documents are known by
// their ids, people by numbers, and what could hold names (payloads, files, workbooks, reasons) is told by its hash alone.
package evidence
