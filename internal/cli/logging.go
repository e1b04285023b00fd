package cli

import (
	"fmt"
	"io"
	"log/slog"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// newLog opens the structured log as configured: standard error or a file that is appended to. The caller closes it.
func (a *app) newLog(cfg *config.Config) (*slog.Logger, io.Closer, error) {
	level, err := a.level(cfg.Logging.Level)
	if err != nil {
		return nil, nil, err
	}
	out, closer := a.stderr.Log(), io.Closer(io.NopCloser(nil))
	if path := cfg.Path(cfg.Logging.File); path != "" {
		if err := ownfile.MakeFolder(filepath.Dir(path)); err != nil {
			return nil, nil, fmt.Errorf("make the folder of the log: %w", err)
		}
		f, err := ownfile.Append(path)
		if err != nil {
			return nil, nil, fmt.Errorf("open the log: %w", err)
		}
		out, closer = term.LogDoor(f), f
	}
	options := &slog.HandlerOptions{Level: level}
	if cfg.Logging.Format == "json" {
		return slog.New(slog.NewJSONHandler(out, options)), closer, nil
	}
	return slog.New(slog.NewTextHandler(out, options)), closer, nil
}

// level is the flag's level, or the configured one.
func (a *app) level(configured string) (slog.Level, error) {
	text := configured
	if a.logLevel != "" {
		text = a.logLevel
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return level, desk.Usage(fmt.Errorf("--log-level: %q is not one of debug, info, warn, error", text))
	}
	return level, nil
}
