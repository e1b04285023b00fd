// Package desk owns what people ask of a working folder and what they do to it, as data and acts. The commands print
// it, a console shows it, a mail sends it, and --json writes its structs: one truth, one voice.
//
// Asked: where everything stands and what needs a person (Status), lists, the life of a document, an import file, a
// result file or a mapping, whether the figures tie out (Reconcile), whether the history is what was written (Verify),
// where a cell of an import file comes from (Explain). Done: hold, release, reject, retry, mark, settle, reissue,
// refetch, forget, back up, and saying what happened to a journal.
//
// A Place names the folder and who acts; Looking, Beside and Exclusively open it as a Workspace. Looking changes
// nothing and works beside a run. Acts work beside a run too: each is one transaction that looks again at the state it
// starts from, and a refusal is an Error with the state that forbids it and the way out. Nothing here knows a terminal,
// a stream of the process, or a command line.
package desk
