package erp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// ERP is the simulated ERP. It is safe for concurrent use.
type ERP struct {
	cfg Config
	in  *reader
	out []*writer
	pay *writer

	mu       sync.Mutex
	faults   Faults
	next     int64 // the sequence number that must come
	gaps     bool  // or a higher one
	number   int64 // the next document number
	payments int64
	answers  int64
	read     map[string]bool // name and hash of files that were left in the inbox
	refused  map[string]int  // how often a rule refused a document: rule number and reference
	index    map[string]int  // of Documents, by reference
	books    Books
	slow     []answerFile // second halves
	withheld []answerFile
	random   uint64
}

// New checks the configuration. It starts nothing.
func New(cfg Config) (*ERP, error) {
	if cfg.Inbox == "" || cfg.Outbox == "" {
		return nil, errors.New("simulated ERP: inbox and outbox are needed")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	in, err := newReader(cfg.Import)
	if err != nil {
		return nil, fmt.Errorf("simulated ERP: import file: %w", err)
	}
	e := &ERP{cfg: cfg, in: in, faults: cfg.Faults, next: cfg.After + 1, number: max(cfg.FirstNumber, 1),
		random: cfg.Seed, read: map[string]bool{}, refused: map[string]int{}, index: map[string]int{}}
	for i := range cfg.Answers {
		w, err := newWriter(cfg.Answers[i])
		if err != nil {
			return nil, fmt.Errorf("simulated ERP: answer %s: %w", cfg.Answers[i].Name, err)
		}
		e.out = append(e.out, w)
	}
	if cfg.Payments.Name != "" {
		if e.pay, err = newWriter(cfg.Payments); err != nil {
			return nil, fmt.Errorf("simulated ERP: payments %s: %w", cfg.Payments.Name, err)
		}
	}
	return e, nil
}

// Poll looks into the inbox once: finishes answers that were written slowly, reads each new import file in the order of
// names, books it and writes the answers. It returns how many files it read.
func (e *ERP) Poll() (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.flush(); err != nil {
		return 0, err
	}
	entries, err := os.ReadDir(e.cfg.Inbox) // sorted by name
	if err != nil {
		return 0, fmt.Errorf("simulated ERP: look into the inbox: %w", err)
	}
	count := 0
	var errs []error
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !e.wants(entry.Name()) || e.belongs(entry.Name()) {
			continue
		}
		done, err := e.take(entry.Name())
		if err != nil {
			errs = append(errs, fmt.Errorf("simulated ERP: %s: %w", entry.Name(), err))
		}
		if done {
			count++
		}
	}
	return count, errors.Join(errs...)
}

// SetFaults changes the faults from now on. What was withheld comes with the next Poll when Silent is off.
func (e *ERP) SetFaults(f Faults) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = f
}

// AllowGaps lets numbers be left out from now on, as people do who know that some files will never come. None goes
// back.
func (e *ERP) AllowGaps() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.gaps = true
}

// Books is a copy of the ERP's own record.
func (e *ERP) Books() Books {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.books.clone()
}

// wants passes over temporary names and those that the pattern does not take.
func (e *ERP) wants(name string) bool {
	lower := strings.ToLower(name)
	if strings.HasPrefix(lower, ".") || strings.HasPrefix(lower, "~") {
		return false
	}
	for _, suffix := range []string{".part", ".filepart", ".tmp", ".temp", ".writing", ".done"} {
		if strings.HasSuffix(lower, suffix) {
			return false
		}
	}
	if e.cfg.Files == "" {
		return true
	}
	ok, _ := path.Match(e.cfg.Files, name)
	return ok
}

// take reads one import file and does with it what the ERP does.
func (e *ERP) take(name string) (bool, error) {
	content, missing, err := e.gather(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // gone between list and read
	}
	if err != nil {
		return false, err
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	if e.read[name+hash] {
		return false, nil
	}
	if e.faults.Take == TakeAtOnce {
		if err := e.remove(name); err != nil {
			return false, err
		}
	}
	if err := e.process(name, hash, missing, content); err != nil {
		return true, err
	}
	switch e.faults.Take {
	case TakeNever:
		e.read[name+hash] = true
	case TakeAfterAnswer:
		return true, e.remove(name)
	}
	return true, nil
}

func (e *ERP) process(name, hash, missing string, content []byte) error {
	rounds := 1
	if e.faults.Repeat {
		rounds = 2
	}
	for round := range rounds {
		batch := e.in.read(name, missing, content)
		batch.hash, batch.again = hash, round > 0
		e.post(batch)
		e.cfg.Log.Info("import file", "file", name, "sequence", batch.sequence, "verdict", batch.verdict,
			"reason", batch.refusal)
		if err := e.answer(batch); err != nil {
			return err
		}
	}
	return nil
}

// remove takes the files of an import out of the inbox, into Done where there is one.
func (e *ERP) remove(name string) error {
	var errs []error
	for _, part := range e.parts(name) {
		if err := e.removeOne(part); err != nil && (part == name || !errors.Is(err, fs.ErrNotExist)) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (e *ERP) removeOne(name string) error {
	full := filepath.Join(e.cfg.Inbox, name)
	if e.cfg.Done == "" {
		return os.Remove(full)
	}
	to := filepath.Join(e.cfg.Done, name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(full, to)
		}
		to = filepath.Join(e.cfg.Done, fmt.Sprintf("%s.%d", name, n))
	}
}

// draw is the next number of a fixed sequence (splitmix64); Seed decides where it begins.
func (e *ERP) draw() uint64 {
	e.random += 0x9e3779b97f4a7c15
	z := e.random
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}
