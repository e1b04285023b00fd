package config

import (
	"path"
	"time"
)

// defaults is the configuration before the file is read. What has no default here must be given.
func defaults() Config {
	return Config{
		Concur: Concur{
			AllowedDomains:   []string{"concursolutions.com", "concurcdc.cn"},
			DocumentFormat:   "json",
			PageSize:         100,
			AcknowledgeBatch: 100,
			ConfirmBatch:     100,
			Concurrency:      4,
			Timeout:          90 * time.Second,
			WaitAfterTimeout: 5 * time.Minute,
			MaxWait:          30 * time.Minute,
		},
		Folders:       Folders{Files: "files", Results: "results", Templates: "templates", Temp: "tmp"},
		Schedule:      Schedule{Timezone: "UTC", Missed: MissedLatest},
		Logging:       Logging{Level: "info", Format: "text"},
		Limits:        Limits{DocumentMiB: 64, ResultFileMiB: 1024, ResultRows: 5_000_000, UnzippedMiB: 64},
		WarnAfterDays: 5,
	}
}

// defaulter is a part that may come several times; the reader calls it before it fills a new one.
type defaulter interface{ setDefaults() }

func (t *Target) setDefaults() {
	t.Port, t.Timeout = 22, time.Minute
}

func (d *Drop) setDefaults() { d.Verify = VerifySize }

func (r *Returns) setDefaults() {
	r.Settle, r.Scan = 10*time.Second, time.Minute
}

// complete fills in what follows from other keys.
func complete(c *Config) {
	for i := range c.Routes {
		r := &c.Routes[i]
		if !r.Returns.Given() {
			continue
		}
		r.Returns.Target = orDefault(r.Returns.Target, r.Drop.Target)
		r.Returns.Archive = orDefault(r.Returns.Archive, path.Join(r.Returns.Folder, "archive"))
		r.Returns.Failed = orDefault(r.Returns.Failed, path.Join(r.Returns.Folder, "failed"))
	}
}

func orDefault(given, fallback string) string {
	if given == "" {
		return fallback
	}
	return given
}
