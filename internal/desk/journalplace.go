package desk

import (
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// JournalPlace is where the journal of a configuration lies: the one door to it.
func JournalPlace(cfg *config.Config) journal.Place {
	if url := cfg.JournalURL(); url != "" {
		return journal.Place{URL: url, Schema: cfg.Journal.Schema, Head: cfg.JournalHead(), Password: cfg.Journal.Password.In(cfg.Path)}
	}
	return journal.Place{Path: cfg.Path(cfg.Journal.Path)}
}

// JournalKey is the key of the configuration that says where the journal lies.
func JournalKey(cfg *config.Config) string {
	if cfg.Journal.URL != "" {
		return "journal.url"
	}
	return "journal.path"
}

// folderOf makes the folder of a journal that is a file.
func folderOf(p journal.Place) error {
	if p.Served() {
		return nil
	}
	return ownfile.MakeFolder(filepath.Dir(p.Path))
}
