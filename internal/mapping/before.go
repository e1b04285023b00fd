package mapping

// Before is what lies in a file before a document: documents with records, these records, and the lines of everything.
type Before struct{ Documents, Rows, Lines int }

// After makes an empty file one in which so much lies already. It is false when the document's records depend on more
// of what lies there than is known: values that are written once a file.
func (f *File) After(b Before) bool {
	body := -1
	for i := range f.plan.records {
		r := &f.plan.records[i]
		switch {
		case r.once >= 0:
			return false
		case r.header || r.trailer:
		case body < 0:
			body = i
		default:
			body = len(f.plan.records) // there are several: how many of each is not known
		}
	}
	f.now.documents, f.now.lines = b.Documents, b.Lines
	if body >= 0 && body < len(f.plan.records) {
		f.now.byRecord[body] = b.Rows
		f.now.records += b.Rows
		if f.plan.records[body].totals.Counted {
			f.now.rows = b.Rows
		}
	}
	return true
}
