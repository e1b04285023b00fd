package ledger

import (
	"crypto/sha256"
	"database/sql"
	"hash"
	"strconv"
)

// rowsSeal is the seal over all lines of one result file, in the order of their numbers.
type rowsSeal struct {
	h     hash.Hash
	last  int64
	dirty bool // lines were changed, or did not come in order: they are read back
}

// linesOf gives the seal in the making of a result file.
func (t *Tx) linesOf(result int64) *rowsSeal {
	if t.touched.lines == nil {
		t.touched.lines = map[int64]*rowsSeal{}
	}
	s := t.touched.lines[result]
	if s == nil {
		s = &rowsSeal{h: sha256.New()}
		t.touched.lines[result] = s
	}
	return s
}

// SealLine adds a line that will be inserted.
func (t *Tx) SealLine(result int64, l ResultLine) error {
	s := t.touched.lines[result]
	if s == nil {
		t.change(NumberOf(OfResult, result))
		s = t.linesOf(result)
		n, err := t.Count(`SELECT COUNT(*) FROM (SELECT 1 FROM result_rows WHERE result_id = $1 LIMIT 1) AS before`, result)
		if err != nil {
			return err
		}
		s.dirty = n > 0 // the file was applied before: all its lines are read back
	}
	if int64(l.Line) <= s.last {
		s.dirty = true
	}
	s.last = int64(l.Line)
	s.add(l)
	return nil
}

// ResultLine is a line of a result file as it is sealed: every column of its row.
type ResultLine struct {
	Line                         int
	Kind, Doc                    string
	File                         int64
	FileLine                     int
	Verdict, Data, Problem, Mark string
}

// add takes a line into the hash.
func (s *rowsSeal) add(l ResultLine) {
	var space [512]byte
	part := space[:0]
	for i, text := range [...]string{strconv.Itoa(l.Line), l.Kind, l.Doc, strconv.FormatInt(l.File, 10), strconv.Itoa(l.FileLine), l.Verdict, l.Data, l.Problem, l.Mark} {
		if i > 7 && text == "" {
			continue // a column that a later version has added changes nothing where it is empty
		}
		part = appendPart(part, text)
	}
	s.h.Write(part)
}

// ResultRowColumns are those of a line, in the order in which it is sealed.
const ResultRowColumns = `line, kind, doc_id, file_id, file_line, verdict, data, problem, mark`

// scanLine reads resultRowColumns.
func scanLine(rows *sql.Rows, l *ResultLine, before ...any) error {
	return rows.Scan(append(before, &l.Line, &l.Kind, &l.Doc, &l.File, &l.FileLine, &l.Verdict, &l.Data, &l.Problem, &l.Mark)...)
}

// sealLines appends the seals of the result files whose lines the transaction wrote.
func (t *Tx) sealLines() error {
	for result, s := range t.touched.lines {
		if s.dirty {
			s.h = sha256.New()
			err := t.Each(`SELECT `+ResultRowColumns+` FROM result_rows WHERE result_id = $1 ORDER BY line`, func(rows *sql.Rows) error {
				var l ResultLine
				err := scanLine(rows, &l)
				s.add(l)
				return err
			}, result)
			if err != nil {
				return err
			}
		}
		if err := t.sealed(resultRows, map[string]string{strconv.FormatInt(result, 10): short64(s.h)}); err != nil {
			return err
		}
	}
	return nil
}
