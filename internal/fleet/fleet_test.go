package fleet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
)

const acme = `concur:
  base_url: https://us2.api.concursolutions.com
  company_uuid: 00000000-1111-2222-3333-444444444444
  client_id: app-1
  client_secret: file:secrets/client
  system_id: acme-1
journal:
  url: postgres://acme@127.0.0.1/fleet?sslmode=disable
  schema: acme
targets:
  erp: {kind: folder, path: TARGETS/acme}
routes:
  - name: expenses
    doc_types: [expense]
    mapping: mappings/acme.yaml
    drop: {target: erp, folder: in}
    returns: {folder: out}
`

// ground is the folder of a node and that of a company.
type ground struct {
	*testing.T
	fleet *config.Fleet
	keys  []age.Identity
	dir   string // of the company
	hosts string // folder targets
}

func prepare(t *testing.T) *ground {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	g := &ground{T: t, keys: []age.Identity{id}, dir: t.TempDir(), hosts: t.TempDir()}
	node := t.TempDir()
	text := config.FleetExample("postgres://fleet@127.0.0.1/fleet?sslmode=disable", "", id.Recipient().String())
	g.write(filepath.Join(node, config.FleetFile), text)
	if g.fleet, err = config.LoadFleet(node); err != nil {
		t.Fatal(err)
	}
	g.fleet.Node.FolderTargets = g.hosts
	g.write(filepath.Join(g.dir, config.FileName), strings.ReplaceAll(acme, "TARGETS", filepath.ToSlash(g.hosts)))
	g.write(filepath.Join(g.dir, "secrets", "client"), "secret")
	g.write(filepath.Join(g.dir, "secrets", "token_key"), "key")
	g.write(filepath.Join(g.dir, "mappings", "acme.yaml"), "rows")
	return g
}

func (g *ground) write(path, text string) {
	g.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		g.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		g.Fatal(err)
	}
}

func (g *ground) pack() companies.Content {
	g.Helper()
	p, err := Pack(g.fleet, g.dir)
	if err != nil {
		g.Fatal(err)
	}
	return p.Content
}

func (g *ground) refused(what string, err error, say string) {
	g.Helper()
	if err == nil || !strings.Contains(err.Error(), say) {
		g.Errorf("%s: want %q, got %v", what, say, err)
	}
}

// A node that is killed at any step of the first laying out serves the company the next time.
func TestKilledAtTheFirstLayingOut(t *testing.T) {
	t.Parallel()
	g := prepare(t)
	c := g.pack()
	dir := Folder(g.fleet, "acme")
	g.write(filepath.Join(dir, lockName), "")
	g.write(filepath.Join(dir, laidName+".new"), "{")
	if _, err := Lay(g.fleet, g.keys, "acme", 1, c); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "mappings", "acme.yaml")); string(text) != "rows" {
		t.Error(err)
	}
	strange := Folder(g.fleet, "beta")
	g.write(filepath.Join(strange, "thesis.txt"), "mine")
	_, err := laidIn(strange)
	g.refused("a folder of somebody else", err, "no node has laid out")
}

