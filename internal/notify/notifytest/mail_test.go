package notifytest

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// people is a configuration with an accountant who reads German, and operators.
const people = `console: { name: "Lantern Works\u000d\u000aBcc: eve@example.com", public_url: "https://bridge.example.com" }
notify:
  mail:
    host: MAILHOST
    port: MAILPORT
    ca: secrets/ca.pem
    user: bridge
    password: file:secrets/mail
    from: "fisbridge <bridge@lantern.example>"
  webhooks:
    ops: { url: file:secrets/standard, secret: file:secrets/whsec }
    chat: { kind: slack, url: file:secrets/slack }
    team: { kind: teams, url: file:secrets/teams }
  heartbeat: { url: file:secrets/beat }
  recipients:
    - { name: accounting, role: accountant, routes: [expenses], mail: [ann@lantern.example, "Bob <bob@lantern.example>"], language: de }
    - { name: ledgers, role: accountant, routes: [ledger], mail: [carl@lantern.example] }
    - { name: operations, role: operator, about: [held, rejected, alarm, failed], mail: [op@lantern.example], webhooks: [ops, chat, team] }
`

// secrets are what must stand in no output: passwords and the addresses of channels.
var secrets = []string{mailPassword, hookSecret, "s3cr3t"}

// A held document is told once to each who it concerns: with its amount to accountants, without to operators, with no
// name and no value of the document to anybody; then nothing, until it changes.
func TestMattersAreToldOnce(t *testing.T) {
	w := newWorld(t)
	w.configure(people)
	shown := w.must(0, "notify", "show")
	if !strings.Contains(shown, "would go out now") || len(w.mails.taken()) > 0 {
		t.Errorf("show sent something, or says nothing:\n%s", shown)
	}
	w.must(0, "notify", "send")
	got := w.mails.taken()
	var to []string
	for _, l := range got {
		to = append(to, l.to)
	}
	slices.Sort(to)
	if strings.Join(to, " ") != "ann@lantern.example bob@lantern.example op@lantern.example" {
		t.Fatalf("mails to %v", to)
	}
	ids := map[string]bool{}
	for _, l := range got {
		ids[l.messageID] = true
		w.sound(l)
		if l.to == "op@lantern.example" {
			if strings.Contains(l.text+l.html, "61") {
				t.Errorf("an operator reads an amount:\n%s", l.text)
			}
			if l.subject != "Lantern Works Bcc: eve@example.com: 1 document of expenses is held" {
				t.Errorf("subject %q", l.subject)
			}
			continue
		}
		if !strings.Contains(l.text, "1 Beleg von expenses ist angehalten") || !strings.Contains(l.text, "61,00") || !strings.Contains(l.html, "61,00") {
			t.Errorf("the accountant reads:\n%s", l.text)
		}
		if !regexp.MustCompile(`https://bridge\.example\.com/c/lantern/held/[0-9a-f]{12}`).MatchString(l.text) {
			t.Errorf("no link to the page:\n%s", l.text)
		}
	}
	if len(ids) != 3 || w.mails.plain > 0 {
		t.Errorf("ids %v, %d logins in the clear", ids, w.mails.plain)
	}
	w.hooks(w.calls.taken())
	w.must(0, "notify", "send")
	if again := w.mails.taken(); len(again) > 0 || len(w.calls.taken()) > 0 {
		t.Errorf("told again: %v", again[0].text)
	}
	w.rejected()
	w.must(0, "audit", "verify")
}

// sound: a mail has the headers that it must have, and nothing in it that must not be there.
func (w *world) sound(l letter) {
	w.Helper()
	if l.head.Get("Bcc") != "" || len(l.head["To"]) != 1 || l.head.Get("Auto-Submitted") != "auto-generated" || !strings.HasSuffix(l.messageID, "@lantern.example>") {
		w.Errorf("headers: %v", l.head)
	}
	from, err := mail.ParseAddress(l.head.Get("From"))
	if err != nil || from.Address != "bridge@lantern.example" {
		w.Errorf("from %v %v", from, err)
	}
	for _, secret := range append(w.persons(), append(secrets, "699999")...) {
		if strings.Contains(l.subject+l.text+l.html, secret) {
			w.Errorf("a mail to %s says %q:\n%s", l.to, secret, l.text)
		}
	}
}

