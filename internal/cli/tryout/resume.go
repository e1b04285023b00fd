package tryout

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/crypto/ssh"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
	"github.com/fisbridge/fisbridge/samples"
)

// simKeyFile holds the host key of the simulated SFTP server, so that the configuration's fingerprint still fits when
// it starts again.
const simKeyFile = "secrets/sim_host_key"

// simHostKey reads the key of a folder, or makes one.
func simHostKey(folder string) (ssh.Signer, error) {
	path := filepath.Join(folder, filepath.FromSlash(simKeyFile))
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		block, err := ssh.MarshalPrivateKey(private, "simulated SFTP server")
		if err != nil {
			return nil, err
		}
		text = pem.EncodeToMemory(block)
		if err := workshop.WriteNew(path, text); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, fmt.Errorf("read the key of the simulated SFTP server: %w", err)
	}
	return ssh.ParsePrivateKey(text)
}

// resumable reports whether the folder was made by demo or sim.
func resumable(folder string) bool {
	_, err := os.Lstat(filepath.Join(folder, filepath.FromSlash(simKeyFile)))
	return err == nil
}

// resumeSim starts the simulators of a folder that demo or sim has made, at the addresses of its configuration. What
// Concur knows follows from the folder's journal; the ERPs go on with the next file number, with empty books.
func (a *app) resumeSim(ctx context.Context, w *world, folder string, o simOptions, routes []demoRoute, manifest samples.Manifest) error {
	place := a.Place("")
	place.Dir = folder
	return desk.Looking(ctx, place, func(space *desk.Workspace) error { return a.resumeFrom(ctx, w, space, folder, o, routes, manifest) })
}

// routesIn are the flows of a folder that was made by demo --template: each of its routes is named for its template. Else
// they are those that it was made with.
func routesIn(cfg *config.Config, manifest samples.Manifest, usual []demoRoute) ([]demoRoute, error) {
	if len(cfg.Routes) == 0 || slices.ContainsFunc(usual, func(r demoRoute) bool { return r.name == cfg.Routes[0].Name }) {
		return usual, nil
	}
	return routesOf(cfg.Routes[0].Name, manifest)
}

func (a *app) resumeFrom(ctx context.Context, w *world, space *desk.Workspace, folder string, o simOptions, routes []demoRoute, manifest samples.Manifest) error {
	cfg := space.Config
	w.fis = a.simService()
	if err := w.offer(manifest); err != nil {
		return err
	}
	if err := w.remember(ctx, space); err != nil {
		return err
	}
	token, ok, err := space.OpenLogin(ctx)
	if err != nil {
		return err
	}
	if ok {
		w.fis.RememberLogin(token.Access, token.AccessExpires, token.Refresh)
		w.loggedIn = true
	}
	if err := simFaults(w.fis, o); err != nil {
		return err
	}
	address, err := url.Parse(cfg.Concur.BaseURL)
	if err != nil {
		return err
	}
	if w.http, err = simfis.Listen(address.Host, w.fis); err != nil {
		return fmt.Errorf("listen at %s again: %w", address.Host, err)
	}
	if routes, err = routesIn(cfg, manifest, routes); err != nil {
		return err
	}
	for _, r := range routes {
		if r.after, err = space.NextNumber(ctx, r.name); err != nil {
			return err
		}
		r.after--
		if err := w.addERP(filepath.Join(folder, "erp"), r, a.Now); err != nil {
			return fmt.Errorf("simulated ERP of route %s: %w", r.name, err)
		}
	}
	target := cfg.Targets["erp"]
	return w.startSFTP(folder, fmt.Sprintf("%s:%d", target.Host, target.Port))
}

// remember tells the simulated service what became of the documents in its former life.
func (w *world) remember(ctx context.Context, space *desk.Workspace) error {
	return space.EachKnown(ctx, func(k desk.Known) error {
		if _, known := w.fis.Document(k.ID); !known {
			env, err := k.Envelope(ctx)
			if err != nil {
				return err
			}
			env.Status = fis.StatusReady
			if _, err := w.fis.Add(env); err != nil {
				return fmt.Errorf("document %s: %w", k.ID, err)
			}
		}
		status, owner := k.Status, space.Config.Concur.SystemID
		switch status {
		case "":
			status, owner = simfis.Recalled, ""
		case fis.StatusReady:
			owner = ""
		}
		if err := w.fis.SetStatus(k.ID, status, owner); err != nil {
			return fmt.Errorf("document %s: %w", k.ID, err)
		}
		return nil
	})
}

// startSFTP serves the ERPs' folders with the folder's own host key.
func (w *world) startSFTP(folder, listen string) error {
	key, err := simHostKey(folder)
	if err != nil {
		return err
	}
	w.sftp, err = simsftp.Start(simsftp.Config{Root: filepath.Join(folder, "erp"), Listen: listen, User: demoUser, Password: demoPassword, HostKeys: []ssh.Signer{key}})
	return err
}
