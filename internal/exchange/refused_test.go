package exchange

import (
	"errors"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// A refused password is told with the place where it is kept, so that people know which file to correct; never itself.
func TestARefusedPasswordIsFoundByItsPlace(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{"file:secrets/sftp_password": "offered were the password of file:secrets/sftp_password, ", "env:SFTP_PASSWORD": "offered were the password of env:SFTP_PASSWORD, "} {
		s, err := secret.At(place)
		if err != nil {
			t.Fatal(err)
		}
		l := &waysIn{}
		l.usePassword(s)
		if hint := Hint(l.refused("bridge", errors.New("ssh: unable to authenticate"))); !strings.HasPrefix(hint, want) {
			t.Errorf("%s: %q", place, hint)
		}
	}
	l := &waysIn{}
	l.usePassword(secret.Text("the word itself"))
	if hint := Hint(l.refused("bridge", errors.New("ssh: unable to authenticate"))); !strings.HasPrefix(hint, "offered were password, ") || strings.Contains(hint, "itself") {
		t.Error(hint)
	}
}