// persons are the names and ids of people in the held document.
func (w *world) persons() (out []string) {
	w.Helper()
	var list struct {
		Rows []struct {
			Doc      string `json:"doc_id"`
			Employee string `json:"employee_id"`
			State    string `json:"state"`
		} `json:"rows"`
	}
	w.ok(json.Unmarshal([]byte(w.must(0, "list", "documents", "--json")), &list))
	for _, d := range list.Rows {
		if d.Employee != "" {
			out = append(out, d.Employee)
		}
		if d.State == "held" || d.State == "rejected" {
			for _, m := range regexp.MustCompile(`"employee(?:First|Last)Name": ?"([^"]+)"`).FindAllStringSubmatch(w.must(0, "show", d.Doc, "--payload"), -1) {
				out = append(out, m[1])
			}
		}
	}
	if len(out) < 3 {
		w.Fatalf("no persons found: %v", out)
	}
	return out
}

// hooks looks at the three calls of webhooks: the signature by the library of the standard.
func (w *world) hooks(got []call) {
	w.Helper()
	paths := map[string]call{}
	for _, c := range got {
		paths[strings.Split(c.path, "/")[1]] = c
	}
	if len(got) != 3 || len(paths) != 3 {
		w.Fatalf("%d calls", len(got))
	}
	verifier, err := standardwebhooks.NewWebhook(hookSecret)
	w.ok(err)
	std := paths["standard"]
	w.ok(verifier.VerifyIgnoringTimestamp(std.body, std.head))
	if err := verifier.VerifyIgnoringTimestamp(append(std.body, ' '), std.head); err == nil {
		w.Error("a changed body verifies")
	}
	var body struct {
		Type string `json:"type"`
		Data struct {
			ID      string `json:"id"`
			Company string `json:"company"`
			Matters []struct {
				Kind, State, Route, URL string
				Sums                    map[string]string
			} `json:"matters"`
		} `json:"data"`
	}
	w.ok(json.Unmarshal(std.body, &body))
	if body.Type != "fisbridge.needs_person" || body.Data.ID != std.head.Get("webhook-id") || len(body.Data.Matters) != 1 || body.Data.Matters[0].Kind != "held" || body.Data.Matters[0].Sums != nil {
		w.Errorf("the webhook says %s", std.body)
	}
	var slack struct{ Text string }
	w.ok(json.Unmarshal(paths["slack"].body, &slack))
	if !strings.Contains(slack.Text, "|1 document of expenses is held") {
		w.Errorf("slack reads %q", slack.Text)
	}
	var teams struct {
		Type        string
		Attachments []struct {
			ContentType string
			Content     struct {
				Type, Version string
				Body          []struct{ Type, Text string }
				Actions       []struct{ Type, URL string }
			}
		}
	}
	w.ok(json.Unmarshal(paths["teams"].body, &teams))
	if teams.Type != "message" || len(teams.Attachments) != 1 || teams.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" || teams.Attachments[0].Content.Type != "AdaptiveCard" ||
		len(teams.Attachments[0].Content.Actions) != 1 || !strings.Contains(string(paths["teams"].body), "1 document of expenses is held") {
		w.Errorf("teams reads %s", paths["teams"].body)
	}
}

// rejected: the held document is rejected, and told as that.
func (w *world) rejected() {
	w.Helper()
	doc := regexp.MustCompile(`"doc_id": "([0-9a-f]{32})"`).FindStringSubmatch(w.must(0, "list", "documents", "--state", "held", "--json"))[1]
	w.must(0, "reject", doc, "--reason", "no such account for Jane")
	w.must(0, "notify", "send")
	got := w.mails.taken()
	if len(got) != 3 {
		w.Fatalf("%d mails about a rejected document", len(got))
	}
	for _, l := range got {
		w.sound(l)
		if strings.Contains(l.text, "Jane") || l.to == "ann@lantern.example" && !strings.Contains(l.text, "1 Beleg von expenses wurde am") {
			w.Errorf("the mail says:\n%s", l.text)
		}
	}
	w.calls.taken()
}

