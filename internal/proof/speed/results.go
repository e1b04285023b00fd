package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// answer is a result file, and what lies in import files that the ERP has.
type answer struct {
	documents, lines int
	sheet            bool // an Excel workbook instead of CSV
}

func (a answer) String() string {
	kind := "CSV"
	if a.sheet {
		kind = "xlsx"
	}
	return fmt.Sprintf("%s, %d rows about %d documents", kind, a.documents*a.lines, a.documents)
}

// results are result files of so many rows on their way from the return folder into the journal: collected, kept, read,
// matched, folded, and the outcome of every document committed. The run is not logged in, so it does nothing else.
// Beside it: what it takes only to split such a file.
func (b *bench) results(rows int) error {
	fmt.Printf("\nresult files:\n\n| result file | program | wall s | CPU s | peak MiB | CPU, as many times the one that only reads |\n|---|---|--:|--:|--:|--:|\n")
	for _, a := range []answer{{rows / 10, 10, false}, {rows, 1, false}, {rows / 50, 10, true}} {
		if err := b.result(a); err != nil {
			return fmt.Errorf("%s: %w", a, err)
		}
	}
	return nil
}

func (b *bench) result(a answer) error {
	dir := filepath.Join(b.folder, fmt.Sprintf("results-%d-%d", a.documents, a.lines))
	w := &filled{dir: dir, documents: a.documents, lines: a.lines}
	if err := w.prepare(b.folder); err != nil {
		return err
	}
	name := filepath.Join(dir, "answer.csv")
	write, job := writeAnswer, "split"
	if a.sheet {
		name, write, job = filepath.Join(dir, "answer.xlsx"), writeSheet, "sheet"
	}
	if err := write(name, w.answers); err != nil {
		return err
	}
	ours, base := &program{name: "**fisbridge run**"}, &program{name: map[bool]string{false: "`encoding/csv`", true: "excelize's rows"}[a.sheet]}
	for range b.rounds {
		if err := w.reset(name); err != nil {
			return err
		}
		r, err := timedAs(b.cores(), dir, anyExit, filepath.Join(b.folder, "fisbridge"), "-q", "run")
		if err != nil {
			return err
		}
		if err := w.applied(a.documents * a.lines); err != nil {
			return err
		}
		ours.runs = append(ours.runs, r)
		if r, err = timed(b.cores(), dir, filepath.Join(b.folder, "baseline"), "-job", job, name); err != nil {
			return err
		}
		base.runs = append(base.runs, r)
	}
	for _, p := range []*program{ours, base} {
		fmt.Printf("| %s | %s | %.2f | %.2f | %d | %.1f |\n", a, p.name, median(p.runs, wall), median(p.runs, cpu), highest(p.runs), 1/ratio(base, p, cpu))
	}
	return w.forget()
}

// answers gives the rows of the ERP's answer: one document in fifty is rejected, in its second line where it has two.
func (w *filled) answers(put func(...string) error) error {
	if err := put("doc_id", "line", "status", "company", "document_number", "date", "message"); err != nil {
		return err
	}
	for i := range w.documents {
		id := filledID(i)
		for l := range w.lines {
			row := []string{id, fmt.Sprint(i*w.lines + l + 1), "ok", "1000", fmt.Sprint(1900000000 + i), "2026-03-31", ""}
			switch {
			case i%50 != 7:
			case l == 1 || w.lines == 1:
				row = []string{id, row[1], "error", "", "", "", fmt.Sprintf("cost centre %d is closed", 1000+i%1000)}
			default:
				row[4] = ""
			}
			if err := put(row...); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeAnswer(path string, rows func(func(...string) error) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 1<<20)
	err = rows(func(row ...string) error {
		_, err := fmt.Fprintln(out, strings.Join(row, ","))
		return err
	})
	return errors.Join(err, out.Flush(), f.Close())
}

func writeSheet(path string, rows func(func(...string) error) error) error {
	book := excelize.NewFile()
	defer book.Close()
	out, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	n := 0
	err = rows(func(row ...string) error {
		n++
		cells := make([]any, len(row))
		for i, text := range row {
			cells[i] = text
		}
		return out.SetRow(fmt.Sprintf("A%d", n), cells)
	})
	if err != nil {
		return err
	}
	return errors.Join(out.Flush(), book.SaveAs(path))
}

// applied makes sure that every row of the answer has had its effect.
func (w *filled) applied(rows int) error {
	j, err := journal.OpenRead(context.Background(), w.journal(), time.Now)
	if err != nil {
		return err
	}
	defer j.Close()
	files, err := j.ResultsIn(context.Background(), records.Applied)
	if err != nil {
		return err
	}
	if len(files) != 1 || files[0].Counts.Outcomes != rows {
		return fmt.Errorf("of %d rows not all had their effect: %+v", rows, files)
	}
	return nil
}

// copyFile writes the bytes of a file into another one, which stays the same file when it is there.
func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
