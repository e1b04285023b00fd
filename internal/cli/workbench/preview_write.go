package workbench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// writePreview writes page and workbook, and the import files where they do not show all of it, each whole or not at
// all. It gives their names.
func (a *bench) writePreview(o previewOptions, v *workshop.Preview, plan *workshop.Plan, target string) (wrote []string, err error) {
	if o.html != "" {
		page, err := v.Page()
		if err == nil {
			err = writeWhole(o.html, page, plan.Path())
		}
		if err != nil {
			return nil, err
		}
	}
	if target != "" {
		if err := writePreviewBook(v, plan, target); err != nil {
			return nil, err
		}
		wrote = append(wrote, target)
	}
	if o.html != "" {
		wrote = append(wrote, o.html)
	}
	beside := wrote[0]
	for _, f := range v.WholeFiles() {
		name := strings.TrimSuffix(beside, filepath.Ext(beside)) + "-" + filepath.Base(f.Name)
		if err := writeWhole(name, f.Bytes, plan.Path(), beside); err != nil {
			return nil, err
		}
		wrote = append(wrote, name)
	}
	return wrote, nil
}

func writePreviewBook(v *workshop.Preview, plan *workshop.Plan, target string) error {
	text, err := v.InWorkbook()
	if err != nil {
		return err
	}
	if desk.SameFile(target, plan.Path()) {
		return ReplaceWorkbook(target, plan.Bytes(), text)
	}
	return writeWhole(target, text)
}

// ReplaceWorkbook puts the workbook with the preview in the place of the one that was read, which is kept as .bak. One
// that was saved in between is left alone.
func ReplaceWorkbook(path string, read, text []byte) error {
	now, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("write the preview: %w", err)
	}
	if !bytes.Equal(now, read) {
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s was saved by somebody while the preview was being made, so it was left as it is", path), Hint: "run the preview again"}
	}
	if err := writeWhole(path+".bak", read); err != nil {
		return err
	}
	return writeWhole(path, text)
}

func writeWhole(path string, text []byte, reads ...string) error {
	out, err := frame.NewWholeFile(nil, path, reads...)
	if err != nil {
		return err
	}
	defer out.Abort()
	if _, err := out.Write(text); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return out.Commit()
}

// tellPreview says what was made of the documents, what is held, and what was written.
func (a *bench) tellPreview(v *workshop.Preview, wrote []string) error {
	told := v.Told()
	told.Wrote = wrote
	if a.JSON {
		return a.WriteJSON(told)
	}
	for _, f := range told.Files {
		a.Say("%s: %s, %s%s", f.Name, wording.Counted(f.Documents, "document"), wording.Counted(f.Lines, "line"), debits(f.Debit))
		if f.Problem != "" {
			a.Say("  problem: %s", wording.Visible(f.Problem))
		}
	}
	for _, h := range told.Held {
		for _, reason := range h.Reasons {
			a.Say("held: %s: %s", wording.Visible(h.Document), wording.Visible(reason.String()))
		}
	}
	if n := v.Brief(); n > 0 {
		a.Say("%s shown cell by cell; %s in the totals and the import files only", wording.Counted(len(v.Documents), "document"), wording.Grouped(strconv.Itoa(n))+" more")
	}
	if v.Left > 0 {
		a.Say("%s not looked at; --limit 0 takes all", wording.Counted(v.Left, "further document"))
	}
	if n := len(told.Warnings); n > 0 {
		a.Say("%s about the mapping: fisbridge mapping check tells", wording.Counted(n, "warning"))
	}
	if len(told.Wrote) > 0 {
		a.Say("wrote %s", strings.Join(told.Wrote, " and "))
	}
	return nil
}

func debits(sums map[string]fis.Amount) string {
	var parts []string
	for currency, amount := range sums {
		if !amount.IsZero() {
			parts = append(parts, currency+" "+fis.Money(amount, currency))
		}
	}
	sort.Strings(parts)
	if len(parts) == 0 {
		return ""
	}
	return ", debit " + strings.Join(parts, ", ")
}
