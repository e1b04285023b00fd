package bridge

import (
	"errors"
	"sort"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Exit codes of a run; the command line passes them on.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitNeedsPerson = 3
	ExitInterrupted = 130
)

// Summary is what one run did and what it left.
type Summary struct {
	Run     int64     `json:"run"`
	Started time.Time `json:"started_at"`
	Ended   time.Time `json:"ended_at"`

	Offered      int `json:"offered"`
	Stored       int `json:"stored"`
	Acknowledged int `json:"acknowledged"`
	Left         int `json:"left"`
	Recalled     int `json:"recalled"`
	Held         int `json:"held"`
	Files        int `json:"files"`
	Filed        int `json:"filed"`
	Dropped      int `json:"dropped"`
	Results      int `json:"results"`
	// Of receipts: fetched, found not to be had, and dropped in this run.
	ReceiptsFetched int `json:"receipts_fetched,omitempty"`
	ReceiptsMissing int `json:"receipts_missing,omitempty"`
	ReceiptsDropped int `json:"receipts_dropped,omitempty"`

	Posted       int `json:"posted"`
	Rejected     int `json:"rejected"`
	Confirmed    int `json:"confirmed"`
	Payments     int `json:"payments"`
	PaymentsSent int `json:"payments_confirmed"`
	AgedOut      int `json:"payloads_aged_out"`

	// LockMillis is how long documents were unlocked in Concur between the answer that brought them and their
	// acknowledgement.
	LockP50 int64 `json:"lock_ms_p50"`
	LockP99 int64 `json:"lock_ms_p99"`
	LockMax int64 `json:"lock_ms_max"`

	// LoginRefused is what to do about a login that Concur refused in this run; empty: it did not.
	LoginRefused string `json:"login_refused,omitempty"`

	// Problems are failures of steps; Notes are things a person should know.
	Problems []string `json:"problems,omitempty"`
	Notes    []string `json:"notes,omitempty"`
	// Changed says, for each new import file, which fields hold values that were cut, cleaned or replaced on their way
	// into it, and how many.
	Changed []string        `json:"changed_values,omitempty"`
	Alarms  []records.Alarm `json:"alarms,omitempty"`
	// Needs is everything that needs a person, the same list as that of fisbridge status.
	Needs records.Needs `json:"needs"`
	Todo  records.Todo  `json:"todo"`
	Exit  int           `json:"exit_code"`
	// Full: it was a run over everything, and not one that a result file or an event has woken.
	Full bool `json:"-"`

	lockMillis []int64
	errs       []error
	noLogin    bool // there is no access token to be had, which was told
	collected  bool // the return folders were read before new files went out

	walked    bool                     // the ready list of each type was read to its end
	unread    map[fis.DocType][]string // items of the ready list that cannot be read
	unwanted  []string                 // documents that no route takes
	unsettled []string                 // files of return folders that were not taken yet
	kept      map[string]*keeping      // what stays in Concur, by route
	lasting   lastings
	partly    bool // not everything could be looked at
	whole     bool // every step was done, if not with success
	cut       bool // the run was told to end before it was through
}

// fail notes that a step failed; the run goes on with the next one.
func (s *Summary) fail(err error) {
	if err == nil {
		return
	}
	s.errs = append(s.errs, err)
	s.Problems = append(s.Problems, err.Error())
}

// Err is everything that failed, nil when nothing did.
func (s *Summary) Err() error { return errors.Join(s.errs...) }

// close works out the exit code and the quantiles.
func (s *Summary) close() {
	if n := len(s.lockMillis); n > 0 {
		sort.Slice(s.lockMillis, func(a, b int) bool { return s.lockMillis[a] < s.lockMillis[b] })
		s.LockP50, s.LockP99, s.LockMax = s.lockMillis[n/2], s.lockMillis[min(n-1, n*99/100)], s.lockMillis[n-1]
	}
	switch {
	case s.cut:
		s.Exit = ExitInterrupted
	case len(s.errs) > 0:
		s.Exit = ExitFailed
	case s.Needs.Total > 0:
		s.Exit = ExitNeedsPerson
	}
}
