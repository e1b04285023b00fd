package postgres

import (
	"context"
	"database/sql/driver"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/stdlib"
)

// texting is a connector whose connections hand over no text that PostgreSQL refuses.
type texting struct{ driver.Connector }

// Connect connects.
func (t texting) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := t.Connector.Connect(ctx)
	if inner, ok := c.(*stdlib.Conn); ok && err == nil {
		return &textConn{Conn: inner}, nil
	}
	return c, err
}

// textConn is a connection that marks what PostgreSQL keeps in no text, a NUL and bytes that are no UTF-8, by U+FFFD:
// https://www.postgresql.org/docs/current/datatype-character.html and multibyte.html. Such texts come from outside (a JSON "\u0000", a column that a
// mainframe fills with NULs), and one of them refused every transaction that it was part of. Bytes, as documents are kept, stay as they are.
type textConn struct {
	*stdlib.Conn
	open *answer // what is being read; nil: nothing
}

// CheckNamedValue puts the mark into texts, of whatever Go type.
func (c *textConn) CheckNamedValue(v *driver.NamedValue) error {
	switch text := v.Value.(type) {
	case string:
		v.Value = keepable(text)
	case []string:
		list := slices.Clone(text) // nil stays nil, which is NULL
		for i := range list {
			list[i] = keepable(list[i])
		}
		v.Value = list
	case []byte, nil, int64, bool, float64, int:
	default:
		if r := reflect.ValueOf(text); r.Kind() == reflect.String {
			if k := keepable(r.String()); k != r.String() {
				v.Value = k
			}
		}
	}
	return c.Conn.CheckNamedValue(v)
}

// Text has the mark where PostgreSQL keeps none.
func (*Dialect) Text(text string) string { return keepable(text) }

func keepable(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
