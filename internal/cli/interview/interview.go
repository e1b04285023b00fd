// Package interview owns the questions of init: what is asked of a person at a terminal, with the answer that an empty
// line takes, and what is refused. It guarantees that nothing is made before the last answer, and that no secret is shown.
package interview

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/check"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// later is the answer to what nobody knows yet; the configuration then says that it has to be filled in.
const later = "later"

// Where the secrets lie that a person gave to init, in the working folder.
const (
	clientSecretFile = "secrets/client_secret"
	sftpPasswordFile = "secrets/sftp_password"
)

// interview is what was answered so far.
type interview struct {
	*term.Questions
	folder   string
	template string
	begin    workshop.Beginning
}

// Answers are what a person said: the folder to make, the template, and what is known of the company.
type Answers struct {
	Folder   string
	Template string
	Begin    workshop.Beginning
}

// Ask asks a person all of it. An error says that nothing was made.
func Ask(ctx context.Context, q *term.Questions, folder, language string) (Answers, error) {
	i := &interview{Questions: q, folder: folder, begin: workshop.Beginning{Secrets: map[string]string{}}}
	i.begin.Language = language
	i.Say("This makes a working folder for one company. An empty line takes what stands in [brackets]; what you do\nnot know yet can be written into fisbridge.yaml later. Nothing is made before the last answer.\n")
	for _, ask := range []func(context.Context) error{i.company, i.erp, i.concur, i.target, i.agree} {
		if err := ask(ctx); err != nil {
			return Answers{}, notMade(ctx, err)
		}
	}
	return Answers{Folder: i.folder, Template: i.template, Begin: i.begin}, nil
}

// CanLogIn tells whether all is known that a login needs beside the request token.
func (a Answers) CanLogIn() bool {
	return a.Begin.CompanyUUID != "" && a.Begin.ClientID != "" && a.Begin.Secrets[clientSecretFile] != ""
}

// notMade is how the dialogue ends before its end.
func notMade(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return &desk.Error{Code: desk.ExitInterrupted, Err: ctx.Err(), Hint: "nothing was made"}
	case errors.Is(err, term.ErrNoAnswer):
		return &desk.Error{Code: desk.ExitUsage, Err: errors.New("the answers ended before the last question, and nothing was made"), Hint: "fisbridge init --template NAME FOLDER asks nothing"}
	}
	return err
}

func (i *interview) company(context.Context) (err error) {
	abs, err := filepath.Abs(i.folder)
	if err != nil {
		return err
	}
	if i.begin.Company, err = i.Text("What people call the company", filepath.Base(abs), nil); err != nil {
		return err
	}
	if i.folder == "." {
		if here, err := os.ReadDir("."); err == nil && len(here) > 0 {
			i.folder = filepath.Join(i.folder, wording.ShortName(i.begin.Company))
		} else {
			i.folder = abs // a person wants to read where that is
		}
	}
	if i.folder, err = i.Text("Its working folder", i.folder, func(folder string) error {
		if _, err := os.Lstat(filepath.Join(folder, "fisbridge.yaml")); err == nil {
			return fmt.Errorf("there is a working folder already: nothing is overwritten")
		}
		return nil
	}); err != nil {
		return err
	}
	i.begin.Timezone, err = i.Text("Its time zone: days and the schedule are told by it", localZone(), func(name string) error {
		if _, err := time.LoadLocation(name); err != nil || name == "Local" || name == "" {
			return errors.New("that is not the name of a time zone, such as Europe/Berlin or America/New_York")
		}
		return nil
	})
	if err == nil && i.begin.Language == "" {
		i.begin.Language, err = i.Text("The language of its accountants, for the mapping workbook, mails and reports: "+strings.Join(config.Languages(), ", "), localLanguage(), func(code string) error {
			if !slices.Contains(config.Languages(), code) {
				return fmt.Errorf("that is not one of %s", strings.Join(config.Languages(), ", "))
			}
			return nil
		})
	}
	return err
}

// localLanguage is the language of this machine, en where it is none of ours.
func localLanguage() string {
	code := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG"))
	if code, _, _ = strings.Cut(code, "_"); slices.Contains(config.Languages(), code) {
		return code
	}
	return "en"
}

