package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Passwords are hashed with argon2id: 19 MiB, two passes, one lane, as OWASP recommends.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	argonKey    = 32
)

// Bounds of a password, in characters.
const (
	ShortestPassword = 12
	longestPassword  = 200
)

// ErrWeak says why a password is not taken.
type ErrWeak struct{ Code string }

// Error is the code: short, long, few, name, common.
func (e *ErrWeak) Error() string { return "the password is not taken: " + e.Code }

// common are beginnings of long passwords that everybody tries, in small letters without signs between.
var common = []string{"password", "passwort", "kennwort", "motdepasse", "contrasena", "qwertyuiop", "qwertzuiop", "azertyuiop", "letmein", "iloveyou", "administrator", "welcome", "fisbridge", "1q2w3e4r5t6y", "1qaz2wsx3edc", "zaq12wsxcde3", "changeme", "trustno1", "asdfghjkl"}

// CheckPassword refuses passwords that are guessed first. There are no rules about signs.
func CheckPassword(password, name string) error {
	n := utf8.RuneCountInString(password)
	small := strings.ToLower(password)
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_.!#$*+?", r) {
			return -1
		}
		return r
	}, small)
	different := map[rune]bool{}
	steps := 0
	before := rune(0)
	for _, r := range small {
		different[r] = true
		if r == before || r == before+1 || r == before-1 {
			steps++
		}
		before = r
	}
	switch {
	case n < ShortestPassword:
		return &ErrWeak{"short"}
	case n > longestPassword:
		return &ErrWeak{"long"}
	case len(different) < 5 || steps > n*2/3:
		return &ErrWeak{"few"}
	case name != "" && len(name) > 3 && strings.Contains(small, strings.ToLower(name)) && n-utf8.RuneCountInString(name) < 8:
		return &ErrWeak{"name"}
	}
	for _, c := range common {
		if rest, is := strings.CutPrefix(plain, c); is && len(strings.Trim(rest, "0123456789")) < 4 {
			return &ErrWeak{"common"}
		}
	}
	return nil
}

// hasher bounds how many passwords are hashed at once, for each takes 19 MiB.
type hasher chan struct{}

func (h hasher) key(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h <- struct{}{}:
		defer func() { <-h }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, argonTime, argonMemory, argonLanes, argonKey), nil
}

// hash makes what is kept of a password: the parameters, the salt and the key, in the usual form.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	key, err := h.key(ctx, password, salt)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonLanes, base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), err
}

// same compares a password with what is kept. For people without one it takes the same time, and is false.
func (h hasher) same(ctx context.Context, password, kept string) (bool, error) {
	parts := strings.Split(kept, "$")
	salt, key := []byte("no such password"), make([]byte, argonKey)
	known := len(parts) == 6
	if known {
		var err, err2 error
		salt, err = base64.RawStdEncoding.DecodeString(parts[4])
		key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
		if err != nil || err2 != nil || len(key) != argonKey {
			return false, errors.New("the password that is kept cannot be read")
		}
	}
	got, err := h.key(ctx, password, salt)
	return err == nil && known && subtle.ConstantTimeCompare(got, key) == 1, err
}

// secretWord makes a word of 32 random bytes, and the hash under which it is kept.
func secretWord(prefix string) (word, kept string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	word = prefix + base64.RawURLEncoding.EncodeToString(b)
	return word, hashed(word)
}

// hashed is what is kept of a random word; it needs no salt, for it cannot be guessed.
func hashed(word string) string {
	sum := sha256.Sum256([]byte(word))
	return hex.EncodeToString(sum[:])
}
