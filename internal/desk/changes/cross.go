package changes

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/mapping/mend"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// Crossing is an overtaken change beside what went live since: the cells of both, and where they meet.
type Crossing struct {
	// From is the version that the change was made from, Live the one in force.
	From, Live string
	Mine       []compare.CellChange
	Theirs     []compare.CellChange
	Meet       []Meeting
	// Done are cells of the change that say what the version in force says already.
	Done int

	rest       []compare.CellChange // of the change, and neither met nor done
	live, plan *mapping.Plan
	from       *mapping.Plan
}

// Meeting is a cell that both have changed, to different values.
type Meeting struct {
	Mine, Theirs compare.CellChange
	// Was is what stood there before both.
	Was string
}

// Cross finds out which cells of an overtaken change meet those of the version in force. Nil where one of the versions
// cannot be read any more.
func Cross(ctx context.Context, w *desk.Workspace, c Content) (*Crossing, error) {
	from := c.MadeFrom
	if from == "" && len(c.Base) > 0 {
		from, _, _ = strings.Cut(c.Base[0], "/")
	}
	if from == "" || c.TemplateBody == nil {
		return nil, nil
	}
	base, err := Former(ctx, w, c.Mapping, from)
	if err != nil {
		return nil, err
	}
	live, _, err := Live(ctx, w, c.Mapping)
	if err != nil {
		return nil, err
	}
	x := &Crossing{From: from, Live: live.Hash}
	older, err := desk.LoadVersion(w.Config, base)
	if err != nil {
		return nil, nil //nolint:nilerr // this program cannot read it any more, so nothing is known of its cells
	}
	if x.live, err = desk.LoadVersion(w.Config, live); err != nil {
		return nil, nil //nolint:nilerr // as above
	}
	if x.plan, _ = mapping.LoadVersion(c.Name, c.Body, c.Template, c.TemplateBody); x.plan == nil {
		return nil, nil
	}
	x.from = older
	x.Mine, x.Theirs = compare.CellChanges(older, x.plan), compare.CellChanges(older, x.live)
	for _, mine := range x.Mine {
		i := slices.IndexFunc(x.Theirs, func(theirs compare.CellChange) bool { return meets(mine, theirs) })
		switch {
		case i < 0:
			x.rest = append(x.rest, mine)
		case x.Theirs[i].What == mine.What && x.Theirs[i].Kind == mine.Kind && x.Theirs[i].New == mine.New:
			x.Done++
		default:
			x.Meet = append(x.Meet, Meeting{Mine: mine, Theirs: x.Theirs[i], Was: mine.Old})
		}
	}
	return x, nil
}

// rowOf is how a change of a whole row of a lookup sheet is named.
const rowOf = "row "

// meets: both are about the same cell, or one is about the whole row of the other.
func meets(a, b compare.CellChange) bool {
	if wording.Fold(a.Sheet) != wording.Fold(b.Sheet) {
		return false
	}
	inRow := func(row, cell compare.CellChange) bool {
		key, is := strings.CutPrefix(row.What, rowOf)
		return is && strings.HasPrefix(cell.What, key+" ")
	}
	return a.What == b.What || inRow(a, b) || inRow(b, a)
}

// Rest are the cells of the change that can go on top of the version in force.
func (x *Crossing) Rest() []compare.CellChange { return x.rest }

// Fits: no cell meets another, there is something to put on top, and all of it is cells and rows of a workbook.
func (x *Crossing) Fits() bool {
	return len(x.Meet) == 0 && len(x.rest) > 0 && !slices.ContainsFunc(x.rest, func(c compare.CellChange) bool { return c.Cell == "" || xlsx.RowOf(firstCell(c.Cell)) < 1 })
}

func firstCell(ref string) string { ref, _, _ = strings.Cut(ref, ":"); return ref }

// onTop is the workbook in force with the cells of the change in it.
func (x *Crossing) onTop(live, mine []byte) ([]byte, error) {
	into, err := mend.OpenBook(live)
	if err != nil {
		return nil, err
	}
	defer into.Close() //nolint:errcheck // it is read into memory
	from, err := mend.OpenBook(mine)
	if err != nil {
		return nil, err
	}
	defer from.Close() //nolint:errcheck // it was only read
	// Where a cell of the change stands in the version in force: its place in a comparison the other way round.
	places := map[string]string{}
	for _, c := range compare.CellChanges(x.plan, x.live) {
		places[c.Sheet+"\x00"+c.What] = firstCell(c.Cell)
	}
	removed := map[string][]int{}
	for _, c := range x.rest {
		place, err := places[c.Sheet+"\x00"+c.What], error(nil)
		switch {
		case c.Kind == compare.CellAdded:
			err = into.CopyRow(from, c.Sheet, xlsx.RowOf(firstCell(c.Cell)))
		case place == "":
			err = errors.New("it has no place in the version in force")
		case c.Kind == compare.CellRemoved:
			removed[c.Sheet] = append(removed[c.Sheet], xlsx.RowOf(place))
		default:
			err = into.Copy(from, c.Sheet, firstCell(c.Cell), c.Sheet, place)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
	}
	for sheet, rows := range removed {
		sort.Sort(sort.Reverse(sort.IntSlice(rows)))
		for _, row := range slices.Compact(rows) {
			if err := into.RemoveRow(sheet, row); err != nil {
				return nil, err
			}
		}
	}
	return into.Bytes()
}

// GiveOnTop puts the cells of an overtaken change on top of the version in force, and gives the workbook that this
// makes. It is refused where cells meet, and where the result would say anything else than both.
func GiveOnTop(ctx context.Context, w *desk.Workspace, id int64, reason string) (Change, error) {
	c, err := w.Journal.ChangeContent(ctx, id)
	if err != nil {
		return c.Change, err
	}
	x, err := Cross(ctx, w, c)
	if err != nil {
		return c.Change, err
	}
	const byHand = "take the workbook in force, and make the change there"
	if x == nil || !x.Fits() || isYAML(c.Mapping) {
		return c.Change, refused(say.Errorf("the cells of change %d cannot be put on top of the version in force", c.ID), byHand)
	}
	live, _, err := Live(ctx, w, c.Mapping)
	if err != nil {
		return c.Change, err
	}
	body, err := x.onTop(live.Body, c.Body)
	if err != nil {
		return c.Change, &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("put the cells of change %d on top: %w", c.ID, err), Hint: byHand}
	}
	plan, found := mapping.LoadVersion(live.Name, body, live.Template, live.TemplateBody)
	if plan == nil || !sameCells(compare.CellChanges(x.live, plan), x.rest) {
		return c.Change, &desk.Error{Code: desk.ExitFailed, Err: errors.Join(say.Errorf("the cells of change %d on top of the version in force would say something else", c.ID), found.Err()), Hint: byHand}
	}
	return Give(ctx, w, Given{Mapping: c.Mapping, Name: path.Base(filepath.ToSlash(c.Mapping)), Body: body, Reason: reason, Origin: OnTopOf, Authors: c.Authors})
}

// sameCells: two lists of changes say the same, wherever the cells stand.
func sameCells(a, b []compare.CellChange) bool {
	texts := func(list []compare.CellChange) (out []string) {
		for _, c := range list {
			out = append(out, strings.Join([]string{c.Sheet, c.What, c.Kind, c.New}, "\x00"))
		}
		sort.Strings(out)
		return out
	}
	return slices.Equal(texts(a), texts(b))
}
