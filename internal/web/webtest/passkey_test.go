package webtest

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// Somebody adds a passkey of his device and signs in with it, without a name or a password; one that is ended is not
// taken any more.
func TestPasskeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.base = strings.Replace(w.base, "127.0.0.1", "localhost", 1) // a passkey is of a name
	w.person("mira", signin.Accountant)
	b := w.browse(view{width: 1280})
	b.signIn("mira")
	b.run(webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}).Do(ctx)
		return err
	}))
	b.open("/me")
	b.press("Add a passkey of this device")
	w.until("the passkey is there", func() bool { return strings.Contains(b.seen(), "End it") })
	b.run(chromedp.Evaluate(`document.cookie`, nil))
	out := func() {
		b.open("/c/lantern/")
		b.run(chromedp.Submit(`form[action="/signout"]`), chromedp.WaitVisible(`#u`))
	}
	out()
	b.press("Use a passkey")
	w.until("she is in", func() bool { return strings.Contains(b.seen(), "ties out") })
	rows, err := w.book.History(t.Context(), 0, 3)
	w.ok(err)
	if rows[0].Event != "signed in" || !strings.HasPrefix(rows[0].Detail, "passkey from") {
		t.Errorf("%+v", rows[0])
	}
	b.open("/me")
	b.press("End it")
	out()
	b.press("Use a passkey")
	w.until("it is not taken", func() bool { return strings.Contains(b.seen(), "The passkey was not taken.") })
}
