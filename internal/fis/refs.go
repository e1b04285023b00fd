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
	// NamedByUs tells that the name of the result file is made of ours as far as the format knows: other letters before
	// the number are another file's.
	Named     string
	NamedByUs bool
}

// NamesDocument reports whether they lead to a document by themselves.
func (r Refs) NamesDocument() bool {
	return r.DocID != "" || r.ReportID != "" || r.ReportKey != "" || r.Any != ""
}

// NamesFile reports whether they lead to an import file.
func (r Refs) NamesFile() bool { return r.FileSequence != 0 || r.BatchID != "" || r.FileName != "" }
