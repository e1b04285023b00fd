package cli

import (
	"errors"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
)

// zone is the time zone of the company: schedule.timezone of the working folder, on every machine, whatever the zone of
// the process. Without a working folder it is UTC, the default of the schedule. A configuration that cannot be read is
// told, for a day in a file may then be another one.
func (a *app) zone() *time.Location {
	cfg, err := config.Load(a.dir)
	switch {
	case err == nil:
		return cfg.Schedule.Zone()
	case !errors.Is(err, config.ErrNoConfig) && !a.zoneTold:
		a.zoneTold = true
		a.remark("%s cannot be read, so days are those of UTC: fisbridge check says what is wrong with it", config.FileName)
	}
	return time.UTC
}
