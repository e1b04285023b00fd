package explaining

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
)

// Members takes the stored bytes of a package apart, and adds up each member; none where the import file is one file.
func Members(ctx context.Context, w *desk.Workspace, f records.File, stored []byte) (out []explain.Member, err error) {
	plan, err := mappingFor(ctx, w, f)
	if err != nil {
		return nil, err
	}
	for _, name := range members(plan, f.Name) {
		data, err := memberBytes(stored, name)
		if err != nil {
			return nil, err
		}
		out = append(out, explain.Member{Name: name, Data: data})
	}
	if len(out) > 0 {
		explain.AddUp(plan, f.Name, out)
	}
	return out, nil
}

// SheetRows are the first rows of the stored bytes of a workbook; none where the import file is none.
func SheetRows(ctx context.Context, w *desk.Workspace, f records.File, stored []byte, most int) ([]explain.SheetRow, bool, error) {
	plan, err := mappingFor(ctx, w, f)
	if err != nil {
		return nil, false, err
	}
	return explain.SheetRows(plan, stored, most)
}
