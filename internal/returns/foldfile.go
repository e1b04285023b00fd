package returns

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// FileTally is what the journal knows of an import file and of the rows that name its documents.
type FileTally struct {
	// Documents and Lines are what the import file holds.
	Documents, Lines int
	// RejectedDocuments and RejectedLines are how many of them result files list as rejected.
	RejectedDocuments, RejectedLines int
	// NamedDocuments and NamedLines are those with the ones that they call duplicates: some ERPs count these as refused.
	NamedDocuments, NamedLines int
}

// FileFolded is what the rows about one import file say together.
type FileFolded struct {
	State State
	// Outcome holds for every document of the file when the verdict is Posted, Rejected or Duplicate. Partial: it holds
	// (as posted) for the documents that no result file lists.
	Outcome fis.Outcome
	// Counted: the ERP has counted what it took and refused, and the import file holds as much.
	Counted bool
	Problem string
}

// FoldFile makes one verdict of all file rows about one import file. Counts must agree with what the file holds, in
// lines or in documents; a file that was posted in part is settled only when as many rejects are listed as the ERP
// counted.
func FoldFile(rows []Row, have FileTally) FileFolded {
	var first *Row
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Kind != File:
		case first == nil:
			first = r
		case r.Outcome.Verdict == fis.Duplicate: // the second answer to a file that was read twice
		case first.Outcome.Verdict == fis.Duplicate:
			first = r
		case first.Outcome.Verdict != r.Outcome.Verdict || first.Accepted != r.Accepted || first.Rejected != r.Rejected:
			return FileFolded{State: Conflict, Problem: fmt.Sprintf("line %d says %s, line %d says %s", first.Line, tell(first), r.Line, tell(r))}
		}
	}
	if first == nil {
		return FileFolded{State: Waiting, Problem: "no row speaks for the import file"}
	}
	out := FileFolded{State: Settled, Outcome: first.Outcome}
	counted := first.Accepted >= 0 && first.Rejected >= 0
	out.Counted = counted || first.Accepted >= 0 && first.Outcome.Verdict == fis.Posted
	if !first.countsAll(have) {
		return FileFolded{State: Conflict, Problem: fmt.Sprintf("the ERP counts %s, the import file has %d lines of %d documents", tell(first), have.Lines, have.Documents)}
	}
	if first.Outcome.Verdict == Partial {
		return foldPartial(out, first, counted, have)
	}
	if first.Outcome.Verdict == fis.Posted && have.RejectedLines+have.RejectedDocuments > 0 {
		return FileFolded{State: Conflict, Problem: fmt.Sprintf("the file is accepted, yet %d documents of it are listed as rejected", have.RejectedDocuments)}
	}
	return out
}

// countsAll reports whether the counts of a file row are what the import file holds, in lines or in documents. An ERP
// that counts what it took, and not what it refused, must have taken all of a file that it calls accepted: what it
// passed over stands in no other count.
func (r *Row) countsAll(have FileTally) bool {
	sum := r.Accepted
	switch v := r.Outcome.Verdict; {
	case v == fis.Duplicate || r.Accepted < 0:
		return true
	case r.Rejected >= 0:
		sum += r.Rejected
	case v != fis.Posted:
		return true
	}
	return sum == have.Lines || sum == have.Documents
}

func foldPartial(out FileFolded, first *Row, counted bool, have FileTally) FileFolded {
	if !counted {
		return FileFolded{State: Waiting, Problem: "the ERP does not say how many it refused"}
	}
	sum := first.Accepted + first.Rejected
	is := func(rejected, named int) bool {
		return first.Rejected == rejected || first.Rejected == named && named > rejected
	}
	switch {
	case sum == have.Lines && is(have.RejectedLines, have.NamedLines), sum == have.Documents && is(have.RejectedDocuments, have.NamedDocuments):
		return out
	case first.Rejected > have.RejectedLines && first.Rejected > have.RejectedDocuments:
		return FileFolded{State: Waiting, Problem: fmt.Sprintf("the ERP refused %d; %d lines of %d documents are listed so far", first.Rejected, have.RejectedLines, have.RejectedDocuments)}
	}
	return FileFolded{State: Conflict, Problem: fmt.Sprintf("the ERP refused %d, but %d lines of %d documents are listed", first.Rejected, have.RejectedLines, have.RejectedDocuments)}
}

func tell(r *Row) string {
	switch {
	case r.Accepted < 0 && r.Rejected < 0:
		return string(r.Outcome.Verdict)
	case r.Rejected < 0:
		return fmt.Sprintf("%s (%d accepted)", r.Outcome.Verdict, r.Accepted)
	}
	return fmt.Sprintf("%s (%d accepted, %d rejected)", r.Outcome.Verdict, r.Accepted, r.Rejected)
}
