package bridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/incoming"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/exchange/settle"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/killpoint"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/why"
)

// collectAll takes the result files that have stood still into the journal.
func (b *Bridge) collectAll(ctx context.Context, s *Summary) error {
	boxes, err := b.inboxes()
	if err != nil {
		return err
	}
	var errs []error
	for _, in := range boxes {
		target := in.routes[0].Returns.Target
		if b.isBarred(target) {
			s.partly = true
			continue
		}
		if err := b.collect(ctx, in, s); err != nil {
			b.bar(target, err)
			errs = append(errs, fmt.Errorf("return folder %s: %w", in.key, err))
		}
	}
	return errors.Join(errs...)
}

// barredFor is how long a target that refused the login is left alone.
const barredFor = time.Hour

// bar remembers a refused login: servers lock accounts after a few of them, and the passes of `watch` come every
// minute. Within a pass no other route tries either; a run by schedule or command begins anew.
func (b *Bridge) bar(target string, err error) {
	if !errors.Is(err, exchange.ErrLogin) {
		return
	}
	if b.barred == nil {
		b.barred = map[string]time.Time{}
	}
	b.barred[target] = b.now().Add(barredFor)
}

func (b *Bridge) isBarred(target string) bool { return b.now().Before(b.barred[target]) }

func (b *Bridge) collect(ctx context.Context, in *inbox, s *Summary) (err error) {
	if _, err := b.opener(in.routes[0]); err != nil { // nothing is taken that could not be read
		return err
	}
	if in.Returns, err = exchange.OpenReturns(in.target, exchange.Options{Log: b.log}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if s.collected { // before new files go out
		if err := b.archived(ctx, in); err != nil {
			return err
		}
	}
	claims, err := in.Claimed(ctx)
	if err != nil {
		return err
	}
	var errs []error
	ours, err := b.ourTokens(ctx)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if ours[c.Token] {
			errs = append(errs, b.take(ctx, in, c.Original, c.Name, nil, s))
		}
	}
	settled, err := b.settled(ctx, in, s)
	if err == nil && len(settled)+len(claims) == 0 {
		err = b.mounted(ctx, in)
	}
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	for _, info := range settled {
		if err := b.claim(ctx, in, info, s); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", info.Name, err))
		}
	}
	if err := b.tellOdd(ctx, in); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// mounted tells an empty return folder from the empty mount point of a share that is not there: what was moved into its
// sub-folders before lies there still, or at least the sub-folders do.
func (b *Bridge) mounted(ctx context.Context, in *inbox) error {
	var routes []string
	for _, r := range in.routes {
		routes = append(routes, r.Name)
	}
	moved := false
	for _, sub := range []string{in.target.Archive, in.target.Failed} {
		lacks, err := in.Lacks(ctx, sub)
		if err != nil || !lacks {
			return err
		}
		before, err := b.j.MovedInto(ctx, routes, sub)
		if err != nil {
			return err
		}
		moved = moved || before
	}
	if !moved {
		return nil
	}
	left, err := in.List(ctx)
	if err != nil || len(left) > 0 {
		return err
	}
	return &exchange.HintError{Err: fmt.Errorf("%s is empty, and the folders %s and %s in it, into which result files were moved before, are gone", in.target.Place(), in.target.Archive, in.target.Failed),
		Hint: fmt.Sprintf("see whether the share is mounted; if it is a new folder, make %s in it", in.target.Archive)}
}

// token marks the claims of this installation in a return folder.
func (b *Bridge) token() string { return b.tokenOf(b.cfg.Concur.SystemID) }

func (b *Bridge) tokenOf(systemID string) string {
	sum := sha256.Sum256([]byte(b.cfg.Concur.CompanyUUID + "\x00" + systemID))
	return hex.EncodeToString(sum[:6])
}

// patience is how long one pass waits for files to stand still; slower ones are for the next run.
const patience = 30 * time.Second

