package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// minimal is the least that a working folder needs.
const minimal = `
concur:
  base_url: https://us2.api.concursolutions.com
  company_uuid: 00000000-1111-2222-3333-444444444444
  client_id: app-1
  client_secret: env:FISBRIDGE_TEST_SECRET
  system_id: acme-1
journal:
  path: journal/fisbridge.db
targets:
  erp:
    kind: sftp
    host: sftp.example.com
    user: fis
    key: keys/id
    known_hosts: keys/known_hosts
routes:
  - name: expenses
    doc_types: [expense]
    mapping: mappings/acme.xlsx
    drop: {target: erp, folder: in}
    returns: {folder: out}
`

func parse(t *testing.T, text string) (*Config, error) {
	t.Helper()
	return Parse([]byte(text), FileName, t.TempDir())
}

func TestDefaults(t *testing.T) {
	cfg, err := parse(t, minimal)
	if err != nil {
		t.Fatal(err)
	}
	got := []any{cfg.Targets["erp"].Port, cfg.Concur.PageSize, cfg.Routes[0].Returns.Target, cfg.Routes[0].Returns.Archive,
		cfg.Routes[0].Returns.Settle, cfg.Routes[0].Drop.Verify, cfg.Schedule.Missed, cfg.DocTypes(), cfg.Routes[0].PaysFor(fis.Expense)}
	want := []any{22, 25, "erp", "archive", 2 * time.Second, "size", "latest", []fis.DocType{fis.Expense}, true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, want := cfg.Path("mappings/acme.xlsx"), filepath.Join(cfg.Dir(), "mappings", "acme.xlsx"); got != want {
		t.Errorf("Path: %s, want %s", got, want)
	}
}

// A default that a person sets to nothing stays nothing.
func TestExplicitZero(t *testing.T) {
	cfg, err := parse(t, strings.Replace(minimal, "{folder: out}", "{folder: out, settle: 0s, min_age: 0s}", 1))
	if err != nil {
		t.Fatal(err)
	}
	if r := cfg.Routes[0].Returns; r.Settle != 0 || r.MinAge != 0 || r.Scan != time.Minute {
		t.Errorf("%+v", r)
	}
}

// Numbers keep their spelling where a text is wanted.
func TestLeadingZeros(t *testing.T) {
	cfg, err := parse(t, strings.Replace(minimal, "system_id: acme-1", "system_id: 007", 1))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Concur.SystemID != "007" {
		t.Errorf("system_id %q", cfg.Concur.SystemID)
	}
}

// Each mistake is told with its line and its way out, all of them at once.
func TestAllProblemsAtOnce(t *testing.T) {
	_, err := parse(t, `
concur:
  base_url: http://us2.api.concursolutions.com
  client_id: app-1
  client_secret: hunter2hunter2
  system_id: `+strings.Repeat("x", 51)+`
  page_sise: 10
  timeout: 90
journal:
  path: //server/share/fisbridge.db
targets:
  erp:
    kind: sfpt
  local:
    kind: folder
    path: drop
    host: example.com
  real:
    kind: sftp
    host: sftp.example.com
    user: fis
routes:
  - name: My Route
    doc_types: [expence, cashadvance]
    mapping: m.xlsx
    payments: true
    drop: {target: locl, folder: ../up, done_marker: done}
    returns: {target: local, folder: out, archive: ., match: ["[x"]}
  - name: second
    doc_types: [cashadvance]
    mapping: m.xlsx
    drop: {target: local, folder: in}
    returns: {folder: in}
schedule:
  runs: ["0 25 * * *"]
  timezone: Europe/Berln
logging:
  level: loud
warn_after_days: 0
`)
	want := []string{
		`fisbridge.yaml:2: concur.company_uuid: is missing (Concur shows it beside the company request token)`,
		`fisbridge.yaml:3: concur.base_url: "http://us2.api.concursolutions.com" must begin with https:// (plain http is for this machine only)`,
		`fisbridge.yaml:5: concur.client_secret: "***" must name the place of the secret, not the secret itself (write env:NAME for an environment variable or file:path for a file that only fisbridge may read)`,
		`fisbridge.yaml:6: concur.system_id: "` + strings.Repeat("x", 51) + `" is longer than 50 characters`,
		`fisbridge.yaml:7: concur.page_sise: is not a key that fisbridge knows (did you mean page_size?)`,
		`fisbridge.yaml:8: concur.timeout: "90" is not a length of time (write 30s, 5m or 2h)`,
		`fisbridge.yaml:10: journal.path: "//server/share/fisbridge.db" is on a network drive (UNC path) (the journal needs a disk of this machine: file locks over a network lose data)`,
		`fisbridge.yaml:13: targets.erp.kind: "sfpt" is not one of folder, sftp, jump (did you mean sftp?)`,
		`fisbridge.yaml:17: targets.local.host: means nothing for kind folder (remove it, or set kind: sftp)`,
		`fisbridge.yaml:18: targets.real: has no way to log in (give password, key or agent: true)`,
		`fisbridge.yaml:18: targets.real: does not say how to know the server (give known_hosts (a file) or host_keys (fingerprints such as SHA256:...))`,
		`fisbridge.yaml:23: routes[0].name: "My Route" is not a name (small letters, digits, - and _, at most 40: names become parts of file names)`,
		`fisbridge.yaml:24: routes[0].doc_types[0]: "expence" is not one of expense, invoice, cashadvance, payroll, requestobligation, reportobligation, obligation (did you mean expense?)`,
		`fisbridge.yaml:26: routes[0].payments: is on, but Concur takes payments of expense and invoice only, not of cashadvance (remove the key: payments of other types are kept in the journal and not sent)`,
		`fisbridge.yaml:27: routes[0].drop.target: "locl" is not a target (did you mean local?)`,
		`fisbridge.yaml:27: routes[0].drop.folder: "../up" is not inside the target (folders are relative to the target's path)`,
		`fisbridge.yaml:27: routes[0].drop.done_marker: "done" is not a pattern of a file name (write one such as {name}.done or {stem}.ok)`,
		`fisbridge.yaml:28: routes[0].returns.archive: "." is not a sub-folder of the return folder (write a name such as archive)`,
		`fisbridge.yaml:28: routes[0].returns.match[0]: "[x" is not a pattern of file names (write one such as *.csv)`,
		`fisbridge.yaml:30: routes[1].doc_types: "cashadvance" never arrives here: route My Route takes every document of the type (give the earlier route a condition (when), or put this one first)`,
		`fisbridge.yaml:33: routes[1].returns.folder: "in" is also the drop folder (our own import files would be read as results: name another folder, or the names of result files in match)`,
		`fisbridge.yaml:35: schedule.runs[0]: "0 25 * * *" is not a cron expression (five fields: minute hour day month weekday; "0 2 * * *" is every night at two)`,
		`fisbridge.yaml:36: schedule.timezone: "Europe/Berln" is not a time zone (write one such as Europe/Berlin or America/New_York)`,
		`fisbridge.yaml:38: logging.level: "loud" is not one of debug, info, warn, error`,
		`fisbridge.yaml:39: warn_after_days: "0" is outside 1 to 3650`,
	}
	if err == nil {
		t.Fatal("no problems found")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Error(diff)
	}
}

// What is not YAML, or YAML of another kind than ours, gets one clear message.
func TestNotYAML(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty":      {"# nothing\n", "is empty"},
		"list":       {"- a\n", "must hold keys and values"},
		"tab":        {"concur:\n\tbase_url: x\n", "a tab stands where only blanks may (indent with blanks)"},
		"utf-16":     {"\xff\xfec\x00:\x00", "is not text in UTF-8 (save it as UTF-8"},
		"shell":      {strings.Replace(minimal, "journal/fisbridge.db", "~/fisbridge.db", 1), "begins with something that only a shell replaces"},
		"two":        {minimal + "---\nconcur: {}\n", "more than one YAML document"},
		"anchor":     {strings.Replace(minimal, "app-1", "&x app-1", 1), "uses an anchor"},
		"brackets":   {"concur: " + strings.Repeat("[", 10_000), "nested deeper"},
		"twice":      {strings.Replace(minimal, "  client_id: app-1", "  client_id: app-1\n  client_id: app-2", 1), "client_id"},
		"list value": {strings.Replace(minimal, "client_id: app-1", "client_id: [a, b]", 1), "must be a text"},
		"number":     {minimal + "warn_after_days: many\n", "is not a whole number"},
		"bool":       {strings.Replace(minimal, "name: expenses", "name: expenses\n    include_test: perhaps", 1), "must be true or false"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(t, test.text)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v; want %q in it", err, test.want)
			}
		})
	}
}

