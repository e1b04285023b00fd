package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrLost says that this program does not work for the company any more: it stood still, or was cut off, for longer than its lease, and
// another one has taken over. Nothing was written; it ends, and calls nobody.
var ErrLost = errors.New("another node has taken over the work for this company")

// TakenError says that another node works for the company.
type TakenError struct {
	Holder string
	Until  time.Time // unless it is prolonged
}

// Error names the node.
func (e *TakenError) Error() string {
	return fmt.Sprintf("another fisbridge works for this company: %s, until %s UTC unless it goes on", e.Holder, e.Until.UTC().Format("2006-01-02 15:04:05"))
}

// ErrClaimOver says that a node's claim of a company counts for nothing any more: another node has it, another version is in force, or the company was
// disabled or erased since. Nothing was begun.
var ErrClaimOver = errors.New("the claim of this company is over")

// ClosedError says that nobody may work for a company of a fleet.
type ClosedError struct {
	Company string
	Erased  bool // with its journal; else it is disabled
}

// Error says why.
func (e *ClosedError) Error() string {
	if e.Erased {
		return fmt.Sprintf("company %s was erased, with its journal; its name is not given again", e.Company)
	}
	return fmt.Sprintf("company %s is disabled, so that nobody works for it", e.Company)
}

// UnknownError says that the part of the database that all companies share has no row of a company, and that this user may not make it.
type UnknownError struct{ Company, User, Table string }

// Error says whose row is missing.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("company %s has no row in %s, and user %s may not make it", e.Company, e.Table, e.User)
}

// Way is who makes the row.
func (*UnknownError) Way() string {
	return "publish the company first, in the folder of a node, whose own user makes the row: fisbridge -C NODE fleet publish FOLDER --reason …; without a fleet, let the owner of the table open its journal once"
}

// Held gives a context that ends, with ErrLost as its cause, when this program does not work for the company any more. A journal that is opened
// without a lease, as a file is, loses none.
func (j *Ledger) Held(ctx context.Context) (context.Context, func()) {
	held, cancel := context.WithCancelCause(ctx)
	lost := j.dialect.Lost()
	if lost == nil {
		return held, func() { cancel(nil) }
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-lost:
			cancel(ErrLost)
		case <-held.Done():
		}
	}()
	return held, func() { cancel(nil); <-ended }
}

// Gone tells whether the lease that the journal was opened with is another one's by now.
func (j *Ledger) Gone() bool {
	select {
	case <-j.dialect.Lost(): // none is never closed
		return true
	default:
		return false
	}
}
