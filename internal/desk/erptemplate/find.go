package erptemplate

import (
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
)

// Folder is where the templates of a working folder lie.
func Folder(dir string) string {
	if cfg, err := config.Load(dir); err == nil {
		return cfg.Path(cfg.Folders.Templates)
	}
	return filepath.Join(dir, "templates")
}

// Find is the template that is meant by its name, or by the folder in which it lies, with the folder of the templates;
// that is empty for a built-in one.
func Find(dir, arg string) (templates fs.FS, folder, name string, err error) {
	if _, err := os.Stat(filepath.Join(arg, "template.yaml")); err == nil {
		abs, err := filepath.Abs(arg)
		if err != nil {
			return nil, "", "", desk.Usage(err)
		}
		return desk.TemplatesOf(filepath.Dir(abs)), filepath.Dir(abs), filepath.Base(abs), nil
	}
	templates = workshop.TemplatesFor(dir, "")
	if err := workshop.KnownIn(templates, arg); err != nil {
		return nil, "", "", err
	}
	if o, ok := templates.(desk.Overlay); ok && o.IsOwn(arg) {
		folder = Folder(dir)
	}
	return templates, folder, arg, nil
}
