package signin

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A ceremony that is under way (a passkey that is to be used or added) is kept by the browser, sealed with a key that all programs on the
// database share: any node ends what another one has begun, and strangers who begin many fill nothing. What has ended well is kept for as
// long as it would be good, so that nobody uses it twice.

// sealedKey is the name of the key in the database.
const sealedKey = "ceremonies"

// ceremony is what is sealed.
type ceremony struct {
	Kind   string
	Person int64
	Until  int64
	Data   json.RawMessage
}

// sealer is made of the key of the database, which the first one who needs it makes.
func (b *Book) sealer(ctx context.Context) (cipher.AEAD, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	err := b.in(ctx, func(t *tx) error {
		kept := ""
		if err := t.exec(`INSERT INTO keys (name, value) VALUES ($1,$2) ON CONFLICT (name) DO NOTHING`, sealedKey, base64.RawStdEncoding.EncodeToString(key)); err != nil {
			return err
		}
		err := t.QueryRowContext(ctx, `SELECT value FROM keys WHERE name = $1`, sealedKey).Scan(&kept)
		if err == nil {
			key, err = base64.RawStdEncoding.DecodeString(kept)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// seal is the sealer, made once.
func (b *Book) seal(ctx context.Context) (cipher.AEAD, error) {
	b.sealing.Lock()
	defer b.sealing.Unlock()
	if b.sealed == nil {
		s, err := b.sealer(ctx)
		if err != nil {
			return nil, err
		}
		b.sealed = s
	}
	return b.sealed, nil
}

// Begin seals a ceremony of a person, or of nobody yet (0), for its browser.
func (b *Book) Begin(ctx context.Context, kind string, person int64, data any, good time.Duration) (string, error) {
	s, err := b.seal(ctx)
	if err != nil {
		return "", err
	}
	inner, err := json.Marshal(data)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(ceremony{kind, person, b.now().Add(good).UnixMilli(), inner})
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return base64.RawURLEncoding.EncodeToString(s.Seal(nonce, nonce, text, nil)), nil
}

// Begun opens what Begin has sealed; ErrNotFound: it is another one's, of another kind, or too old.
func (b *Book) Begun(ctx context.Context, kind string, person int64, sealed string, data any) error {
	s, err := b.seal(ctx)
	if err != nil {
		return err
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < s.NonceSize() {
		return ErrNotFound
	}
	text, err := s.Open(nil, raw[:s.NonceSize()], raw[s.NonceSize():], nil)
	var c ceremony
	if err != nil || json.Unmarshal(text, &c) != nil || c.Kind != kind || c.Person != person || b.now().UnixMilli() > c.Until {
		return ErrNotFound
	}
	return json.Unmarshal(c.Data, data)
}

// Spend ends a ceremony for good, before what it was for is done; ErrNotFound: it has ended already.
func (b *Book) Spend(ctx context.Context, sealed string, good time.Duration) error {
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`DELETE FROM spent WHERE until < $1`, t.at); err != nil {
			return err
		}
		r, err := t.ExecContext(ctx, `INSERT INTO spent (word, until) VALUES ($1,$2) ON CONFLICT (word) DO NOTHING`, hashed(sealed), t.at+good.Milliseconds())
		if err != nil {
			return fmt.Errorf("people: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, ErrNotFound)
		}
		return nil
	})
}
