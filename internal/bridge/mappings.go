package bridge

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/golive"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// reload chooses the versions anew where workbooks or templates have changed; what is under way keeps its own.
func (b *Bridge) reload(ctx context.Context) error {
	for i, r := range b.routes {
		c, err := b.versions.Choose(ctx, b.mappingOf(r.Route), r.choice)
		if err != nil {
			return err
		}
		if c != r.choice {
			b.routes[i] = b.routeOf(r.Route, c)
		}
	}
	b.settleFlows()
	return nil
}

// takeMappings settles, once for all of a run, which version of each mapping it uses, and tells what a person should
// know of it.
func (b *Bridge) takeMappings(ctx context.Context, s *Summary) error {
	if err := b.installChanges(ctx, s); err != nil {
		return err
	}
	if err := b.reload(ctx); err != nil {
		return err
	}
	if err := errors.Join(b.settle(ctx), b.versions.SettleChanges(ctx, b.mappings())); err != nil {
		return err
	}
	for _, r := range b.routes {
		if r.choice == nil {
			continue
		}
		b.tellChoice(r, s)
		r.choice.Notes = nil // a choice that still needs a person is made anew in the next run
	}
	return nil
}

// installChanges puts approved workbooks into their places, before the versions are chosen, and takes down by which rule
// they were approved.
func (b *Bridge) installChanges(ctx context.Context, s *Summary) error {
	if err := b.j.NoteApproval(ctx, b.cfg.ApprovalRule(), b.cfg.Approval != ""); err != nil {
		return err
	}
	notes, err := b.versions.Install(ctx, b.mappings())
	for _, n := range notes {
		if n.Needs {
			n.Text = lookMark + n.Text
		}
		s.note(n.Text)
	}
	return err
}

func (b *Bridge) mappings() []golive.Route { return MappingsOf(b.cfg) }

// MappingsOf are the routes of a configuration, as far as their mappings go.
func MappingsOf(cfg *config.Config) []golive.Route {
	out := make([]golive.Route, len(cfg.Routes))
	for i, r := range cfg.Routes {
		out[i] = MappingOf(cfg, r)
	}
	return out
}

// tellChoice tells what a person should know of a choice. A workbook that is not used needs a person as long as the
// journal has it as refused.
func (b *Bridge) tellChoice(r *route, s *Summary) {
	for _, n := range r.choice.Notes {
		if n.Needs {
			s.said(lookMark + n.Text)
		} else {
			s.note(n.Text)
		}
	}
}

// settle commits the choices before anything is made by them. A run that is killed right after has changed nothing but
// what the next one would.
func (b *Bridge) settle(ctx context.Context) error {
	for _, r := range b.routes {
		if r.choice != nil {
			if err := b.versions.Commit(ctx, r.Name, r.broken == nil, r.choice); err != nil {
				return err
			}
		}
	}
	return b.forgetRoutes(ctx)
}

// forgetRoutes forgets what was refused for routes that the configuration has no more: nobody could mend it.
func (b *Bridge) forgetRoutes(ctx context.Context) error {
	versions, err := b.j.LiveMappings(ctx)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if v.State != records.MappingRefused ||
			slices.ContainsFunc(b.cfg.Routes, func(r config.Route) bool { return r.Name == v.Route }) {
			continue
		}
		if err := b.j.ForgetRefused(ctx, v.Route); err != nil {
			return err
		}
	}
	return nil
}

// Versions chooses which version of each mapping of a configuration is in force.
func Versions(cfg *config.Config, j *journal.Journal, templates fs.FS, now func() time.Time,
	log *slog.Logger) *golive.Versions {
	return &golive.Versions{Journal: j, Templates: templates, Folder: cfg.Folders.Templates,
		FolderPath: cfg.Path(cfg.Folders.Templates), Now: now, Log: log,
		OthersApprove: cfg.ApprovalRule() == config.ApprovalOther, Published: cfg.LaidOut(), Routes: MappingsOf(cfg),
		CheckFormat: func(f format.Format) error { _, err := returns.Compile(f); return err }}
}

// MappingOf is a route of a configuration, as far as its mapping goes.
func MappingOf(cfg *config.Config, rc config.Route) golive.Route {
	return golive.Route{Name: rc.Name, Mapping: rc.Mapping, File: cfg.Path(rc.Mapping)}
}

func (b *Bridge) mappingOf(rc config.Route) golive.Route { return MappingOf(b.cfg, rc) }

// AcceptMapping takes down that a person wants the workbook which lies in the place of a route's mapping to go live,
// whatever it changes.
func (b *Bridge) AcceptMapping(ctx context.Context, name, reason string) (findings.List, error) {
	r := b.route(name)
	if r == nil {
		return nil, &golive.NotAcceptable{Reason: fmt.Sprintf("there is no route %q", name),
			Hint: "fisbridge status names the routes"}
	}
	return b.versions.Accept(ctx, b.mappingOf(r.Route), reason)
}
