package config

import (
	"time"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// DefaultTokenKey is the file, in the working folder, of the key that seals the login where concur.token_key names no
// other place.
const DefaultTokenKey = "secrets/token_key"

// defaults is the configuration before the file is read. What has no default here must be given.
func defaults() Config {
	return Config{
		Concur: Concur{
			AllowedDomains:   []string{"concursolutions.com", "concurcdc.cn"},
			TokenKey:         defaultKey(),
			DocumentFormat:   "json",
			PageSize:         25,
			AcknowledgeBatch: 25,
			ConfirmBatch:     25,
			Concurrency:      4,
			Timeout:          90 * time.Second,
			Interval:         50 * time.Millisecond,
			WaitAfterTimeout: 5 * time.Minute,
			MaxWait:          30 * time.Minute,
		},
		Folders:       Folders{Files: "files", Receipts: "receipts", Templates: "templates", Temp: "tmp"},
		Receipts:      Receipts{Name: "{document}-{number}.{extension}"},
		Events:        defaultEvents(),
		Console:       defaultConsole(),
		Notify:        defaultNotify(),
		Schedule:      Schedule{Timezone: "UTC", Missed: MissedLatest},
		Logging:       Logging{Level: "info", Format: "text"},
		Limits:        Limits{DocumentMiB: 64, ResultFileMiB: 1024, ResultRows: 5_000_000, UnzippedMiB: 64, ReceiptMiB: 25},
		Matching:      Matching{PostedDays: 240, PaidDays: 120, UnclaimedDays: 90, AgainDays: 5, PartDays: 30},
		WarnAfterDays: 5,
		Language:      "en",
	}
}

// defaulter is a part that may come several times; the reader calls it before it fills a new one.
type defaulter interface{ setDefaults() }

func (t *Target) setDefaults() {
	t.Port, t.Timeout = 22, time.Minute
}

func (d *Drop) setDefaults() { d.Verify, d.TempName = VerifySize, ".{name}.part" }

func (r *Route) setDefaults() { r.Revisions = RevisionsHold }

func (i *Instruction) setDefaults() { i.Do = InstructionFile }

func (r *Returns) setDefaults() {
	r.Archive, r.Failed = "archive", "failed"
	r.Settle, r.MinAge, r.Scan = 2*time.Second, 10*time.Second, time.Minute
}

// complete fills in what follows from other keys.
func complete(c *Config) {
	if c.Journal.URL != "" && c.Journal.Schema == "" {
		c.Journal.Schema = DefaultSchema
	}
	for i := range c.Routes {
		if r := &c.Routes[i]; r.Returns.Given() && r.Returns.Target == "" {
			r.Returns.Target = r.Drop.Target
		}
	}
	for i := range c.Notify.Recipients {
		if r := &c.Notify.Recipients[i]; r.Language == "" {
			r.Language = c.Language
		}
	}
}

func defaultKey() secret.Secret {
	s, err := secret.At("file:" + DefaultTokenKey)
	if err != nil {
		panic(err) // a constant
	}
	return s
}
