package fleet

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

func newInit(a *room) *cobra.Command {
	var url, password string
	cmd := &cobra.Command{
		Use:   "init --url postgres://…",
		Short: "Make the folder of a node: fleet.yaml and the key that opens secrets",
		Long: `Makes fleet.yaml and secrets/node_key in the working folder (-C), and tells the public key. A further node gets a copy of the folder, or a key of its own whose public key
is added to recipients wherever companies are published. A machine that only publishes needs fleet.yaml and no key.`,
		Example: "  fisbridge -C node fleet init --url 'postgres://fisbridge@db.example.com/fisbridge?sslmode=verify-full' --password file:secrets/database",
		Args:    frame.WantArgs(0, 0),
	}
	cmd.Flags().StringVar(&url, "url", "", "`address` of the database, without a password (required)")
	cmd.Flags().StringVar(&password, "password", "", "`place` of its password: env:NAME, file:path or credential:NAME")
	cmd.RunE = a.Action(func(context.Context, []string) error {
		if url == "" {
			return desk.Usage(errors.New("say where the database is: --url postgres://user@host/database"))
		}
		return a.init(url, password)
	})
	return cmd
}

// init makes the key first: a kill in between leaves a key that the next init takes.
func (a *room) init(url, password string) error {
	file, keyFile := filepath.Join(a.Dir, config.FleetFile), filepath.Join(a.Dir, "secrets", "node_key")
	if _, err := os.Lstat(file); err == nil {
		return &desk.Error{Code: desk.ExitFailed, Err: errors.New(file + " is there already"), Hint: "nothing was written; take another folder with -C"}
	}
	if err := ownfile.MakeFolder(filepath.Dir(keyFile)); err != nil {
		return err
	}
	id, err := nodeKey(keyFile)
	if err != nil {
		return err
	}
	text := config.FleetExample(url, password, id.Recipient().String())
	if err := ownfile.WriteNew(file, []byte(text)); err != nil {
		return err
	}
	if _, err := config.LoadFleet(a.Dir); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	if a.JSON {
		return a.WriteJSON(map[string]string{"file": file, "key": keyFile, "recipient": id.Recipient().String()})
	}
	a.Say("%s and %s were made", file, keyFile)
	a.Say("public key of the node: %s", id.Recipient())
	a.Remark("keep a copy of the key: without it the companies have to be published again")
	return nil
}

// nodeKey makes a key, or takes the one that is there.
func nodeKey(file string) (*age.X25519Identity, error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	err = ownfile.WriteNew(file, []byte(id.String()+"\n"))
	if !errors.Is(err, fs.ErrExist) {
		return id, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if id, err = age.ParseX25519Identity(string(trimmed(text))); err != nil {
		return nil, desk.Invalid(errors.New(file+" is there already and holds no key of a node"), "move it away")
	}
	return id, nil
}
