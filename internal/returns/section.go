package returns

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// IncompleteError says that a result file is not whole, or is not what it declares to be. Nothing of it may be
// believed. It may be whole at the next look when the ERP was still writing.
type IncompleteError struct {
	// Missing: the end is not there yet. Else the file contradicts itself.
	Missing bool
	// Line is the line of the trailer, 0 where there is none.
	Line int
	// What is declared (row_count, total_amount), Declared and Counted differ.
	What, Declared, Counted string
	Reason                  string
}

func (e *IncompleteError) Error() string {
	text := e.Reason
	if e.What != "" {
		text = fmt.Sprintf("%s says %s, the file has %s", e.What, e.Declared, e.Counted)
	}
	if e.Line > 0 {
		text = fmt.Sprintf("line %d: %s", e.Line, text)
	}
	return text
}

// section is what was counted since the last header or trailer, and what they declare.
type section struct {
	closed                       bool // its trailer was read
	rows, records                int
	posted, rejected, duplicates int
	exceptions                   int
	total                        fis.Amount
	declared                     [5]fis.Amount
	has                          [5]bool
}

// controls are the roles that declare something, by their place in section.declared.
func control(r format.Role) (int, bool) {
	switch r {
	case format.RoleRowCount:
		return 0, true
	case format.RoleRecordCount:
		return 1, true
	case format.RoleAcceptedCount:
		return 2, true
	case format.RoleRejectedCount:
		return 3, true
	case format.RoleTotalAmount:
		return 4, true
	}
	return 0, false
}

func (s *section) reset() { *s = section{} }

// open makes rows after a trailer begin a new section: without another trailer the file is not whole.
func (s *section) open() {
	if s.closed {
		s.reset()
	}
}

// bad counts a line of which nothing is known.
func (s *section) bad() {
	s.open()
	s.rows++
	s.records++
	s.exceptions++
}

// count takes in one data row, whatever became of it.
func (s *section) count(d *data) {
	if len(d.problems) > 0 && d.ignored == "" {
		s.bad()
		return
	}
	s.open()
	s.rows++
	s.records++
	if d.f.total && d.hasAmount {
		s.total = s.total.Add(d.amount)
	}
	if d.ignored != "" || d.row.Kind != Posting {
		return
	}
	switch d.row.Outcome.Verdict {
	case fis.Posted:
		s.posted++
	case fis.Rejected:
		s.rejected++
	case fis.Duplicate:
		s.duplicates++
	}
}

// check compares what was declared with what was counted. Lines that cannot be read count as rows, but what they would
// have added to totals and verdicts is not known: those are not compared then.
func (s *section) check(line int) error {
	for _, c := range []struct {
		role    format.Role
		counted fis.Amount
		unsure  bool
	}{
		{format.RoleRowCount, whole(s.rows), false},
		{format.RoleRecordCount, whole(s.records), false},
		{format.RoleAcceptedCount, whole(s.posted), s.exceptions > 0},
		{format.RoleRejectedCount, whole(s.rejected), s.exceptions > 0},
		{format.RoleTotalAmount, s.total, s.exceptions > 0},
	} {
		at, _ := control(c.role)
		if !s.has[at] || c.unsure || s.declared[at].Equal(c.counted) {
			continue
		}
		if c.role == format.RoleRejectedCount && s.declared[at].Equal(whole(s.rejected+s.duplicates)) {
			continue // some ERPs count duplicates as rejects
		}
		return &IncompleteError{Missing: s.declared[at].GreaterThan(c.counted), Line: line,
			What: string(c.role), Declared: s.declared[at].String(), Counted: c.counted.String()}
	}
	return nil
}

func whole(n int) fis.Amount { return decimal.NewFromInt(int64(n)) }

// finalLineEnd looks at the last byte: LF or CR, in EBCDIC also NEL and LF.
func finalLineEnd(r io.ReaderAt, size int64, encoding string) error {
	var last [1]byte
	if _, err := r.ReadAt(last[:], size-1); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the end of the file: %w", err)
	}
	if utf16 := strings.HasPrefix(strings.ToLower(encoding), "utf"); utf16 && last[0] == 0 && size > 1 { // UTF-16, little end first
		if _, err := r.ReadAt(last[:], size-2); err != nil {
			return fmt.Errorf("read the end of the file: %w", err)
		}
	}
	switch ebcdic := strings.HasPrefix(strings.ToLower(encoding), "ebcdic"); {
	case last[0] == '\n' && !ebcdic, last[0] == '\r', ebcdic && (last[0] == 0x15 || last[0] == 0x25):
		return nil
	}
	return &IncompleteError{Missing: true, Reason: "the last line is not ended: the file is not whole"}
}
