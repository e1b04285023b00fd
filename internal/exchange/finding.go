package exchange

// Severity of a finding.
type Severity string

const (
	OK      Severity = "ok"      // tried and allowed
	Warning Severity = "warning" // works, with less certainty or safety
	Problem Severity = "problem" // will fail
)

// Finding is one line of `check`: what was tried, how it went, what to do.
type Finding struct {
	Severity Severity `json:"severity"`
	Place    string   `json:"place"`          // host and folder
	Right    string   `json:"right"`          // connect, list, create, stat, rename, remove, read, host key, key file…
	Text     string   `json:"text"`           // what was found
	Hint     string   `json:"hint,omitempty"` // the way out
}
