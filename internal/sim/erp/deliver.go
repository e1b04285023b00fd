package erp

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// answerFile is a file on its way into the outbox.
type answerFile struct {
	name    string
	content []byte
}

// deliver writes a result file into the outbox: whole under its name at once, unless a fault says otherwise.
func (e *ERP) deliver(w *writer, imported string, sequence int64, head facts, rows []facts) error {
	content, err := w.write(head, rows)
	if err != nil {
		return fmt.Errorf("write %s: %w", w.cfg.Name, err)
	}
	e.answers++
	base := strings.TrimSuffix(imported, path.Ext(imported))
	name := strings.NewReplacer("{file}", base, "{sequence}", strconv.FormatInt(sequence, 10), "{n}",
		strconv.FormatInt(e.answers, 10)).Replace(w.cfg.Name)
	files := []answerFile{{name, content}}
	if e.faults.OtherName {
		files[0].name = fmt.Sprintf("REPLY-%d.out", e.answers)
	}
	if e.faults.Twice {
		ext := path.Ext(name)
		files = append(files, answerFile{strings.TrimSuffix(name, ext) + "_copy" + ext, content})
	}
	if e.faults.Silent {
		e.withheld = append(e.withheld, files...)
		return nil
	}
	return e.put(files)
}

func (e *ERP) put(files []answerFile) error {
	for _, f := range files {
		e.books.Answers = append(e.books.Answers, f.name)
		full := filepath.Join(e.cfg.Outbox, f.name)
		half := len(f.content) / 2
		switch {
		case e.faults.Half:
			if err := os.WriteFile(full, f.content[:half], 0o644); err != nil {
				return err
			}
		case e.faults.Slow:
			if err := os.WriteFile(full, f.content[:half], 0o644); err != nil {
				return err
			}
			e.slow = append(e.slow, answerFile{f.name, f.content[half:]})
		default:
			if err := e.putWhole(full, f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *ERP) putWhole(full string, f answerFile) error {
	temp := filepath.Join(e.cfg.Outbox, "."+f.name+".tmp")
	if err := os.WriteFile(temp, f.content, 0o644); err != nil {
		return err
	}
	return os.Rename(temp, full)
}

// flush writes second halves, and what was withheld when the ERP is not silent any more.
func (e *ERP) flush() error {
	for len(e.slow) > 0 {
		f := e.slow[0]
		if err := appendTo(filepath.Join(e.cfg.Outbox, f.name), f.content); err != nil {
			return fmt.Errorf("simulated ERP: second half of %s: %w", f.name, err)
		}
		e.slow = e.slow[1:]
	}
	if e.faults.Silent || len(e.withheld) == 0 {
		return nil
	}
	files := e.withheld
	e.withheld = nil
	return e.put(files)
}

func appendTo(full string, content []byte) error {
	f, err := os.OpenFile(full, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
