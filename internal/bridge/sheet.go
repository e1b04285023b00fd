package bridge

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// commit finishes a file and fixes it in the journal with its number, bytes and documents.
func (p *press) commit(sh *sheet) error {
	temp, err := os.CreateTemp(p.b.temp, "import-*")
	if err != nil {
		return fmt.Errorf("make import file %d: %w", sh.ctx.Sequence, err)
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	hash := sha256.New()
	totals, err := sh.file.Finish(io.MultiWriter(temp, hash))
	if err != nil {
		return p.unfinished(sh, err)
	}
	size, err := temp.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f, err := p.describe(sh, totals)
	if err != nil {
		return err
	}
	f.SHA256, f.Size = hex.EncodeToString(hash.Sum(nil)), size
	killpoint.Here("number.intended")
	if err := p.b.j.CreateFile(p.ctx, f, &sh.parts, temp); err != nil {
		return err
	}
	killpoint.Here("number.done")
	if err := p.b.j.NoteHead(p.ctx); err != nil {
		return err
	}
	if len(totals.Notes) > 0 {
		p.s.Changed = append(p.s.Changed, f.Name+": "+layout.NotesText(totals.Notes))
	}
	p.s.Files++
	p.s.Filed += sh.parts.Len()
	p.b.log.Info("import file numbered", "route", f.Route, "file", f.Name, "documents", f.Documents)
	return nil
}

func (p *press) describe(sh *sheet, totals mapping.Totals) (*journal.File, error) {
	name, err := p.r.plan.FileName(sh.ctx)
	if err != nil {
		return nil, err
	}
	drop, err := p.b.openDrop(p.r)
	if err != nil {
		return nil, err
	}
	defer drop.Close()
	acceptance := "document"
	if p.r.plan.AllOrNothing() {
		acceptance = "file"
	}
	f := &journal.File{Route: p.r.Name, Sequence: sh.ctx.Sequence, Name: name, TempName: drop.TempName(name), Acceptance: acceptance, Group: sh.ctx.Group,
		Mapping: p.r.plan.Name(), MappingHash: p.r.plan.Hash(), Lines: totals.Lines, Totals: sh.sums, Created: sh.ctx.Created, Marker: p.r.Drop.DoneMarker, ReissueOf: sh.from}
	return f, nil
}

// unfinished holds the documents of a file that cannot be finished (it does not balance, a total overflows). When the file's trouble is
// the disk and not its documents, nothing is held and the run says so.
func (p *press) unfinished(sh *sheet, err error) error {
	var refused *mapping.FileError
	if !errors.As(err, &refused) {
		return fmt.Errorf("make import file %d: %w", sh.ctx.Sequence, err)
	}
	p.failed = true
	return sh.parts.Each(func(part journal.Part) error {
		p.held[part.DocID] = "its import file could not be finished: " + err.Error()
		return nil
	})
}