// Keys given twice are told with both lines, and the rest of the file is looked at all the same.
func TestTwice(t *testing.T) {
	_, err := parse(t, strings.Replace(minimal, "  client_id: app-1", "  client_id: app-1\n  client_id: app-2\n  page_size: 0", 1))
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 2 || problems[0].Reason != "is given twice, in line 5 and line 6" || problems[1].Field != "concur.page_size" {
		t.Error(err)
	}
}

// What is no mapping of keys at all gets one message, not one more for each key that is missing.
func TestOneMessage(t *testing.T) {
	for _, text := range []string{"- a\n", "just words\n", "\x00\x01\xff", "# nothing\n"} {
		_, err := parse(t, text)
		var problems Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Hint == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// An editor of Windows puts a mark before the text, and CR before each line end.
func TestWindowsEditor(t *testing.T) {
	cfg, err := parse(t, "\ufeff"+strings.ReplaceAll(minimal, "\n", "\r\n"))
	if err != nil || cfg.Concur.ClientID != "app-1" || cfg.Routes[0].Returns.Folder != "out" {
		t.Fatalf("%+v, %v", cfg, err)
	}
}

// Addresses: https to the vendor or a configured domain, http to this machine only.
func TestBaseURL(t *testing.T) {
	for address, good := range map[string]bool{
		"https://eu2.api.concursolutions.com":         true,
		"https://cn.api.concurcdc.cn":                 true,
		"http://127.0.0.1:8080/prefix":                true,
		"http://[::1]:8080":                           true,
		"http://localhost:8080":                       true,
		"http://eu2.api.concursolutions.com":          false,
		"https://concursolutions.com.example.org":     false,
		"https://evilconcursolutions.com":             false,
		"https://user:pw@eu2.api.concursolutions.com": false,
		"https://eu2.api.concursolutions.com/?a=b":    false,
		"ftp://127.0.0.1":                             false,
		"eu2.api.concursolutions.com":                 false,
		"http://127.0.0.1.example.org":                false,
	} {
		_, err := parse(t, strings.Replace(minimal, "https://us2.api.concursolutions.com", address, 1))
		if (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "pw") {
			t.Errorf("%s: the message repeats a password: %v", address, err)
		}
	}
}

// A secret's text never comes out, whatever prints the configuration, and a literal one is not repeated in the refusal.
func TestSecretsStayHidden(t *testing.T) {
	const planted = "planted-secret-value"
	t.Setenv("FISBRIDGE_TEST_SECRET", planted)
	cfg, err := parse(t, minimal)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := cfg.Reveal(cfg.Concur.ClientSecret); err != nil || got != planted {
		t.Fatalf("Reveal: %q, %v", got, err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "secret", cfg.Concur.ClientSecret, "config", cfg)
	asJSON, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(cfg.Concur)
	if err != nil {
		t.Fatal(err)
	}
	s := cfg.Concur.ClientSecret
	for _, out := range []string{fmt.Sprintf("%v %+v %#v %s %q %d", s, s, s, s, s, s), fmt.Sprintf("%v %+v %#v", cfg, cfg, *cfg), log.String(), string(asJSON), string(asYAML)} {
		if strings.Contains(out, planted) || strings.Contains(out, "FISBRIDGE_TEST_SECRET") || !strings.Contains(out, secret.Stars) {
			t.Errorf("secret or its place in %q", out)
		}
	}
	_, err = parse(t, strings.Replace(minimal, "env:FISBRIDGE_TEST_SECRET", planted, 1))
	if err == nil || strings.Contains(err.Error(), planted) {
		t.Errorf("literal secret: %v", err)
	}
	_, err = parse(t, strings.Replace(minimal, "env:FISBRIDGE_TEST_SECRET", planted+"\n  : [", 1))
	if err == nil || strings.Contains(err.Error(), planted) {
		t.Errorf("literal secret beside a syntax error: %v", err)
	}
}

func TestReveal(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("good", "pass word \r\n")
	write("empty", "\n")
	write("windows", "\ufeffpass\r\n")
	write("key", "-----BEGIN\nabc\n")
	write("large", strings.Repeat("x", 64<<10+1))
	cfg := &Config{dir: dir}
	for ref, want := range map[string]string{
		"file:good": "pass word ", "file:empty": "is empty", "file:windows": "pass", "file:key": "more than one line", "file:large": "larger than", "file:none": "no such file", "env:FISBRIDGE_NOT_SET": "FISBRIDGE_NOT_SET is not set",
	} {
		s, err := secret.At(ref)
		if err != nil {
			t.Fatal(err)
		}
		got, err := cfg.Reveal(s)
		if err != nil {
			got = err.Error()
		}
		if got != want && (err == nil || !strings.Contains(got, want)) {
			t.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
	if _, err := cfg.Reveal(secret.Secret{}); err == nil {
		t.Error("a secret that is not configured has a value")
	}
}

// The example is right but for what only a person can know; and every key in its comments exists.
func TestExample(t *testing.T) {
	text, err := Example("generic-csv", "mappings/generic-csv.xlsx", []fis.DocType{fis.Expense, fis.CashAdvance}, Beginning{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = parse(t, string(text))
	var problems Problems
	if !errors.As(err, &problems) || len(problems) != 3 {
		t.Fatalf("%v; want the three placeholders", err)
	}
	for _, p := range problems {
		if p.Reason != "still has to be filled in" {
			t.Error(p)
		}
	}
	filled := strings.ReplaceAll(string(text), Placeholder, "acme")
	if _, err := parse(t, filled); err != nil {
		t.Error(err)
	}
	if _, err := parse(t, uncommentKeys(strings.Replace(filled, "[expense, cashadvance]", "[expense]", 1))); err != nil {
		t.Error(err)
	}
}

// uncommentKeys switches every commented key on, and the folder target off in favour of the SFTP one.
func uncommentKeys(text string) string {
	text = strings.Replace(text, "  erp:\n    kind: folder\n    path: erp\n", "", 1)
	key := regexp.MustCompile(`^( *)# ((?:  )*[a-z_]+:(?: .*)?)$`)
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if m := key.FindStringSubmatch(line); m != nil {
			value := regexp.MustCompile(` {2,}[a-z#].*$`).ReplaceAllString(strings.TrimLeft(m[2], " "), "")
			line = m[1] + m[2][:len(m[2])-len(strings.TrimLeft(m[2], " "))] + value
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "no fisbridge.yaml in "+dir) {
		t.Errorf("no file: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, FileName), []byte(strings.Repeat("#", maxFile+1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "larger than 256 KiB") {
		t.Errorf("huge file: %v", err)
	}
}

// Whatever bytes are in the file: an answer, no crash, and no endless reading.
func FuzzParse(f *testing.F) {
	f.Add([]byte(minimal))
	f.Add([]byte("a: *b\n<<: c\n? [x]\n: - - - y\n"))
	f.Add([]byte("routes:\n- - -\n  - {a: !!str b}\n  - |\n   x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > maxFile {
			return
		}
		cfg, err := Parse(text, FileName, "/nowhere")
		if (cfg == nil) == (err == nil) {
			t.Errorf("config %v, error %v", cfg, err)
		}
	})
}

// Days are those of the schedule's zone also while the rest of the file is still to be filled in.
func TestZoneOfAFileThatIsNotFilledIn(t *testing.T) {
	for text, want := range map[string]string{
		"concur: {base_url: CHANGE-ME}\nschedule: {timezone: Asia/Tokyo}\n": "Asia/Tokyo",
		"concur: {base_url: CHANGE-ME}\n":                                   "UTC",
		"schedule: {timezone: Asia/Tokio}\n":                                "",
		"schedule: [\n":                                                     "",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, FileName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		zone, err := Zone(dir)
		if want == "" && err == nil || want != "" && (err != nil || zone.String() != want) {
			t.Errorf("%q: %v, %v", text, zone, err)
		}
	}
	if _, err := Zone(t.TempDir()); !errors.Is(err, ErrNoConfig) {
		t.Error(err)
	}
}
