// Package workshop owns what people do with mappings before a run uses them: make one from a template, check it, try it
// on documents, compare and convert it, pin tests, write notes and examples into the workbook, render files from
// documents on disk; and it makes new working folders.
//
// A mapping is its bytes and its name: what is uploaded can be checked, tried and converted as well as what lies in a
// folder. Results are structs and bytes; who calls prints and writes them. It knows no terminal, no flags and no
// streams of the process, and it calls nobody.
package workshop
