package worlds

import (
	"strings"
	"testing"

	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// A login that Concur refuses is told as refused by everything that is asked about it, until somebody logs in again: it
// was said to last for months.
func TestRefusedLoginIsTold(t *testing.T) {
	t.Parallel()
	w := begin(t, setup{})
	w.idle()
	told := func(code int, args ...string) string {
		t.Helper()
		e := w.exec(nil, "", args...)
		if e.code != code {
			t.Errorf("%v: %s", args, e)
		}
		return e.out
	}
	if out := told(0, "auth", "status"); !strings.Contains(out, "the login lasts until") {
		t.Error(out)
	}
	w.fis.ExpireRefresh()
	w.fis.ExpireAccess()
	told(1, "run")
	for _, args := range [][]string{{"auth", "status"}, {"status"}, {"check", "--offline"}} {
		out := w.exec(nil, "", args...).out
		if !strings.Contains(out, "Concur refused the login on ") || strings.Contains(out, "lasts until") {
			t.Errorf("%v: %s", args, out)
		}
	}
	if out := told(3, "auth", "status"); !strings.Contains(out, "fisbridge auth login") {
		t.Errorf("the way out is missing: %s", out)
	}
	w.must(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultStatus, Call: "token", Status: 503}))
	told(1, "run") // Concur does not answer, and so says nothing about the login
	told(3, "auth", "status")
	w.must(w.fis.SetFaults(1))
	w.login()
	told(0, "auth", "status")
	w.idle()
	if out := w.exec(nil, "", "status").out; strings.Contains(out, "refused the login") {
		t.Error(out)
	}
}
