package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/secret"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// maxKeyFile bounds what is read as keys: a key with many signatures has some 100 kB.
const maxKeyFile = 4 << 20

// readKeys reads all keys of a file, armored or not.
func readKeys(file string) (openpgp.EntityList, error) {
	f, err := os.Open(file)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, &exchange.KeyError{File: file, Reason: "cannot be read",
			Way: "check the path and the rights of the account that runs fisbridge", Err: err}
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil || len(content) > maxKeyFile {
		return nil, &exchange.KeyError{File: file, Reason: "cannot be read as keys",
			Way: "name a file that gpg --export has made", Err: err}
	}
	keys, err := parseKeys(content)
	if err != nil || len(keys) == 0 {
		return nil, &exchange.KeyError{File: file, Reason: "holds no OpenPGP key",
			Way: "make it with: gpg --armor --export ADDRESS (the partner's) or --export-secret-keys ADDRESS (yours)"}
	}
	return keys, nil
}

// parseKeys reads keys as bytes, or as one text behind the other.
func parseKeys(content []byte) (all openpgp.EntityList, err error) {
	begin := []byte("-----BEGIN PGP ")
	if !bytes.Contains(content, begin) {
		return openpgp.ReadKeyRing(bytes.NewReader(content))
	}
	for _, text := range bytes.Split(content, begin)[1:] {
		keys, err := openpgp.ReadArmoredKeyRing(bytes.NewReader(append(bytes.Clone(begin), text...)))
		if err != nil {
			return nil, err
		}
		all = append(all, keys...)
	}
	return all, nil
}

// unlocked reads secret keys and opens them by the passphrase.
func unlocked(file string, passphrase secret.Secret) (openpgp.EntityList, error) {
	keys, err := readKeys(file)
	if err != nil {
		return nil, err
	}
	keys = slices.DeleteFunc(keys, func(k *openpgp.Entity) bool { return k.PrivateKey == nil })
	if len(keys) == 0 {
		return nil, &exchange.KeyError{File: file, Reason: "holds public keys only",
			Way: "name your secret key: gpg --armor --export-secret-keys ADDRESS"}
	}
	var phrase []byte
	for _, k := range keys {
		if !locked(k) {
			continue
		}
		if phrase == nil {
			if !passphrase.Given() {
				return nil, &exchange.KeyError{File: file, Reason: "is locked, and no passphrase is configured",
					Way: "configure passphrase as env:NAME or file:path"}
			}
			text, err := passphrase.Reveal()
			if err != nil {
				return nil, &exchange.KeyError{File: file, Reason: "is locked, and its passphrase cannot be had",
					Way: "see that passphrase names an environment variable or file that is there", Err: err}
			}
			phrase = []byte(text)
		}
		if err := k.DecryptPrivateKeys(phrase); err != nil {
			return nil, &exchange.KeyError{File: file, Reason: "does not open with the configured passphrase",
				Way: "correct what passphrase names"}
		}
	}
	return keys, nil
}

func locked(k *openpgp.Entity) bool {
	is := func(p *packet.PrivateKey) bool { return p != nil && !p.Dummy() && p.Encrypted }
	return is(k.PrivateKey) || slices.ContainsFunc(k.Subkeys, func(s openpgp.Subkey) bool { return is(s.PrivateKey) })
}

// unfit says why a key cannot do what it is for.
func unfit(file string, k *openpgp.Entity, now time.Time, cannot string, subkeys []openpgp.Subkey) error {
	e := &exchange.KeyError{File: file, Way: "ask for a new one, and put it in the place of this one"}
	until := expires(k)
	for _, s := range subkeys { // the key may be good, and those below it that seal not
		if s.Sig.FlagEncryptCommunications && s.PublicKey.KeyExpired(s.Sig, now) && until.IsZero() {
			until = ends(s.PublicKey, s.Sig)
		}
	}
	switch {
	case k.Revoked(now):
		e.Reason = Name(k) + " is revoked"
	case !until.IsZero() && !now.Before(until):
		e.Reason = Name(k) + " expired on " + until.Format(time.DateOnly)
	case now.Before(k.PrimaryKey.CreationTime):
		e.Reason = Name(k) + " was made in the future, on " + k.PrimaryKey.CreationTime.UTC().Format(time.DateOnly)
		e.Way = "look at the clock of this machine"
	default:
		e.Reason = Name(k) + " " + cannot
		e.Way = "ask for a key that can, or look at it with: gpg --show-keys --with-subkey-fingerprint " + file
	}
	return e
}

// Name names a key for people: whose it says that it is, and its fingerprint, by which it is known.
func Name(k *openpgp.Entity) string {
	who := ""
	if id := k.PrimaryIdentity(); id != nil {
		who = " of " + wording.Visible(id.Name)
	}
	return fmt.Sprintf("the key %X%s", k.PrimaryKey.Fingerprint, who)
}

// expires is when a key ends; zero when it does not.
func expires(k *openpgp.Entity) time.Time {
	sig, _ := k.PrimarySelfSignature()
	return ends(k.PrimaryKey, sig)
}

func ends(key *packet.PublicKey, sig *packet.Signature) time.Time {
	if sig == nil || sig.KeyLifetimeSecs == nil || *sig.KeyLifetimeSecs == 0 {
		return time.Time{}
	}
	return key.CreationTime.Add(time.Duration(*sig.KeyLifetimeSecs) * time.Second).UTC()
}

func sameKey(a, b *openpgp.Entity) bool {
	return bytes.Equal(a.PrimaryKey.Fingerprint, b.PrimaryKey.Fingerprint)
}

// Ending is a key that ends: the first of its parts that are in use.
type Ending struct {
	File, Key string
	Until     time.Time
}

// endings are the keys of a file that end, those of their parts that are in use included.
func endings(file string, keys []*openpgp.Entity, part func(*openpgp.Entity) (openpgp.Key, bool)) []Ending {
	var out []Ending
	for _, k := range keys {
		until := expires(k)
		if used, ok := part(k); ok {
			if t := ends(used.PublicKey, used.SelfSignature); until.IsZero() || !t.IsZero() && t.Before(until) {
				until = t
			}
		}
		if !until.IsZero() {
			out = append(out, Ending{file, Name(k), until})
		}
	}
	return out
}

// Endings are the keys that end, whenever that is.
func (s *Sealer) Endings(now time.Time) []Ending {
	sealing := func(k *openpgp.Entity) (openpgp.Key, bool) { return k.EncryptionKey(now) }
	var out []Ending
	for _, file := range s.how.To {
		if keys, err := readKeys(file); err == nil {
			out = append(out, endings(file, keys, sealing)...)
		}
	}
	if s.signer != nil {
		out = append(out, endings(s.how.Sign, []*openpgp.Entity{s.signer}, func(k *openpgp.Entity) (openpgp.Key, bool) { return k.SigningKey(now) })...)
	}
	return out
}

// Endings are the keys that end, whenever that is.
func (o *Opener) Endings(now time.Time) []Ending {
	out := endings(o.how.Key, o.ours, func(k *openpgp.Entity) (openpgp.Key, bool) { return k.EncryptionKey(now) })
	for _, file := range o.how.From {
		if keys, err := readKeys(file); err == nil {
			out = append(out, endings(file, keys, func(k *openpgp.Entity) (openpgp.Key, bool) { return k.SigningKey(now) })...)
		}
	}
	return out
}

// isExpired tells errors of keys and signatures that were good once.
func isExpired(err error) bool {
	return errors.Is(err, pgperrors.ErrKeyExpired) || errors.Is(err, pgperrors.ErrSignatureExpired)
}
