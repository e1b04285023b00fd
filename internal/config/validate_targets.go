package config

import (
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/exchange"
)

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

const nameHint = "small letters, digits, - and _, at most 40: names become parts of file names"

func (v *validation) targets() {
	if len(v.Targets) == 0 {
		v.add("targets", "", "is missing", "name at least one place where import files go")
	}
	for _, name := range sortedKeys(v.Targets) {
		field := "targets." + name
		if !namePattern.MatchString(name) {
			v.add(field, name, "is not a name", nameHint)
		}
		t := v.Targets[name]
		v.oneOf(field+".kind", t.Kind, KindFolder, KindSFTP, KindJump)
		switch t.Kind {
		case KindFolder:
			v.folderTarget(field, t)
		case KindSFTP:
			v.sftpTarget(field, t)
			v.way(field, t, nil)
		case KindJump:
			v.jumpTarget(field, t)
		}
		v.seals(field, t)
	}
}

// folderTarget needs a path and nothing of SFTP: a host that would be ignored is a mistake.
func (v *validation) folderTarget(field string, t Target) {
	v.required(field+".path", t.Path, "a folder, relative to the working folder or absolute")
	for _, key := range []string{"host", "port", "user", "password", "key", "key_passphrase", "certificate", "agent", "jump", "proxy", "proxy_user", "proxy_password", "known_hosts", "host_keys", "legacy_algorithms", "sequential"} {
		if v.has(field + "." + key) {
			v.add(field+"."+key, "", "means nothing for kind folder", "remove it, or set kind: sftp")
		}
	}
}

func (v *validation) sftpTarget(field string, t Target) {
	if v.required(field+".host", t.Host, "") && strings.ContainsAny(t.Host, " /:@") && !strings.HasPrefix(t.Host, "[") && strings.Count(t.Host, ":") < 2 {
		v.add(field+".host", t.Host, "is not a host name", "host, port and user have keys of their own")
	}
	v.between(field+".port", t.Port, 1, 65535)
	v.required(field+".user", t.User, "")
	v.credentials(field, t)
	v.hostKeys(field, t)
	if t.Timeout < time.Second {
		v.add(field+".timeout", t.Timeout.String(), "is shorter than a second", "")
	}
}

// jumpTarget is an SSH server on the way to another: nothing is dropped or collected there.
func (v *validation) jumpTarget(field string, t Target) {
	v.sftpTarget(field, t)
	for _, key := range []string{"path", "sequential", "seal", "open"} {
		if v.has(field + "." + key) {
			v.add(field+"."+key, "", "means nothing for kind jump", "remove it; files go to the target that names this one as its jump")
		}
	}
	v.way(field, t, nil)
}

// seals looks whether it is said for whom files are sealed, and whose signatures count.
func (v *validation) seals(field string, t Target) {
	if s := t.Seal; s != nil {
		if len(s.To) == 0 {
			v.add(field+".seal.to", "", "is missing", "name the files with the public keys of those who open the import files")
		}
		if s.Sign == "" && s.Passphrase.Given() {
			v.add(field+".seal.passphrase", "", "has no key to open", "give sign")
		}
	}
	if o := t.Open; o != nil {
		v.required(field+".open.key", o.Key, "a file with your secret key: gpg --export-secret-keys")
		if len(o.From) == 0 && !o.Unsigned {
			v.add(field+".open.from", "", "is missing", "name the files with the public keys of those who sign; where nobody does, set unsigned: true")
		}
	}
}

// way looks at how a server is reached: by a proxy, or by jump hosts that do not go round in a circle.
func (v *validation) way(field string, t Target, seen []string) {
	if t.Jump != "" && t.Proxy != "" {
		v.add(field+".proxy", "", "cannot stand beside jump", "give the proxy to targets."+t.Jump+", which is reached first")
	}
	if t.ProxyUser != "" && !t.ProxyPassword.Given() && !v.has(field+".proxy_password") {
		v.add(field+".proxy_password", "", "is missing", "give it as env:NAME or file:path")
	}
	if t.Proxy == "" && (t.ProxyUser != "" || t.ProxyPassword.Given()) {
		v.add(field+".proxy", "", "is missing", "give its address, such as socks5://proxy.example.com:1080")
	}
	if err := exchange.CheckProxy(t.Proxy); err != nil {
		v.add(field+".proxy", "", err.Reason, "write socks5://host:port")
	}
	if t.Jump == "" {
		return
	}
	next, ok := v.Targets[t.Jump]
	switch {
	case !ok:
		v.target(field+".jump", t.Jump)
	case next.Kind != KindJump:
		v.add(field+".jump", t.Jump, "is not of kind jump", "give it kind: jump, or a target of its own with the same host")
	case slices.Contains(seen, t.Jump):
		v.add(field+".jump", t.Jump, "leads back to itself", "one of the jump hosts must be reached without another")
	default:
		v.way(field, Target{Jump: next.Jump}, append(seen, t.Jump))
	}
}

func (v *validation) credentials(field string, t Target) {
	if !t.Password.Given() && !v.has(field+".password") && t.Key == "" && !t.Agent {
		v.add(field, "", "has no way to log in", "give password, key or agent: true")
	}
	if t.KeyPassphrase.Given() && t.Key == "" {
		v.add(field+".key_passphrase", "", "has no key to open", "give key")
	}
	if t.Certificate != "" && t.Key == "" && !t.Agent {
		v.add(field+".certificate", t.Certificate, "has no key", "give key, or agent: true")
	}
}

// hostKeys requires a way to know the server: there is no "accept any".
func (v *validation) hostKeys(field string, t Target) {
	if t.KnownHosts == "" && len(t.HostKeys) == 0 {
		v.add(field, "", "does not say how to know the server", "give known_hosts (a file) or host_keys (fingerprints such as SHA256:...)")
	}
	for _, key := range t.HostKeys {
		if key == Placeholder {
			v.required(field+".host_keys", key, "the fingerprint of the server's key, as its owner tells it: SHA256:...")
			continue
		}
		if !strings.HasPrefix(key, "SHA256:") || len(key) != len("SHA256:")+43 {
			v.add(field+".host_keys", key, "is not a fingerprint", "SHA256: and 43 characters, as ssh-keygen -l prints it")
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// insideTarget refuses folders that leave the target's path.
func insideTarget(folder string) bool {
	clean := path.Clean(strings.ReplaceAll(folder, `\`, "/"))
	return clean != ".." && !strings.HasPrefix(clean, "../") && !path.IsAbs(clean)
}
