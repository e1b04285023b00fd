package desk

import (
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/desk/reconcile"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// What desk tells of is made of the journal's rows as they are. Their names stand here, so that nobody who shows them needs the journal.
type (
	// Doc is a document, and where it stands.
	Doc = journal.Doc
	// ListedDoc is a document in a list.
	ListedDoc = journal.ListedDoc
	// File is an import file.
	File = journal.File
	// ResultFile is a result file.
	ResultFile = journal.ResultFile
	// PaidRow is a payment in a list.
	PaidRow = journal.PaidRow
	// Alarm is what has asked for a person.
	Alarm = journal.Alarm
	// Event is a row of the history.
	Event = journal.Event
	// MappingVersion is a version of a mapping that was in force, is, or was refused.
	MappingVersion = journal.MappingVersion
	// RevisionCase is what is known of a document that is held as a further one of a posted report.
	RevisionCase = journal.RevisionCase
	// StateCount is how many documents of a route are in a state.
	StateCount = journal.Standing
	// Sum is debits and credits.
	Sum = journal.Sum
	// Filter narrows a list.
	Filter = journal.Filter
	// Selection narrows a reconciliation.
	Selection = journal.Selection
	// Page is a part of a list, and how long all of it is.
	Page[T any] = journal.Page[T]
	// Reconciliation says where every document and its amount is, and whether the figures tie out; it is made of figures, buckets and entries.
	Reconciliation = reconcile.Reconciliation
	// Figure is a number of things with their amounts by currency.
	Figure = reconcile.Figure
	// Bucket is a figure with a name.
	Bucket = reconcile.Bucket
	// Entry is a row of the reconciliation.
	Entry = reconcile.Entry
	// Needs is what needs a person: by kind, and the first of each.
	Needs = journal.Needs
	// LoginStatus is how long the login to Concur lasts.
	LoginStatus = concur.Status
)

// States of documents, import files, result files, confirmations and mappings, as far as a list or a page asks for one of them.
type (
	State         = journal.State
	ResultState   = journal.ResultState
	ConfirmState  = journal.ConfirmState
	MappingState  = journal.MappingState
	PaymentMark   = journal.PaymentMark
	DocumentCause = journal.Cause
)

// The states.
const (
	Left         = journal.Left
	Stored       = journal.Stored
	Acknowledged = journal.Acknowledged
	Held         = journal.Held
	Filed        = journal.Filed
	Posted       = journal.Posted
	Rejected     = journal.Rejected
	Recalled     = journal.Recalled
	Foreign      = journal.Foreign
	Gone         = journal.Gone

	FileWithdrawn = journal.Withdrawn

	ResultCollected  = journal.Collected
	ResultApplied    = journal.Applied
	ResultUnreadable = journal.Unreadable

	ConfirmWaiting = journal.Waiting
	ConfirmPending = journal.Pending
	ConfirmDone    = journal.Done
	ConfirmStuck   = journal.Stuck
	ConfirmKept    = journal.Kept

	MappingLive    = journal.MappingLive
	MappingFormer  = journal.MappingFormer
	MappingRefused = journal.MappingRefused

	PaymentAsked   = journal.PaymentAsked
	PaymentInvalid = journal.PaymentInvalid

	// CauseWaits: the document waits for something that comes by itself.
	CauseWaits = journal.CauseWaits
	// CauseRefused: the ERP refused its import file as a whole, which is to be reissued.
	CauseRefused = journal.CauseRefused
)

// Kinds of what needs a person.
const (
	NeedAlarm   = journal.NeedAlarm
	NeedHeld    = journal.NeedHeld
	NeedOverdue = journal.NeedOverdue
)

// States are the states of a document, in the order in which it goes through them.
func States() []State { return journal.States() }
