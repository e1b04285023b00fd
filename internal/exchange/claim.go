package exchange

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// claimPrefix begins the name of a claimed file; the token and the former name follow, divided by a tilde. The name stays in
// the folder, so that claiming needs no more than the right to rename.
const claimPrefix = ".fbclaim~"

func claimName(name, token string) string { return claimPrefix + token + "~" + name }

// parseClaim is the reverse of claimName.
func parseClaim(name string) (original, token string, ok bool) {
	rest, ok := strings.CutPrefix(name, claimPrefix)
	if !ok {
		return "", "", false
	}
	token, original, ok = strings.Cut(rest, "~")
	return original, token, ok && original != "" && token != ""
}

func (c *collector) Claim(ctx context.Context, name, token string) (string, bool, error) {
	if err := checkFound(name); err != nil {
		return "", false, err
	}
	if token == "" || strings.Trim(token, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") != "" {
		return "", false, fmt.Errorf("claim %s: token %q has other characters than letters, digits, - and _", name, token)
	}
	if _, owner, ok := parseClaim(name); ok {
		return name, owner == token, nil
	}
	claimed := claimName(name, token)
	err := c.pl.rename(ctx, c.path(name), c.path(claimed))
	if err == nil {
		return claimed, true, nil
	}
	fail := fmt.Errorf("claim %s in %s: %w", name, c.t.Place(), err)
	if hopeless(ctx, err) {
		return "", false, fail
	}
	// The rename may have been done by an earlier call whose answer was lost, or another process was faster.
	if _, there, lerr := look(ctx, c.pl, c.t.Folder, claimed); lerr == nil && there {
		if _, again, lerr := look(ctx, c.pl, c.t.Folder, name); lerr != nil || again {
			return "", false, &NameTakenError{Name: claimed, Size: -1, Other: -1}
		}
		return claimed, true, nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, nil
	}
	if _, there, lerr := look(ctx, c.pl, c.t.Folder, name); lerr == nil && !there {
		return "", false, nil
	}
	return "", false, fail
}

func (c *collector) Claimed(ctx context.Context) ([]Claim, error) {
	files, err := c.all(ctx)
	if err != nil {
		return nil, err
	}
	var out []Claim
	for _, f := range files {
		if f.Odd != "" {
			continue
		}
		if original, token, ok := parseClaim(f.Name); ok {
			out = append(out, Claim{Info: f, Original: original, Token: token})
		}
	}
	return out, nil
}
