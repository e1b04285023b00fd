package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maxFile bounds the configuration file.
const maxFile = 256 << 10

// ErrNoConfig says that the folder is not a working folder: it has no fisbridge.yaml.
var ErrNoConfig = errors.New("no " + FileName)

// Load reads, completes and validates the configuration of a working folder. A missing file is ErrNoConfig; everything
// wrong in the file comes back at once as Problems.
func Load(dir string) (*Config, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the working folder: %w", err)
	}
	file := filepath.Join(dir, FileName)
	text, err := readFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s", ErrNoConfig, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(text, file, abs)
}

// Zone is the time zone of the schedule in a working folder, also while other things there are still to be filled in.
func Zone(dir string) (*time.Location, error) {
	text, err := readFile(filepath.Join(dir, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s", ErrNoConfig, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	cfg, problems, broken := parsed(text, FileName, dir)
	if broken || slices.ContainsFunc(problems, func(p Problem) bool { return strings.HasPrefix(p.Field, "schedule") }) {
		return nil, problems
	}
	return cfg.Schedule.Zone(), nil
}

// Parse is Load for a text: file is the name for messages, dir the absolute working folder.
func Parse(text []byte, file, dir string) (*Config, error) {
	cfg, problems, _ := parsed(text, file, dir)
	if len(problems) > 0 {
		return nil, problems
	}
	return cfg, nil
}

// parsed is a configuration and what is wrong with it; broken: it is no YAML.
func parsed(text []byte, file, dir string) (*Config, Problems, bool) {
	cfg := defaults()
	cfg.dir = dir
	r := &reader{file: file, lines: map[string]int{}}
	r.read(text, &cfg)
	if !r.broken {
		complete(&cfg)
		(&validation{Config: &cfg, reader: r}).all()
		elsewhere(&cfg)
	}
	return &cfg, r.sorted(), r.broken
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s is larger than %d KiB", path, maxFile>>10)
	}
	return b, nil
}
