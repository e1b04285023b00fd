package ledger

import (
	"context"
	"database/sql"
	"sync/atomic"
)

var listener atomic.Pointer[func(statement string)]

// Listen hands the text of every statement to a test, before it is executed; nil ends that.
func Listen(fn func(statement string)) {
	if fn == nil {
		listener.Store(nil)
		return
	}
	listener.Store(&fn)
}

func heard(statement string) {
	if fn := listener.Load(); fn != nil {
		(*fn)(statement)
	}
}

// listened is a reader whose statements are heard.
type listened struct{ Reader }

// QueryContext is that of the reader.
func (l listened) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	heard(query)
	return l.Reader.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of the reader.
func (l listened) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	heard(query)
	return l.Reader.QueryRowContext(ctx, query, args...)
}
