package fis

// Refs is what a line of a result file says it is about. What is empty or 0 was not told.
type Refs struct {
	// DocID, ReportID and ReportKey are what the format says they are; Any is one of the three, and the ERP does not
	// say which.
	DocID, ReportID, ReportKey, Any string
	// FileSequence, BatchID and FileName name our import file, FileLine a line of it from 1. BatchID is what we wrote
	// into the file as its batch: the sequence, perhaps with leading zeros or a prefix that ends in it.
	FileSequence      int64
	BatchID, FileName string
	FileLine          int
	// Named is the whole word that the import file's number was taken from: the result file's own name, or a field.
	// Before and After are what stands right before and behind the number in it, in capitals and without marks at its
	// ends, where the format does not ask for it: then it is what we wrote, and other letters are another file's. Both are
	// empty where the answer gives digits alone.
	Named, Before, After string
}

// NamesDocument reports whether they lead to a document by themselves.
func (r Refs) NamesDocument() bool {
	return r.DocID != "" || r.ReportID != "" || r.ReportKey != "" || r.Any != ""
}

// NamesFile reports whether they lead to an import file.
func (r Refs) NamesFile() bool { return r.FileSequence != 0 || r.BatchID != "" || r.FileName != "" }
