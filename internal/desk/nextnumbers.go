package desk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// nextNumbers are the numbers from which the routes go on after a restore. Where the note beside the journal tells
// those that were used since, nobody has to give them; else a person must, for a number that is used twice lets the
// ERP's answer to the one file speak of the other.
func (w *Workspace) nextNumbers(ctx context.Context, r home.Restored, given map[string]int64) (map[string]int64, error) {
	for name, n := range given {
		route, known := w.Config.Route(name)
		if !known {
			return nil, Usage(fmt.Errorf("--next-number: there is no route %q", name))
		}
		least, seen, err := w.leastNumber(ctx, route)
		if err != nil {
			return nil, err
		}
		if n < least {
			return nil, Usage(fmt.Errorf("--next-number: %d of route %s was used already%s; the next one is %d or higher", n, name, seen, least))
		}
	}
	if r.NumbersKnown {
		return given, nil
	}
	var missing, found []string
	for _, route := range w.Config.Routes {
		if _, ok := given[route.Name]; ok {
			continue
		}
		least, seen, err := w.leastNumber(ctx, route)
		if err != nil {
			return nil, err
		}
		if seen != "" {
			found = append(found, "route "+route.Name+seen)
		}
		missing = append(missing, fmt.Sprintf("%s=%d", route.Name, least))
	}
	if len(missing) == 0 {
		return given, nil
	}
	text := "nothing tells which numbers of import files were used since"
	if len(found) > 0 {
		text += "; found: " + strings.Join(found, ", ")
	}
	return nil, &Error{Code: ExitFailed, Err: say.Errorf("%s", text),
		Hint: say.F("look in the ERP for the highest number of each route that it has seen, and give the next one, such as: fisbridge restored --from-backup --next-number %s --reason …", strings.Join(missing, ","))}
}

// leastNumber is the lowest number that a route may go on with, as far as this machine can tell. seen names the file
// that tells more than the journal.
func (w *Workspace) leastNumber(ctx context.Context, route config.Route) (least int64, seen string, err error) {
	if least, err = w.Journal.NextSequence(ctx, route.Name); err != nil {
		return 0, "", err
	}
	highest, name, err := w.seenNumber(ctx, route)
	if err != nil {
		return 0, "", err
	}
	if highest >= least {
		least, seen = highest+1, fmt.Sprintf(" (%s is number %d)", name, highest)
	}
	n, name, err := w.unknownFiles(ctx, route)
	if err != nil || n == 0 {
		return least, seen, err
	}
	known, err := w.Journal.NewestFile(ctx, route.Name)
	if first := known.Sequence + n + 1; err == nil && first > least { // a number that was skipped before is none that was used
		least, seen = first, fmt.Sprintf(" (%s, which this journal does not know, such as %s)", wording.Counted(int(n), "file"), name)
	}
	return least, seen, err
}

// unknownFiles counts the copies of import files in the working folder that the journal has no file of. Each of them
// has used a number.
func (w *Workspace) unknownFiles(ctx context.Context, route config.Route) (n int64, name string, err error) {
	entries, err := os.ReadDir(filepath.Join(w.Config.Path(w.Config.Folders.Files), route.Name))
	if err != nil && !os.IsNotExist(err) {
		return 0, "", fmt.Errorf("look for numbers that were used: %w", err)
	}
	for _, e := range entries {
		files, err := w.Journal.FindFiles(ctx, e.Name())
		if err != nil {
			return 0, "", err
		}
		if len(files) == 0 {
			n, name = n+1, e.Name()
		}
	}
	return n, name, nil
}

// seenNumber is the highest number among the files of a route that lie in the working folder or, where that is a folder
// of this machine, in the drop folder. The names are read as that of the newest file that the journal knows.
func (w *Workspace) seenNumber(ctx context.Context, route config.Route) (highest int64, name string, err error) {
	known, err := w.Journal.NewestFile(ctx, route.Name)
	if err != nil || known.Name == "" {
		return 0, "", err
	}
	form := numberForm(known.Name, known.Sequence)
	if form == nil {
		return 0, "", nil
	}
	folders := []string{filepath.Join(w.Config.Path(w.Config.Folders.Files), route.Name)}
	if t := w.Config.Targets[route.Drop.Target]; t.Kind == config.KindFolder {
		folders = append(folders, filepath.Join(w.Config.Path(t.Path), filepath.FromSlash(route.Drop.Folder)))
	}
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil && !os.IsNotExist(err) {
			return 0, "", fmt.Errorf("look for numbers that were used: %w", err)
		}
		for _, e := range entries {
			m := form.FindStringSubmatch(e.Name())
			if m == nil {
				continue
			}
			if n, err := strconv.ParseInt(m[1], 10, 64); err == nil && n > highest {
				highest, name = n, e.Name()
			}
		}
	}
	return highest, name, nil
}

var digits = regexp.MustCompile(`[0-9]+`)

// numberForm matches names that differ from this one in their numbers, and takes the one that is the sequence number
// here. Nil: none is.
func numberForm(name string, sequence int64) *regexp.Regexp {
	var form strings.Builder
	at, captured := 0, false
	for _, d := range digits.FindAllStringIndex(name, -1) {
		form.WriteString(regexp.QuoteMeta(name[at:d[0]]))
		at = d[1]
		if n, err := strconv.ParseInt(name[d[0]:d[1]], 10, 64); err == nil && n == sequence && !captured {
			form.WriteString(`([0-9]+)`)
			captured = true
		} else {
			form.WriteString(`[0-9]+`)
		}
	}
	if !captured {
		return nil
	}
	form.WriteString(regexp.QuoteMeta(name[at:]))
	return regexp.MustCompile(`^` + form.String() + `$`)
}
