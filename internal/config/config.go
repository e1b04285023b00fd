// Package config owns fisbridge.yaml, the configuration of a working folder: strict reading, defaults, validation
// and references to secrets. It guarantees that unknown keys are errors, that all problems are told at once with the
// place in the file, and that no secret's value is ever part of a configuration.
package config

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// FileName is the name of the configuration in a working folder.
const FileName = "fisbridge.yaml"

// Config is a whole configuration, defaults filled in. Load makes it; it does not change afterwards.
type Config struct {
	Concur    Concur            `yaml:"concur"`
	Journal   Journal           `yaml:"journal"`
	Folders   Folders           `yaml:"folders"`
	Targets   map[string]Target `yaml:"targets"`
	Routes    []Route           `yaml:"routes"`
	Receipts  Receipts          `yaml:"receipts"`
	Events    Events            `yaml:"events"`
	Schedule  Schedule          `yaml:"schedule"`
	Matching  Matching          `yaml:"matching"`
	Retention Retention         `yaml:"retention"`
	Logging   Logging           `yaml:"logging"`
	Limits    Limits            `yaml:"limits"`
	Console   Console           `yaml:"console"`
	Metrics   Metrics           `yaml:"metrics"`
	Notify    Notify            `yaml:"notify"`
	Reports   []Report          `yaml:"reports"`
	// Language is that of people of the company: reports that are dropped, and messages and reports to who has none of
	// his own: en, de, fr or es.
	Language string `yaml:"language"`
	// Approval says who must agree before a changed mapping goes live: other (somebody else than who asked for it), or
	// none. Empty is none, and nobody has said so.
	Approval string `yaml:"approval"`
	// WarnAfterDays is the age from which a document that waits for an answer is told in summary and status (exit code
	// 3).
	WarnAfterDays int `yaml:"warn_after_days"`

	dir string // the working folder, absolute
}

// Languages are those of people.
func Languages() []string { return []string{"en", "de", "fr", "es"} }

// Concur says which Concur company is bridged and how politely.
type Concur struct {
	BaseURL string `yaml:"base_url"`
	// AllowedDomains are the domains to which a token's geolocation may move the calls; subdomains are included.
	AllowedDomains []string      `yaml:"allowed_domains"`
	CompanyUUID    string        `yaml:"company_uuid"`
	ClientID       string        `yaml:"client_id"`
	ClientSecret   secret.Secret `yaml:"client_secret"`
	// TokenKey is the key that seals the tokens in the journal; a file of it that is not there is made by init, or by
	// the first login.
	TokenKey secret.Secret `yaml:"token_key"`
	// SystemID names this installation to FIS, at most 50 characters. Two installations of one company must not share
	// it.
	SystemID string `yaml:"system_id"`
	// DocumentFormat is the DocumentFormatAs header: json or text.
	DocumentFormat string `yaml:"document_format"`
	// PageSize is the documents of one list answer, AcknowledgeBatch and ConfirmBatch those of one such call.
	PageSize         int      `yaml:"page_size"`
	AcknowledgeBatch int      `yaml:"acknowledge_batch"`
	ConfirmBatch     int      `yaml:"confirm_batch"`
	Concurrency      int      `yaml:"concurrency"`
	Timeout          Duration `yaml:"timeout"`
	// Interval is the least time between the starts of two calls; acknowledgements do not wait for it.
	Interval Duration `yaml:"interval"`
	// WaitAfterTimeout is how long to wait after a time-out or a 503; the vendor asks for five minutes.
	WaitAfterTimeout Duration `yaml:"wait_after_timeout"`
	// MaxWait bounds all waiting of one run for Concur; what is then left is done by the next run.
	MaxWait Duration `yaml:"max_wait"`
}

// Matching bounds how the document of a payment is looked for by its amount, and how long a payment is listed that is of
// none, and how one is known that is told twice. All are days.
type Matching struct {
	// PostedDays is how long ago a document may have been posted that is found by the amount of a payment.
	PostedDays int `yaml:"posted_days"`
	// PaidDays is how long after its own day a document is paid.
	PaidDays int `yaml:"paid_days"`
	// UnclaimedDays is how long the payments of a bank's file are listed that are of no document; 0: for ever.
	UnclaimedDays int `yaml:"unclaimed_days"`
	// AgainDays is how many days may lie between the days that two kinds of files give one payment; 0: none.
	AgainDays int `yaml:"again_days"`
	// PartDays is after how many days a document is asked about of which only a part was paid; 0: never.
	PartDays int `yaml:"part_days"`
}

