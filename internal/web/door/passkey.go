package door

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// keyCookie keeps a ceremony that is under way, sealed; ceremonyGood is how long it may take.
const (
	keyCookie    = "__Host-fisbridge-key"
	ceremonyGood = 5 * time.Minute
)

// What ceremonies are for.
const (
	addsKey = "a passkey is added"
	usesKey = "a passkey is used"
)

// begin seals a ceremony for its browser. Person is who adds a key; 0: somebody signs in.
func begin(q *frame.Req, kind string, data *webauthn.SessionData, person int64) (string, error) {
	return q.App.Book.Begin(q.Ctx(), kind, person, data, ceremonyGood)
}

// begun is the ceremony of the browser, and its seal, which is spent when it ends well.
func begun(q *frame.Req, kind string, person int64) (data webauthn.SessionData, sealed string, err error) {
	c, err := q.R.Cookie(keyCookie)
	if err != nil {
		return data, "", frame.Wrong("")
	}
	err = q.App.Book.Begun(q.Ctx(), kind, person, c.Value, &data)
	if errors.Is(err, signin.ErrNotFound) {
		err = frame.Wrong("")
	}
	return data, c.Value, err
}

// spend ends a ceremony: it is good once.
func spend(q *frame.Req, sealed string) error {
	err := q.App.Book.Spend(q.Ctx(), sealed, ceremonyGood)
	if errors.Is(err, signin.ErrNotFound) {
		return frame.Wrong("")
	}
	return err
}

// party is the console as devices know it: by its name in the address.
func party(q *frame.Req) (*webauthn.WebAuthn, error) {
	origin := q.App.Public(q.R)
	u, err := url.Parse(origin)
	if err != nil {
		return nil, err
	}
	return webauthn.New(&webauthn.Config{RPID: u.Hostname(), RPDisplayName: "fisbridge", RPOrigins: []string{origin}})
}

// holder is a person as the library wants one.
type holder struct {
	signin.Person
	keys []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return binary.BigEndian.AppendUint64(nil, uint64(h.ID)) } //nolint:gosec // ids are small
func (h holder) WebAuthnName() string                       { return h.Name }
func (h holder) WebAuthnDisplayName() string                { return h.Shown }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func holderOf(q *frame.Req, p signin.Person) (holder, error) {
	h := holder{Person: p}
	keys, err := q.App.Book.Passkeys(q.Ctx(), p.ID)
	if err != nil {
		return h, err
	}
	for _, k := range keys {
		var c webauthn.Credential
		if err := json.Unmarshal([]byte(k.Credential), &c); err != nil {
			return h, err
		}
		h.keys = append(h.keys, c)
	}
	return h, nil
}

// told writes JSON, and the cookie of a ceremony.
func told(v any, word string) frame.Answer {
	return frame.Raw(func(w http.ResponseWriter) error {
		if word != "" {
			cookie(w, keyCookie, word, ceremonyGood)
		}
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(v)
	})
}

// BeginAdd begins to add a key (WebAuthn) to one's own account: a discoverable one, with the person verified by the device. Keys are the one thing
// here that needs script.
func BeginAdd(q *frame.Req) (frame.Answer, error) {
	w, err := party(q)
	if err != nil {
		return nil, err
	}
	h, err := holderOf(q, q.Who.Person)
	if err != nil {
		return nil, err
	}
	var known []protocol.CredentialDescriptor
	for _, c := range h.keys {
		known = append(known, c.Descriptor())
	}
	options, data, err := w.BeginRegistration(h, webauthn.WithExclusions(known),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired}))
	if err != nil {
		return nil, err
	}
	id, err := begin(q, addsKey, data, q.Who.Person.ID)
	return told(options, id), err
}

// AddKey keeps the key that a device has made.
func AddKey(q *frame.Req) (frame.Answer, error) {
	data, sealed, err := begun(q, addsKey, q.Who.Person.ID)
	if err != nil {
		return nil, err
	}
	w, err := party(q)
	if err != nil {
		return nil, err
	}
	h, err := holderOf(q, q.Who.Person)
	if err != nil {
		return nil, err
	}
	c, err := w.FinishRegistration(h, data, q.R)
	if err != nil {
		return nil, frame.Wrong(err.Error())
	}
	if err := spend(q, sealed); err != nil {
		return nil, err
	}
	kept, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	err = q.App.Book.AddPasskey(q.Ctx(), q.Who.Person, base64.RawURLEncoding.EncodeToString(c.ID), agent(q.R), string(kept))
	return told(map[string]string{"to": "/me"}, ""), err
}

// BeginUse begins a sign-in.
func BeginUse(q *frame.Req) (frame.Answer, error) {
	w, err := party(q)
	if err != nil {
		return nil, err
	}
	options, data, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, err
	}
	id, err := begin(q, usesKey, data, 0)
	return told(options, id), err
}

// UseKey signs the person of a key in.
func UseKey(q *frame.Req) (frame.Answer, error) {
	data, sealed, err := begun(q, usesKey, 0)
	if err != nil {
		return nil, err
	}
	w, err := party(q)
	if err != nil {
		return nil, err
	}
	var who holder
	c, err := w.FinishDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
		if len(handle) != 8 {
			return nil, signin.ErrNotFound
		}
		p, err := q.App.Book.Person(q.Ctx(), int64(binary.BigEndian.Uint64(handle))) //nolint:gosec // ids are small
		if err == nil && (!p.Ended.IsZero() || p.Machine) {
			err = signin.ErrRefused
		}
		if err == nil {
			who, err = holderOf(q, p)
		}
		return who, err
	}, data, q.R)
	if err == nil && c.Authenticator.CloneWarning {
		err = errors.New("the key was copied")
	}
	if err != nil {
		f := &frame.Fault{Status: http.StatusUnauthorized, Code: "passkey"}
		return nil, errors.Join(f, q.App.Book.Refused(q.Ctx(), "somebody", "", "passkey, from "+q.Address))
	}
	if err := spend(q, sealed); err != nil {
		return nil, err
	}
	kept, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	if err := q.App.Book.PasskeyUsed(q.Ctx(), base64.RawURLEncoding.EncodeToString(c.ID), string(kept)); err != nil {
		return nil, err
	}
	session, err := q.App.Book.SignedIn(q.Ctx(), who.Person, signin.ByPasskey, q.Address, agent(q.R), "")
	if err != nil {
		return nil, err
	}
	return frame.Raw(func(out http.ResponseWriter) error {
		cookie(out, SessionCookie, session, 0)
		out.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(out).Encode(map[string]string{"to": local(q.R.URL.Query().Get("next"))})
	}), nil
}

// EndKey takes a key away from one's own account.
func EndKey(q *frame.Req) (frame.Answer, error) {
	err := q.App.Book.EndPasskey(q.Ctx(), q.Who.Person, q.Value("key"))
	if errors.Is(err, signin.ErrNotFound) {
		err = frame.NotFound()
	}
	return frame.To{Address: "/me"}, err
}
