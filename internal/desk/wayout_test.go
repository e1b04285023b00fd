package desk_test

import (
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/exchange"
)

// A file server that refuses the connection says nothing about the journal's server.
func TestWayOutOfAFileServer(t *testing.T) {
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	if hint := desk.WayOut(fmt.Errorf("collect: %w: %w", exchange.ErrConnection, refused)); hint != "" {
		t.Errorf("%q", hint)
	}
	if hint := desk.WayOut(fmt.Errorf("open the journal: %w", refused)); hint == "" {
		t.Error("no way out of a database server that refuses")
	}
}
