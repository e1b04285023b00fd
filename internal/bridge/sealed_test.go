package bridge_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/desk/reconcile"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// keyPair makes keys in the working folder: NAME.sec and NAME.pub. The clock of the tests stands years ago.
func keyPair(t *testing.T, folder, name string, lifetime time.Duration) *openpgp.Entity {
	t.Helper()
	made := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	k, err := openpgp.NewEntity(name, "", name+"@example.com", &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return made }, KeyLifetimeSecs: uint32(lifetime.Seconds())})
	if err != nil {
		t.Fatal(err)
	}
	var public, private bytes.Buffer
	if err := errors.Join(k.Serialize(&public), k.SerializePrivateWithoutSigning(&private, nil),
		os.WriteFile(filepath.Join(folder, name+".pub"), public.Bytes(), 0o600), os.WriteFile(filepath.Join(folder, name+".sec"), private.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return k
}

// sealedWorld is a world whose partner seals; bankLife is how long the partner's key lasts.
func sealedWorld(t *testing.T, bankLife time.Duration) *world {
	t.Helper()
	keys := t.TempDir()
	keyPair(t, keys, "us", 0)
	keyPair(t, keys, "bank", bankLife)
	keyPair(t, keys, "stranger", 0)
	w := newWorld(t, options{targets: fmt.Sprintf("\n  bank: { kind: folder, path: erp, seal: { to: [%s/bank.pub], sign: %[1]s/us.sec }, open: { key: %[1]s/us.sec, from: [%[1]s/bank.pub] } }", filepath.ToSlash(keys)),
		routes: strings.Replace(oneRoute, "target: erp", "target: bank", 1)})
	w.keys = keys
	return w
}

// sealedAnswer is a result file that the partner has sealed and signed.
func (w *world) sealedAnswer(to, signer, text string) string {
	w.Helper()
	s, err := seal.Sealing{To: []string{filepath.Join(w.keys, to+".pub")}, Sign: filepath.Join(w.keys, signer+".sec")}.Load(w.clock.now())
	w.ok(err)
	var b bytes.Buffer
	out, err := s.Seal(&b, "x", w.clock.now())
	w.ok(err)
	_, err = io.WriteString(out, text)
	w.ok(errors.Join(err, out.Close()))
	return b.String()
}

// unsealed opens what was dropped as the partner does.
func (w *world) unsealed(sealed string) string {
	w.Helper()
	o, err := seal.Opening{Key: filepath.Join(w.keys, "bank.sec"), From: []string{filepath.Join(w.keys, "us.pub")}}.Load()
	w.ok(err)
	var clear bytes.Buffer
	w.ok(o.Open(&clear, strings.NewReader(sealed), int64(len(sealed)), 0, w.clock.now()))
	return clear.String()
}

// The loop with a partner who seals: what is dropped, kept and sent again are the sealed bytes; the answer is opened; nothing in clear lies on the disk.
func TestSealedLoop(t *testing.T) {
	w := sealedWorld(t, 0)
	in := filepath.Join(w.dir, "erp", "in")
	w.ok(os.Remove(in))
	w.good("D1", "D2")
	w.run(bridge.ExitFailed) // numbered and sealed; the folder is not there
	f, err := w.j.File(w.ctx, 1)
	w.ok(err)
	fixed := w.bytes(f)
	w.ok(os.Mkdir(in, 0o750))
	w.load()
	w.run(bridge.ExitDone)
	name := "journals_000001_20260331.csv.pgp"
	if names := w.list("erp/in"); len(names) != 1 || names[0] != name {
		t.Fatalf("%q", names)
	}
	dropped := w.read("erp/in/" + name)
	if dropped != fixed || w.read("files/journals/"+name) != fixed {
		t.Error("the bytes that were fixed are not those that went out")
	}
	clear := w.unsealed(dropped)
	if !strings.Contains(clear, "D1") || !strings.Contains(clear, "D2") {
		t.Errorf("%q", clear)
	}
	line := strings.Split(clear, "\n")[1]
	text := answerHead + posted("D1", "4711") + posted("D2", "4712")
	w.write("erp/out/1.result.csv.pgp", w.sealedAnswer("us", "bank", text))
	w.run(bridge.ExitDone)
	w.states("D1 posted, D2 posted")
	w.ok(filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".xlsx") {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(line)) || bytes.Contains(b, []byte(text)) {
			t.Errorf("in clear: %s", path)
		}
		return err
	}))
	w.quiet()
}

