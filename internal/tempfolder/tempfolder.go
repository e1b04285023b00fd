// Package tempfolder owns the folder for files in the making (folders.temp). It guarantees that only a folder which
// fisbridge made and marked is ever cleaned, and in it only names that fisbridge gives.
package tempfolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
)

// markName is the file in a folder by which it is known that fisbridge made the folder, and for which working folder.
// Without it nothing in a folder is ever removed.
const markName = ".fisbridge-temp"

// ownName matches the names that fisbridge gives to its files in the making, today's and those of the versions before.
var ownName = regexp.MustCompile(`^(fisbridge-((result|apply|import|parts|receipt)-)?|result-|apply-|import-|parts-)[0-9]+(\.body|\.xlsx)?$`)

// Clean makes the folder for files in the making and throws away what a killed run left in it: the journal knows
// nothing of it. It removes its own names from its own folder, and nothing else.
func Clean(cfg *config.Config) error {
	folder := cfg.Path(cfg.Folders.Temp)
	mark, err := Check(cfg)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder for temporary files: %w", err)
	}
	if !mark {
		text := "fisbridge made this folder for " + cfg.Dir() + "\n"
		if err := os.WriteFile(filepath.Join(folder, markName), []byte(text), 0o600); err != nil {
			return fmt.Errorf("mark the folder for temporary files: %w", err)
		}
	}
	left, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("read the folder for temporary files: %w", err)
	}
	for _, e := range left {
		if !own(e) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clean the folder for temporary files: %w", err)
		}
	}
	return nil
}

// own: a plain file under a name that only fisbridge gives.
func own(e fs.DirEntry) bool { return e.Type().IsRegular() && ownName.MatchString(e.Name()) }

// Check tells whether the folder for temporary files can be used, without writing: one that does not exist yet, that is
// empty, that holds nothing but our own leftovers, or that is marked for this working folder (marked). Anything else
// may be somebody's: it is refused.
func Check(cfg *config.Config) (marked bool, err error) {
	path := cfg.Path(cfg.Folders.Temp)
	refuse := func(reason string) error {
		return &exchange.HintError{Err: fmt.Errorf("folders.temp: %s %s", path, reason),
			Hint: "set folders.temp to a folder that does not exist yet, such as tmp: fisbridge makes it; nothing was removed"}
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("folders.temp: %w", err)
	case info.Mode()&fs.ModeSymlink != 0:
		return false, refuse("is a link; files of another folder would be removed")
	case !info.IsDir():
		return false, refuse("is no folder")
	}
	text, err := os.ReadFile(filepath.Join(path, markName))
	if err == nil {
		return checkMark(cfg, string(text), refuse)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return false, fmt.Errorf("folders.temp: %w", err)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return false, fmt.Errorf("folders.temp: %w", err)
	}
	for _, e := range entries {
		if !own(e) {
			return false, refuse(fmt.Sprintf("was not made by fisbridge and holds other things, such as %s", e.Name()))
		}
	}
	return false, nil
}

// checkMark refuses the folder of another working folder that is still there: each removes what the other is making.
func checkMark(cfg *config.Config, text string, refuse func(string) error) (marked bool, err error) {
	_, other, _ := strings.Cut(strings.TrimSpace(text), " for ")
	if other == cfg.Dir() || other == "" {
		return true, nil
	}
	here, err := os.Stat(cfg.Dir())
	if err != nil {
		return false, fmt.Errorf("folders.temp: %w", err)
	}
	there, err := os.Stat(other)
	if err != nil || os.SameFile(here, there) {
		return false, nil // the working folder was moved: it is marked anew
	}
	inside, err := filepath.Rel(cfg.Dir(), cfg.Path(cfg.Folders.Temp))
	if err == nil && filepath.IsLocal(inside) {
		return false, nil // the working folder was copied, with this folder in it
	}
	return false, refuse("belongs to the working folder " + other)
}