// A mail server that is away or refuses somebody stops nothing: it is in status and check, the message is tried again
// under the same id, one that is refused for good becomes an alarm, and that ends with the next message.
func TestServerIsAway(t *testing.T) {
	w := newWorld(t)
	w.configure(people)
	w.ok(w.mails.listener.Close()) // the server may not have begun to listen, and would go on
	if out := w.must(1, "notify", "send"); !strings.Contains(out, "mail server 127.0.0.1") {
		t.Errorf("send says:\n%s", out)
	}
	if out := w.must(3, "status"); !strings.Contains(out, "to people tried in vain") {
		t.Errorf("status says:\n%s", out)
	}
	if _, out := w.command("check", "--offline"); !strings.Contains(out, "tried in vain") {
		t.Errorf("check says:\n%s", out)
	}
	if _, out := w.command("run"); strings.Contains(out, "s3cr3t") || strings.Contains(out, "panic") {
		t.Errorf("run says:\n%s", out)
	}
	addr := w.mails.addr
	fresh := newMailServer(t)
	_ = fresh.listener.Close()
	fresh.refuse["bob@lantern.example"] = &smtp.SMTPError{Code: 550, Message: "no such user"}
	fresh.listen(t, addr)
	w.mails = fresh
	w.ok(os.WriteFile(filepath.Join(w.dir, "secrets", "ca.pem"), fresh.ca, 0o600))
	w.ahead += 30 * time.Minute
	_, out := w.command("notify", "send")
	var to []string
	for _, l := range w.mails.taken() {
		to = append(to, l.to)
	}
	slices.Sort(to)
	if !slices.Contains(to, "ann@lantern.example") || !slices.Contains(to, "op@lantern.example") || slices.Contains(to, "bob@lantern.example") {
		t.Fatalf("after the server came back, mails went to %v\n%s", to, out)
	}
	if out := w.must(3, "status"); !strings.Contains(out, "given up") || !strings.Contains(out, "no such user") {
		t.Errorf("status says:\n%s", out)
	}
	delete(fresh.refuse, "bob@lantern.example")
	w.must(0, "reject", regexp.MustCompile(`"doc_id": "([0-9a-f]{32})"`).FindStringSubmatch(w.must(0, "list", "documents", "--state", "held", "--json"))[1], "--reason", "look at it again")
	w.ahead += time.Hour
	w.must(0, "notify", "send")
	for _, secret := range secrets {
		log, err := os.ReadFile(filepath.Join(w.dir, "logs", "fisbridge.log"))
		w.ok(err)
		if strings.Contains(string(log), secret) {
			t.Errorf("the log says %q", secret)
		}
	}
}

// Killed between sending and noting, a message comes again under its own id; killed before, it comes once. Nothing is
// lost, and nobody else gets his twice.
func TestKilledBetweenTheSteps(t *testing.T) {
	w := newWorld(t)
	for i, at := range []struct {
		point string
		twice int
	}{{"commit.done", 0}, {"message.intended", 0}, {"message.acted", 1}, {"message.done", 0}, {"message.acted:2", 1}} {
		// under new names, everybody is new to it
		fresh := people
		for _, name := range []string{"accounting", "ledgers", "operations"} {
			fresh = strings.ReplaceAll(fresh, "name: "+name, fmt.Sprintf("name: %s%d", name, i))
		}
		w.configure(fresh)
		w.kill = at.point
		if code, out := w.command("notify", "send"); code != -1 {
			t.Fatalf("%s: it was not killed: %d\n%s", at.point, code, out)
		}
		w.kill = ""
		w.ahead += 11 * time.Minute // the try that was cut short holds its message for ten minutes
		w.must(0, "notify", "send")
		count := map[string]int{}
		for _, l := range w.mails.taken() {
			count[l.to+" "+l.messageID]++
		}
		to, all := map[string]bool{}, 0
		for key, n := range count {
			to[strings.Fields(key)[0]] = true
			all += n
		}
		all += len(w.calls.taken()) // three of webhooks; which message is the first is chance
		if len(count) != 3 || len(to) != 3 || all != 6+at.twice {
			t.Errorf("%s: mails: %v", at.point, count)
		}
	}
}

// The test message goes to each address, and says what a refusal says.
func TestTestMessage(t *testing.T) {
	w := newWorld(t)
	w.configure(people)
	out := w.must(0, "notify", "test")
	if got := w.mails.taken(); len(got) != 4 || strings.Count(out, "✓") != 8 {
		t.Errorf("%d mails\n%s", len(got), out)
	}
	w.calls.taken()
	w.calls.code = 404
	w.ok(os.WriteFile(filepath.Join(w.dir, "secrets", "mail"), []byte("wrong"), 0o600))
	out = w.must(1, "notify", "test", "operations")
	for _, want := range []string{"webhook of operations: webhook ops: it answered Not Found", "mail of operations: mail server 127.0.0.1"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing:\n%s", want, out)
		}
	}
	for _, secret := range secrets {
		if strings.Contains(out, secret) {
			t.Errorf("the output says %q", secret)
		}
	}
	w.must(2, "notify", "test", "nobody")
	_, out = w.command("check")
	if !strings.Contains(out, "notify.mail") || !strings.Contains(out, "notify.webhooks.ops") {
		t.Errorf("check says:\n%s", out)
	}
}