// settled are the files that are complete as far as their size, time and age tell. What was seen is remembered for the
// next run.
func (b *Bridge) settled(ctx context.Context, in *inbox, s *Summary) ([]exchange.Info, error) {
	former, err := b.j.Looks(ctx, in.key)
	if err != nil {
		return nil, err
	}
	var looks []settle.Look
	for _, l := range former {
		looks = append(looks, settle.Look{Name: l.Name, Size: l.Size, ModTime: l.Modified, Since: l.FirstSeen})
	}
	settler := settle.New(settle.RuleOf(in.target), looks...)
	var settled, listing []exchange.Info
	for until := b.now().Add(patience); ; {
		if listing, err = in.List(ctx); err != nil {
			return nil, err
		}
		now := b.now()
		var wait time.Duration
		if settled, wait = settler.Look(now, listing); wait == 0 || now.Add(wait).After(until) {
			break
		}
		if err := b.sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
	for _, info := range listing {
		if !slices.ContainsFunc(settled, func(i exchange.Info) bool { return i.Name == info.Name }) {
			s.unsettled = append(s.unsettled, in.key+"/"+info.Name)
		}
	}
	var keep []records.Look
	for _, l := range settler.Looks() {
		keep = append(keep, records.Look{Name: l.Name, Size: l.Size, Modified: l.ModTime, FirstSeen: l.Since,
			LastSeen: b.now()})
	}
	return settled, b.j.SaveLooks(ctx, in.key, keep)
}

// claim takes a settled file for us alone, unless no route knows its kind.
func (b *Bridge) claim(ctx context.Context, in *inbox, info exchange.Info, s *Summary) error {
	if r, _ := in.format(info.Name); r == nil {
		in.odd(info.Name, "is taken by no result format",
			"add its name to the Results sheet, or to ignore in the configuration")
		return nil
	}
	if most := b.limits().Bytes; most > 0 && info.Size > most {
		return b.setAside(ctx, in, info.Name, info.Name, info.Size, s)
	}
	got, whole, err := b.complete(ctx, in, info)
	if err != nil {
		return err
	}
	defer got.Remove()
	if !whole {
		s.unsettled = append(s.unsettled, in.key+"/"+info.Name)
		return nil
	}
	killpoint.Here("claim.intended")
	claimed, ok, err := in.Claim(ctx, info.Name, b.token())
	killpoint.Here("claim.acted")
	switch {
	case errors.Is(err, exchange.ErrRefused), errors.Is(err, os.ErrPermission):
		s.look(noteTrouble, in.key, why.New("folder-without-rename", "folder", in.key))
		return b.take(ctx, in, info.Name, info.Name, got, s)
	case errors.Is(err, exchange.ErrBusy):
		s.unsettled = append(s.unsettled, in.key+"/"+info.Name) // open elsewhere: the next run tries again
		return nil
	case err != nil:
		return err
	case !ok:
		return nil
	}
	return b.take(ctx, in, info.Name, claimed, got, s)
}

func (b *Bridge) limits() layout.Limits {
	l := layout.Limits{}
	l.Bytes = int64(b.cfg.Limits.ResultFileMiB) << 20
	l.Unzipped = int64(b.cfg.Limits.UnzippedMiB) << 20
	l.Rows = b.cfg.Limits.ResultRows
	return l
}

// take brings a file into the journal. The file in the folder is moved later, when its lines have taken effect. got is
// what was fetched of it before it was claimed, nil when nothing was.
func (b *Bridge) take(ctx context.Context, in *inbox, name, claimed string, got *incoming.Copy, s *Summary) error {
	r, f := in.format(name)
	var alike func(string) bool
	if r == nil {
		r = in.routes[0]
	} else {
		alike = func(other string) bool { return f.NameRefs(r.plainName(other)) == f.NameRefs(r.plainName(name)) }
	}
	if got != nil {
		same, err := still(ctx, got, in, claimed)
		if err != nil && !errors.Is(err, exchange.ErrCannotTell) {
			return err
		}
		if !same {
			got = nil
		}
	}
	if got == nil {
		again, err := b.fetchCopy(ctx, in, name, claimed)
		var large *exchange.TooLargeError
		if errors.As(err, &large) {
			return b.setAside(ctx, in, name, claimed, large.Size, s)
		}
		if err != nil {
			return err
		}
		defer again.Remove()
		got = again
	}
	temp, size := got.File, got.Size
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, temp); err != nil {
		return err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	killpoint.Here("collect.intended")
	res, err := b.j.CollectResult(ctx, r.Name, name, sum, size, temp, alike)
	if err != nil {
		return err
	}
	killpoint.Here("collect.done")
	if res.State == records.Collected && res.Reason == "" {
		s.Results++
		b.log.Info("result file collected", "route", r.Name, "file", name, "state", res.State)
	}
	if err := b.applyOne(ctx, r, &res, got, s); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	return b.archive(ctx, in, res, claimed)
}
