package desk

import (
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/desk/reconcile"
	"github.com/fisbridge/fisbridge/internal/journal/hearing"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
)

// What desk tells of is made of the journal's rows as they are. Their names stand here, so that nobody who shows them
// needs the journal.
type (
	// Doc is a document, and where it stands.
	Doc = records.Doc
	// ListedDoc is a document in a list.
	ListedDoc = records.ListedDoc
	// File is an import file.
	File = records.File
	// ResultFile is a result file.
	ResultFile = records.ResultFile
	// AskedLine is a payment in a result file that a person is or was asked about, with the documents that it may be
	// of.
	AskedLine = records.AskedLine
	// PaidRow is a payment in a list.
	PaidRow = records.PaidRow
	// Alarm is what has asked for a person.
	Alarm = records.Alarm
	// Event is a row of the history.
	Event = ledger.Event
	// MappingVersion is a version of a mapping that was in force, is, or was refused.
	MappingVersion = records.MappingVersion
	// MappingContent is one with its workbook and template.
	MappingContent = records.MappingContent
	// RevisionCase is what is known of a document that is held as a further one of a posted report.
	RevisionCase = records.RevisionCase
	// RevisionLine is a line of it, as it was written or would be.
	RevisionLine = records.RevisionLine
	// StateCount is how many documents of a route are in a state.
	StateCount = records.Standing
	// Sum is debits and credits.
	Sum = records.Sum
	// Filter narrows a list.
	Filter = records.Filter
	// Selection narrows a reconciliation.
	Selection = records.Selection
	// Page is a part of a list, and how long all of it is.
	Page[T any] = records.Page[T]
	// Reconciliation says where every document and its amount is, and whether the figures tie out; it is made of
	// figures, buckets and entries.
	Reconciliation = reconcile.Reconciliation
	// Figure is a number of things with their amounts by currency.
	Figure = reconcile.Figure
	// HeardEvent is an event of Concur's.
	HeardEvent = hearing.Event
	// Tie is one equation between two sources.
	Tie = reconcile.Tie
	// Bucket is a figure with a name.
	Bucket = reconcile.Bucket
	// Entry is a row of the reconciliation.
	Entry = reconcile.Entry
	// Needs is what needs a person: by kind, and the first of each.
	Needs = records.Needs
	// Need is one thing that needs a person.
	Need = records.Need
	// Outbox is what is to be known of messages to people.
	Outbox = telling.Outbox
	// LoginStatus is how long the login to Concur lasts.
	LoginStatus = concur.Status
)

// States of documents, import files, result files, confirmations and mappings, as far as a list or a page asks for one
// of them.
type (
	State         = records.State
	ResultState   = records.ResultState
	ConfirmState  = records.ConfirmState
	MappingState  = records.MappingState
	PaymentMark   = records.PaymentMark
	DocumentCause = records.Cause
)

// The states.
const (
	Left         = records.Left
	Stored       = records.Stored
	Acknowledged = records.Acknowledged
	Held         = records.Held
	Filed        = records.Filed
	Posted       = records.Posted
	Rejected     = records.Rejected
	Recalled     = records.Recalled
	Foreign      = records.Foreign
	Gone         = records.Gone

	FileWithdrawn = records.Withdrawn

	ResultCollected  = records.Collected
	ResultApplied    = records.Applied
	ResultUnreadable = records.Unreadable

	ConfirmWaiting = records.Waiting
	ConfirmPending = records.Pending
	ConfirmDone    = records.Done
	ConfirmStuck   = records.Stuck
	ConfirmKept    = records.Kept

	MappingLive    = records.MappingLive
	MappingFormer  = records.MappingFormer
	MappingRefused = records.MappingRefused

	PaymentAsked   = records.PaymentAsked
	PaymentValid   = records.PaymentValid
	PaymentInvalid = records.PaymentInvalid

	// CauseWaits: the document waits for something that comes by itself.
	CauseWaits = records.CauseWaits
	// CauseRefused: the ERP refused its import file as a whole, which is to be reissued.
	CauseRefused = records.CauseRefused
)

// Kinds of what needs a person.
const (
	NeedAlarm   = records.NeedAlarm
	NeedHeld    = records.NeedHeld
	NeedOverdue = records.NeedOverdue
	NeedChange  = records.NeedChange
	NeedStopped = records.NeedStopped
)

// States are the states of a document, in the order in which it goes through them.
func States() []State { return records.States() }

// What Concur says of a document that was heard of and has not come.
const (
	SaidAbsent = hearing.SaidAbsent
	SaidKnown  = hearing.SaidKnown
	SaidReady  = hearing.SaidReady
	SaidOurs   = hearing.SaidOurs
	SaidOther  = hearing.SaidOther
)

// RouteName is the name of a route, or words for none.
func RouteName(route string) string {
	if route == "" {
		return "(no route)"
	}
	return route
}
