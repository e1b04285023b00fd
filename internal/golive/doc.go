// Package golive owns which version of a mapping is in force, and why.
//
// A mapping is used in the version that the journal knows as live. A workbook that says something else goes live at the
// beginning of a run when it is clean: no finding is an error, its own tests pass, and nothing comes out differently
// that its changed cells do not say, unless a person has accepted that. Else the version in force stays, from the
// journal, and people are told what is wrong with the workbook. Choosing only reads; committing a choice is one
// transaction.
package golive