// Journal says where the journal lives.
type Journal struct {
	// Path is the SQLite file, relative to the working folder; never on a network drive.
	Path string `yaml:"path"`
	// URL, in place of a path, is a PostgreSQL database without a password: postgres://user@host:port/database?options,
	// as libpq reads it.
	URL string `yaml:"url"`
	// Schema is the company's own part of that database.
	Schema string `yaml:"schema"`
	// Password is the password of the URL's user; none where the server asks for a certificate or a socket's owner.
	Password secret.Secret `yaml:"password"`
}

// DefaultSchema is the schema of a journal that is the only one of its database.
const DefaultSchema = "fisbridge"

// Folders are the places of the working folder, relative to it.
type Folders struct {
	// Files keeps each import file as it was dropped, by route.
	Files string `yaml:"files"`
	// Receipts keeps the images of receipts, each under its hash.
	Receipts string `yaml:"receipts"`
	// Templates holds this folder's own templates; they come before the built-in ones of the same name.
	Templates string `yaml:"templates"`
	// Temp holds files that are being made.
	Temp string `yaml:"temp"`
}

// Kinds of targets.
const (
	KindFolder = "folder"
	KindSFTP   = "sftp"
	KindJump   = "jump" // no place for files, but an SSH server on the way to one
)

// Target is a place where files are dropped and collected: a folder on this machine or an SFTP server.
type Target struct {
	Kind string `yaml:"kind"`
	// Path is the root under which the folders of the routes lie. For kind folder it is relative to the working folder.
	Path string `yaml:"path"`

	Host string `yaml:"host"`
	Port int    `yaml:"port"`
	User string `yaml:"user"`

	Password secret.Secret `yaml:"password"`
	// Key is the path of a private key file; KeyPassphrase opens it when it is encrypted.
	Key           string        `yaml:"key"`
	KeyPassphrase secret.Secret `yaml:"key_passphrase"`
	// Certificate is the path of a user certificate that the partner's authority has signed for the key.
	Certificate string `yaml:"certificate"`
	// Agent uses the keys of the running SSH agent.
	Agent bool `yaml:"agent"`

	// Jump names the target, of kind jump, through which this server is reached.
	Jump string `yaml:"jump"`
	// Proxy is a SOCKS5 proxy, socks5://host:port, through which it is reached.
	Proxy         string        `yaml:"proxy"`
	ProxyUser     string        `yaml:"proxy_user"`
	ProxyPassword secret.Secret `yaml:"proxy_password"`

	// KnownHosts is the path of a known_hosts file; HostKeys pins fingerprints (SHA256:...). One of them is required.
	KnownHosts string   `yaml:"known_hosts"`
	HostKeys   []string `yaml:"host_keys"`
	// LegacyAlgorithms names old SSH algorithms that this server still needs.
	LegacyAlgorithms []string `yaml:"legacy_algorithms"`
	// Sequential sends one write at a time, for servers that lose parallel ones.
	Sequential bool     `yaml:"sequential"`
	Timeout    Duration `yaml:"timeout"`

	// Seal has import files sealed by OpenPGP; Open opens result files, and takes none that is not sealed.
	Seal *Seal `yaml:"seal"`
	Open *Open `yaml:"open"`
}

// Seal says for whom import files are sealed, and who signs them.
type Seal struct {
	// To are files with public keys of those who open the files.
	To []string `yaml:"to"`
	// Sign is a file with our secret key, which Passphrase opens.
	Sign       string        `yaml:"sign"`
	Passphrase secret.Secret `yaml:"passphrase"`
	// Armor writes text instead of bytes.
	Armor bool `yaml:"armor"`
}

// Open says how result files are opened, and whose signatures count.
type Open struct {
	// Key is a file with our secret keys, which Passphrase opens.
	Key        string        `yaml:"key"`
	Passphrase secret.Secret `yaml:"passphrase"`
	// From are files with public keys of those who may sign.
	From []string `yaml:"from"`
	// Unsigned takes files that nobody has signed.
	Unsigned bool `yaml:"unsigned"`
}

