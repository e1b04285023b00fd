package seal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// GnuPG opens what we seal, finds our signature good, and the other way round, by old kinds of keys and new ones.
func TestWithGnuPG(t *testing.T) {
	g := newGnuPG(t)
	long := strings.Repeat("4711;Müller;100,00\r\n", 40_000)
	for _, kind := range []string{"rsa2048", "ed25519"} {
		t.Run(kind, func(t *testing.T) {
			ours, oursPublic := g.key("us-"+kind, kind, "never")
			_, bank := g.key("bank-"+kind, kind, "never")
			for _, k := range []string{"us-" + kind, "bank-" + kind} {
				if kind == "ed25519" {
					g.run(nil, "--quick-add-key", strings.TrimSpace(fingerprint(g, k)), "cv25519", "encr", "never")
				} else {
					g.run(nil, "--quick-add-key", strings.TrimSpace(fingerprint(g, k)), "rsa2048", "encr", "never")
				}
			}
			g.write(ours, g.run(nil, "--armor", "--export-secret-keys", "us-"+kind))
			g.write(oursPublic, g.run(nil, "--armor", "--export", "us-"+kind))
			g.write(bank, g.run(nil, "--export", "bank-"+kind)) // not armored
			for _, armored := range []bool{false, true} {
				for _, text := range []string{"", "x", long} {
					sealed := seal(t, Sealing{To: []string{bank}, Sign: ours, Passphrase: phrase(passphrase), Armor: armored}, text)
					out, status, err := g.try(sealed, "--decrypt")
					if err != nil || out != text || !strings.Contains(status, "GOODSIG") || !strings.Contains(status, "DECRYPTION_OKAY") || !strings.Contains(status, "journals_000001.csv") {
						t.Errorf("gpg --decrypt, armored %v, %d bytes: %v, %d bytes\n%s", armored, len(text), err, len(out), status)
					}
					if whole, err := Whole(bytes.NewReader(sealed)); !whole || err != nil {
						t.Errorf("our own file is not whole: %v", err)
					}
				}
			}
			how := Opening{Key: ours, Passphrase: phrase(passphrase), From: []string{bank}}
			for name, args := range map[string][]string{
				"plain": nil, "armored": {"--armor"}, "not compressed": {"-z", "0"}, "hidden recipient": {"--hidden-recipient", "us-" + kind},
				"of text": {"--textmode"}, "for several": {"--recipient", "bank-" + kind},
			} {
				for _, text := range []string{"", "x", long} {
					all := append([]string{"--sign", "--encrypt", "--local-user", "bank-" + kind}, args...)
					if name != "hidden recipient" {
						all = append(all, "--recipient", "us-"+kind)
					}
					sealed := g.run([]byte(text), all...)
					if got, err := open(t, how, sealed); err != nil || strings.ReplaceAll(got, "\r\n", "\n") != strings.ReplaceAll(text, "\r\n", "\n") {
						t.Errorf("%s, %d bytes: %v, %d bytes", name, len(text), err, len(got))
					}
					if whole, err := Whole(bytes.NewReader(sealed)); !whole || err != nil {
						t.Errorf("%s is not whole: %v", name, err)
					}
				}
			}
		})
	}
}

func fingerprint(g *gnupg, who string) string {
	for line := range strings.SplitSeq(string(g.run(nil, "--with-colons", "--list-keys", who)), "\n") {
		if fields := strings.Split(line, ":"); fields[0] == "fpr" {
			return fields[9]
		}
	}
	return ""
}

// pair makes keys without GnuPG; life is 0 for ever.
func pair(t testing.TB, name string, at time.Time, life time.Duration) (private, public string, k *openpgp.Entity) {
	t.Helper()
	k, err := openpgp.NewEntity(name, "", name+"@example.com", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return at }, KeyLifetimeSecs: uint32(life.Seconds())})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	private, public = filepath.Join(dir, name+".sec.asc"), filepath.Join(dir, name+".asc")
	saveKey(t, public, openpgp.PublicKeyType, k.Serialize)
	saveKey(t, private, openpgp.PrivateKeyType, func(w io.Writer) error { return k.SerializePrivateWithoutSigning(w, nil) })
	return private, public, k
}

