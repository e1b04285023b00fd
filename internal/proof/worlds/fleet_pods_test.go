//go:build linux

package worlds

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// podSpec is what packaging/kubernetes/fleet says of a pod, as far as a process sees it.
type podSpec struct {
	Grace           int `yaml:"terminationGracePeriodSeconds"`
	SecurityContext struct {
		User  int `yaml:"runAsUser"`
		Group int `yaml:"runAsGroup"`
	} `yaml:"securityContext"`
	Containers []podContainer `yaml:"containers"`
	Volumes    []struct {
		Name   string
		Secret struct {
			Mode int `yaml:"defaultMode"`
		}
	}
}

type podContainer struct {
	Args       []string `yaml:"args"`
	WorkingDir string   `yaml:"workingDir"`
	Ports      []struct {
		Name string `yaml:"name"`
		Port int    `yaml:"containerPort"`
	} `yaml:"ports"`
	Startup   probe `yaml:"startupProbe"`
	Liveness  probe `yaml:"livenessProbe"`
	Readiness probe `yaml:"readinessProbe"`
	Mounts    []struct {
		Name     string `yaml:"name"`
		Path     string `yaml:"mountPath"`
		SubPath  string `yaml:"subPath"`
		ReadOnly bool   `yaml:"readOnly"`
	} `yaml:"volumeMounts"`
}

// probe is an address that the cluster asks.
type probe struct {
	Get struct {
		Path string `yaml:"path"`
		Port string `yaml:"port"`
	} `yaml:"httpGet"`
}

const packaging = "../../../packaging/"

