package workbench

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
)

// fixCells writes a copy of a workbook in which what a program can mend is mended. The workbook itself is not touched.
func (a *bench) fixCells(path string, data []byte, r *workshop.Report) error {
	ext := filepath.Ext(path)
	if !workshop.IsWorkbook(path) {
		a.Warn("%s is no workbook: --fix has no cells to mend", path)
		return nil
	}
	text, mended, left, err := workshop.Fixed(data, r)
	if err != nil {
		return err
	}
	for _, m := range left {
		a.Warn("%s", m)
	}
	if len(mended) == 0 {
		a.Remark("%s: there is nothing that --fix can mend", path)
		return nil
	}
	copied := strings.TrimSuffix(path, ext) + "-fixed" + ext
	f, err := os.OpenFile(copied, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s is there already and was not touched", copied), Hint: "rename or delete it, and try again"}
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(copied))
	}
	for _, m := range mended {
		a.Remark("%s", m)
	}
	a.Remark("wrote %s; %s was not touched: look at the copy, then put it in its place", copied, path)
	return nil
}
