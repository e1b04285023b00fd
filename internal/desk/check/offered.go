package check

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// HostKey is the key with which an SFTP server shows who it is.
type HostKey struct {
	Kind        string // ssh-ed25519, …
	Fingerprint string // SHA256:…, as people compare it
}

// nobodysKey is a fingerprint that no server has: the talk ends before a login.
const nobodysKey = "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// OfferedKey asks an SFTP server for its key, and sends it nothing else: no name and no password. The key proves nothing
// until a person has compared it with what the server's owner tells.
func OfferedKey(ctx context.Context, host string, port int) (HostKey, error) {
	r, err := exchange.OpenReturns(exchange.Target{Kind: exchange.KindSFTP, Host: host, Port: port, User: "fisbridge", Password: secret.Text("none"), Folder: "/", Fingerprints: []string{nobodysKey}}, exchange.Options{})
	if err != nil {
		return HostKey{}, err
	}
	defer r.Close() //nolint:errcheck // nothing was written
	_, err = r.List(ctx)
	var offered *exchange.ChangedHostKeyError
	switch {
	case errors.As(err, &offered):
		return HostKey{Kind: offered.KeyType, Fingerprint: offered.Fingerprint}, nil
	case err == nil:
		return HostKey{}, errors.New("the server showed no key")
	}
	return HostKey{}, err
}
