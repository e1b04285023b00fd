package notifytest

import (
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	_ "modernc.org/sqlite" // the journal, by hand

	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// standing are people who are told of what stands badly, and of what was decided.
const standing = `console: { public_url: "https://bridge.example.com" }
approval: other
notify:
  mail:
    host: MAILHOST
    port: MAILPORT
    ca: secrets/ca.pem
    user: bridge
    password: file:secrets/mail
    from: "fisbridge <bridge@lantern.example>"
  recipients:
    - { name: operations, role: operator, about: [ties, disk], mail: [op@lantern.example] }
    - { name: asks, role: accountant, about: [decided], mail: [ann@lantern.example], language: de }
    - { name: approves, role: approver, about: [roles], mail: [ruth@lantern.example], language: fr }
`

// byHand changes the journal behind the program's back.
func (w *world) byHand(query string, args ...any) {
	w.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "journal", "fisbridge.db"))
	w.ok(err)
	defer db.Close()
	result, err := db.ExecContext(w.Context(), query, args...)
	w.ok(err)
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		w.Fatalf("%s changes nothing (%v)", query, err)
	}
}

// missing ends a test for which something is missing on this machine: it is skipped, and in CI it fails.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// somebodyElse gives a command as another account of the system: a number of a user namespace.
func (w *world) somebodyElse(args ...string) {
	w.Helper()
	const other = 48151
	cmd := w.cmd(args...)
	cmd.Dir = filepath.Dir(w.dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: other, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: other, HostID: os.Getgid(), Size: 1}}}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		missing(w.T, "an account of its own for somebody else: "+err.Error())
	}
	if err != nil {
		w.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// changedBook is the workbook of expenses with another account in it, elsewhere.
func (w *world) changedBook() string {
	w.Helper()
	f, err := excelize.OpenFile(filepath.Join(w.dir, "mappings", "generic-csv.xlsx"))
	w.ok(err)
	defer f.Close()
	w.ok(f.SetCellStr("Accounts", "B6", "640107"))
	path := filepath.Join(w.TempDir(), "generic-csv.xlsx")
	w.ok(f.SaveAs(path))
	return path
}

// sent sends what is to be told, and gives the mails: one a line, who and what.
func (w *world) sent() string {
	w.Helper()
	w.must(0, "notify", "send")
	var out []string
	for _, l := range w.mails.taken() {
		w.sound(l)
		out = append(out, l.to+" | "+l.subject+"\n"+l.text)
	}
	return strings.Join(out, "\n")
}

// says wants words in what was sent.
func (w *world) says(what, sent string, words ...string) {
	w.Helper()
	for _, word := range words {
		if !strings.Contains(sent, word) {
			w.Errorf("%s: the mails do not say %q, but:\n%s", what, word, sent)
		}
	}
}

// Figures that do not tie out are told at once to operators, those of an old month too when a document of it changed
// since, by their months; told once, and once more when they tie out again.
func TestFiguresThatDoNotTieOutAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(standing)
	if sent := w.sent(); sent != "" {
		t.Fatalf("all is well, and told is:\n%s", sent)
	}
	var doc, received string
	db, err := sql.Open("sqlite", filepath.Join(w.dir, "journal", "fisbridge.db"))
	w.ok(err)
	defer db.Close()
	w.ok(db.QueryRow(`SELECT doc_id, received_at FROM documents WHERE state = 'posted' ORDER BY doc_id LIMIT 1`).Scan(&doc, &received))
	month := func(at string) string {
		m, err := time.Parse("2006-01-02", at[:10])
		w.ok(err)
		return m.Format("January 2006")
	}
	w.byHand(`UPDATE documents SET state = 'mislaid' WHERE doc_id = ?`, doc)
	w.says("this month", w.sent(), "op@lantern.example | ", "the figures of "+month(received)+" do not tie out", "https://bridge.example.com/c/lantern/?since="+received[:8]+"01")
	if sent := w.sent(); sent != "" {
		t.Errorf("told again:\n%s", sent)
	}
	old := "2026-03-31T12:00:00.000000Z"
	w.byHand(`UPDATE documents SET received_at = ? WHERE doc_id = ?`, old, doc)
	w.says("an old month", w.sent(), "the figures of March 2026 do not tie out", "/c/lantern/?since=2026-03-01&until=2026-03-31")
	w.byHand(`UPDATE documents SET state = 'posted', received_at = ? WHERE doc_id = ?`, received, doc)
	w.says("the end", w.sent(), "op@lantern.example | ", "March 2026")
	w.must(0, "audit", "verify")
}