// localZone is the name of the zone of this machine, UTC where it does not tell one.
func localZone() string {
	name := os.Getenv("TZ")
	if name == "" {
		link, _ := filepath.EvalSymlinks("/etc/localtime")
		_, name, _ = strings.Cut(filepath.ToSlash(link), "/zoneinfo/")
	}
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Etc/UTC" {
		return "UTC"
	}
	return name
}

// erp asks for the template, by its name or by the ERP's.
func (i *interview) erp(context.Context) error {
	all := workshop.TemplatesFor("", "")
	var found []workshop.Template
	i.Say("")
	asked, err := i.Text("Which ERP reads the import files? Its name, such as SAP, NetSuite, DATEV, or ? for all", "generic-csv", func(answer string) (err error) {
		if answer == "?" {
			found = workshop.Templates(all)
			return nil
		}
		if found, err = workshop.FindTemplates(all, answer); err == nil {
			return nil
		}
		hint := "? lists what there is, and generic-csv is a file that you shape"
		var unknown *desk.Error
		if errors.As(err, &unknown) && strings.HasPrefix(unknown.Hint.String(), "did you mean") {
			hint = unknown.Hint.String()
		}
		return fmt.Errorf("nothing here is read by %q; %s", answer, hint)
	})
	if err != nil {
		return err
	}
	chosen := 0
	if len(found) > 1 {
		slices.SortStableFunc(found, func(a, b workshop.Template) int { return -cmp.Compare(named(a, asked), named(b, asked)) })
		var names, meanings []string
		for k := range found {
			names, meanings = append(names, found[k].Name), append(meanings, found[k].Title)
		}
		if chosen, err = i.Choice("Which one", names, meanings); err != nil {
			return err
		}
	}
	i.template = found[chosen].Name
	i.Say("  %s: %s", i.template, found[chosen].Title)
	return nil
}

// named is 1 for a template that is called by the word that was asked for, and 0 for others that it helps too.
func named(t workshop.Template, asked string) int {
	if strings.HasPrefix(t.Name, strings.ToLower(asked)) {
		return 1
	}
	return 0
}

// centres are Concur's data centres by the names that people know, and the global landing zone, where the first token of
// a company is fetched and which names the data centre (the API's guide on authentication).
var centres = map[string]string{"glz": "https://glz.api.concursolutions.com", "usg": "https://usg.api.concursolutions.com", "us": "https://us.api.concursolutions.com", "us2": "https://us2.api.concursolutions.com", "eu": "https://eu.api.concursolutions.com",
	"eu2": "https://eu2.api.concursolutions.com", "emea": "https://emea.api.concursolutions.com", "apj1": "https://apj1.api.concursolutions.com", "cn": "https://cn.api.concurcdc.cn"}

