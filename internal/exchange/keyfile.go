package exchange

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	"golang.org/x/crypto/ssh"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// maxKeyFile bounds what is read as a key; no private key comes near it.
const maxKeyFile = 64 * 1024

// readKey reads a private key, or says what the file is instead and how to get a key out of it. Windows line ends and a byte
// order mark do no harm.
func readKey(file string, passphrase secret.Secret) (ssh.Signer, error) {
	content, err := readKeyFile(file)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.ParsePrivateKey(content)
	var missing *ssh.PassphraseMissingError
	if errors.As(err, &missing) {
		return decryptKey(file, content, passphrase)
	}
	if err != nil {
		return nil, diagnose(file, content, err)
	}
	return signer, nil
}

func readKeyFile(file string) ([]byte, error) {
	fi, err := os.Stat(file)
	switch {
	case err != nil:
		return nil, &KeyError{File: file, Reason: "cannot be read", Way: "check the path and the rights of the account that runs fisbridge", Err: err}
	case fi.IsDir():
		return nil, &KeyError{File: file, Reason: "is a folder", Way: "name the private key file in it"}
	case fi.Size() == 0:
		return nil, &KeyError{File: file, Reason: "is empty", Way: "copy the private key again"}
	case fi.Size() > maxKeyFile:
		return nil, &KeyError{File: file, Reason: fmt.Sprintf("has %d bytes, which no key has", fi.Size()), Way: "name the private key file"}
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, &KeyError{File: file, Reason: "cannot be read", Way: "check the rights of the account that runs fisbridge", Err: err}
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	return bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")), nil
}

func decryptKey(file string, content []byte, passphrase secret.Secret) (ssh.Signer, error) {
	if !passphrase.Given() {
		return nil, &KeyError{File: file, Reason: "is encrypted, and no passphrase is configured", Way: "configure the passphrase (key_passphrase), or use the agent (agent: true)"}
	}
	phrase, err := passphrase.Reveal()
	if err != nil {
		return nil, &KeyError{File: file, Reason: "is encrypted, and its passphrase cannot be had", Way: "see that key_passphrase names an environment variable or file that is there", Err: err}
	}
	signer, err := ssh.ParsePrivateKeyWithPassphrase(content, []byte(phrase))
	if errors.Is(err, x509.IncorrectPasswordError) {
		return nil, &KeyError{File: file, Reason: "does not open with the configured passphrase", Way: "correct what key_passphrase names; try it with: ssh-keygen -y -f " + file}
	}
	if err != nil {
		return nil, diagnose(file, content, err)
	}
	return signer, nil
}

// diagnose names what a file is that is no private key we can read. The content never gets into the error.
func diagnose(file string, content []byte, err error) error {
	is := func(prefix string) bool { return bytes.HasPrefix(bytes.TrimSpace(content), []byte(prefix)) }
	e := &KeyError{File: file}
	block, _ := pem.Decode(content)
	switch {
	case is("PuTTY-User-Key-File-"):
		e.Reason, e.Way = "is a PuTTY key (.ppk)", "convert it: puttygen "+file+" -O private-openssh -o KEY"
	case isPublicKey(content):
		e.Reason, e.Way = "is a public key", "name the private key, mostly the same name without .pub"
	case block != nil && block.Type == "ENCRYPTED PRIVATE KEY":
		e.Reason, e.Way = "is encrypted in a form (PKCS#8) that cannot be read", "convert it: ssh-keygen -p -f "+file
	case block != nil && block.Type == "CERTIFICATE":
		e.Reason, e.Way = "is a certificate", "name the private key"
	case block != nil:
		e.Reason, e.Err, e.Way = "holds a "+block.Type+" that cannot be read", err, "make a new one: ssh-keygen -t ed25519"
	case is("-----BEGIN "):
		e.Reason, e.Way = "is a damaged key: its text does not decode", "copy it again, with all lines and nothing else"
	default:
		e.Reason, e.Way = "is no private key", "name a private key in OpenSSH or PEM form"
	}
	return e
}

// isPublicKey knows the one-line form, the SSH2 form and PEM.
func isPublicKey(content []byte) bool {
	if bytes.HasPrefix(content, []byte("---- BEGIN SSH2 PUBLIC KEY")) || bytes.Contains(content, []byte("BEGIN PUBLIC KEY")) || bytes.Contains(content, []byte("BEGIN RSA PUBLIC KEY")) {
		return true
	}
	_, _, _, _, err := ssh.ParseAuthorizedKey(content)
	return err == nil
}
