package fleet

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
)

// Packed is a company's folder, ready to be published.
type Packed struct {
	Company string
	Content companies.Content
	// Files and Secrets are the names of what is in it.
	Files, Secrets []string

	hidden map[string][]byte
}

// Same tells whether another packing of the folder has the same bytes.
func (p *Packed) Same(other *Packed) bool {
	return p.Company == other.Company && p.Content.Hash == other.Content.Hash && maps.EqualFunc(p.hidden, other.hidden, bytes.Equal)
}

func isGone(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// Pack reads what a company is made of. Everything that is wrong with it comes back at once, as config.Problems.
func Pack(f *config.Fleet, dir string) (*Packed, error) {
	cfg, err := config.Load(dir)
	if err != nil {
		return nil, err
	}
	r := rulesOf(f, cfg, "")
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder of the company: %w", err)
	}
	defer root.Close()
	plain, hidden, left := map[string][]byte{}, map[string][]byte{}, mostBytes
	for _, p := range r.parts {
		if p.secret {
			r.read(root, p, hidden, &left)
		} else {
			r.read(root, p, plain, &left)
		}
	}
	for name := range hidden {
		delete(plain, name) // a folder of templates may hold a secret
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	p := &Packed{Company: cfg.Journal.Schema, Files: names(plain), Secrets: names(hidden), hidden: hidden}
	p.Content, err = content(f, p.Company, cfg, plain, hidden)
	return p, err
}

// content seals the secrets and puts the files together.
func content(f *config.Fleet, company string, cfg *config.Config, plain, hidden map[string][]byte) (c companies.Content, err error) {
	if c.Files, err = archive(plain); err != nil {
		return c, err
	}
	c.Hash = hashOf(c.Files)
	if c.Secrets, err = sealed(f.Recipients, secrets{Company: company, Files: c.Hash, Secrets: hidden}); err != nil {
		return c, err
	}
	c.Consumers = consumersOf(cfg)
	return c, nil
}

func consumersOf(cfg *config.Config) (list []companies.Consumer) {
	for _, t := range cfg.DocTypes() {
		list = append(list, companies.Consumer{CompanyUUID: cfg.Concur.CompanyUUID, SystemID: cfg.Concur.SystemID, DocType: string(t)})
	}
	return list
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// archive is the same bytes for the same files.
func archive(files map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	t := tar.NewWriter(z)
	for _, name := range names(files) {
		if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(files[name])), Typeflag: tar.TypeReg, Format: tar.FormatPAX}); err != nil {
			return nil, err
		}
		if _, err := t.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(t.Close(), z.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// named tells whether a name may be that of a file of a company.
func named(name string) bool {
	return filepath.IsLocal(filepath.FromSlash(name)) && path.Clean(name) == name && !ours(name)
}

// unarchive reads what archive wrote.
func unarchive(b []byte) (map[string][]byte, error) {
	z, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderMaxMemory(2*mostBytes), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	files, left := map[string][]byte{}, int64(mostBytes)
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if h.Typeflag != tar.TypeReg || !named(h.Name) || h.Size > left || len(files) >= mostFiles {
			return nil, fmt.Errorf("%q is nothing that a company is made of", h.Name)
		}
		left -= h.Size
		if files[h.Name], err = io.ReadAll(t); err != nil {
			return nil, err
		}
	}
}

// secrets are sealed together with what they belong to, so that they open for no other company and no other files.
type secrets struct {
	Company string            `json:"company"`
	Files   string            `json:"files"` // the hash of the files that are published with them
	Secrets map[string][]byte `json:"secrets"`
}

// sealed seals for the nodes.
func sealed(recipients []string, s secrets) ([]byte, error) {
	to, err := age.ParseRecipients(strings.NewReader(strings.Join(recipients, "\n")))
	if err != nil {
		return nil, fmt.Errorf("recipients: %w", err)
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to...)
	if err != nil {
		return nil, fmt.Errorf("seal the secrets: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("seal the secrets: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("seal the secrets: %w", err)
	}
	return out.Bytes(), nil
}

// Identities are the keys of a node.
func Identities(f *config.Fleet) ([]age.Identity, error) {
	if !f.Node.Key.Given() {
		return nil, errors.New("node.key is missing: a node needs the key that opens what is sealed for it")
	}
	text, err := f.Reveal(f.Node.Key)
	if err != nil {
		return nil, fmt.Errorf("node.key: %w", err)
	}
	ids, err := age.ParseIdentities(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("node.key: %s is not a key of a node (AGE-SECRET-KEY-1…)", f.Node.Key.Place())
	}
	return ids, nil
}

// opened opens what was sealed for one of the keys.
func opened(b []byte, ids []age.Identity) (s secrets, err error) {
	r, err := age.Decrypt(bytes.NewReader(b), ids...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return s, errors.New("the secrets are sealed for other nodes than this one: publish the company again with this node's public key among the recipients")
	}
	if err != nil {
		return s, fmt.Errorf("the sealed secrets are damaged: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(r, 2*mostBytes))
	if err != nil {
		return s, fmt.Errorf("the sealed secrets are damaged: %w", err)
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, errors.New("the sealed secrets are damaged")
	}
	return s, nil
}

// Consumers tells whose documents a content takes, of its own configuration.
func Consumers(c companies.Content) ([]companies.Consumer, error) {
	files, err := unarchive(c.Files)
	if err != nil {
		return nil, err
	}
	cfg, err := config.Parse(files[config.FileName], config.FileName, string(filepath.Separator))
	if err != nil {
		return nil, err
	}
	return consumersOf(cfg), nil
}
