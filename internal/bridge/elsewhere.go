package bridge

import (
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
)

// elsewhere says that the ERP names another company than the one whose books the document went into, or those of the whole
// import file. It says nothing where the mapping parts no companies, or a person has said that both names are one company.
// A company of a whole file counts only where all of its documents went into the books of that one.
func (ap *applier) elsewhere(o *fis.Outcome, m matching.Match) (problem string, err error) {
	if o.Verdict != fis.Posted || o.Company == "" || m.File == 0 {
		return "", nil
	}
	f, err := ap.a.ImportFile(m.File)
	if err != nil {
		return "", err
	}
	of := ap.b.route(f.Route)
	if of == nil || of.plan == nil {
		of = ap.r
	}
	if !of.plan.PartsCompanies() {
		return "", nil
	}
	docs := []string{m.Doc}
	if m.Doc == "" {
		if docs, err = ap.a.DocumentsOf(m.File); err != nil {
			return "", err
		}
	}
	here, there := false, map[string]bool{}
	for _, doc := range docs {
		books, damaged, err := ap.booksOf(m.File, doc)
		switch {
		case err != nil || damaged != "":
			return damaged, err
		case strings.EqualFold(books, o.Company):
			here = true
		case books != "":
			there[books] = true
		}
	}
	said := o.Company
	if m.Doc == "" && (here || len(there) > 1) && len(there) > 0 {
		o.Company = "" // each document is told with its own
	}
	for books := range there {
		if here {
			break
		}
		if problem, err = ap.a.Elsewhere(f.Route, books, said); err != nil || problem != "" {
			return problem, err
		}
	}
	return "", nil
}

// booksOf is the company whose books a document in an import file went into, empty where that is not known. What is damaged
// it says in words.
func (ap *applier) booksOf(file int64, doc string) (books, damaged string, err error) {
	at := records.Place{File: file, Doc: doc}
	if ap.books.at == at { // most lines of a document follow on each other
		return ap.books.company, "", nil
	}
	data, err := ap.a.Written(at)
	if err == nil && data != nil {
		var w takeback.Written
		if w, err = takeback.ParseWritten(data); err != nil {
			return "", err.Error(), nil
		}
		books = w.Books
	}
	if errors.Is(err, records.ErrDamaged) {
		return "", err.Error(), nil
	}
	ap.books.at, ap.books.company = at, books
	return books, "", err
}
