package signin

import (
	"errors"
	"strings"
	"testing"
)

// A name alone gives nobody a company of a fleet whose account others may have in their hands; where it is meant, the former ways in end.
func TestGrant(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	invited, word, err := d.Invite(t.Context(), "mallory", "ann", "", "other", []Role{Accountant})
	d.ok(err)
	machine, err := d.AddMachine(t.Context(), "mallory", "robot", "", "acme", []Role{Accountant})
	d.ok(err)
	ended, _, err := d.Invite(t.Context(), "test", "otto", "", "acme", []Role{Accountant})
	d.ok(err)
	d.ok(d.End(t.Context(), Person{Name: "test"}, ended.ID, "left"))
	ours, ourWord, err := d.Invite(t.Context(), "test", "mira", "", "acme", []Role{Accountant})
	d.ok(err)

	for id, say := range map[int64]string{invited.ID: "ann has an account already, of the companies other,", machine.ID: "robot is a machine, of the companies acme,", ended.ID: "otto has an account that was ended, of the companies acme,"} {
		before, err := d.Person(t.Context(), id)
		d.ok(err)
		var is *ExistingError
		if err := d.Grant(t.Context(), "op", id, "acme", []Role{Administrator}, false, "new"); !errors.As(err, &is) || !strings.HasPrefix(err.Error(), say) {
			t.Errorf("want %q, got %v", say, err)
		}
		after, err := d.Person(t.Context(), id)
		d.ok(err)
		if len(before.In("acme")) != len(after.In("acme")) || after.Belonged[len(after.Belonged)-1] != before.Belonged[len(before.Belonged)-1] {
			t.Errorf("something was changed: %+v", after)
		}
	}
	d.ok(d.Grant(t.Context(), "op", ours.ID, "acme", []Role{Auditor}, false, "one of ours"))
	if _, err := d.Linked(t.Context(), ourWord); err != nil {
		t.Errorf("the link of somebody of the company is dead: %v", err)
	}
	d.ok(d.Grant(t.Context(), "op", machine.ID, "acme", nil, false, "not any more"))

	d.ok(d.Grant(t.Context(), "op", invited.ID, "acme", []Role{Auditor}, true, "asked her"))
	if _, err := d.Linked(t.Context(), word); !errors.Is(err, ErrNotFound) {
		t.Errorf("whoever has the link of the other company is let in: %v", err)
	}
	if p, err := d.Called(t.Context(), "ann"); err != nil || len(p.In("acme")) != 1 {
		t.Errorf("%+v %v", p, err)
	}
	d.ok(d.Grant(t.Context(), "op", invited.ID, "acme", []Role{Accountant}, false, "one of ours now"))
}
