package mend

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// noteMark begins each note that Annotate writes, so that the next one finds it again; people's own notes are kept.
const noteMark = "fisbridge: "

// noteAuthor is who Excel says wrote the notes.
const noteAuthor = "fisbridge"

// Annotate writes findings into a workbook as notes of the cells they are about, in place of those of the last time.
// People's own notes, formats and sheets stay; where a cell has a note of theirs, ours is put below it. Findings
// without a cell go to the first cell of their sheet, those without a sheet to that of the first sheet. Written is the
// number of cells with a note of ours.
func Annotate(data []byte, findings findings.List) (out []byte, written int, err error) {
	aligned, err := alignNotes(data)
	if err != nil {
		return nil, 0, err
	}
	f, err := workbook.Rewritable(aligned)
	if err != nil {
		return nil, 0, fmt.Errorf("open the workbook to write notes: %w", err)
	}
	defer f.Close()
	removed := 0
	for _, sheet := range f.GetSheetList() {
		notes := notesOf(findings, sheet, sheet == f.GetSheetList()[0])
		n, err := annotateSheet(f, sheet, notes)
		if err != nil {
			return nil, 0, fmt.Errorf("write notes into sheet %s: %w", sheet, err)
		}
		written, removed = written+len(notes), removed+n
	}
	if written == 0 && removed == 0 {
		return data, 0, nil
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, 0, fmt.Errorf("write the workbook: %w", err)
	}
	return b.Bytes(), written, nil
}

// notesOf are the texts for the cells of a sheet.
func notesOf(found findings.List, sheet string, first bool) map[string]string {
	out := map[string]string{}
	for _, f := range found {
		if !strings.EqualFold(f.Sheet, sheet) && (f.Sheet != "" || !first) {
			continue
		}
		cell, _, _ := strings.Cut(f.Cell, ":") // the first cell of a range
		if xlsx.ColumnOf(cell) < 0 || xlsx.RowOf(cell) < 1 {
			cell = xlsx.Ref(0, max(1, xlsx.RowOf(cell)))
		}
		text := strings.TrimPrefix(findings.Finding{Severity: f.Severity, Reason: f.Reason,
			Nearest: f.Nearest}.String(), ": ")
		if out[cell] != "" {
			text = out[cell] + "\n" + text
		}
		out[cell] = text
	}
	return out
}

// annotateSheet puts our notes in place of the former ones, which it counts.
func annotateSheet(f *excelize.File, sheet string, notes map[string]string) (removed int, err error) {
	comments, err := f.GetComments(sheet)
	if err != nil {
		return 0, err
	}
	theirs := map[string]excelize.Comment{}
	for _, c := range comments {
		own, had := withoutOurs(c)
		if !had && notes[c.Cell] == "" {
			continue // nothing of ours, before or now
		}
		if err := f.DeleteComment(sheet, c.Cell); err != nil {
			return removed, err
		}
		if had {
			removed++
		}
		if own == nil {
			continue
		}
		if notes[c.Cell] != "" {
			theirs[c.Cell] = *own
		} else if err := f.AddComment(sheet, *own); err != nil {
			return removed, err
		}
	}
	var cells []string
	for cell := range notes {
		cells = append(cells, cell)
	}
	sort.Slice(cells, func(i, j int) bool { return findings.CellKey(cells[i]) < findings.CellKey(cells[j]) })
	for _, cell := range cells {
		note := excelize.Comment{Author: noteAuthor, Cell: cell}
		before := ""
		if own, ok := theirs[cell]; ok {
			note, before = own, "\n\n"
		}
		note.Paragraph = append(note.Paragraph, excelize.RichTextRun{Text: before + noteMark + notes[cell]})
		note.Width, note.Height = noteSize(note)
		if err := f.AddComment(sheet, note); err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// withoutOurs is what people wrote into a note, nil when all of it is ours.
func withoutOurs(c excelize.Comment) (own *excelize.Comment, had bool) {
	runs := c.Paragraph
	if c.Text != "" && len(runs) == 0 {
		runs = []excelize.RichTextRun{{Text: c.Text}}
	}
	text := ""
	for _, r := range runs {
		text += r.Text
	}
	at := 0
	if !strings.HasPrefix(text, noteMark) {
		at = strings.Index(text, "\n"+noteMark)
	}
	if at < 0 {
		c.Text, c.Paragraph = "", runs
		return &c, false
	}
	var kept []excelize.RichTextRun
	for _, r := range runs {
		n := min(len(r.Text), at)
		if at -= n; n > 0 {
			r.Text = r.Text[:n]
			kept = append(kept, r)
		}
	}
	for len(kept) > 0 {
		last := &kept[len(kept)-1]
		if last.Text = strings.TrimRight(last.Text, "\n"); last.Text != "" {
			break
		}
		kept = kept[:len(kept)-1]
	}
	if len(kept) == 0 {
		return nil, true
	}
	c.Text, c.Paragraph = "", kept
	return &c, true
}

// noteSize makes the box large enough for its text.
func noteSize(c excelize.Comment) (width, height uint) {
	const perLine = 46.0
	text := ""
	for _, r := range c.Paragraph {
		text += r.Text
	}
	return 320, uint(min(400, 22+16*paper.WrappedLines(text, perLine)))
}
