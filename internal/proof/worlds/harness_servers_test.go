package worlds

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"

	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// startERP puts the simulated ERP on the server's folder. It reads and answers in the formats of the template.
func (w *world) startERP() {
	w.t.Helper()
	m, err := journalMapping()
	w.must(err)
	plan := m.plan
	f := plan.Results()[0]
	row := func(kind string, more ...simerp.Field) simerp.Answer {
		fields := append([]simerp.Field{{Field: "doc_id", What: "reference"}, {Field: "kind", What: "=" + kind}, {Field: "company", What: "company"},
			{Field: "document_number", What: "document_number"}, {Field: "fiscal_year", What: "fiscal_year"}, {Field: "message", What: "message"}}, more...)
		return simerp.Answer{Name: "{file}.result.csv", Spec: f.Layout, Records: f.Records, Row: "Row", Level: "document", Fields: fields}
	}
	answer := row("post", simerp.Field{Field: "status", What: "outcome", Words: map[string]string{"posted": "ok", "rejected": "error"}},
		simerp.Field{Field: "date", What: "posting_date"}, simerp.Field{Field: "message_code", What: "message_code"})
	pay := row("pay", simerp.Field{Field: "status", What: "status", Words: map[string]string{"CP": "paid", "PP": "part", "RE": "reversed", "OB": "void"}},
		simerp.Field{Field: "date", What: "payment_date"}, simerp.Field{Field: "amount", What: "amount"}, simerp.Field{Field: "currency", What: "currency"},
		simerp.Field{Field: "payment_reference", What: "payment_ref"}, simerp.Field{Field: "payment_method", What: "method", Words: map[string]string{"E": "transfer", "C": "check"}})
	pay.Name = "payments-{n}.result.csv"
	reject := w.set.reject
	if reject == nil {
		reject = []simerp.Rule{{Document: docID(w.t, "59-erp-rejects"), Code: "KI235", Text: "cost centre 9990 is closed for posting"}}
	}
	payable := []string{"240100", "241700"}
	if w.set.marks {
		payable = append(payable, "200100")
	}
	inbox, outbox := w.path("in"), w.path("out")
	if w.bank != nil {
		inbox, outbox = w.bank.in, w.bank.out
	}
	w.erp, err = simerp.New(simerp.Config{
		Inbox: inbox, Outbox: outbox, Done: w.path("imported"), Answers: []simerp.Answer{answer}, Payments: pay,
		Import: simerp.Import{Spec: plan.Layout().Spec(), Records: plan.Layout().Records(), Lines: []string{"Line"}, Sequence: "Line.Batch", LineNumber: "Line",
			Document: "Reference", Debit: "Debit", Credit: "Credit", Currency: "Currency", Account: "Account", Description: "Text", Date: "Posting date", Balance: "document"},
		AllOrNothing: w.set.whole, Reject: reject, Company: "1000", FirstNumber: 1900000000, Faults: w.set.faults,
		Payable: payable,
	})
	w.must(err)
}

// target starts the server that the working folder drops to, and describes it in the configuration.
func (w *world) target() string {
	w.t.Helper()
	switch {
	case w.set.local:
		return fmt.Sprintf("    kind: folder\n    path: %s\n", w.root)
	case w.set.openssh:
		return w.startOpenSSH()
	}
	server, err := simsftp.Start(simsftp.Config{Root: w.root, Password: sftpPassword})
	w.must(err)
	w.t.Cleanup(func() { _ = server.Close() })
	w.sftp = server
	w.write("secrets/known_hosts", server.KnownHosts())
	return fmt.Sprintf(`    kind: sftp
    host: %s
    port: %d
    user: %s
    password: file:secrets/sftp
    known_hosts: secrets/known_hosts
    path: /
    timeout: 2s
`, server.Host(), server.Port(), server.User())
}

// startOpenSSH serves the folder by a real sshd in inetd mode, one process a connection, for the current user and a key
// of his.
func (w *world) startOpenSSH() string {
	w.t.Helper()
	sshd := external(w.t, "sshd", "/usr/sbin/sshd", "/usr/local/sbin/sshd")
	if os.Geteuid() == 0 {
		_ = os.MkdirAll("/run/sshd", 0o755)
	}
	me, err := user.Current()
	w.must(err)
	host, _ := w.keyPair("../host")
	_, authorized := w.keyPair("secrets/id")
	w.write("../authorized", authorized)
	dir := filepath.Dir(w.dir)
	w.write("../sshd_config", fmt.Sprintf(`HostKey %s
AuthorizedKeysFile %s
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PidFile none
LogLevel ERROR
Subsystem sftp internal-sftp
`, filepath.Join(dir, "host"), filepath.Join(dir, "authorized")))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	var wg sync.WaitGroup
	wg.Go(func() { serveInetd(l, &wg, sshd, filepath.Join(dir, "sshd_config"), filepath.Join(dir, "sshd.log")) })
	w.t.Cleanup(func() { l.Close(); wg.Wait() })
	port := l.Addr().(*net.TCPAddr).Port
	w.write("secrets/known_hosts", fmt.Sprintf("[127.0.0.1]:%d %s", port, ssh.MarshalAuthorizedKey(host)))
	return fmt.Sprintf(`    kind: sftp
    host: 127.0.0.1
    port: %d
    user: %s
    key: secrets/id
    known_hosts: secrets/known_hosts
    path: %s
    timeout: 10s
%s`, port, me.Username, w.root, w.sealed())
}

func serveInetd(l net.Listener, wg *sync.WaitGroup, sshd, config, log string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		f, err := c.(*net.TCPConn).File()
		c.Close()
		if err != nil {
			return
		}
		wg.Go(func() {
			defer f.Close()
			cmd := exec.Command(sshd, "-i", "-f", config, "-E", log)
			cmd.Stdin, cmd.Stdout = f, f
			_ = cmd.Run()
		})
	}
}

// keyPair writes a private key into the working folder and returns its public half, also in the form of
// authorized_keys.
func (w *world) keyPair(name string) (ssh.PublicKey, string) {
	w.t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	w.must(err)
	block, err := ssh.MarshalPrivateKey(private, "")
	w.must(err)
	w.write(name, string(pem.EncodeToMemory(block)))
	key, err := ssh.NewPublicKey(public)
	w.must(err)
	return key, string(ssh.MarshalAuthorizedKey(key))
}

// hasOpenSSH reports whether a test may use a real server where it can also do without.
func hasOpenSSH() bool {
	_, err := os.Stat("/usr/sbin/sshd")
	return err == nil || os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1"
}

// external finds a program that tests use when it is there; in CI it must be.
func external(t *testing.T, name string, places ...string) string {
	t.Helper()
	if p, err := exec.LookPath(name); err == nil {
		return p
	}
	for _, p := range places {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	missing(t, name+" is not installed")
	return ""
}

// missing ends a test for which something is missing on this machine: it is skipped, and in CI it fails.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
		t.Fatal(why)
	}
	t.Skip(why)
}