// Who asked for a changed mapping is told how it was decided by somebody else, and approvers when roles of a person
// were given: in their languages, without names.
func TestDecisionsAndRolesAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(standing)
	book, err := signin.Open(t.Context(), filepath.Join(w.dir, "journal", "console.db"), func() time.Time { return time.Now().Add(w.ahead) })
	w.ok(err)
	defer book.Close()
	if sent := w.sent(); sent != "" {
		t.Fatalf("all is well, and told is:\n%s", sent)
	}
	_, word, err := book.Invite(t.Context(), "the test", "zebedee", "Zebedee Smith", "lantern", []signin.Role{signin.Accountant})
	w.ok(err)
	_, err = book.UseLink(t.Context(), word, "five white horses at noon")
	w.ok(err)
	p, err := book.Called(t.Context(), "zebedee")
	w.ok(err)
	w.ok(book.SetRoles(t.Context(), signin.Person{Name: "aiko"}, p.ID, "lantern", []signin.Role{signin.Accountant, signin.Auditor}, "audits in May"))
	sent := w.sent()
	w.says("roles", sent, "ruth@lantern.example | ", "rôles d’une personne", "https://bridge.example.com/c/lantern/settings/people")
	if strings.Contains(strings.ToLower(sent), "zebedee") || strings.Contains(sent, "ann@") || strings.Contains(sent, "op@") {
		t.Errorf("roles are told with a name, or to others:\n%s", sent)
	}
	if again := w.sent(); again != "" {
		t.Errorf("told again:\n%s", again)
	}

	changed := w.changedBook()
	w.must(3, "mapping", "propose", changed, "--reason", "hotels move")
	if sent := w.sent(); sent != "" {
		t.Errorf("what waits is no decision:\n%s", sent)
	}
	w.somebodyElse("mapping", "reject", "expenses", "--reason", "not before May")
	w.says("declined", w.sent(), "ann@lantern.example | ", "Änderung 1", "https://bridge.example.com/c/lantern/mappings/expenses/changes/1")
	w.must(3, "mapping", "propose", changed, "--reason", "hotels move, in May")
	w.somebodyElse("mapping", "approve", "expenses", "--reason", "now it is May")
	w.says("approved", w.sent(), "ann@lantern.example | ", "Änderung 2")
	if again := w.sent(); again != "" {
		t.Errorf("told again:\n%s", again)
	}
}

// A disk that gets full is told to operators before it is, and again when there is room: the journal lies on a small
// disk of its own, in a namespace of the kernel.
func TestDiskIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.configure(standing)
	script := `mount -t tmpfs -o size=96m fisbridge "$1" && "$0" demo "$1/lantern" >/dev/null && cp -R "$2/secrets/." "$1/lantern/secrets/" && cat "$3" >>"$1/lantern/fisbridge.yaml" || exit 9
"$0" -C "$1/lantern" notify send && head -c 84M /dev/zero >"$1/full" && "$0" -C "$1/lantern" notify send && "$0" -C "$1/lantern" notify send && rm "$1/full" && "$0" -C "$1/lantern" notify send`
	disk := t.TempDir()
	told := filepath.Join(t.TempDir(), "told.yaml")
	w.ok(os.WriteFile(told, []byte(w.told(standing)), 0o600))
	cmd := exec.CommandContext(t.Context(), "unshare", "--map-root-user", "--mount", "sh", "-c", script, w.bin, disk, w.dir, told)
	cmd.Env = w.cmd().Env
	out, err := cmd.CombinedOutput()
	if err != nil {
		missing(t, "a disk of its own for the journal: "+err.Error()+"\n"+string(out))
	}
	var subjects []string
	for _, l := range w.mails.taken() {
		w.sound(l)
		if strings.Contains(l.text, "% of the disk of the journal are free") {
			subjects = append(subjects, l.to+" "+l.text)
		}
	}
	if len(subjects) != 2 || !strings.HasPrefix(subjects[0], "op@lantern.example ") {
		t.Errorf("told is, of a disk that got full and has room again:\n%s", strings.Join(subjects, "\n"))
	}
}
