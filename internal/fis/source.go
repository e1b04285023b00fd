package fis

// CommitmentSource is a part of an obligation that an ERP document commits; confirmations name them, and FIS is to send
// them back in later documents.
type CommitmentSource struct {
	// Type is DOCUMENT (a request or report), ENTRY or ALLOCATION (an account assignment).
	Type string `json:"type"`
	ID   string `json:"id"`
	// ParentID is the request or report of an entry, and the entry of an allocation; a document has none.
	ParentID string `json:"parentId,omitempty"`
}

// CommitmentSources are the parts that an obligation commits: the request or report, its entries, and their account
// assignments as far as they have a key. Of any other document, a question, or a release, there are none.
func (d *Document) CommitmentSources() []CommitmentSource {
	if !d.DocType.Commits() || d.Instruction() != Obligate || d.ReportID() == "" {
		return nil
	}
	out := []CommitmentSource{{Type: "DOCUMENT", ID: d.ReportID()}}
	seen := map[CommitmentSource]bool{}
	add := func(s CommitmentSource) {
		if s.ID != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	for _, list := range []string{"requestEntry", "expenseEntry"} {
		for _, entry := range d.Root.List(list) {
			id := entry.Str("entryId")
			if id == "" || entry.Str("entryIsPersonal") == "Y" {
				continue
			}
			add(CommitmentSource{"ENTRY", id, d.ReportID()})
			for _, a := range entry.List("allocation") {
				add(CommitmentSource{"ALLOCATION", a.Str("allocationAccountResolverKey"), id})
			}
		}
	}
	return out
}
