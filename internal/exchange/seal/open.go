package seal

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// Opening says how files are opened.
type Opening struct {
	Key        string // file with our secret keys; former ones may stand beside the one of today
	Passphrase secret.Secret
	From       []string // files with the public keys of those who may sign
	Unsigned   bool     // what nobody has signed is taken too
}

// Opener opens files. It is made once and may be used by several goroutines.
type Opener struct {
	how     Opening
	ours    openpgp.EntityList
	senders openpgp.EntityList
}

// Load reads the keys. Keys that have expired open what was sealed for them; who signs must be able to now.
func (o Opening) Load() (*Opener, error) {
	ours, err := unlocked(o.Key, o.Passphrase)
	if err != nil {
		return nil, err
	}
	out := &Opener{how: o, ours: ours}
	for _, file := range o.From {
		keys, err := readKeys(file)
		if err != nil {
			return nil, err
		}
		out.senders = append(out.senders, keys...)
	}
	return out, nil
}

// Opener opens what the sealer has sealed and signed; nil when nothing was sealed for ourselves.
func (s *Sealer) Opener() *Opener {
	if s.signer == nil || !slices.Contains(s.to, s.signer) {
		return nil
	}
	return &Opener{how: Opening{Key: s.how.Sign}, ours: openpgp.EntityList{s.signer}, senders: openpgp.EntityList{s.signer}}
}

// FileError says why a file cannot be opened. It is about the file: our keys could be read.
type FileError struct {
	Reason, Way string
	// Cut: its end is missing. It may be on its way.
	Cut bool
}

func (e *FileError) Error() string { return e.Reason }

// Hint is the way out.
func (e *FileError) Hint() string { return e.Way }

// Open writes what a sealed file of so many bytes holds to w, at most so many bytes (0: any). What was written counts
// only when there is no error. A *FileError is about the file; any other error is of reading or writing on this
// machine.
func (o *Opener) Open(w io.Writer, sealed io.ReaderAt, size, most int64, now time.Time) error {
	from, to := &noting{r: io.NewSectionReader(sealed, 0, size)}, &limited{w: w, most: most}
	err := o.open(to, from, now)
	switch {
	case err == nil:
		return nil
	case from.err != nil:
		return from.err
	case to.err != nil:
		return to.err
	case to.over:
		return &FileError{Reason: fmt.Sprintf("it holds more than %d bytes when it is opened", most),
			Way: "raise limits.result_file_mib, or have it sent in parts"}
	}
	whole, werr := Whole(io.NewSectionReader(sealed, 0, size))
	if werr != nil {
		return werr
	}
	if !whole {
		return &FileError{Reason: "its end is missing", Way: "have it sent again", Cut: true}
	}
	return err
}

func (o *Opener) open(w io.Writer, sealed io.Reader, now time.Time) error {
	in := bufio.NewReader(sealed)
	head, err := in.Peek(256)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !Sealed(head) {
		return notSealed(head)
	}
	var message io.Reader = in
	if head[0]&0x80 == 0 {
		block, err := armor.Decode(in)
		if err != nil {
			return broken(err)
		}
		message = block.Body
	}
	md, err := openpgp.ReadMessage(message, append(slices.Clip(o.ours), o.senders...), refusePassphrases, &packet.Config{Time: func() time.Time { return now }})
	if err != nil {
		return o.unopened(message, err)
	}
	if _, err := io.Copy(w, md.UnverifiedBody); err != nil {
		return broken(err)
	}
	if _, err := io.Copy(io.Discard, message); err != nil { // the check sum of the text stands behind it
		return broken(err)
	}
	return o.signed(md)
}

// errPassphrase says that a message wants a passphrase instead of a key.
var errPassphrase = errors.New("passphrase")

func refusePassphrases(_ []openpgp.Key, symmetric bool) ([]byte, error) {
	if symmetric {
		return nil, errPassphrase
	}
	return nil, pgperrors.ErrKeyIncorrect
}

