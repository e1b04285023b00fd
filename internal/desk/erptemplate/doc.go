// Package erptemplate owns what integrators do with the template of an ERP before there is a mapping: make one of what
// the ERP has (New), and check it (Check): everything that is wrong by file and line, the file that it makes of the
// sample documents, and what a judge finds in that file.
//
// Results are structs and bytes; who calls prints and writes them. It knows no terminal, and runs no program but the
// judge that a template names, and only when it is asked to.
package erptemplate
