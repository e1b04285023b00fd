package dropping

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// An import file may lie in the drop folder as several files side by side. Each of them is written under a temporary
// name and checked before "renaming" is committed; then they get their names in order, each when the one before it has
// its own, and the one that starts the import last. Whoever comes after a crash goes on with the same order: a member
// that has its name is left as it is.

// tempsOf are the temporary names of an import file, beside File.Names. They follow from the one that the journal has.
func tempsOf(f records.File) []string {
	temps := make([]string, 0, len(f.Members)+1)
	for i, name := range f.Members {
		own := fmt.Sprintf("%s-%d", stem(name), i+1) // two members may have one stem
		temps = append(temps, strings.Replace(f.TempName, stem(f.Name), own, 1))
	}
	return append(temps, f.TempName)
}

// stem is a name without its last extension.
func stem(name string) string {
	if at := strings.LastIndexByte(name, '.'); at > 0 {
		return name[:at]
	}
	return name
}

// parcels are what is to be written for some files, in their order.
type parcels struct {
	sendings []exchange.Sending
	of       []int // by sending: whose it is
	files    int   // how many files are in them, up to the one that cannot be sent for err
	err      error
	temps    []*os.File
}

func (p *parcels) discard() {
	for _, f := range p.temps {
		ownfile.Discard(f)
	}
}

// parcels unpacks the files that go out as several.
func (d *Dropper) parcels(ctx context.Context, files []records.File) *parcels {
	p := &parcels{}
	for i, f := range files {
		if len(f.Members) == 0 {
			p.sendings = append(p.sendings, exchange.Sending{Temp: f.TempName, Size: f.Size,
				Open: func() (io.ReadCloser, error) { return d.bytesToSend(ctx, f), nil }})
			p.of = append(p.of, i)
			p.files++
			continue
		}
		members, err := d.unpack(ctx, f, p)
		if err != nil {
			p.err = fmt.Errorf("drop %s: %w", f.Name, err)
			return p
		}
		for n, temp := range tempsOf(f) {
			p.sendings = append(p.sendings, exchange.Sending{Temp: temp, Size: members[n].Size, Open: members[n].Open})
			p.of = append(p.of, i)
		}
		p.files++
	}
	return p
}

// unpack takes the bundle of an import file apart; its members are those that the journal names.
func (d *Dropper) unpack(ctx context.Context, f records.File, p *parcels) ([]bundle.Member, error) {
	temp, err := ownfile.Scratch(d.Temp, "fisbridge-import-*")
	if err != nil {
		return nil, err
	}
	p.temps = append(p.temps, temp)
	body := d.Journal.FileBytes(ctx, f.ID)
	size, err := io.Copy(temp, body)
	if err := errors.Join(err, body.Close()); err != nil {
		return nil, err
	}
	members, err := bundle.Open(temp, size, 1<<40)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range members {
		names = append(names, m.Name)
	}
	if !slices.Equal(names, f.Names()) {
		return nil, fmt.Errorf("the bundle holds %s, and the journal names %s", strings.Join(names, ", "), strings.Join(f.Names(), ", "))
	}
	return members, nil
}

// publishMembers gives the members of an import file their names. When one of them lies under neither name, as after a
// crash, nobody knows whether the ERP has it: the one that starts the import keeps its temporary name, and a person is
// asked.
func (d *Dropper) publishMembers(ctx context.Context, drop exchange.Drop, f records.File) error {
	killpoint.Here("rename.intended")
	unverified := false
	for i, temp := range tempsOf(f) {
		err := drop.Publish(ctx, temp, f.Names()[i])
		if errors.Is(err, exchange.ErrGone) {
			if i < len(f.Members) {
				d.Log.Warn("import file in doubt", "route", f.Route, "file", f.Name, "member", f.Names()[i])
				return d.Journal.DropInDoubt(context.WithoutCancel(ctx), f, f.Names()[i], f.TempName)
			}
			unverified, err = true, nil
		}
		if err != nil {
			return fmt.Errorf("drop %s: %w", f.Name, err)
		}
		killpoint.Here("member.renamed")
	}
	killpoint.Here("rename.acted")
	return d.dropped(ctx, drop, unverified, f)
}