// notSealed tells what a file is that is not sealed. Nothing else is taken where files are sealed: anybody could put it
// there.
func notSealed(head []byte) error {
	e := &FileError{Reason: "it is not sealed",
		Way: "have it sealed with your public key; where a partner seals nothing, take open out of the target"}
	if len(head) == 0 {
		e.Reason = "it is empty"
	}
	if bytes.Contains(head, []byte("-----BEGIN PGP SIGNED MESSAGE")) {
		e.Reason = "it is signed and not sealed"
	}
	return e
}

// unopened tells why there is no way into a message.
func (o *Opener) unopened(message io.Reader, err error) error {
	switch {
	case errors.Is(err, errPassphrase):
		return &FileError{Reason: "it is sealed with a passphrase and not for a key",
			Way: "have it sealed with your public key"}
	case errors.Is(err, pgperrors.ErrKeyIncorrect):
		return &FileError{Reason: "it is sealed for other keys than ours: " + o.how.Key + " has " + o.ids(),
			Way: "give the partner the public half of that key, or add the secret key that it was sealed for to the file"}
	}
	return broken(err)
}

// ids are the keys that open files, as messages name them.
func (o *Opener) ids() string {
	var out []string
	for _, k := range o.ours {
		for _, s := range k.Subkeys {
			if s.PublicKey.PubKeyAlgo.CanEncrypt() {
				out = append(out, fmt.Sprintf("%016X", s.PublicKey.KeyId))
			}
		}
		if len(k.Subkeys) == 0 {
			out = append(out, fmt.Sprintf("%016X", k.PrimaryKey.KeyId))
		}
	}
	return strings.Join(out, ", ")
}

func broken(err error) error {
	return &FileError{Reason: "it is damaged or was changed on its way (" + err.Error() + ")",
		Way: "have it sent again"}
}

// signed decides about the signature of a message that was read to its end.
func (o *Opener) signed(md *openpgp.MessageDetails) error {
	names := strings.Join(o.how.From, ", ")
	switch {
	case !md.IsSigned && o.how.Unsigned:
		return nil
	case !md.IsSigned:
		return &FileError{Reason: "nobody has signed it",
			Way: "have it signed; where a partner signs nothing, set unsigned: true"}
	case md.SignedBy == nil && o.how.Unsigned && len(o.senders) == 0:
		return nil // nobody is named whose signature could be looked at
	case md.SignedBy == nil || !slices.ContainsFunc(o.senders, func(k *openpgp.Entity) bool { return sameKey(k, md.SignedBy.Entity) }):
		return &FileError{Reason: fmt.Sprintf("it is signed by the key %016X, which is none of those in %s", md.SignedByKeyId, names),
			Way: "ask the partner whether the key is theirs, and add its public key to from"}
	case isExpired(md.SignatureError):
		return &FileError{Reason: "it is signed by " + Name(md.SignedBy.Entity) + ", which has expired",
			Way: "ask the partner for the prolonged or new public key, and put it into " + names}
	case errors.Is(md.SignatureError, pgperrors.ErrKeyRevoked):
		return &FileError{Reason: "it is signed by " + Name(md.SignedBy.Entity) + ", which is revoked",
			Way: "ask the partner for the new public key"}
	case md.SignatureError != nil:
		return &FileError{Reason: "its signature is wrong (" + md.SignatureError.Error() + "): it was changed on its way",
			Way: "have it sent again"}
	case md.Signature == nil && len(md.UnverifiedSignatures) == 0:
		return &FileError{Reason: "its signature is missing", Way: "have it sent again"}
	}
	return nil
}

// noting remembers that our own file could not be read.
type noting struct {
	r   io.Reader
	err error
}

func (n *noting) Read(b []byte) (int, error) {
	got, err := n.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		n.err = err
	}
	return got, err
}

// limited writes no more than it may, and remembers that our own file could not be written.
type limited struct {
	w       io.Writer
	n, most int64
	over    bool
	err     error
}

var errOver = errors.New("too large")

func (l *limited) Write(b []byte) (int, error) {
	if l.n += int64(len(b)); l.most > 0 && l.n > l.most {
		l.over = true
		return 0, errOver
	}
	n, err := l.w.Write(b)
	if err != nil {
		l.err = err
	}
	return n, err
}