// Route is one flow of documents: which ones, by which mapping, to which drop, and back from which return folder. A
// document goes by the first route that matches it.
type Route struct {
	Name     string        `yaml:"name"`
	DocTypes []fis.DocType `yaml:"doc_types"`
	// When is a condition in the accountants' formulas; empty takes every document of the types.
	When string `yaml:"when"`
	// Mapping is the workbook (.xlsx or .yaml), relative to the working folder.
	Mapping string  `yaml:"mapping"`
	Drop    Drop    `yaml:"drop"`
	Returns Returns `yaml:"returns"`
	// IncludeTest takes documents of test users (isTest Y) as well.
	IncludeTest bool `yaml:"include_test"`
	// Payments tells Concur of payments. Not given, it is on where FIS takes them, for expense. For invoices it has to
	// be switched on: marking them paid is a service beside FIS, sold and permitted apart from it.
	Payments *bool `yaml:"payments"`
	// MaxDocuments bounds the documents of one import file; 0 leaves it to the mapping.
	MaxDocuments int `yaml:"max_documents"`
	// Revisions says how a further document of a report that was posted goes out: hold (a person says), replace, add.
	Revisions string `yaml:"revisions"`
	// ReceiptsRequired keeps a document back while one of its receipts is not had.
	ReceiptsRequired bool `yaml:"receipts_required"`
	// ExtractList is the file, relative to the working folder, of the reports that the extract had already: documents
	// of them are held.
	ExtractList string `yaml:"extract_list"`
	// Instructions say what is done with an obligation by what it asks: obligate, release, fundsCheck. One that is not
	// named goes into the import file.
	Instructions map[string]Instruction `yaml:"instructions"`
}

// Instruction is what a route does with an obligation that asks for something.
type Instruction struct {
	// Do is file, answer (Concur is told at once, and nothing goes to the ERP) or leave (in Concur, for somebody else).
	Do string `yaml:"do"`
	// SuccessWhen is a condition in the accountants' formulas: where it holds the answer is success, else an error with
	// Message, which the traveller reads. Without it the answer is always success.
	SuccessWhen string `yaml:"success_when"`
	Message     string `yaml:"message"`
	// Number is the document number of a success.
	Number string `yaml:"number"`
}

// What is done with an obligation.
const (
	InstructionFile   = "file"
	InstructionAnswer = "answer"
	InstructionLeave  = "leave"
)

// InstructionFor is what the route does with an obligation that asks for this.
func (r Route) InstructionFor(asks string) Instruction {
	if i, ok := r.Instructions[asks]; ok {
		return i
	}
	return Instruction{Do: InstructionFile}
}

// FilesFundsChecks reports whether questions whether there are funds go into import files: somebody waits for each.
func (r Route) FilesFundsChecks() bool {
	return r.Commits() && r.InstructionFor(fis.FundsCheck).Do == InstructionFile
}

// Commits reports whether the route takes obligations.
func (r Route) Commits() bool { return slices.ContainsFunc(r.DocTypes, fis.DocType.Commits) }

// What to do with a further document of a posted report: hold it for a person, post what it changes, or post it as it
// is.
const (
	RevisionsHold    = "hold"
	RevisionsReplace = "replace"
	RevisionsAdd     = "add"
)

// How a dropped file is proved before it gets its final name: by its size, by its content read back and hashed, or, for
// drop boxes that allow neither, not at all.
const (
	VerifySize = "size"
	VerifyHash = "hash"
	VerifyNone = "none"
)

// Drop is where import files go.
type Drop struct {
	Target string `yaml:"target"`
	// Folder is relative to the target's path, as are all folders of a route.
	Folder string `yaml:"folder"`
	// TempName is the pattern of the name that a file has until it is whole; {name} and {stem} stand for its final
	// name.
	TempName string `yaml:"temp_name"`
	// DoneMarker is the pattern of an empty file written after the import file ("{name}.done"); empty: none.
	DoneMarker string `yaml:"done_marker"`
	Verify     string `yaml:"verify"`
}

// Returns is where result files come from. A route without one learns outcomes by command only.
type Returns struct {
	// Target is that of the drop unless given.
	Target string `yaml:"target"`
	Folder string `yaml:"folder"`
	// Archive and Failed are sub-folders of Folder for the files that are done with.
	Archive string `yaml:"archive"`
	Failed  string `yaml:"failed"`
	// Settle is how long size and time of a file must stay still; MinAge how old it must be at least.
	Settle Duration `yaml:"settle"`
	MinAge Duration `yaml:"min_age"`
	// Marker is the pattern of a file that says that the result file beside it is complete; empty: none.
	Marker string `yaml:"marker"`
	// Match and Ignore are name patterns (*.csv); no Match takes all files. Editors' and tools' leftovers are always
	// ignored.
	Match  []string `yaml:"match"`
	Ignore []string `yaml:"ignore"`
	// Scan is the time between two looks into the folder in `fisbridge watch`.
	Scan Duration `yaml:"scan"`
}

