package door

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// keyCookie names a ceremony that is under way; ceremonyGood is how long it may take, mostCeremonies how many there may
// be.
const (
	keyCookie      = "__Host-fisbridge-key"
	ceremonyGood   = 5 * time.Minute
	mostCeremonies = 1000
)

// Passkeys signs people in by keys of their devices (WebAuthn): discoverable ones, with the person verified by the
// device. They are the one thing here that needs script.
type Passkeys struct {
	mu    sync.Mutex
	under map[string]ceremony
}

type ceremony struct {
	data   webauthn.SessionData
	person int64 // who adds a key; 0: somebody signs in
	until  time.Time
}

// begin keeps a ceremony and gives the word by which its browser is known.
func (k *Passkeys) begin(now time.Time, data *webauthn.SessionData, person int64) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.under == nil {
		k.under = map[string]ceremony{}
	}
	for w, c := range k.under {
		if now.After(c.until) {
			delete(k.under, w)
		}
	}
	if len(k.under) >= mostCeremonies {
		return "", &frame.Fault{Status: http.StatusTooManyRequests, Code: "wait"}
	}
	w := word()
	k.under[w] = ceremony{*data, person, now.Add(ceremonyGood)}
	return w, nil
}

// end gives a ceremony back, once.
func (k *Passkeys) end(q *frame.Req, person int64) (webauthn.SessionData, error) {
	c, err := q.R.Cookie(keyCookie)
	if err != nil {
		return webauthn.SessionData{}, frame.Wrong("")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	found, is := k.under[c.Value]
	delete(k.under, c.Value)
	if !is || found.person != person || q.Now.After(found.until) {
		return webauthn.SessionData{}, frame.Wrong("")
	}
	return found.data, nil
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

// BeginAdd begins to add a key to one's own account.
func (k *Passkeys) BeginAdd(q *frame.Req) (frame.Answer, error) {
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
	id, err := k.begin(q.Now, data, q.Who.Person.ID)
	return told(options, id), err
}

// Add keeps the key that a device has made.
func (k *Passkeys) Add(q *frame.Req) (frame.Answer, error) {
	data, err := k.end(q, q.Who.Person.ID)
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
	kept, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	err = q.App.Book.AddPasskey(q.Ctx(), q.Who.Person, base64.RawURLEncoding.EncodeToString(c.ID), agent(q.R), string(kept))
	return told(map[string]string{"to": "/me"}, ""), err
}

// BeginUse begins a sign-in.
func (k *Passkeys) BeginUse(q *frame.Req) (frame.Answer, error) {
	w, err := party(q)
	if err != nil {
		return nil, err
	}
	options, data, err := w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, err
	}
	id, err := k.begin(q.Now, data, 0)
	return told(options, id), err
}

// Use signs the person of a key in.
func (k *Passkeys) Use(q *frame.Req) (frame.Answer, error) {
	data, err := k.end(q, 0)
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
		return nil, errors.Join(f, q.App.Book.Note(q.Ctx(), "refused", "somebody", "", "passkey, from "+q.Address))
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
