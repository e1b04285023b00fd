package evidence

import (
	"bytes"
	"context"
	"io"
	"path"
	"path/filepath"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
)

// mappingLife is a mapping in mappings.json: the versions that were in force, and the changes with who asked for them,
// who agreed, and what they would change.
type mappingLife struct {
	Mapping  string           `json:"mapping"`
	Routes   []string         `json:"routes"`
	Approval string           `json:"approval"`
	Versions []versionRow     `json:"versions"`
	Changes  []changes.Change `json:"changes"`
}

// versionRow is a version, and the files of the pack that hold it.
type versionRow struct {
	desk.MappingVersion
	Change   int64     `json:"change,omitempty"`
	Until    time.Time `json:"until,omitzero"`
	Workbook string    `json:"workbook,omitempty"`
	Rules    string    `json:"template_file,omitempty"`
}

// mappings writes the versions that were in force in the time of the pack, or made one of its files, and the changes.
func (m *maker) mappings(ctx context.Context) error {
	var out []mappingLife
	done := map[string]bool{}
	for _, r := range m.w.Config.Routes {
		if done[r.Mapping] || m.o.Route != "" && r.Name != m.o.Route {
			continue
		}
		done[r.Mapping] = true
		l, err := changes.LifeOf(ctx, m.w, r.Mapping)
		if err != nil {
			return err
		}
		life := mappingLife{Mapping: l.Mapping, Routes: l.Routes, Approval: l.Rule, Changes: []changes.Change{}}
		ends := map[string]time.Time{} // by route: when the version before ended
		for _, v := range l.Versions {
			row := versionRow{MappingVersion: v.MappingVersion, Change: v.Change, Until: ends[v.Route]}
			ends[v.Route] = v.Since
			if !m.inForce(v.MappingVersion, row.Until) && !m.hashes[v.Hash] {
				continue
			}
			if err := m.workbook(ctx, &row); err != nil {
				return err
			}
			life.Versions = append(life.Versions, m.version(row))
		}
		for _, c := range l.Changes {
			life.Changes = append(life.Changes, m.change(c))
		}
		m.shown.mapping(life)
		out = append(out, life)
	}
	return m.json(mappingsName, out)
}

// inForce: the version was in force in the time of the pack.
func (m *maker) inForce(v desk.MappingVersion, until time.Time) bool {
	return (m.o.Until.IsZero() || v.Since.Before(m.o.Until)) && (until.IsZero() || until.After(m.o.Since))
}

// workbook puts the workbook and the template of a version into the pack.
func (m *maker) workbook(ctx context.Context, row *versionRow) error {
	c, err := m.w.Journal.MappingBytes(ctx, row.Hash)
	if missing(err) {
		return nil
	}
	if err != nil {
		return err
	}
	base := path.Base(filepath.ToSlash(row.Name))
	add := func(name string, body []byte) (string, error) {
		if m.names[name] {
			return name, nil
		}
		return m.bytes(name, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil })
	}
	folder := "mappings/" + row.Hash[:min(16, len(row.Hash))] + "/"
	if row.Workbook, err = add(folder+safe(base), c.Body); err != nil {
		return err
	}
	row.Rules, err = add(folder+"template.yaml", c.TemplateBody)
	return err
}

func (m *maker) version(v versionRow) versionRow {
	if m.o.IDsOnly {
		v.Author, v.Name, v.Changed, v.Changes, v.Problems = "", "", "", nil, nil // a file is called as somebody liked
		v.Actor = m.hide.actor(v.Actor)
	}
	return v
}

func (m *maker) change(c changes.Change) changes.Change {
	if !m.o.IDsOnly {
		return c
	}
	c.Author, c.Reason, c.Decision, c.Findings = "", "", "", nil
	c.Name = path.Base(filepath.ToSlash(c.Mapping)) // what somebody called the file that he gave is his text
	c.GivenBy, c.AskedBy, c.DecidedBy = m.hide.actor(c.GivenBy), m.hide.actor(c.AskedBy), m.hide.actor(c.DecidedBy)
	c.Authors = slices.Clone(c.Authors)
	for i := range c.Authors {
		c.Authors[i] = m.hide.actor(c.Authors[i])
	}
	c.Effects = slices.Clone(c.Effects)
	for i := range c.Effects {
		c.Effects[i].Cells, c.Effects[i].Doubts = nil, nil
	}
	return c
}
