package desk

import (
	"errors"
	"syscall"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// WayOut is the hint for failures that can come out of any command; empty when there is none.
func WayOut(err error) string {
	var token *concur.TokenError
	var call *concur.CallError
	var taken *exchange.NameTakenError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &token) && token.Hint != "":
		return token.Hint
	case errors.As(err, &call) && call.Hint != "":
		return call.Hint
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full: make room and run again; nothing is lost"
	case errors.As(err, &taken):
		return "see whose file that is: if this journal was put back from a copy, its number was used before (fisbridge restored --from-backup --reason …); else take that file away"
	}
	if hint := exchange.Hint(err); hint != "" {
		return hint
	}
	if errors.Is(err, exchange.ErrConnection) { // not the journal's connection
		return ""
	}
	return JournalHint(err)
}

// JournalHint is what to do when the journal's database itself cannot go on.
func JournalHint(err error) string {
	var unknown *ledger.UnknownError
	if errors.As(err, &unknown) {
		return unknown.Way()
	}
	switch journal.TroubleOf(err) {
	case ledger.TroubleDamaged:
		return "the journal is damaged: delete nothing, move it aside, and put the last backup in its place (fisbridge backup --help tells how)"
	case ledger.TroubleDiskFull:
		return "the disk is full: make room and run again; nothing is lost"
	case ledger.TroubleUnwritable:
		return "give the account that runs fisbridge the right to write the journal and its folder"
	case ledger.TroubleUnreadable:
		return "see whether the disk is there and the account that runs fisbridge may read the journal and write its folder"
	case ledger.TroubleBusy:
		return "another program has kept the journal locked for half a minute: a backup tool, or a person with a database browser"
	case ledger.TroubleAway:
		return "see whether the database server runs and this machine reaches it (journal.url in fisbridge.yaml); nothing is lost, and the next run goes on"
	case ledger.TroubleCrowded:
		return "let the server take more connections (max_connections), or put a pooler before it; nothing is lost, and the next run goes on"
	case ledger.TroubleReadOnly:
		return "journal.url must lead to the server that writes: name all of them, host1,host2, where one takes the place of the other; nothing is lost"
	case ledger.TroubleRefused:
		return "see user and database in journal.url, the place of the password in journal.password, and the user's rights; fisbridge check names what is missing"
	}
	return ""
}

// NoConfig is the way to a working folder.
const NoConfig = "give the working folder with -C, or make one: fisbridge init --template NAME FOLDER"

// ProblemsOf are the mistakes of a configuration, when that is what an error tells of.
func ProblemsOf(err error) config.Problems {
	var problems config.Problems
	errors.As(err, &problems)
	return problems
}
