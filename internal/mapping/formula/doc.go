// Package formula is the accountants' formula language: what stands in the Value column of a mapping workbook, and in the
// conditions of routes and records.
package formula
