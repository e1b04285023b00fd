package exchange

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/fisbridge/fisbridge/internal/secret"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// waysIn holds the ways of logging in that the target configures; nothing else is ever offered. closer ends the talk with the agent.
type waysIn struct {
	methods []ssh.AuthMethod
	names   []string
	closer  io.Closer
	// asked says what the server wants to know beside the password; nil when it asked nothing that cannot be answered.
	asked error
}

func newWaysIn(t Target, keyAlgorithms []string) (*waysIn, error) {
	l := &waysIn{}
	switch {
	case t.Agent:
		if err := l.useAgent(t, keyAlgorithms); err != nil {
			l.close()
			return nil, err
		}
	case t.KeyFile != "":
		if err := l.useKey(t, keyAlgorithms); err != nil {
			return nil, err
		}
	}
	if t.Password.Given() {
		l.usePassword(t.Password)
	}
	return l, nil
}

func (l *waysIn) add(name string, m ssh.AuthMethod) {
	l.names, l.methods = append(l.names, name), append(l.methods, m)
}

func (l *waysIn) close() {
	if l.closer != nil {
		l.closer.Close()
	}
}

// useKey offers the key, or its certificate where there is one: each more is an attempt that the server counts.
func (l *waysIn) useKey(t Target, keyAlgorithms []string) error {
	signer, err := readKey(t.KeyFile, t.Passphrase)
	if err != nil {
		return err
	}
	signer, name := sound(signer, keyAlgorithms), "key "+ssh.FingerprintSHA256(signer.PublicKey())
	if t.Certificate != "" {
		cert, err := currentCertificate(t.Certificate)
		if err != nil {
			return err
		}
		if signer, err = certify(t.Certificate, cert, signer); err != nil {
			return err
		}
		name = certName(cert)
	}
	l.add(name, ssh.PublicKeys(signer))
	return nil
}

// usePassword answers a password question, and as the fallback the one hidden question of keyboard-interactive, once. Rounds without a
// question are notices.
func (l *waysIn) usePassword(s secret.Secret) {
	name := "password"
	if place := s.Place(); place != "" {
		name = "the password of " + place // its place, never the word
	}
	l.add(name, ssh.PasswordCallback(func() (string, error) { return s.Reveal() }))
	answered := false
	l.add("keyboard-interactive", ssh.KeyboardInteractive(func(_, _ string, questions []string, echos []bool) ([]string, error) {
		if len(questions) == 0 {
			return nil, nil
		}
		if len(questions) != 1 || echos[0] || answered {
			l.asked = fmt.Errorf("the server asks for more than a password: %q", wording.Visible(strings.TrimSpace(strings.Join(questions, " "))))
			return nil, l.asked
		}
		answered = true
		v, err := s.Reveal()
		return []string{v}, err
	}))
}

// useAgent offers the agent's keys; a key file narrows them to that one, and may be a public key.
func (l *waysIn) useAgent(t Target, keyAlgorithms []string) error {
	conn, err := dialAgent()
	if err != nil {
		return &HintError{fmt.Errorf("reach the ssh agent: %w", err), "start the agent for the account that runs fisbridge, or name a key file (key)"}
	}
	l.closer = conn
	a := agent.NewClient(conn)
	name, want := "agent", []byte(nil)
	var cert *ssh.Certificate
	switch {
	case t.Certificate != "":
		if cert, err = currentCertificate(t.Certificate); err != nil {
			return err
		}
		name, want = "agent "+certName(cert), cert.Key.Marshal()
	case t.KeyFile != "":
		key, err := publicKey(t.KeyFile, t.Passphrase)
		if err != nil {
			return err
		}
		name, want = "agent key "+ssh.FingerprintSHA256(key), key.Marshal()
	}
	l.add(name, ssh.PublicKeysCallback(func() ([]ssh.Signer, error) {
		all, err := a.Signers()
		var use []ssh.Signer
		for _, s := range all {
			if want == nil || bytes.Equal(s.PublicKey().Marshal(), want) {
				use = append(use, sound(s, keyAlgorithms))
			}
		}
		if cert == nil || err != nil {
			return use, err
		}
		for i, s := range use {
			if use[i], err = certify(t.Certificate, cert, s); err != nil {
				return nil, err
			}
		}
		return use, nil
	}))
	return nil
}

// currentCertificate reads a certificate that is valid now.
func currentCertificate(file string) (*ssh.Certificate, error) {
	cert, err := readCertificate(file)
	if err != nil {
		return nil, err
	}
	return cert, validCertificate(file, cert, time.Now())
}

// publicKey reads the public half from a public or a private key file.
func publicKey(file string, passphrase secret.Secret) (ssh.PublicKey, error) {
	content, err := readKeyFile(file)
	if err != nil {
		return nil, err
	}
	if key, _, _, _, err := ssh.ParseAuthorizedKey(content); err == nil {
		return key, nil
	}
	signer, err := readKey(file, passphrase)
	if err != nil {
		return nil, err
	}
	return signer.PublicKey(), nil
}

// sound keeps an RSA key from signing with SHA-1 unless the target allows it.
func sound(s ssh.Signer, allowed []string) ssh.Signer {
	as, ok := s.(ssh.AlgorithmSigner)
	if !ok || s.PublicKey().Type() != ssh.KeyAlgoRSA {
		return s
	}
	var use []string
	for _, a := range []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA} {
		if slices.Contains(allowed, a) {
			use = append(use, a)
		}
	}
	if limited, err := ssh.NewSignerWithAlgorithms(as, use); err == nil {
		return limited
	}
	return s
}

// refused explains a failed login: what was offered; the library's own text names methods only, never a secret.
func (l *waysIn) refused(user string, err error) error {
	if l.asked != nil {
		return &HintError{fmt.Errorf("%w for %s: %w", ErrLogin, user, l.asked), "ask the partner for an account that logs in without anybody at the keyboard: by key, or by one password"}
	}
	hint := "compare user, password and key with what the partner set up; ask which way of logging in the account " + user + " has"
	if len(l.names) > 0 {
		hint = "offered were " + strings.Join(l.names, ", ") + "; " + hint
	}
	return &HintError{fmt.Errorf("%w for %s: %w", ErrLogin, user, err), hint}
}
