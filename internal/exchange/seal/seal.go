// Package seal seals and signs files with OpenPGP, and opens what partners have sealed.
//
// What it guarantees: a file is sealed for the keys that are named, or not at all; a key that has expired, is revoked,
// or cannot do what it is for is told before anything is written. What is opened counts only when Open has returned
// without an error: whole, unchanged, and signed by one of the senders that are named. A file that cannot be opened is
// a *FileError, which says whose fault it is; no secret is in any error.
package seal

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// Sealing says how files are sealed.
type Sealing struct {
	To         []string // files with public keys, of each of those who open the file
	Sign       string   // file with our secret keys, of which the newest signs; not signed without one
	Passphrase secret.Secret
	Armor      bool // as text instead of bytes
}

// Extension is added to the name of a file that is sealed.
func (s Sealing) Extension() string {
	if s.Armor {
		return ".asc"
	}
	return ".pgp"
}

// Sealer seals files. It is made once and may be used by several goroutines.
type Sealer struct {
	how    Sealing
	to     []*openpgp.Entity
	signer *openpgp.Entity
}

// Load reads the keys and makes sure that they can do now what they are for.
func (s Sealing) Load(now time.Time) (*Sealer, error) {
	out := &Sealer{how: s}
	for _, file := range s.To {
		keys, err := readKeys(file)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			if _, ok := k.EncryptionKey(now); !ok {
				return nil, unfit(file, k, now, "cannot be sealed for", k.Subkeys)
			}
		}
		out.to = append(out.to, keys...)
	}
	if s.Sign == "" {
		return out, nil
	}
	keys, err := unlocked(s.Sign, s.Passphrase)
	if err != nil {
		return nil, err
	}
	k := newestSigner(keys, now)
	if k == nil {
		return nil, unfit(s.Sign, keys[len(keys)-1], now, "cannot sign", nil)
	}
	out.signer = k
	// Sealed for ourselves too, where that is possible: what went out can be shown and held against the documents
	// later.
	if _, ok := k.EncryptionKey(now); ok && !slices.ContainsFunc(out.to, func(o *openpgp.Entity) bool { return sameKey(o, k) }) {
		out.to = append(out.to, k)
	}
	return out, nil
}

// newestSigner is the newest of the keys that can sign; nil when none can.
func newestSigner(keys openpgp.EntityList, now time.Time) (newest *openpgp.Entity) {
	for _, k := range keys {
		key, ok := k.SigningKey(now)
		if ok && key.PrivateKey != nil && !key.PrivateKey.Dummy() && (newest == nil || k.PrimaryKey.CreationTime.After(newest.PrimaryKey.CreationTime)) {
			newest = k
		}
	}
	return newest
}

// Extension is added to the name of a file that is sealed.
func (s *Sealer) Extension() string { return s.how.Extension() }

// Seal writes what is written to it to w, sealed and signed. name is that of the file inside. Close ends it; what
// stands in w before that is of no use.
func (s *Sealer) Seal(w io.Writer, name string, at time.Time) (io.WriteCloser, error) {
	var text io.WriteCloser
	if s.how.Armor {
		var err error
		if text, err = armor.Encode(w, "PGP MESSAGE", nil); err != nil {
			return nil, err
		}
		w = text
	}
	clear, err := openpgp.Encrypt(w, s.to, s.signer, &openpgp.FileHints{IsBinary: true, FileName: name, ModTime: at},
		&packet.Config{DefaultCipher: packet.CipherAES256, Time: func() time.Time { return at }})
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return &sealing{clear, text}, nil
}

// sealing closes the message, and the text around it.
type sealing struct {
	io.WriteCloser
	text io.WriteCloser
}

func (s *sealing) Close() error {
	if err := s.WriteCloser.Close(); err != nil || s.text == nil {
		return err
	}
	return s.text.Close()
}

// armored begins a sealed file that is text.
var armored = []byte("-----BEGIN PGP MESSAGE-----")

// Sealed tells by the first bytes of a file whether it is sealed: by keys, or in an old way that is refused.
func Sealed(head []byte) bool {
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), armored) {
		return true
	}
	if len(head) < 2 || head[0]&0x80 == 0 {
		return false
	}
	tag := head[0] & 0x3f
	if head[0]&0x40 == 0 {
		tag = head[0] >> 2 & 0x0f
	}
	return tag == 1 || tag == 3 // a session key for a key, or for a passphrase
}
