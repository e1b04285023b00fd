package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"
)

// sheets are the pictures of sheets: where they are cut.
var sheets = []struct {
	name, sheet   string
	width, height int
}{
	{"workbook-readme", "Read me", 900, 720},
	{"workbook-accounts", "Accounts", 440, 360},
	{"workbook-columns", "Columns", 1300, 400},
	{"preview-sheet", "Preview", 1750, 480},
}

// changes are those of the guide for accountants, docs/accountants.md, "A change, step by step".
var changes = map[string]string{
	"Text":        "LEFT(line.text; 30)",
	"Cost centre": `IF(AND(line.account = "640400"; entryCountryCode = "DE"); "4711"; IF(OR(line.role = "expense"; line.role = "non_deductible_tax"); IFNA(LOOKUP('Cost centres'; allocationCustom2Code; 'Cost centre'); allocationCustom2Code)))`,
}

// workbook makes a workbook as the guide does, its preview, and the pictures of both.
func (s *studio) workbook(ctx context.Context) error {
	const page = "preview-page"
	if !s.wanted(page, "workbook-readme", "workbook-accounts", "workbook-columns", "preview-sheet") {
		return nil
	}
	if err := s.fisbridge(ctx, "mapping", "new", "--template", "generic-csv", "-o", "acme.xlsx"); err != nil {
		return err
	}
	if err := s.change(); err != nil {
		return err
	}
	if err := s.fisbridge(ctx, "mapping", "preview", "acme.xlsx", "--html", "preview.html"); err != nil {
		return err
	}
	for _, p := range sheets {
		if !s.wanted(p.name) {
			continue
		}
		picture, err := s.sheet(ctx, p.sheet)
		if err != nil {
			return err
		}
		if err := s.save(p.name, picture, p.width, p.height); err != nil {
			return err
		}
	}
	if !s.wanted(page) {
		return nil
	}
	return s.previewPage(ctx, page)
}

// change writes the changes into the workbook, into the fields that they are for.
func (s *studio) change() error {
	book, err := excelize.OpenFile(filepath.Join(s.dir, "acme.xlsx"))
	if err != nil {
		return err
	}
	rows, err := book.GetRows("Columns")
	if err != nil {
		return errors.Join(err, book.Close())
	}
	field, value, made := -1, -1, 0
	for y, row := range rows {
		for x, cell := range row {
			switch {
			case cell == "Field" && field < 0:
				field = x
			case cell == "Value" && value < 0:
				value = x
			case x == field && value >= 0 && changes[cell] != "":
				at, err := excelize.CoordinatesToCellName(value+1, y+1)
				if err == nil {
					err = book.SetCellStr("Columns", at, changes[cell])
				}
				if err != nil {
					return errors.Join(err, book.Close())
				}
				made++
			}
		}
	}
	if made != len(changes) {
		return errors.Join(fmt.Errorf("%d of %d changes found their fields in Columns", made, len(changes)), book.Close())
	}
	return errors.Join(book.Save(), book.Close())
}

// sheet is a sheet of the workbook as LibreOffice shows it, on one page as wide as the sheet.
func (s *studio) sheet(ctx context.Context, name string) (_ []byte, err error) {
	book, err := excelize.OpenFile(filepath.Join(s.dir, "acme.xlsx"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	index, err := book.GetSheetIndex(name)
	if err != nil || index < 0 {
		return nil, fmt.Errorf("the workbook has no sheet %s: %w", name, err)
	}
	book.SetActiveSheet(index)
	for _, other := range book.GetSheetList() {
		if other == name {
			continue
		}
		if err := book.DeleteSheet(other); err != nil {
			return nil, err
		}
	}
	yes, one, many, a3, landscape, none := true, 1, 0, 8, "landscape", 0.2
	if err := book.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return nil, err
	}
	if err := book.SetPageLayout(name, &excelize.PageLayoutOptions{FitToWidth: &one, FitToHeight: &many, Size: &a3, Orientation: &landscape}); err != nil {
		return nil, err
	}
	if err := book.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &none, Right: &none, Top: &none, Bottom: &none}); err != nil {
		return nil, err
	}
	if err := book.SetHeaderFooter(name, nil); err != nil {
		return nil, err
	}
	if err := book.SaveAs(filepath.Join(s.dir, "sheet.xlsx")); err != nil {
		return nil, err
	}
	if err := command(ctx, s.dir, "soffice", "-env:UserInstallation=file://"+filepath.Join(s.dir, "office"), "--headless", "--convert-to", "pdf", "sheet.xlsx"); err != nil {
		return nil, err
	}
	if err := command(ctx, s.dir, "pdftoppm", "-r", "110", "-png", "-f", "1", "-l", "1", "-singlefile", "sheet.pdf", "sheet"); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(s.dir, "sheet.png"))
}
