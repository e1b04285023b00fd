package exchange

import (
	"errors"
	"fmt"
	"strings"
)

// ErrLogin: the server refused the login. Trying again may lock the account, so nobody does by himself.
var ErrLogin = errors.New("login refused")

// UnknownHostKeyError: nothing is known of this server's key. Nobody accepts it but a person.
type UnknownHostKeyError struct {
	Address     string
	KeyType     string
	Fingerprint string // SHA256:…
	Line        string // the known_hosts line that would accept it
	File        string // the known_hosts file to add it to, "" when fingerprints are pinned
}

func (e *UnknownHostKeyError) Error() string {
	return fmt.Sprintf("host key of %s is unknown: it offers %s %s", e.Address, e.KeyType, e.Fingerprint)
}

func (e *UnknownHostKeyError) hint() string {
	where := "a known_hosts file"
	if e.File != "" {
		where = e.File
	}
	return fmt.Sprintf("ask the partner for the fingerprint; if it is the same, add to %s: %s", where, e.Line)
}

// ChangedHostKeyError: the server's key is not the known one. It may be new, or somebody sits in between.
type ChangedHostKeyError struct {
	Address     string
	KeyType     string
	Fingerprint string
	Want        []string // "type SHA256:…" of the keys that are known
	Line        string
	File        string // the file that holds the known key, "" when fingerprints are pinned
}

func (e *ChangedHostKeyError) Error() string {
	return fmt.Sprintf("host key of %s has changed: it offers %s %s, known is %s", e.Address, e.KeyType, e.Fingerprint, strings.Join(e.Want, ", "))
}

func (e *ChangedHostKeyError) hint() string {
	if e.File == "" {
		return "somebody may sit in between; ask the partner, and only if the key is really new put its fingerprint into host_keys"
	}
	return fmt.Sprintf("somebody may sit in between; ask the partner, and only if the key is really new replace its line in %s by: %s", e.File, e.Line)
}

// RevokedHostKeyError: the server shows a key that known_hosts marks as @revoked. There is no line that would accept it.
type RevokedHostKeyError struct {
	Address     string
	KeyType     string
	Fingerprint string
	File        string // the known_hosts file
	Line        int    // of the @revoked entry
}

func (e *RevokedHostKeyError) Error() string {
	return fmt.Sprintf("host key of %s is revoked (%s line %d): it offers %s %s", e.Address, e.File, e.Line, e.KeyType, e.Fingerprint)
}

func (e *RevokedHostKeyError) hint() string {
	return "somebody may sit in between with a stolen key; ask the partner for the server's new key, and leave the revoked one as it is"
}

// KeyError: a private key file that cannot be used, with what it is instead.
type KeyError struct {
	File, Reason, Way string
	Err               error
}

func (e *KeyError) Error() string {
	s := fmt.Sprintf("key file %s: %s", e.File, e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *KeyError) Unwrap() error { return e.Err }
