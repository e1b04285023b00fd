//go:build unix

package journaltest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// A server with a certificate of an authority of its own is talked to by TLS; where another authority is asked for, or the server has another name, nothing
// is sent to it.
func TestPostgreSQLByTLS(t *testing.T) {
	if !pgtest.Installed(t) {
		return
	}
	dir := t.TempDir()
	authority, authorityKey := signed(t, dir, "ca", nil, nil)
	signed(t, dir, "server", authority, authorityKey)
	signed(t, dir, "stranger", nil, nil)
	if owner, err := user.Lookup("postgres"); err == nil && os.Getuid() == 0 { // it takes no key that others own
		uid, _ := strconv.Atoi(owner.Uid)
		if err := os.Chown(filepath.Join(dir, "server.key"), uid, -1); err != nil {
			t.Fatal(err)
		}
	}
	for at := dir; at != os.TempDir() && len(at) > 1; at = filepath.Dir(at) {
		_ = os.Chmod(at, 0o755)
	}
	server := pgtest.Start(t, "ssl=on", "ssl_cert_file="+filepath.Join(dir, "server.crt"), "ssl_key_file="+filepath.Join(dir, "server.key"))
	for _, c := range []struct{ host, ca, say string }{
		{"127.0.0.1", "ca", ""},
		{"127.0.0.1", "stranger", "certificate signed by unknown authority"},
		{"localhost", "ca", "certificate"}, // the name is not in it
	} {
		url := strings.Replace(strings.Replace(server.URL, "127.0.0.1", c.host, 1), "sslmode=disable", "sslmode=verify-full&sslrootcert="+filepath.Join(dir, c.ca+".crt"), 1)
		facts, err := journal.Place{URL: url, Schema: "acme", Password: secret.Text(pgtest.Password)}.Probe(context.Background())
		switch {
		case c.say == "" && (err != nil || !facts.TLS):
			t.Errorf("%+v: %+v %v", c, facts, err)
		case c.say != "" && (err == nil || !strings.Contains(err.Error(), c.say)):
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// signed makes name.crt and name.key; without an authority it is one.
func signed(t *testing.T, dir, name string, by *x509.Certificate, byKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	if by == nil {
		by, byKey = c, key
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage, c.IPAddresses = true, true, x509.KeyUsageCertSign, nil
	}
	der, err := x509.CreateCertificate(rand.Reader, c, by, &key.PublicKey, byKey)
	if err != nil {
		t.Fatal(err)
	}
	secretKey, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{name + ".crt": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: secretKey}} {
		mode := os.FileMode(0o644)
		if strings.HasSuffix(file, ".key") {
			mode = 0o600
		}
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), mode); err != nil {
			t.Fatal(err)
		}
	}
	return c, key
}