func saveKey(t testing.TB, path, kind string, write func(io.Writer) error) {
	t.Helper()
	var b bytes.Buffer
	w, err := armor.Encode(&b, kind, nil)
	if err == nil {
		err = errors.Join(write(w), w.Close(), os.WriteFile(path, b.Bytes(), 0o600))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Keys that cannot do what they are for are told before anything is sealed.
func TestKeysThatDoNotWork(t *testing.T) {
	now := time.Now()
	private, public, k := pair(t, "us", now.Add(-time.Hour), 0)
	_, expired, _ := pair(t, "old", now.AddDate(-2, 0, 0), 24*time.Hour)
	_, future, _ := pair(t, "early", now.AddDate(1, 0, 0), 0)
	_, revoked, r := pair(t, "gone", now.Add(-time.Hour), 0)
	if err := r.RevokeKey(packet.KeyCompromised, "stolen", nil); err != nil {
		t.Fatal(err)
	}
	saveKey(t, revoked, openpgp.PublicKeyType, r.Serialize)
	_, signs, s := pair(t, "signs", now.Add(-time.Hour), 0)
	s.Subkeys = nil
	saveKey(t, signs, openpgp.PublicKeyType, s.Serialize)
	locked := filepath.Join(t.TempDir(), "locked.asc")
	if err := k.EncryptPrivateKeys([]byte(passphrase), nil); err != nil {
		t.Fatal(err)
	}
	saveKey(t, locked, openpgp.PrivateKeyType, func(w io.Writer) error { return k.SerializePrivateWithoutSigning(w, nil) })
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := secret.Func(func() (string, error) { return "", errors.New("FISBRIDGE_PGP is not set") })
	for what, c := range map[string]struct {
		how  Sealing
		word string
	}{
		"gone":             {Sealing{To: []string{"no/such/file"}}, "cannot be read"},
		"no key":           {Sealing{To: []string{text}}, "holds no OpenPGP key"},
		"expired":          {Sealing{To: []string{expired}}, "old@example.com> expired on " + now.AddDate(-2, 0, 1).UTC().Format(time.DateOnly)},
		"future":           {Sealing{To: []string{future}}, "was made in the future"},
		"revoked":          {Sealing{To: []string{revoked}}, "is revoked"},
		"seals nothing":    {Sealing{To: []string{signs}}, "cannot be sealed for"},
		"public":           {Sealing{To: []string{public}, Sign: public}, "holds public keys only"},
		"no passphrase":    {Sealing{To: []string{public}, Sign: locked}, "is locked, and no passphrase is configured"},
		"passphrase gone":  {Sealing{To: []string{public}, Sign: locked, Passphrase: missing}, "FISBRIDGE_PGP"},
		"wrong passphrase": {Sealing{To: []string{public}, Sign: locked, Passphrase: phrase("other")}, "does not open with the configured passphrase"},
	} {
		_, err := c.how.Load(now)
		says(t, what, err, c.word)
	}
	if _, err := (Sealing{To: []string{public}, Sign: locked, Passphrase: phrase(passphrase)}).Load(now); err != nil {
		t.Error(err)
	}
	if _, err := (Opening{Key: private}).Load(); err != nil {
		t.Error(err)
	}
}

// What cannot be opened, and what nobody we know has signed, is told with the reason; nothing of it is used.
func TestFilesThatDoNotOpen(t *testing.T) {
	g := newGnuPG(t)
	now := time.Now()
	private, public, _ := pair(t, "us", now.Add(-time.Hour), 0)
	bankPrivate, bank, _ := pair(t, "bank", now.Add(-time.Hour), 0)
	strangerPrivate, stranger, _ := pair(t, "stranger", now.Add(-time.Hour), 0)
	how := Opening{Key: private, From: []string{bank}}
	good := Sealing{To: []string{public}, Sign: bankPrivate}
	for what, c := range map[string]struct {
		sealed []byte
		word   string
	}{
		"in clear":        {[]byte("4711;100.00\n"), "it is not sealed"},
		"empty":           {nil, "it is empty"},
		"other key":       {seal(t, Sealing{To: []string{stranger}, Sign: bankPrivate}, "x"), "sealed for other keys than ours"},
		"unknown signer":  {seal(t, Sealing{To: []string{public}, Sign: strangerPrivate}, "x"), "which is none of those in"},
		"our own signing": {seal(t, Sealing{To: []string{public}, Sign: private}, "x"), "which is none of those in"},
		"not signed":      {seal(t, Sealing{To: []string{public}}, "x"), "nobody has signed it"},
		"passphrase":      {g.run([]byte("x"), "--symmetric"), "sealed with a passphrase"},
		"signed only":     {signedOnly(t, bankPrivate), "it is not sealed"},
		"clear signed":    {[]byte("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nx\n"), "it is signed and not sealed"},
	} {
		_, err := open(t, how, c.sealed)
		says(t, what, err, c.word)
	}
	if got, err := open(t, how, seal(t, good, "taken")); got != "taken" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	unsigned := Opening{Key: private, Unsigned: true}
	if got, err := open(t, unsigned, seal(t, Sealing{To: []string{public}}, "taken")); got != "taken" || err != nil {
		t.Errorf("unsigned: %q, %v", got, err)
	}
	unsigned.From = how.From
	_, err := open(t, unsigned, seal(t, Sealing{To: []string{public}, Sign: strangerPrivate}, "x"))
	says(t, "a wrong signature where none is needed", err, "which is none of those in")
}

func signedOnly(t *testing.T, private string) []byte {
	t.Helper()
	keys, err := unlocked(private, secret.Secret{})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := openpgp.Sign(&b, keys[0], nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "x")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A key that has expired since signs nothing that is taken, and is named; our own expired key still opens what was
// sealed for it.
func TestExpiredKeys(t *testing.T) {
	now := time.Now()
	private, public, _ := pair(t, "us", now.AddDate(0, 0, -3), 48*time.Hour)
	bankPrivate, bank, _ := pair(t, "bank", now.AddDate(0, 0, -3), 48*time.Hour)
	then := now.AddDate(0, 0, -2)
	s, err := Sealing{To: []string{public}, Sign: bankPrivate}.Load(then)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := s.Seal(&b, "x", then)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, "taken")
	w.Close()
	_, err = open(t, Opening{Key: private, From: []string{bank}}, b.Bytes())
	says(t, "expired signer", err, "bank@example.com>, which has expired")
	o, err := Opening{Key: private, From: []string{bank}}.Load()
	if err != nil {
		t.Fatal(err)
	}
	var clear bytes.Buffer
	if err := o.Open(&clear, bytes.NewReader(b.Bytes()), int64(b.Len()), 0, then); err != nil || clear.String() != "taken" {
		t.Errorf("while they were good: %v", err)
	}
	if e := o.Endings(now); len(e) != 2 || !e[0].Until.Before(now) {
		t.Errorf("%+v", e)
	}
	if e := s.Endings(then); len(e) != 2 || e[0].Until.After(now) || e[0].Until.Before(then) {
		t.Errorf("%+v", e)
	}
}

// A message that was cut anywhere is told as cut, and one of which any bit was changed is not taken.
func TestCutAndChanged(t *testing.T) {
	now := time.Now()
	private, public, _ := pair(t, "us", now.Add(-time.Hour), 0)
	bankPrivate, bank, _ := pair(t, "bank", now.Add(-time.Hour), 0)
	how := Opening{Key: private, From: []string{bank}}
	for _, armored := range []bool{false, true} {
		sealed := seal(t, Sealing{To: []string{public}, Sign: bankPrivate, Armor: armored}, strings.Repeat("4711;100.00\n", 3000))
		for n := 200; n < len(sealed)-30; n += len(sealed) / 60 {
			_, err := open(t, how, sealed[:n])
			var file *FileError
			if !errors.As(err, &file) || !file.Cut {
				t.Errorf("armored %v, cut at %d of %d: %v", armored, n, len(sealed), err)
			}
		}
		for n := 0; n < len(sealed)-30; n += len(sealed) / 60 {
			changed := bytes.Clone(sealed)
			changed[n] ^= 1
			if got, err := open(t, how, changed); err == nil && got != strings.Repeat("4711;100.00\n", 3000) {
				t.Errorf("armored %v, changed at %d: taken", armored, n)
			} else if err == nil && !armored {
				t.Errorf("changed at %d of %d: taken", n, len(sealed))
			}
		}
	}
}

// Much in little is refused in flat memory, and errors of our own disk say nothing about the file.
func TestLimitsAndOurOwnDisk(t *testing.T) {
	now := time.Now()
	private, public, us := pair(t, "us", now.Add(-time.Hour), 0)
	o, err := Opening{Key: private, Unsigned: true}.Load()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := openpgp.Encrypt(&b, []*openpgp.Entity{us}, nil, nil, &packet.Config{DefaultCompressionAlgo: packet.CompressionZLIB, CompressionConfig: &packet.CompressionConfig{Level: 9}})
	if err != nil {
		t.Fatal(err)
	}
	zeros := make([]byte, 1<<20)
	for range 200 {
		_, _ = w.Write(zeros)
	}
	w.Close()
	var n int64
	err = o.Open(writerFunc(func(p []byte) (int, error) { n += int64(len(p)); return len(p), nil }), bytes.NewReader(b.Bytes()), int64(b.Len()), 10<<20, now)
	says(t, fmt.Sprintf("200 MiB in %d bytes", b.Len()), err, "more than 10485760 bytes")
	if n > 10<<20 {
		t.Errorf("%d bytes were written", n)
	}
	full := errors.New("disk full")
	sealed := seal(t, Sealing{To: []string{public}}, "x")
	if err := o.Open(writerFunc(func([]byte) (int, error) { return 0, full }), bytes.NewReader(sealed), int64(len(sealed)), 0, now); !errors.Is(err, full) || errors.As(err, new(*FileError)) {
		t.Errorf("disk full: %v", err)
	}
	if err := o.Open(io.Discard, errorAt{}, 100, 0, now); err == nil || errors.As(err, new(*FileError)) {
		t.Errorf("disk broken: %v", err)
	}
	if _, err := Whole(iotest.ErrReader(full)); !errors.Is(err, full) {
		t.Errorf("disk broken: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

type errorAt struct{}

func (errorAt) ReadAt([]byte, int64) (int, error) { return 0, errors.New("disk broken") }

// A file may hold the old key beside the new one: both open, and the new one signs.
func TestNewKeyBesideTheOld(t *testing.T) {
	now := time.Now()
	oldPrivate, oldPublic, _ := pair(t, "us", now.AddDate(-1, 0, 0), 0)
	newPrivate, newPublic, _ := pair(t, "us", now.Add(-time.Hour), 0)
	both := filepath.Join(t.TempDir(), "both.asc")
	var text []byte
	for _, p := range []string{oldPrivate, newPrivate} {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, b...)
	}
	if err := os.WriteFile(both, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, public := range []string{oldPublic, newPublic} {
		sealed := seal(t, Sealing{To: []string{public}, Sign: both}, "taken")
		if got, err := open(t, Opening{Key: both, From: []string{newPublic}}, sealed); got != "taken" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestExtension(t *testing.T) {
	if (Sealing{}).Extension() != ".pgp" || (Sealing{Armor: true}).Extension() != ".asc" {
		t.Error("extensions")
	}
}

// Whatever a partner sends: an answer, no panic, and nothing taken that is not signed.
func FuzzOpen(f *testing.F) {
	now := time.Now()
	private, public, _ := pair(f, "us", now.Add(-time.Hour), 0)
	bankPrivate, bank, _ := pair(f, "bank", now.Add(-time.Hour), 0)
	f.Add([]byte("4711"))
	for _, armored := range []bool{false, true} {
		f.Add(seal(f, Sealing{To: []string{public}, Sign: bankPrivate, Armor: armored}, "x"))
		f.Add(seal(f, Sealing{To: []string{public}, Armor: armored}, strings.Repeat("x", 5000)))
	}
	o, err := Opening{Key: private, From: []string{bank}}.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var out bytes.Buffer
		if err := o.Open(&out, bytes.NewReader(b), int64(len(b)), 1<<20, now); err == nil && out.String() != "x" {
			t.Errorf("taken: %q", out.String())
		}
	})
}
