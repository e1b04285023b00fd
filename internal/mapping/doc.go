// Package mapping turns a template (what an ERP's import file looks like) and a workbook (how a company fills it) into
// a checked plan, and documents into the records of an import file. The plan is compiled once and never changes;
// everything that is wrong with a workbook is reported at once by sheet and cell; a document that cannot be mapped is
// refused by itself and harms no other. The same plan, documents and file context give the same bytes. The packages
// beside it explain, compare, try and show what it makes; they see it through its View.
package mapping
