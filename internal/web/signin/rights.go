package signin

import "slices"

// Role is what somebody is in a company. One person may have several.
type Role string

// The roles. Persons is the right to see names, texts and payloads, for somebody whose roles do not bring it.
const (
	Accountant    Role = "accountant"
	Approver      Role = "approver"
	Operator      Role = "operator"
	Auditor       Role = "auditor"
	Administrator Role = "administrator"
	Persons       Role = "persons"
)

// Roles lists them.
func Roles() []Role {
	return []Role{Accountant, Approver, Operator, Auditor, Administrator, Persons}
}

// Right is what an address wants of whoever calls it.
type Right string

// The rights, as the table of the console's design has them.
const (
	// Anybody is the door itself: no sign-in is asked for. Somebody is signed in, with any role.
	Anybody  Right = "anybody"
	Somebody Right = "somebody"
	// Look: figures, states, file names, runs, alarms, connections, history.
	Look Right = "look"
	// SeePersons: names, texts, payloads, receipts, lines.
	SeePersons Right = "see persons"
	// Settle: try again, hold, release, reject, add a row, mark posted or rejected, settled, reissue.
	Settle Right = "settle"
	// SettleFiles: a file arrived or is lost, a result is read again, its lines are settled, an alarm is resolved.
	SettleFiles Right = "settle files"
	// Run: run now, stop after the step, check now.
	Run Right = "run"
	// Route: stop a route, let it go on.
	Route Right = "route"
	// TakeMapping: take the workbook. ProposeMapping: upload, ask, withdraw, undo. ApproveMapping: approve, decline.
	TakeMapping    Right = "take mapping"
	ProposeMapping Right = "propose mapping"
	ApproveMapping Right = "approve mapping"
	// Pack: make and take an evidence pack.
	Pack Right = "pack"
	// LogIn to Concur.
	LogIn Right = "log in"
	// ReadPeople: people, roles, sign-ins. ManagePeople changes them.
	ReadPeople   Right = "read people"
	ManagePeople Right = "manage people"
)

// Holders are the roles that have a right.
func Holders(r Right) []Role {
	everybody := []Role{Accountant, Approver, Operator, Auditor, Administrator}
	switch r {
	case Anybody, Somebody:
		return Roles()
	case Look:
		return everybody
	case SeePersons:
		return []Role{Accountant, Approver, Auditor, Persons}
	case Settle, ProposeMapping:
		return []Role{Accountant}
	case SettleFiles, Run:
		return []Role{Accountant, Operator}
	case Route:
		return []Role{Accountant, Approver, Operator}
	case TakeMapping:
		return []Role{Accountant, Approver, Auditor}
	case ApproveMapping:
		return []Role{Approver}
	case Pack:
		return []Role{Accountant, Auditor}
	case LogIn:
		return []Role{Operator, Administrator}
	case ReadPeople:
		return []Role{Auditor, Administrator}
	case ManagePeople:
		return []Role{Administrator}
	}
	return nil
}

// Rights lists every right.
func Rights() []Right {
	return []Right{Anybody, Somebody, Look, SeePersons, Settle, SettleFiles, Run, Route, TakeMapping, ProposeMapping, ApproveMapping, Pack, LogIn, ReadPeople, ManagePeople}
}

// May reports whether one of the roles has the right.
func May(roles []Role, r Right) bool {
	return slices.ContainsFunc(Holders(r), func(h Role) bool { return slices.Contains(roles, h) })
}
