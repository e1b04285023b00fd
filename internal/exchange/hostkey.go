package exchange

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/skeema/knownhosts"
	"golang.org/x/crypto/ssh"
	xknown "golang.org/x/crypto/ssh/knownhosts"
)

// hostKeys decides about a server's key: by known_hosts, by pinned fingerprints, or by either when both are given.
type hostKeys struct {
	address string
	file    string
	db      *knownhosts.HostKeyDB // nil without a file
	pinned  []string
	allowed []string // host key algorithms, ours and legacy
	plain   []string // those without certificates
}

// plainKeys leaves out the certificates, which nobody can compare with a fingerprint, and puts Ed25519 first, as OpenSSH does: the
// fingerprint that a person is shown is then the one that the partner and ssh show.
func plainKeys(allowed []string) []string {
	var out []string
	for _, a := range allowed {
		switch {
		case a == ssh.KeyAlgoED25519:
			out = slices.Insert(out, 0, a)
		case !strings.Contains(a, "-cert-v01@"):
			out = append(out, a)
		}
	}
	return out
}

func newHostKeys(t Target, allowed []string) (*hostKeys, error) {
	h := &hostKeys{address: t.Address(), file: t.KnownHosts, allowed: allowed, plain: plainKeys(allowed)}
	for _, f := range t.Fingerprints {
		h.pinned = append(h.pinned, strings.TrimRight(f, "="))
	}
	if t.KnownHosts == "" {
		return h, nil
	}
	db, err := knownhosts.NewDB(t.KnownHosts)
	if err != nil {
		return nil, &HintError{&FieldError{"known_hosts", t.KnownHosts, "cannot be read: " + err.Error()},
			"make the file with `ssh-keyscan -p " + fmt.Sprint(t.Port) + " " + t.Host + "` and compare the fingerprint with the partner's, or pin the fingerprint"}
	}
	h.db = db
	return h, nil
}

// known lists the algorithms to ask the server for: those of the keys that known_hosts has for it, so that the server does not
// show a key of another type. All plain ones when it has none, or when fingerprints decide.
func (h *hostKeys) known() []string {
	if h.db == nil || len(h.pinned) > 0 {
		return h.plain
	}
	var both []string
	for _, a := range h.db.HostKeyAlgorithms(h.address) {
		if slices.Contains(h.allowed, a) {
			both = append(both, a)
		}
	}
	if len(both) == 0 {
		return h.plain
	}
	return both
}

// check is the callback of the handshake.
func (h *hostKeys) check(host string, remote net.Addr, key ssh.PublicKey) error {
	print := ssh.FingerprintSHA256(key)
	if slices.Contains(h.pinned, print) {
		return nil
	}
	line := knownhosts.Line([]string{h.address}, key)
	if h.db == nil {
		return &ChangedHostKeyError{Address: h.address, KeyType: key.Type(), Fingerprint: print, Want: h.pinned, Line: line}
	}
	err := h.db.HostKeyCallback()(host, remote, key)
	if err == nil {
		return nil
	}
	var revoked *xknown.RevokedError
	if errors.As(err, &revoked) {
		return &RevokedHostKeyError{Address: h.address, KeyType: key.Type(), Fingerprint: print, File: h.file, Line: revoked.Revoked.Line}
	}
	var mismatch *xknown.KeyError
	if !errors.As(err, &mismatch) {
		return err
	}
	want := slices.Clone(h.pinned)
	for _, k := range mismatch.Want {
		want = append(want, k.Key.Type()+" "+ssh.FingerprintSHA256(k.Key))
	}
	if len(want) == 0 {
		return &UnknownHostKeyError{Address: h.address, KeyType: key.Type(), Fingerprint: print, Line: line, File: h.file}
	}
	return &ChangedHostKeyError{Address: h.address, KeyType: key.Type(), Fingerprint: print, Want: want, Line: line, File: h.file}
}

// next decides whether a failed handshake is tried once more with other host key algorithms: a pinned fingerprint may be that
// of a key of another type; and where the server has none of the known types, only a try with all of them shows what it has.
func (h *hostKeys) next(tried []string, err error) ([]string, bool) {
	var changed *ChangedHostKeyError
	if errors.As(err, &changed) && len(h.pinned) > 0 {
		left := slices.DeleteFunc(slices.Clone(tried), func(a string) bool { return keyFormat(a) == changed.KeyType })
		return left, len(left) > 0 && len(left) < len(tried)
	}
	if noHostKey(err) && len(h.pinned) == 0 && !slices.Equal(tried, h.plain) {
		return h.plain, true
	}
	return nil, false
}

// noHostKey tells a handshake that failed because the server has no key of the types asked for.
func noHostKey(err error) bool {
	var none *ssh.AlgorithmNegotiationError
	return errors.As(err, &none) && none.What == "host key"
}

// keyFormat is the key type that an algorithm signs with.
func keyFormat(algorithm string) string {
	switch algorithm {
	case ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512:
		return ssh.KeyAlgoRSA
	}
	return algorithm
}