// No name that a company's content bears, or that a node reads back, leads to a file that is not the company's own.
func TestNamesStayInside(t *testing.T) {
	t.Parallel()
	g := prepare(t)
	for _, name := range []string{".fisbridge-fleet", ".Fisbridge.lock", "journal/acme.head", "Journal/x", "mappings/.fisbridge-fleet"} {
		text := strings.ReplaceAll(acme, "TARGETS", filepath.ToSlash(g.hosts))
		g.write(filepath.Join(g.dir, config.FileName), strings.ReplaceAll(text, "mappings/acme.yaml", name))
		g.write(filepath.Join(g.dir, name), "{}")
		_, err := Pack(g.fleet, g.dir)
		g.refused(name, err, "gives its own files")
		g.write(filepath.Join(g.dir, config.FileName), text)
		packed, err := archive(map[string][]byte{name: []byte("{}")})
		if err != nil {
			t.Fatal(err)
		}
		_, err = unarchive(packed)
		g.refused(name, err, "nothing that a company is made of")
	}
	c := g.pack()
	cfg, err := config.Load(g.dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := unarchive(c.Files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../../secrets/node_key", ".fisbridge.lock", "mappings/acme.yaml", config.FileName} {
		evil, err := content(g.fleet, "acme", cfg, files, map[string][]byte{name: []byte("x"), "secrets/client": []byte("secret")})
		if err != nil {
			t.Fatal(err)
		}
		_, err = Lay(g.fleet, g.keys, "acme", 1, evil)
		g.refused("the secret "+name, err, "nothing that a company is made of")
	}

	// what stands in the folder
	key := g.fleet.Path("secrets/node_key")
	g.write(key, "the key")
	dir := Folder(g.fleet, "acme")
	g.write(filepath.Join(dir, laidName), `{"company":"acme","version":1,"files":["../../secrets/node_key"]}`)
	_, err = Lay(g.fleet, g.keys, "acme", 2, c)
	g.refused("what was laid out", err, "no node has laid out")
	if err := os.Symlink(filepath.Dir(key), filepath.Join(dir, "mine")); err == nil { // Windows may refuse
		g.refused("a link", remove(dir, []string{"mine/node_key"}, nil), "escapes")
	}
	if _, err := os.Stat(key); err != nil {
		t.Error(err)
	}
}

// Secrets of a version that nobody works with any more do not stay on the node; the next laying out brings them again.
func TestSecretsDoNotStay(t *testing.T) {
	t.Parallel()
	g := prepare(t)
	c := g.pack()
	dir, err := Lay(g.fleet, g.keys, "acme", 3, c)
	if err != nil {
		t.Fatal(err)
	}
	secret, mapping := filepath.Join(dir, "secrets", "client"), filepath.Join(dir, "mappings", "acme.yaml")
	for _, s := range []struct {
		inForce int64
		done    bool
	}{{3, false}, {0, true}, {0, false}} {
		if done, err := Shut(g.fleet, "acme", s.inForce); err != nil || done != s.done {
			t.Errorf("version %d in force: %t %v", s.inForce, done, err)
		}
	}
	if _, err := os.Stat(secret); err == nil {
		t.Error("the secret of a disabled company lies on the node")
	}
	if _, err := os.Stat(mapping); err != nil {
		t.Error(err)
	}
	g.refused("a folder without secrets", IsLaid(g.fleet, "acme", 3), "does not hold version 3")
	if _, err := Lay(g.fleet, g.keys, "acme", 3, c); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(secret); string(text) != "secret" || IsLaid(g.fleet, "acme", 3) != nil {
		t.Errorf("%s %v", text, err)
	}
}

// A link below a folder target does not lead out of the company's folder, whichever key names the place.
func TestLinksBelowATarget(t *testing.T) {
	t.Parallel()
	g := prepare(t)
	own := filepath.Join(g.hosts, "acme")
	g.write(filepath.Join(own, "file"), "")
	g.write(filepath.Join(g.hosts, "beta", "in", "file"), "")
	c := g.pack()
	for _, place := range []string{"in", "out", "out/archive", "out/failed"} {
		link := filepath.Join(own, filepath.FromSlash(place))
		if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{filepath.Join(g.hosts, "beta", "in"), filepath.Join(g.hosts, "beta", "not-yet")} {
			if err := os.Symlink(to, link); err != nil {
				t.Log(err) // Windows may refuse
				return
			}
			_, err := Lay(g.fleet, g.keys, "acme", 1, c)
			g.refused(place, err, "leads by a link")
			_, err = Pack(g.fleet, g.dir)
			g.refused(place, err, "leads by a link")
			if err := os.Remove(link); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := Lay(g.fleet, g.keys, "acme", 1, c); err != nil {
		t.Error(err)
	}
}
