package rendering

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/marks"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/why"
)

// commit finishes a file and fixes it in the journal with its number, bytes and documents.
func (p *pass) commit(dr *draft) error {
	temp, err := ownfile.Scratch(p.m.Temp, "fisbridge-import-*")
	if err != nil {
		return fmt.Errorf("make import file %d: %w", dr.ctx.Sequence, err)
	}
	defer ownfile.Discard(temp)
	bytes := &hashedFile{File: temp, hash: sha256.New()}
	totals, err := dr.file.FinishIn(bytes)
	if err != nil {
		return p.unfinished(dr, err)
	}
	size, err := temp.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f, err := p.describe(dr, totals)
	if err != nil {
		return err
	}
	f.Members = p.r.Plan.Layout().Beside(f.Name)
	f.SHA256, f.Size = hex.EncodeToString(bytes.hash.Sum(nil)), size
	body := temp
	if p.shared.sealer != nil {
		if body, err = p.seal(f, temp); err != nil {
			return fmt.Errorf("seal import file %s: %w", f.Name, err)
		}
		defer ownfile.Discard(body)
	}
	killpoint.Here("number.intended")
	if err := p.m.Journal.CreateFile(p.ctx, f, &dr.parts, body); err != nil {
		return p.moved(err)
	}
	killpoint.Here("number.done")
	if err := p.m.Journal.NoteHead(p.ctx); err != nil {
		return err
	}
	if len(totals.Notes) > 0 {
		p.made.Changed = append(p.made.Changed, f.Name+": "+totals.NotesText())
	}
	p.made.Files++
	p.made.Filed += dr.parts.Len()
	p.m.Log.Info("import file numbered", "route", f.Route, "file", f.Name, "documents", f.Documents)
	return nil
}

// seal seals a finished file. From here on its bytes are the sealed ones: they are fixed with its number, and those
// that go out.
func (p *pass) seal(f *records.File, clear io.Reader) (sealed *os.File, err error) {
	temp, err := ownfile.Scratch(p.m.Temp, "fisbridge-import-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			ownfile.Discard(temp)
		}
	}()
	bytes := &hashedFile{File: temp, hash: sha256.New()}
	out := bufio.NewWriterSize(bytes, 64<<10)
	w, err := p.shared.sealer.Seal(out, f.Name, f.Created)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(w, clear); err != nil {
		return nil, err
	}
	if err := errors.Join(w.Close(), out.Flush()); err != nil {
		return nil, err
	}
	f.Name += p.shared.sealer.Extension()
	f.SHA256 = hex.EncodeToString(bytes.hash.Sum(nil))
	if f.Size, err = temp.Seek(0, io.SeekCurrent); err != nil {
		return nil, err
	}
	_, err = temp.Seek(0, io.SeekStart)
	return temp, err
}

// hashedFile hashes what is written to it; package mapping reads it back before it is fixed.
type hashedFile struct {
	*os.File
	hash hash.Hash
}

func (f *hashedFile) Write(b []byte) (int, error) {
	f.hash.Write(b)
	return f.File.Write(b)
}

func (p *pass) describe(dr *draft, totals mapping.Totals) (*records.File, error) {
	name, err := p.r.Plan.FileName(dr.ctx)
	if err != nil {
		return nil, err
	}
	acceptance := "document"
	if p.r.Plan.AllOrNothing() {
		acceptance = "file"
	}
	f := &records.File{Route: p.r.Name, Sequence: dr.ctx.Sequence, Name: name, Acceptance: acceptance,
		Group: dr.ctx.Group, Mapping: p.r.Plan.Name(), MappingHash: p.r.Plan.Hash(), Lines: totals.Lines,
		Totals: dr.sums, Created: dr.ctx.Created, Marker: p.r.DoneMarker, ReissueOf: dr.from, Place: p.r.Place}
	if !dr.unheld {
		f.InFile = dr.inFile
	}
	words, others := marks.Of(p.r.Plan, dr.ctx, name)
	if f.Words = words; others {
		f.Words = append(f.Words, records.AnyWord)
	}
	return f, nil
}

// mostMoved bounds the passes that are in vain because somebody moves documents meanwhile.
const mostMoved = 5

// moved: a person has held or settled a document while its file was made, or another document of its report. The file
// is made again without it.
func (p *pass) moved(err error) error {
	if !errors.Is(err, journal.ErrMoved) && !errors.Is(err, journal.ErrRevision) {
		return err
	}
	if p.shared.moved++; p.shared.moved > mostMoved {
		return err
	}
	p.failed = true
	return nil
}

// unfinished deals with a file that cannot be finished (it does not balance, a total overflows). Alone in it, the
// document is held. Of several, each is made a file by itself in the next pass, which is thrown away: those that spoil
// it are held, and the others go on. When none does, the file is too much for its totals, and is made as two. Documents
// of which the bytes do not say what they say are known, and held at once. When the trouble is the disk and not the
// documents, nothing is held and the run says so.
func (p *pass) unfinished(dr *draft, err error) error {
	var wrong *refusal.ReadBackError
	if errors.As(err, &wrong) {
		p.failed = true
		for _, d := range wrong.Documents {
			p.held[d.DocID] = holdFor(d)
		}
		return nil
	}
	var refused *refusal.FileError
	if !errors.As(err, &refused) {
		return fmt.Errorf("make import file %d: %w", dr.ctx.Sequence, err)
	}
	p.failed = true
	if dr.parts.Len() == 1 {
		return dr.parts.Each(func(part records.Part) error {
			p.held[part.DocID] = spoils(err)
			return nil
		})
	}
	p.shared.probe = map[string]bool{}
	if err := dr.parts.Each(func(part records.Part) error {
		if !p.shared.clean[part.DocID] {
			p.shared.probe[part.DocID] = true
		}
		return nil
	}); err != nil {
		return err
	}
	if len(p.shared.probe) == 0 {
		p.shared.probe, p.shared.limit = nil, dr.parts.Len()/2
	}
	return nil
}

// spoils is the hold of a document of which no file can be finished.
func spoils(err error) journal.Hold {
	return journal.Hold{Cause: records.CauseFile, Reason: why.New("file-unfinished", "problem", err)}
}

// probe makes a file of one document, to see whether it can be finished, and throws it away.
func (p *pass) probe(doc *mapping.Prepared, f *filing) error {
	file, err := p.r.Plan.NewFile(mapping.FileContext{Route: p.r.Name, Sequence: p.number, Created: p.m.Now(),
		Group: doc.Group, TempDir: p.m.Temp})
	if err != nil {
		return err
	}
	defer file.Abort()
	if _, err := file.Add(doc); err != nil {
		return p.refused(f, err)
	}
	var refused *refusal.FileError
	var wrong *refusal.ReadBackError
	switch _, err := file.Finish(io.Discard); {
	case errors.As(err, &wrong):
		p.held[f.doc.ID] = holdFor(wrong.Documents[0])
	case errors.As(err, &refused):
		p.held[f.doc.ID] = spoils(err)
	case err != nil:
		return fmt.Errorf("make an import file of document %s: %w", f.doc.ID, err)
	default:
		p.shared.clean[f.doc.ID] = true
	}
	return nil
}