// What is not sealed for us, not signed by the partner, or changed on its way is not used, and is told; with the right keys it is read after all.
func TestSealedAnswersThatAreNotTaken(t *testing.T) {
	text := answerHead + posted("D1", "4711")
	for name, c := range map[string]struct {
		answer func(w *world) string
		says   string
	}{
		"in clear":   {func(*world) string { return text }, "it is not sealed"},
		"for others": {func(w *world) string { return w.sealedAnswer("stranger", "bank", text) }, "sealed for other keys than ours"},
		"by others":  {func(w *world) string { return w.sealedAnswer("us", "stranger", text) }, "which is none of those in"},
		"changed": {func(w *world) string {
			b := []byte(w.sealedAnswer("us", "bank", text))
			b[len(b)-30] ^= 1
			return string(b)
		}, "changed on its way"},
	} {
		t.Run(name, func(t *testing.T) {
			w := sealedWorld(t, 0)
			w.good("D1")
			w.run(bridge.ExitDone)
			w.write("erp/out/1.result.csv.pgp", c.answer(w))
			w.run(bridge.ExitNeedsPerson)
			w.states("D1 filed")
			w.alarm("result file", "cannot be opened", c.says)
			if n := len(w.list("erp/out/failed")); n != 2 {
				t.Errorf("%d files in failed: the file and why", n)
			}
			if name != "by others" {
				return
			}
			w.ok(os.Rename(filepath.Join(w.keys, "stranger.pub"), filepath.Join(w.keys, "bank.pub")))
			w.ok(w.j.RetryResult(w.ctx, 1, "the partner has a new key"))
			w.run(bridge.ExitDone)
			w.states("D1 posted")
		})
	}
}

// A file of which the end is missing is waited for; a key that cannot be had says nothing about any file.
func TestSealedAnswersThatWait(t *testing.T) {
	w := sealedWorld(t, 0)
	w.good("D1")
	w.run(bridge.ExitDone)
	whole := w.sealedAnswer("us", "bank", answerHead+posted("D1", "4711"))
	w.write("erp/out/1.result.csv.gpg", whole[:len(whole)/2])
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed")
	if names := w.list("erp/out"); len(names) != 1 {
		t.Errorf("half of a file was taken: %q", names)
	}
	w.write("erp/out/1.result.csv.gpg", whole)
	secret := filepath.Join(w.keys, "us.sec")
	w.ok(os.Rename(secret, secret+".away"))
	s := w.run(bridge.ExitFailed)
	if !strings.Contains(strings.Join(s.Problems, "\n"), "us.sec: cannot be read") || len(w.list("erp/out")) != 1 {
		t.Errorf("%q", s.Problems)
	}
	w.ok(os.Rename(secret+".away", secret))
	w.run(bridge.ExitDone)
	w.states("D1 posted")
}

// A partner's key that has expired stops the route before anything is sealed; the documents wait, and go out with the new key.
func TestSealedForAnExpiredKey(t *testing.T) {
	w := sealedWorld(t, 30*24*time.Hour)
	w.good("D1")
	s := w.run(bridge.ExitFailed)
	if text := strings.Join(s.Problems, "\n"); !strings.Contains(text, "bank.pub") || !strings.Contains(text, "expired on 2026-01-31") {
		t.Errorf("%q", s.Problems)
	}
	if _, err := w.j.File(w.ctx, 1); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("numbered: %v", err)
	}
	w.states("D1 acknowledged")
	keyPair(t, w.keys, "bank", 0)
	w.run(bridge.ExitDone)
	w.states("D1 filed")
	if clear := w.unsealed(w.read("erp/in/journals_000001_20260331.csv.pgp")); !strings.Contains(clear, "D1") {
		t.Errorf("%q", clear)
	}
}

// What went out sealed is held against the documents by the key that signed it; without the key that is said, and nothing is called wrong.
func TestSealedFilesAreReconciled(t *testing.T) {
	w := sealedWorld(t, 0)
	w.good("D1", "D2")
	w.run(bridge.ExitDone)
	report := func(sign string) (notes, broken string) {
		r, err := reconcile.Run(w.ctx, w.j, records.Selection{}, func(f records.File, body io.Reader) (*os.File, int64, error) {
			return seal.Clear(w.dir, body, f.Created, func() (*seal.Opener, error) {
				s, err := seal.Sealing{To: []string{filepath.Join(w.keys, "bank.pub")}, Sign: filepath.Join(w.keys, sign)}.Load(f.Created)
				if err != nil {
					return nil, err
				}
				return s.Opener(), nil
			})
		}, nil)
		w.ok(err)
		for _, tie := range r.Ties {
			notes, broken = notes+say.Join("\n", tie.Notes...).String(), broken+strings.Join(tie.Broken, "\n")
		}
		return notes, broken
	}
	if notes, broken := report("us.sec"); strings.Contains(notes, "sealed") || broken != "" {
		t.Errorf("notes %q, broken %q", notes, broken)
	}
	if notes, broken := report("stranger.sec"); !strings.Contains(notes, "not compared, sealed") || broken != "" {
		t.Errorf("notes %q, broken %q", notes, broken)
	}
}
