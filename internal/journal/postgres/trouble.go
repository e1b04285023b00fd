package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Trouble tells which trouble an error of PostgreSQL comes from; NoTrouble for all others.
func (*Dialect) Trouble(err error) ledger.Trouble { return troubleOf(err) }

// troubleOf reads the SQLSTATE (appendix A of PostgreSQL's documentation), or what happened to the connection.
func troubleOf(err error) ledger.Trouble {
	var state *pgconn.PgError
	var readOnly *ReadOnlyError
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return ledger.NoTrouble
	case errors.As(err, &readOnly):
		return ledger.TroubleReadOnly
	case errors.As(err, &state):
		return troubleOfState(state.Code)
	case lostConnection(err):
		return ledger.TroubleAway
	}
	return ledger.NoTrouble // also a secret that cannot be had, a version, a schema: each says so itself
}

func troubleOfState(code string) ledger.Trouble {
	switch code {
	case "25006":
		return ledger.TroubleReadOnly
	case "53100":
		return ledger.TroubleDiskFull
	case "53300", "53400":
		return ledger.TroubleCrowded
	case "53000", "53200", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04":
		return ledger.TroubleAway
	case "55P03", "40001", "40P01":
		return ledger.TroubleBusy
	case "XX001", "XX002":
		return ledger.TroubleDamaged
	case "58030", "58P01":
		return ledger.TroubleUnreadable
	case "42501", "3D000":
		return ledger.TroubleRefused
	}
	switch code[:min(2, len(code))] {
	case "08":
		return ledger.TroubleAway
	case "28":
		return ledger.TroubleRefused
	}
	return ledger.NoTrouble
}

// lostConnection tells whether there is no connection, or no more. A context that has ended is the caller's own doing.
func lostConnection(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	var op *net.OpError
	switch {
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return true
	case errors.As(err, &op), errors.As(err, &connect):
		return true
	}
	return errors.As(err, &network) && !pgconn.Timeout(err) || strings.Contains(err.Error(), "conn closed")
}

// said is an error of the driver without what it repeats: the login and each address that it tried.
func said(err error) string {
	var state *pgconn.PgError
	if errors.As(err, &state) {
		return state.Message + " (SQLSTATE " + state.Code + ")"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Error()
	}
	return err.Error()
}
