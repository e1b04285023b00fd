package desk

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Family are the other documents of a report, and what is known of a document that is held as one.
type Family struct {
	Others []records.RevisionOf  `json:"other_documents"`
	Case   *records.RevisionCase `json:"revision_case"`
}

func familyOf(ctx context.Context, j *journal.Journal, d records.Doc) (Family, error) {
	f := Family{Others: []records.RevisionOf{}}
	others, err := j.Siblings(ctx, d)
	if err != nil {
		return f, err
	}
	for _, o := range others {
		f.Others = append(f.Others, o.RevisionOf())
	}
	if d.Cause != records.CauseRevision {
		return f, nil
	}
	var c records.RevisionCase
	if ok, err := j.CauseData(ctx, d.ID, &c); err != nil || !ok {
		return f, err
	}
	f.Case = &c
	return f, nil
}