var uuid = regexp.MustCompile(`(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func (i *interview) concur(context.Context) (err error) {
	b := &i.begin
	i.Say("\nThe login to Concur. Its administrator has these from the application that was registered for you.")
	if _, err = i.Text("Data centre: glz (Concur finds it), us2, eu2, apj1, usg, us, eu, emea, cn, or its https address", "glz", func(answer string) error {
		if b.BaseURL = centres[strings.ToLower(answer)]; b.BaseURL != "" {
			return nil
		}
		u, err := url.Parse(answer)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" {
			return errors.New("one of the names, or an address such as https://glz.api.concursolutions.com")
		}
		b.BaseURL = strings.TrimRight(answer, "/")
		return nil
	}); err != nil {
		return err
	}
	if b.CompanyUUID, err = i.orLater("Company UUID", func(answer string) error {
		if !uuid.MatchString(answer) {
			return errors.New("it looks like 08bca1a4-2b1d-4a8e-9f6e-1f0f64c32f11")
		}
		return nil
	}); err != nil {
		return err
	}
	if b.ClientID, err = i.orLater("Client id of the application", nil); err != nil {
		return err
	}
	text, err := i.Secret("Client secret of the application")
	if err != nil {
		return err
	}
	b.ClientSecret = "file:" + clientSecretFile
	if text != "" {
		b.Secrets[clientSecretFile] = text + "\n"
	}
	abs, err := filepath.Abs(i.folder)
	if err != nil {
		return err
	}
	b.SystemID, err = i.Text("Name of this installation in Concur; no other may have it", "fisbridge-"+wording.ShortName(filepath.Base(abs)), func(answer string) error {
		if len(answer) > 50 {
			return errors.New("it may have 50 characters")
		}
		return nil
	})
	return err
}

// orLater asks for what can be told later: "" then.
func (i *interview) orLater(question string, check func(string) error) (string, error) {
	answer, err := i.Text(question, later, func(answer string) error {
		if answer == later || check == nil {
			return nil
		}
		return check(answer)
	})
	if answer == later {
		answer = ""
	}
	return answer, err
}

func (i *interview) target(ctx context.Context) error {
	b := &i.begin
	i.Say("\nWhere the ERP takes import files and leaves its result files.")
	kind, err := i.Choice("Which one", []string{"folder", "sftp"}, []string{"a folder of this machine, a mounted share among them", "a folder of an SFTP server"})
	if err != nil {
		return err
	}
	if kind == 1 {
		if err := i.server(ctx); err != nil {
			return err
		}
		if b.Path, err = i.Text("Folder on the server", "/", nil); err != nil {
			return err
		}
	} else if b.Path, err = i.Text("Folder; a relative one lies in the working folder", "erp", func(path string) error {
		if info, err := os.Stat(path); filepath.IsAbs(path) && (err != nil || !info.IsDir()) {
			return fmt.Errorf("%s is not there: make it first, or mount it", path)
		}
		return nil
	}); err != nil {
		return err
	}
	b.Path = filepath.ToSlash(b.Path)
	if b.Drop, err = i.Text("Folder in it for import files", "in", nil); err != nil {
		return err
	}
	b.Returns, err = i.Text("Folder in it for result files", "out", nil)
	return err
}

// server asks how the SFTP server is reached, and has its key compared.
func (i *interview) server(ctx context.Context) (err error) {
	s := &i.begin.Server
	if s.Host, err = i.Text("Host name of the server", "sftp.example.com", nil); err != nil {
		return err
	}
	if _, err = i.Text("Port", "22", func(answer string) error {
		if s.Port, err = strconv.Atoi(answer); err != nil || s.Port < 1 || s.Port > 65535 {
			return errors.New("a number from 1 to 65535")
		}
		return nil
	}); err != nil {
		return err
	}
	if err := i.hostKey(ctx); err != nil {
		return err
	}
	if s.User, err = i.Text("Account on the server", "fisbridge", nil); err != nil {
		return err
	}
	way, err := i.Choice("How it logs in", []string{"key", "password"}, []string{"a key file, as ssh-keygen -t ed25519 makes it", "a password"})
	if err != nil {
		return err
	}
	if way == 0 {
		s.Key, err = i.Text("Key file; a relative path lies in the working folder", "secrets/id_ed25519", nil)
		return err
	}
	text, err := i.Secret("Password")
	if text != "" {
		i.begin.Secrets[sftpPasswordFile] = text + "\n"
	}
	s.Password = "file:" + sftpPasswordFile
	return err
}

// hostKey shows the key of the server and takes it only when a person says that it is the right one.
func (i *interview) hostKey(ctx context.Context) error {
	s := &i.begin.Server
	key, err := check.OfferedKey(ctx, s.Host, s.Port)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		i.Say("  %v\n  its host key stays to be filled in (targets.erp.host_keys)", err)
		return nil
	}
	i.Say("  the server shows the key %s %s", key.Kind, key.Fingerprint)
	same, err := i.Yes("Does whoever owns the server tell you the same fingerprint, by telephone or letter", false)
	if err != nil {
		return err
	}
	if same {
		s.HostKey = key.Fingerprint
	} else {
		i.Say("  then it stays to be filled in (targets.erp.host_keys)")
	}
	return nil
}

// agree shows what will be made.
func (i *interview) agree(context.Context) error {
	i.Say("")
	where := i.begin.Path
	if i.begin.Server.Host != "" {
		where = i.begin.Server.User + "@" + i.begin.Server.Host + ":" + where
	}
	i.Say("%s in %s: template %s, import files into %s of %s, result files from %s", i.begin.Company, i.folder, i.template, i.begin.Drop, where, i.begin.Returns)
	yes, err := i.Yes("Make it", true)
	if err != nil {
		return err
	}
	if !yes {
		return &desk.Error{Code: desk.ExitInterrupted, Err: errors.New("nothing was made")}
	}
	return nil
}