// Given reports whether the route has a return folder.
func (r Returns) Given() bool { return r.Target != "" || r.Folder != "" }

// What to do about slots that were missed while the daemon was down.
const (
	MissedLatest = "latest"
	MissedAll    = "all"
	MissedNone   = "none"
)

// Schedule is for `fisbridge watch`; `fisbridge run` ignores it.
type Schedule struct {
	// Runs are cron expressions of five fields, in Timezone.
	Runs     []string `yaml:"runs"`
	Timezone string   `yaml:"timezone"`
	Missed   string   `yaml:"missed"`
}

// Zone is the time zone whose days and times of day count: in import files, their names, and the days that people give
// to commands. It is Timezone, never the zone of the machine. A configuration that Load returned always has one.
func (s Schedule) Zone() *time.Location {
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil {
		return time.UTC // validation has refused this name; the default of the schedule is UTC
	}
	return zone
}

// Retention says for how many days finished work is kept; 0 keeps it for ever. Unfinished work is never touched.
type Retention struct {
	PayloadDays int `yaml:"payload_days"`
}

// Logging is the structured log; what people read in the terminal is not part of it.
type Logging struct {
	Level  string `yaml:"level"`
	Format string `yaml:"format"`
	// File is where the log goes, relative to the working folder; empty: standard error.
	File string `yaml:"file"`
}

// Limits bound what is read from outside.
type Limits struct {
	DocumentMiB   int `yaml:"document_mib"`
	ResultFileMiB int `yaml:"result_file_mib"`
	ResultRows    int `yaml:"result_rows"`
	// UnzippedMiB bounds an xlsx result file after unpacking.
	UnzippedMiB int `yaml:"unzipped_mib"`
	// ReceiptMiB bounds the image of one receipt; Concur takes 10 MB, and gives out what it has put together.
	ReceiptMiB int `yaml:"receipt_mib"`
}

// Duration is a time.Duration that is written as 30s, 5m or 2h.
type Duration = time.Duration

// Dir is the working folder, absolute.
func (c *Config) Dir() string { return c.dir }

// Path makes a path of the configuration absolute: relative ones start at the working folder.
func (c *Config) Path(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(c.dir, filepath.FromSlash(p))
}

// Route finds a route by name.
func (c *Config) Route(name string) (Route, bool) {
	for _, r := range c.Routes {
		if r.Name == name {
			return r, true
		}
	}
	return Route{}, false
}

// DocTypes lists the types that some route takes, in the order in which they are fetched.
func (c *Config) DocTypes() []fis.DocType {
	var types []fis.DocType
	for _, t := range fis.DocTypes() {
		for _, r := range c.Routes {
			if r.Takes(t) {
				types = append(types, t)
				break
			}
		}
	}
	return types
}

// Takes reports whether the route wants documents of the type.
func (r Route) Takes(t fis.DocType) bool {
	for _, own := range r.DocTypes {
		if own == t {
			return true
		}
	}
	return false
}

// PaysFor reports whether Concur is told of payments of documents of the type.
func (r Route) PaysFor(t fis.DocType) bool {
	if r.Payments == nil {
		return t.HasPaymentConfirmation()
	}
	return *r.Payments && (t.HasPaymentConfirmation() || t.IsMarkedPaid())
}

// Reveal fetches a secret; a file's path is relative to the working folder. One that is not configured is an error.
func (c *Config) Reveal(s secret.Secret) (string, error) {
	if !s.Given() {
		return "", errors.New("no secret is configured")
	}
	return s.In(c.Path).Reveal()
}

// The rules by which changed mappings go live.
const (
	// ApprovalNone: a change that is clean goes live with the next run.
	ApprovalNone = "none"
	// ApprovalOther: somebody else than who asked for it must approve a change.
	ApprovalOther = "other"
)

// ApprovalRule is the rule by which changed mappings go live.
func (c *Config) ApprovalRule() string { return cmp.Or(c.Approval, ApprovalNone) }
