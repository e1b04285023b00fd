package journal

import (
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/home"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/retention"
	"github.com/fisbridge/fisbridge/internal/journal/tokens"
)

// The journal is one thing to those who use it: these are the names of what its rooms hold.

// What stands in the journal: see package records.
type (
	NeedRules      = records.NeedRules
	AccountChange  = records.AccountChange
	Alarm          = records.Alarm
	Cause          = records.Cause
	ConfirmState   = records.ConfirmState
	Confirmation   = records.Confirmation
	Counts         = records.Counts
	Doc            = records.Doc
	Figures        = records.Figures
	File           = records.File
	FileFigure     = records.FileFigure
	FileState      = records.FileState
	Filter         = records.Filter
	ListedDoc      = records.ListedDoc
	ListedPayment  = records.ListedPayment
	Look           = records.Look
	MappingContent = records.MappingContent
	MappingState   = records.MappingState
	MappingVersion = records.MappingVersion
	NamedFile      = records.NamedFile
	Need           = records.Need
	NeedCode       = records.NeedCode
	Needs          = records.Needs
	Owed           = records.Owed
	PaidRow        = records.PaidRow
	Part           = records.Part
	PaymentMark    = records.PaymentMark
	PaymentRecord  = records.PaymentRecord
	PaymentTally   = records.PaymentTally
	Place          = records.Place
	PostAs         = records.PostAs
	Ref            = records.Ref
	ReportStanding = records.ReportStanding
	ResultFigure   = records.ResultFigure
	ResultFile     = records.ResultFile
	ResultRow      = records.ResultRow
	ResultState    = records.ResultState
	RevisionCase   = records.RevisionCase
	RevisionOf     = records.RevisionOf
	RowKind        = records.RowKind
	Said           = records.Said
	Sample         = records.Sample
	Selection      = records.Selection
	Sibling        = records.Sibling
	SlotState      = records.SlotState
	Standing       = records.Standing
	StandingKind   = records.StandingKind
	State          = records.State
	Sum            = records.Sum
	Todo           = records.Todo
	Undone         = records.Undone
	Weight         = records.Weight
)

// Page is one page of a list.
type Page[T any] = records.Page[T]

// Their values.
const (
	Accepted       = records.Accepted
	Acknowledged   = records.Acknowledged
	Answered       = records.Answered
	Applied        = records.Applied
	CauseAmounts   = records.CauseAmounts
	CauseDamaged   = records.CauseDamaged
	CauseDoubt     = records.CauseDoubt
	CauseFile      = records.CauseFile
	CauseMapping   = records.CauseMapping
	CausePerson    = records.CausePerson
	CauseRefused   = records.CauseRefused
	CauseRevision  = records.CauseRevision
	CauseWaits     = records.CauseWaits
	Collected      = records.Collected
	Done           = records.Done
	DoubtKind      = records.DoubtKind
	Dropped        = records.Dropped
	Elsewhere      = records.Elsewhere
	ExceptionRow   = records.ExceptionRow
	FileRow        = records.FileRow
	Filed          = records.Filed
	Foreign        = records.Foreign
	Gone           = records.Gone
	Held           = records.Held
	IgnoredRow     = records.IgnoredRow
	Intended       = records.Intended
	Kept           = records.Kept
	Left           = records.Left
	MappingFormer  = records.MappingFormer
	MappingLive    = records.MappingLive
	MappingRefused = records.MappingRefused
	NeedAlarm      = records.NeedAlarm
	NeedHeld       = records.NeedHeld
	NeedLogin      = records.NeedLogin
	NeedMapping    = records.NeedMapping
	NeedOverdue    = records.NeedOverdue
	Numbered       = records.Numbered
	OutcomeRow     = records.OutcomeRow
	PaymentAsked   = records.PaymentAsked
	PaymentInvalid = records.PaymentInvalid
	PaymentRow     = records.PaymentRow
	PaymentValid   = records.PaymentValid
	Pending        = records.Pending
	PostAdd        = records.PostAdd
	PostFull       = records.PostFull
	PostReplace    = records.PostReplace
	Posted         = records.Posted
	Recalled       = records.Recalled
	Refused        = records.Refused
	Rejected       = records.Rejected
	Renaming       = records.Renaming
	Repeated       = records.Repeated
	Revision       = records.Revision
	SlotBegun      = records.SlotBegun
	SlotMissed     = records.SlotMissed
	SlotTaken      = records.SlotTaken
	Stored         = records.Stored
	Stuck          = records.Stuck
	Unclean        = records.Unclean
	Unreadable     = records.Unreadable
	Uploading      = records.Uploading
	Waiting        = records.Waiting
	Waits          = records.Waits
	Whole          = records.Whole
	Withdrawn      = records.Withdrawn
)

// Where a journal lives: see package home.
type (
	Displacement = home.Displacement
	Restored     = home.Restored
)

// Their values.
const (
	DisplacedBackup   = home.DisplacedBackup
	DisplacedBadNote  = home.DisplacedBadNote
	DisplacedFile     = home.DisplacedFile
	DisplacedLaidOver = home.DisplacedLaidOver
	DisplacedMachine  = home.DisplacedMachine
	DisplacedNoNote   = home.DisplacedNoNote
	DisplacedRetired  = home.DisplacedRetired
)

// The history and its verification: see package ledger.
type (
	Trouble    = ledger.Trouble
	Break      = ledger.Break
	Difference = ledger.Difference
	Event      = ledger.Event
)

// Their values.
const (
	TroubleBusy       = ledger.TroubleBusy
	TroubleDamaged    = ledger.TroubleDamaged
	TroubleDiskFull   = ledger.TroubleDiskFull
	TroubleUnreadable = ledger.TroubleUnreadable
	TroubleUnwritable = ledger.TroubleUnwritable
)

// What can be wrong.
var (
	ErrNoJournal = ledger.ErrNoJournal
	ErrNotFound  = ledger.ErrNotFound
	ErrOlder     = ledger.ErrOlder
	ErrStale     = ledger.ErrStale
)

// Tokens and their sealing: see package tokens.
type (
	TokenKey = tokens.TokenKey
	TokenRow = tokens.TokenRow
)

// What can be wrong.
var (
	ErrOtherKey   = tokens.ErrOtherKey
	ErrSealBroken = tokens.ErrSealBroken
)

// What ages out: see package retention.
type (
	Aged      = retention.Aged
	Forgotten = retention.Forgotten
)

// What can be wrong.
var (
	ErrUnfinished = retention.ErrUnfinished
)

// Time reads a time of the journal; the empty one is the zero time.
func Time(s string) time.Time { return ledger.Time(s) }

// TroubleOf tells which trouble an error of the journal comes from; NoTrouble for all others.
func TroubleOf(err error) Trouble { return linked.Trouble(err) }

// States lists all states in the order of a document's life.
func States() []State { return records.States() }

// Judge says how a document stands beside the others of its report.
func Judge(d Doc, others []Sibling) ReportStanding { return records.Judge(d, others) }

// NeedRulesAt are the rules of the present moment.
func NeedRulesAt(now time.Time, warnDays, most int) NeedRules {
	return records.NeedRulesAt(now, warnDays, most)
}

// NewTokenKey makes the key of a configured secret.
func NewTokenKey(secret string) (TokenKey, error) { return tokens.NewTokenKey(secret) }

// MakeTokenKey makes a secret to be configured.
func MakeTokenKey() string { return tokens.MakeTokenKey() }
