package desk

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// TokenKeys gives the key that seals the login in the journal, from the place that the configuration names. A file that
// is not there is made when something is to be sealed for the first time; a variable or a credential is for people to
// make.
func TokenKeys(cfg *config.Config) func(make bool) (tokens.TokenKey, error) {
	return func(make bool) (tokens.TokenKey, error) {
		text, err := cfg.Reveal(cfg.Concur.TokenKey)
		path, isFile := cfg.Concur.TokenKey.File()
		if make && isFile && errors.Is(err, fs.ErrNotExist) {
			text, err = MakeKeyFile(cfg.Path(path))
		}
		if err != nil {
			return tokens.TokenKey{}, fmt.Errorf("concur.token_key: %w", err)
		}
		key, err := tokens.NewTokenKey(text)
		if err != nil {
			err = fmt.Errorf("concur.token_key: %s: %w", cfg.Concur.TokenKey.Place(), err)
		}
		return key, err
	}
}

// MakeKeyFile makes the key's file, unless another process has just done so, and reads it.
func MakeKeyFile(path string) (string, error) {
	if err := ownfile.MakeFolder(filepath.Dir(path)); err != nil {
		return "", err
	}
	text := tokens.MakeTokenKey()
	err := ownfile.WriteNew(path, []byte(text+"\n"))
	if errors.Is(err, fs.ErrExist) {
		return secret.ReadFile(path)
	}
	return text, err
}
