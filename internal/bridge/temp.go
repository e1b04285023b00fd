package bridge

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

// tempMark is the file in a folder by which it is known that fisbridge made the folder, and for which working folder. Without it nothing
// in a folder is ever removed.
const tempMark = ".fisbridge-temp"

// tempName matches the names that fisbridge gives to its files in the making, today's and those of the versions before.
var tempName = regexp.MustCompile(`^(fisbridge-((result|apply|import|parts)-)?|result-|apply-|import-|parts-)[0-9]+(\.body|\.xlsx)?$`)

// createTemp makes a file in the folder for temporary files; what is its subject.
func (b *Bridge) createTemp(what string) (*os.File, error) {
	return os.CreateTemp(b.temp, "fisbridge-"+what+"-*")
}

// cleanTemp makes the folder for files in the making and throws away what a killed run left in it: the journal knows nothing of it. It
// removes its own names from its own folder, and nothing else.
func (b *Bridge) cleanTemp() error {
	mark, err := CheckTemp(b.cfg)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.temp, 0o700); err != nil {
		return fmt.Errorf("make the folder for temporary files: %w", err)
	}
	if !mark {
		text := "fisbridge made this folder for " + b.cfg.Dir() + "\n"
		if err := os.WriteFile(filepath.Join(b.temp, tempMark), []byte(text), 0o600); err != nil {
			return fmt.Errorf("mark the folder for temporary files: %w", err)
		}
	}
	left, err := os.ReadDir(b.temp)
	if err != nil {
		return fmt.Errorf("read the folder for temporary files: %w", err)
	}
	for _, e := range left {
		if !ownTemp(e) {
			continue
		}
		if err := os.Remove(filepath.Join(b.temp, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("clean the folder for temporary files: %w", err)
		}
	}
	return nil
}

// ownTemp: a plain file under a name that only fisbridge gives.
func ownTemp(e fs.DirEntry) bool { return e.Type().IsRegular() && tempName.MatchString(e.Name()) }

// CheckTemp tells whether the folder for temporary files can be used, without writing: one that does not exist yet, that is empty, that
// holds nothing but our own leftovers, or that is marked for this working folder (marked). Anything else may be somebody's: it is refused.
func CheckTemp(cfg *config.Config) (marked bool, err error) {
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
	text, err := os.ReadFile(filepath.Join(path, tempMark))
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
		if !ownTemp(e) {
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