// specOf reads the pod of the manifests, and the program that the image starts.
func specOf(t *testing.T) (spec podSpec, entry string) {
	t.Helper()
	text, err := os.ReadFile(packaging + "kubernetes/fleet/deployment.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var d struct {
		Spec struct {
			Template struct {
				Spec podSpec `yaml:"spec"`
			} `yaml:"template"`
		} `yaml:"spec"`
	}
	if err := yaml.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(packaging + "container/Containerfile")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^ENTRYPOINT (\[.*\])$`).FindSubmatch(file)
	var command []string
	if m == nil || json.Unmarshal(m[1], &command) != nil || len(command) != 1 {
		t.Fatal("the image has no ENTRYPOINT of one word")
	}
	return d.Spec.Template.Spec, command[0]
}

// podsOf are nodes that are started as the manifests have it.
type podsOf struct {
	*fleet
	spec  podSpec
	entry string
	n     int
}

// pod is one of them: processes in a root folder of their own, which is that of the image and cannot be written, with the volumes of the manifests
// mounted, as the user of the manifests, under a host name of its own.
type pod struct {
	*nodeProcess
	name  string
	root  string
	ports map[string]int
}

// outside is what begins a process with mounts of its own, inside what gives it the root folder and the user. Without the rights of root that user is mapped to
// the one of the test.
func (p *podsOf) outside() (outside, inside []string) {
	if os.Geteuid() != 0 {
		return []string{"unshare", "--map-root-user", "--mount", "--uts"}, nil
	}
	return []string{"unshare", "--mount", "--uts"}, []string{"--setgid=" + strconv.Itoa(p.spec.SecurityContext.Group), "--setuid=" + strconv.Itoa(p.spec.SecurityContext.User)}
}

// own gives a file of a volume to the group of the pod, as the cluster does.
func (p *podsOf) own(path string, mode os.FileMode) {
	p.t.Helper()
	if os.Geteuid() == 0 {
		if err := os.Lchown(path, 0, p.spec.SecurityContext.Group); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := os.Chmod(path, mode); err != nil {
		p.t.Fatal(err)
	}
}

// put writes a file of a pod's root folder.
func (p *podsOf) put(path, text string, mode os.FileMode) {
	p.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		p.t.Fatal(err)
	}
}

// secret lays out a Secret as the cluster does: links that lead into a folder with the time in its name.
func (p *podsOf) secret(dir string, mode os.FileMode) {
	p.t.Helper()
	const at = "..2026_12_01_10_00_00.123456789"
	files, err := os.ReadDir(filepath.Join(p.dir, "secrets"))
	if err != nil || len(files) < 2 {
		p.t.Fatal(files, err)
	}
	p.put(filepath.Join(dir, at, ".keep"), "", 0o600)
	for _, f := range files {
		text, err := os.ReadFile(filepath.Join(p.dir, "secrets", f.Name()))
		if err != nil {
			p.t.Fatal(err)
		}
		p.put(filepath.Join(dir, at, f.Name()), string(text), 0o600)
		p.own(filepath.Join(dir, at, f.Name()), mode)
		if err := os.Symlink("..data/"+f.Name(), filepath.Join(dir, f.Name())); err != nil {
			p.t.Fatal(err)
		}
	}
	if err := os.Symlink(at, filepath.Join(dir, "..data")); err != nil {
		p.t.Fatal(err)
	}
	p.own(filepath.Join(dir, at), os.ModeSetgid|0o755)
	p.own(dir, os.ModeSetgid|os.ModeSticky|0o777)
}

// configuration is fleet.yaml of the manifests with what the operator fills in, and ports of its own, for all pods are on one machine here.
func (p *podsOf) configuration(ports map[string]int) string {
	p.t.Helper()
	text, err := os.ReadFile(packaging + "kubernetes/fleet/fleet.yaml")
	if err != nil {
		p.t.Fatal(err)
	}
	made, err := os.ReadFile(filepath.Join(p.dir, "fleet.yaml"))
	if err != nil {
		p.t.Fatal(err)
	}
	out := string(text)
	for _, pair := range [][2]string{
		{"postgres://fisbridge@db.example.com/fisbridge?sslmode=verify-full&sslrootcert=secrets/ca.pem", p.server.URL},
		{"age1changeme", regexp.MustCompile(`age1[a-z0-9]{20,}`).FindString(string(made))},
		{"0.0.0.0:8420", "127.0.0.1:" + strconv.Itoa(ports["console"])}, {"0.0.0.0:9464", "127.0.0.1:" + strconv.Itoa(ports["metrics"])},
		{"10.0.0.0/8", "127.0.0.0/8"}, {"  at_once: 4\n", "  at_once: 4\n  returns_every: 1s\n"},
	} {
		if !strings.Contains(out, pair[0]) {
			p.t.Fatalf("fleet.yaml of the manifests has no %s", pair[0])
		}
		out = strings.ReplaceAll(out, pair[0], pair[1])
	}
	return out
}

// newPod makes the root folder and the volumes of a pod, and starts it.
func (p *podsOf) newPod() *pod {
	p.t.Helper()
	p.n++
	o := &pod{nodeProcess: &nodeProcess{clock: time.Hour}, name: fmt.Sprintf("fisbridge-7d9c6b5f4-%05d", p.n), root: filepath.Join(p.t.TempDir(), "root"), ports: map[string]int{}}
	c := p.spec.Containers[0]
	for _, port := range c.Ports {
		o.ports[port.Name] = freePort(p.t)
	}
	bins, err := build()
	if err != nil {
		p.t.Fatal(err)
	}
	program, err := os.ReadFile(bins.kill)
	if err != nil {
		p.t.Fatal(err)
	}
	p.put(filepath.Join(o.root, p.entry), string(program), 0o755)
	p.put(filepath.Join(o.root, "etc/ssl/certs/ca-certificates.crt"), "", 0o644)
	volumes := filepath.Join(filepath.Dir(o.root), "volumes")
	var mounts []string
	for _, m := range c.Mounts {
		from, to := filepath.Join(volumes, m.Name), filepath.Join(o.root, m.Path)
		switch m.Name {
		case "fleet":
			p.put(filepath.Join(from, m.SubPath), p.configuration(o.ports), 0o644)
			from = filepath.Join(from, m.SubPath)
			p.put(filepath.Join(volumes, "work", filepath.Base(m.Path)), "", 0o644) // where it is mounted upon
		case "secrets":
			mode := 0
			for _, v := range p.spec.Volumes {
				if v.Name == m.Name {
					mode = v.Secret.Mode
				}
			}
			p.secret(from, os.FileMode(mode))
			if err := os.MkdirAll(filepath.Join(volumes, "work", filepath.Base(m.Path)), 0o755); err != nil {
				p.t.Fatal(err)
			}
		default: // an empty folder
			if err := os.MkdirAll(from, 0o755); err != nil {
				p.t.Fatal(err)
			}
			p.own(from, os.ModeSetgid|0o777)
		}
		if m.Name == "work" || m.Name == "tmp" {
			if err := os.MkdirAll(to, 0o755); err != nil {
				p.t.Fatal(err)
			}
		}
		mounts = append(mounts, "mount --bind '"+from+"' '"+to+"'")
		if m.ReadOnly {
			mounts = append(mounts, readOnly("'"+to+"'"))
		}
	}
	for _, name := range []string{"proc", "dev"} { // which every container has
		if err := os.MkdirAll(filepath.Join(o.root, name), 0o755); err != nil {
			p.t.Fatal(err)
		}
	}
	outside, inside := p.outside()
	root := "'" + o.root + "'"
	script := append([]string{"set -e", "echo " + o.name + " >/proc/sys/kernel/hostname", "mount --bind " + root + " " + root}, mounts...)
	script = append(script, "mount --rbind /proc "+root+"/proc", "mount --rbind /dev "+root+"/dev", readOnly(root),
		// the variables of a container: no HOME, no USER
		"exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOSTNAME="+o.name+" KUBERNETES_SERVICE_HOST=10.0.0.1 FISBRIDGE_NOW_OFFSET=\"$FISBRIDGE_NOW_OFFSET\" "+
			external(p.t, "unshare")+" --root="+root+" --wd="+c.WorkingDir+" "+strings.Join(inside, " ")+" "+p.entry+" \"$@\"")
	o.argv = append(outside, "sh", "-c", strings.Join(script, "\n"), "sh")
	o.argv = append(o.argv, c.Args...)
	o.begin(p.t)
	p.t.Cleanup(func() {
		o.end(syscall.SIGKILL)
		if p.t.Failed() {
			p.t.Logf("%s said:\n%s", o.name, tail(o.errs.String(), 6000))
		}
	})
	return o
}

// readOnly makes a mount one that can only be read. Without the rights of root some systems refuse that, and the mount is left as it is.
func readOnly(mount string) string {
	if os.Geteuid() != 0 {
		return "mount -o remount,bind,ro " + mount + " || true"
	}
	return "mount -o remount,bind,ro " + mount
}

// does runs a command of a person in a pod, as kubectl exec does.
func (o *pod) does(t *testing.T, args ...string) ended {
	t.Helper()
	argv := append(slices.Clone(o.argv[:slices.Index(o.argv, "-c")+3]), args...)
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = []string{"FISBRIDGE_NOW_OFFSET=" + o.clock.String()}
	var out, errs buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return ended{code: cmd.ProcessState.ExitCode(), out: out.String(), err: errs.String()}
}

// asks gives the status with which a probe is answered; 0: by nobody.
func (o *pod) asks(p probe) int {
	client := &http.Client{Timeout: 10 * time.Second}
	answer, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d%s", o.ports[p.Get.Port], p.Get.Path))
	if err != nil {
		return 0
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

// serves are the companies that a pod works for now.
func (p *podsOf) serves(o *pod) int {
	p.t.Helper()
	return pgtest.Ask[int](p.t, p.server, `SELECT COUNT(*) FROM fisbridge_fleet.companies WHERE lease_until >= clock_timestamp() AND strpos(owner, $1) = 1`, o.name+":")
}

// Pods of a fleet as packaging/kubernetes/fleet has them, but for the cluster: the program of the image is started with the arguments, variables, files, user and
// read-only root of the manifests. The first ones make the tables, all are ready when they reach the database, each company is served by one of them, one that is
// told to end gives its companies back before its time is over, one that is killed loses them with its leases, and new pods of a newer program work beside
// older ones. By the records of the services every document is in one file and is confirmed once.
func TestFleetPods(t *testing.T) {
	if !onServer() {
		return
	}
	f := openFleet(t)
	p := &podsOf{fleet: f}
	p.spec, p.entry = specOf(t)
	c := p.spec.Containers[0]
	if len(c.Args) == 0 || c.WorkingDir == "" || p.spec.Grace == 0 || len(c.Mounts) < 4 {
		t.Fatalf("the manifests are read wrongly: %+v", p.spec)
	}
	pods := []*pod{p.newPod(), p.newPod(), p.newPod()} // on an empty database, all at once
	ready := func(o *pod) {
		t.Helper()
		p.until(o.name+" is up", func() bool { return o.asks(c.Startup) == http.StatusOK })
		p.until(o.name+" is ready", func() bool { return o.asks(c.Readiness) == http.StatusOK })
	}
	for _, o := range pods {
		ready(o)
		if status := o.asks(c.Liveness); status != http.StatusOK {
			t.Errorf("%s lives by %d", o.name, status)
		}
	}
	f.watched()
	for i := range 6 {
		w := f.company(fmt.Sprintf("company_%d", i), setup{documents: []string{}, files: 3, extra: "schedule: {runs: [\"* * * * *\"]}\n"})
		w.copies("01-cash-taxi", 4)
	}
	slow := func() { // so that passes are under way
		for _, w := range f.companies {
			w.must(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultSlow, Delay: 1500 * time.Millisecond, Times: 200}))
		}
	}
	f.parallel(func(w *world) { w.login() })
	slow()
	f.parallel(func(w *world) { f.want(0, "fleet", "publish", w.dir, "--reason", "a test") })
	f.says(pods[0].does(t, "fleet", "grant", "company_0", "ann", "--role", "administrator", "--reason", "a test"), 0, "https://bridge.example.com/link/")
	f.says(pods[0].does(t, "fleet", "list"), 0, "company_0", "company_5")
	due := func() { // a scheduled time of each has come
		f.server.Do(t, `UPDATE fisbridge_fleet.companies SET due_at = clock_timestamp(), asked_at = clock_timestamp() WHERE state = 'active'`)
	}
	due()
	p.until("two pods work", func() bool {
		working := 0
		for _, o := range pods {
			working += min(1, p.serves(o))
		}
		return working >= 2
	})

	// told to end, as when a machine is emptied or a new version comes: the companies are free at once, and other pods go on
	busy := func() *pod {
		var found *pod
		p.until("a pod works", func() bool {
			i := slices.IndexFunc(pods, func(o *pod) bool { return p.serves(o) > 0 })
			if i < 0 {
				due()
				return false
			}
			found = pods[i]
			return true
		})
		return found
	}
	gentle := busy()
	began := time.Now()
	if code := gentle.end(syscall.SIGTERM); code != 0 {
		t.Errorf("a pod that is told to end ends with %d: %s", code, tail(gentle.errs.String(), 2000))
	}
	took := time.Since(began)
	if most := time.Duration(p.spec.Grace-5) * time.Second; took > most {
		t.Errorf("it ends after %s, and would be killed after %s", took, most)
	}
	if n := p.serves(gentle); n > 0 {
		t.Errorf("it has kept %d companies", n)
	}
	t.Logf("a pod that is told to end has given its companies back after %s", took.Round(10*time.Millisecond))
	pods = slices.DeleteFunc(pods, func(o *pod) bool { return o == gentle })

	// killed, as when a machine dies: its companies wait for its leases, and for nothing else
	killed := busy()
	killed.end(syscall.SIGKILL)
	f.server.Do(t, `INSERT INTO takings (company, owner, killed) SELECT company, owner, true FROM fisbridge_fleet.companies WHERE lease_until >= clock_timestamp() AND strpos(owner, '`+killed.name+`:') = 1`)
	left := p.serves(killed)
	if !long() { // in the long form it passes by itself
		f.server.Do(t, `UPDATE fisbridge_fleet.companies SET lease_until = lease_until - INTERVAL '50 seconds' WHERE strpos(owner, '`+killed.name+`:') = 1`)
	}
	pods = append(slices.DeleteFunc(pods, func(o *pod) bool { return o == killed }), p.newPod()) // the cluster replaces it
	p.until("other pods took them", func() bool { n, _, _ := f.servedAfter(); return n == left })

	// what the database was brought to by a newer program is left to pods that have it, without a failure
	f.server.Do(t, `UPDATE fisbridge_fleet.companies SET state = 'disabled' WHERE company = 'company_0'`, `UPDATE fisbridge_fleet.companies SET fence = fence + 1, owner = '', lease_until = NULL WHERE company = 'company_0'`,
		`INSERT INTO company_0.goose_db_version (version_id, is_applied) VALUES (99999, true)`, `UPDATE fisbridge_fleet.companies SET state = 'active', failures = 0, due_at = clock_timestamp() WHERE company = 'company_0'`)
	p.until("both pods leave the company of the newer program alone", func() bool {
		return !slices.ContainsFunc(pods, func(o *pod) bool {
			return !strings.Contains(o.errs.String(), "a newer program works for a company") || !strings.Contains(o.errs.String(), "company=company_0")
		})
	})
	if n := pgtest.Ask[int](t, f.server, `SELECT failures FROM fisbridge_fleet.companies WHERE company = 'company_0'`); n != 0 {
		t.Errorf("they count it as %d failures", n)
	}
	f.server.Do(t, `DELETE FROM company_0.goose_db_version WHERE version_id = 99999`)
	pods = append(pods, p.newPod()) // of the newer program
	for _, o := range pods {
		ready(o)
	}

	// without the database no pod is ready, and none is started anew
	f.server.Stop(t, syscall.SIGINT)
	for _, o := range pods {
		p.until(o.name+" is not ready", func() bool { return o.asks(c.Readiness) == http.StatusServiceUnavailable })
		if status := o.asks(c.Liveness); status != http.StatusOK {
			t.Errorf("without the database %s lives by %d", o.name, status)
		}
	}
	f.server.Again(t)
	for _, o := range pods {
		p.until(o.name+" is ready again", func() bool { return o.asks(c.Readiness) == http.StatusOK })
	}

	waiting := slices.Clone(f.companies)
	for _, w := range waiting {
		w.must(w.fis.SetFaults(1))
	}
	for end := time.Now().Add(3 * time.Minute); len(waiting) > 0 && time.Now().Before(end); time.Sleep(time.Second) {
		due()
		waiting = slices.DeleteFunc(waiting, func(w *world) bool { w.poll(); return len(w.violations()) == 0 })
	}
	for _, w := range waiting {
		t.Errorf("violated in %s: %s", w.name, strings.Join(w.violations(), "\n  "))
	}
	for _, o := range pods {
		if code := o.end(syscall.SIGTERM); code != 0 {
			t.Errorf("%s ended with %d", o.name, code)
		}
	}
	for _, w := range f.companies {
		for _, text := range w.violations() {
			t.Errorf("violated in %s: %s", w.name, text)
		}
		w.command(0, "audit", "verify")
	}
}

// freePort is a port that nobody listens at.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := simfis.Listen("127.0.0.1:0", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	port, err := strconv.Atoi(l.URL[strings.LastIndexByte(l.URL, ':')+1:])
	if err != nil {
		t.Fatal(err)
	}
	return port
}
