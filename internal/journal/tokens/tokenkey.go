package tokens

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/chacha20poly1305"
)

// Concur's tokens are not readable in the database, nor in a backup: they are sealed by a key that lies elsewhere
// (XChaCha20-Poly1305). A sealed text says which key it needs, so that another key is told from damage.

// TokenKey seals tokens.
type TokenKey struct {
	aead cipher.AEAD
	id   string
}

// leastKey is how many characters the text of a key has at least: MakeTokenKey gives 44.
const leastKey = 32

// NewTokenKey makes the key of a secret text of at least 32 characters. MakeTokenKey makes such a text.
func NewTokenKey(secret string) (TokenKey, error) {
	if n := utf8.RuneCountInString(secret); n < leastKey {
		return TokenKey{}, fmt.Errorf("the key has %d characters, and needs %d or more", n, leastKey)
	}
	key, err := hkdf.Key(sha256.New, []byte(secret), nil, "fisbridge/token-key", chacha20poly1305.KeySize)
	if err != nil {
		return TokenKey{}, err
	}
	id, err := hkdf.Key(sha256.New, []byte(secret), nil, "fisbridge/token-key-id", 4)
	if err != nil {
		return TokenKey{}, err
	}
	aead, err := chacha20poly1305.NewX(key)
	return TokenKey{aead: aead, id: hex.EncodeToString(id)}, err
}

// MakeTokenKey is a new text for NewTokenKey: 32 random bytes in base64.
func MakeTokenKey() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails
	return base64.StdEncoding.EncodeToString(b)
}

// sealMark begins every sealed text: sealed1:KEY:BASE64.
const sealMark = "sealed1:"

// ErrOtherKey says that a token was sealed with another key; ErrSealBroken, that it was changed since.
var (
	ErrOtherKey   = errors.New("the login was sealed with another key")
	ErrSealBroken = errors.New("the sealed login is damaged")
)

// seal hides a text. The company and the name of the column are bound to it, so that it can't be put elsewhere. Nothing
// stays nothing.
func (k TokenKey) seal(text, company, column string) string {
	if text == "" {
		return ""
	}
	nonce := make([]byte, k.aead.NonceSize(), k.aead.NonceSize()+len(text)+k.aead.Overhead())
	_, _ = rand.Read(nonce) // it never fails
	return sealMark + k.id + ":" + base64.RawStdEncoding.EncodeToString(k.aead.Seal(nonce, nonce, []byte(text), bound(company, column)))
}

func bound(company, column string) []byte { return []byte(column + "\x00" + company) }

// open reads a sealed text; one that was never sealed is given back as it is.
func (k TokenKey) open(text, company, column string) (string, error) {
	rest, sealed := strings.CutPrefix(text, sealMark)
	if !sealed {
		return text, nil
	}
	id, body, _ := strings.Cut(rest, ":")
	if id != k.id {
		return "", ErrOtherKey
	}
	raw, err := base64.RawStdEncoding.DecodeString(body)
	if err != nil || len(raw) < k.aead.NonceSize() {
		return "", ErrSealBroken
	}
	n := k.aead.NonceSize()
	plain, err := k.aead.Open(nil, raw[:n], raw[n:], bound(company, column))
	if err != nil {
		return "", ErrSealBroken
	}
	return string(plain), nil
}

// secrets are the columns of a token that nobody may read, with their names.
func (r *TokenRow) secrets() map[string]*string {
	return map[string]*string{"access": &r.Access, "refresh": &r.Refresh, "former": &r.Former}
}

// Sealed tells whether the key is needed to read the row. False for one that an older version has stored, and for none.
func (r TokenRow) Sealed() bool { return strings.HasPrefix(r.Refresh, sealMark) }

// Plain tells whether something in the row can be read by everybody who can read the database.
func (r TokenRow) Plain() bool {
	for _, text := range r.secrets() {
		if *text != "" && !strings.HasPrefix(*text, sealMark) {
			return true
		}
	}
	return false
}

// Open reads the secrets of a row.
func (r TokenRow) Open(company string, key TokenKey) (TokenRow, error) {
	for column, text := range r.secrets() {
		plain, err := key.open(*text, company, column)
		if err != nil {
			return TokenRow{}, err
		}
		*text = plain
	}
	return r, nil
}

func (r TokenRow) Seal(company string, key TokenKey) TokenRow {
	for column, text := range r.secrets() {
		if !strings.HasPrefix(*text, sealMark) {
			*text = key.seal(*text, company, column)
		}
	}
	return r
}
